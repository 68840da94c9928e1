"""A fingerprint means one bug: it outlives another seed and order of the document, and tells bugs apart."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import make_context, make_exchange, make_operation, make_response_doc

from specproof.checks.body import body_schema
from specproof.checks.status import status_documented
from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.finding import Breach, Finding, fingerprint
from specproof.shipped import reference_contract, shipped
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, preflight
from specproof.target.faults import FAULTS
from specproof.target.process import start

NAMES = (
    "page-skips-item", "time-without-offset", "deleted-200", "value-crlf-to-lf", "trace-accepted",
    "number-as-value-accepted", "secret-in-conflict", "challenge-missing",
)  # fmt: skip
PROMISES = {FAULTS[name].promise for name in NAMES}
UNORDERED = ("parameters", "required", "enum", "security")


def reordered(node: Any, key: str = "") -> Any:
    """Return the same document in the opposite order, lists too where their order says nothing."""
    if isinstance(node, dict):
        return {name: reordered(node[name], name) for name in reversed(node)}
    if isinstance(node, list):
        return [reordered(item) for item in (reversed(node) if key in UNORDERED else node)]
    return node


def findings(document: str, seed: int, folder: Path) -> dict[str, Finding]:
    """Prove everything but generated requests on a target with several faults, in this process.

    Returns:
        What was found of the promises that the faults break, by fingerprint. Other promises break on the
        side, or do not, as the values of a run happen to be.
    """
    with start(*NAMES) as target:
        profile = load_profile(
            shipped("environments") / "embedded.toml", environ={**os.environ, **target.variables}
        )
        plan = Plan(seed=seed, depth="standard")  # a quick run tries other things with another seed
        prover = build_prover(load_document(document), profile, plan, ledger=folder / f"{seed}.jsonl")
        preflight(prover)
        for promise in prover.suite.contract.promises:
            prover.prove(promise)
        prover.finish()
        prover.suite.clear()
    found = [each for outcome in prover.outcomes.values() for each in outcome.findings]
    return {each.fingerprint: each for each in found if each.promise in PROMISES}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Finding], dict[str, Finding]]:
    """One run as usual, one with another seed and the document turned upside down and indented otherwise."""
    folder = tmp_path_factory.mktemp("fingerprints")
    usual = load_document(str(reference_contract())).data
    other = folder / "other.yaml"
    other.write_text(yaml.safe_dump(reordered(usual), sort_keys=False, indent=7, width=60), encoding="utf-8")
    assert list(load_document(str(other)).data) == list(reversed(usual))
    return findings(str(reference_contract()), 1, folder), findings(str(other), 2, folder)


def shown(found: Iterable[Finding]) -> set[tuple[str, str, str]]:
    """Return what fingerprints are made of, for people."""
    return {(each.promise, each.operation, each.detail) for each in found}


def test_the_same_bugs_have_the_same_fingerprints(
    runs: tuple[dict[str, Finding], dict[str, Finding]],
) -> None:
    one, other = runs
    assert shown(one.values()) == shown(other.values())
    assert set(one) == set(other)
    assert {each.promise for each in one.values()} == PROMISES


def test_the_place_and_the_payload_may_differ(runs: tuple[dict[str, Finding], dict[str, Finding]]) -> None:
    """Else the runs would prove nothing: what the fingerprint leaves out has really changed."""
    one, other = runs
    assert all(one[each].place != other[each].place for each in one)
    assert any(one[each].reproduce != other[each].reproduce for each in one)


def test_every_finding_of_a_run_has_a_fingerprint_of_its_own(
    runs: tuple[dict[str, Finding], dict[str, Finding]],
) -> None:
    one, _ = runs
    assert len(shown(one.values())) == len(one)


# --- different bugs of one operation and promise -------------------------------------------------

SCHEMA = {
    "type": "object",
    "required": ["id", "key"],
    "properties": {"id": {"type": "string"}, "key": {"type": "string"}},
}
CONTEXT = make_context(make_operation(make_response_doc("200", ("application/json", SCHEMA)), "404"))
FINE = {"id": "1", "key": "k"}


def identities(breaches: Iterable[Breach]) -> set[str]:
    """Return the fingerprints that findings of these breaches would have."""
    return {fingerprint(each.promise, each.operation, each.detail) for each in breaches}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"id": "1"}, {"key": "k"}),
        (FINE | {"id": 1}, FINE | {"key": 1}),
        ({"id": "1"}, FINE | {"key": 1}),
        ({"id": "1"}, []),
    ],
    ids=["missing members", "members of a wrong type", "missing and wrong", "another kind of value"],
)
def test_different_places_of_a_schema_are_different_bugs(one: Any, other: Any) -> None:
    first, second = (identities(body_schema(CONTEXT, make_exchange(200, body))) for body in (one, other))
    assert first
    assert second
    assert first.isdisjoint(second)


def test_another_payload_is_the_same_bug() -> None:
    first, second = (
        identities(body_schema(CONTEXT, make_exchange(200, FINE | {"id": value}))) for value in (1, 2.5)
    )
    assert first == second
    assert len(first) == 1


def test_different_statuses_are_different_bugs() -> None:
    first, second = (identities(status_documented(CONTEXT, make_exchange(code))) for code in (418, 422))
    assert first
    assert second
    assert first.isdisjoint(second)
