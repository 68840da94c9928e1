"""Partial responses, filters and orders on a real server: what is left out, and why."""

from __future__ import annotations

import json
import os
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.exchange import Exchange
from specproof.model.verdict import State
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover
from specproof.target.process import RunningTarget, start

ROOT = Path(__file__).parents[3]
AREAS = ("partial-response", "filter", "sort")
Build = Callable[..., Prover]


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    """One target for all tests; what they create is removed again."""
    with start() as running:
        yield running


@pytest.fixture
def build(target: RunningTarget, tmp_path: Path) -> Iterator[Build]:
    """Build provers, with changes to the profile and to the document."""
    made: list[Prover] = []

    def run(*changes: tuple[str, str], q: dict[str, Any] | None = None) -> Prover:
        text = (ROOT / "tests" / "environments" / "embedded.toml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        profile, document = tmp_path / "profile.toml", tmp_path / "document.yaml"
        profile.write_text(text, encoding="utf-8")
        said = yaml.safe_load((ROOT / "spec" / "bitbucket-teams.yaml").read_text(encoding="utf-8"))
        listed = said["paths"]["/teams/{username}/pipelines_config/variables"]["get"]["parameters"]
        next(p for p in listed if p.get("name") == "q")["schema"] |= q or {}
        document.write_text(yaml.safe_dump(said), encoding="utf-8")
        made.append(
            build_prover(
                load_document(str(document)),
                load_profile(profile, environ={**os.environ, **target.variables}),
                Plan(seed=1, depth="quick"),
                ledger=tmp_path / "ledger.jsonl",
            )
        )
        return made[-1]

    yield run
    for prover in made:
        assert prover.suite.clear() == ()


def reasons(
    prover: Prover, *, operation: str = "variables", areas: tuple[str, ...] = AREAS
) -> dict[str, str]:
    """Prove areas of one operation; return why a promise was not exercised."""
    found = {}
    for promise in prover.suite.contract.promises:
        if promise.kind.area in areas and promise.operation.endswith(operation):
            outcome = prover.prove(promise)
            assert outcome.state is not State.BROKEN, outcome.findings
            if outcome.state is State.NOT_EXERCISED:
                found[promise.id] = outcome.why
    return found


def test_everything_is_proven_on_a_server_that_keeps_its_promises(build: Build) -> None:
    assert reasons(build()) == {}


def test_only_secrets_need_something_to_be_written(build: Build) -> None:
    found = reasons(build(('writes = "allowed"', 'writes = "forbidden"')))

    assert set(found) == {"filter.secrets-hidden", "sort.secrets-hidden"}
    assert set(found.values()) == {"writes are forbidden"}


def test_an_item_that_is_there_is_cut_down_where_nothing_may_be_written(build: Build) -> None:
    prover = build(('writes = "allowed"', 'writes = "forbidden"'))

    assert reasons(prover, operation="{variable_uuid}") == {}


def test_a_list_that_shows_next_to_nothing_cannot_be_filtered(build: Build) -> None:
    """The run itself has put one thing there, with a secret."""
    found = reasons(build(('[parameters]\nusername = "acme"', '[parameters]\nusername = "fallow"')))

    assert found["filter.equality"] == "too few items to choose from: 1"
    assert found["sort.order"] == found["filter.equality"]
    assert not {name for name in found if name.startswith("partial-response")}


def meddle(prover: Prover, target: RunningTarget, *, when: str) -> None:
    """Let somebody else create a variable as soon as a query parameter is used."""
    meddled: list[str] = []

    def create(exchange: Exchange) -> None:
        if meddled or when not in parse_qs(urlsplit(exchange.request.url).query):
            return
        meddled.append(exchange.request.url.partition("?")[0])
        secret = target.variables["SPECPROOF_TARGET_ACME_ADMIN"]
        headers = {
            "Authorization": "Basic " + b64encode(f"ada:{secret}".encode()).decode(),
            "Content-Type": "application/json",
        }
        body = json.dumps({"key": f"MEDDLED WITH {when}", "value": "v"}).encode()
        request = urllib.request.Request(meddled[0], data=body, headers=headers, method="POST")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201

    prover.suite.client.add_recorder(create)


@pytest.mark.parametrize(
    ("when", "area", "untouched"),
    [
        ("q", "filter", {"filter.malformed-refused", "filter.secrets-hidden"}),
        ("sort", "sort", {"sort.unknown-refused", "sort.secrets-hidden"}),
        ("fields", "partial-response", set()),
    ],
)
def test_what_changed_meanwhile_is_not_compared(
    build: Build, target: RunningTarget, when: str, area: str, untouched: set[str]
) -> None:
    """Only what does not depend on the other items is judged."""
    prover = build(("exclusive = true", "exclusive = false"))
    meddle(prover, target, when=when)

    found = reasons(prover, areas=(area,))

    changed = {name for name, why in found.items() if "changed while" in why}
    promised = {
        promise.id
        for promise in prover.suite.contract.promises
        if promise.kind.area == area and promise.operation.endswith("variables")
    }
    assert changed == promised - untouched


def test_nothing_is_asked_that_the_schema_of_the_parameter_forbids(build: Build) -> None:
    prover = build(q={"maxLength": 30})
    asked: list[str] = []
    prover.suite.client.add_recorder(
        lambda exchange: asked.extend(parse_qs(urlsplit(exchange.request.url).query).get("q", ()))
    )

    found = reasons(prover)

    assert max(len(text) for text in asked) <= 30
    assert len(asked) > 10
    assert found["filter.secrets-hidden"] == (
        "no condition with a secret is allowed by the schema of the parameter"
    )
