"""Prove promises of a document on a server, in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from specproof.contract.catalogue import CATALOGUE
from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.verdict import Outcome, State
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover

Outcomes = dict[str, list[Outcome]]
EVERYTHING = tuple({kind.area for kind in CATALOGUE.values()})


def prove_on(
    origin: str,
    document: Mapping[str, Any],
    folder: Path,
    *,
    areas: Sequence[str],
    profile: Sequence[str] = (),
    depth: str = "quick",
) -> Outcomes:
    """Prove the promises of some areas; return the outcomes by promise.

    Args:
        origin: Of the server.
        document: Its OpenAPI document.
        folder: For files.
        areas: Which promises; ``a.b`` for one alone.
        profile: Lines of TOML under ``[environment]`` and after.
        depth: How hard to look.
    """
    spec, described = folder / "spec.json", folder / "profile.toml"
    spec.write_text(json.dumps(document), encoding="utf-8")
    lines = ["[environment]", 'name = "trial"', f'base_url = "{origin}"', *profile]
    described.write_text("\n".join(lines), encoding="utf-8")
    prover = build_prover(
        load_document(str(spec)),
        load_profile(described, environ={}),
        Plan(seed=1, depth=depth),
        ledger=folder / "ledger.jsonl",
    )
    try:
        outcomes: Outcomes = {}
        for promise in prover.suite.contract.promises:
            if promise.kind.area in areas or promise.id in areas:
                outcomes.setdefault(promise.id, []).append(prover.prove(promise))
        prover.finish()
        return outcomes
    finally:
        prover.suite.clear()


def told(outcomes: Outcomes) -> list[str]:
    """Return ``promise: summary`` of every finding, each confirmed or not."""
    return [
        f"{name}: {finding.summary}" + (f" ({finding.unstable})" if finding.unstable else "")
        for name, found in outcomes.items()
        for outcome in found
        for finding in outcome.findings
    ]


def unproven(outcomes: Outcomes) -> dict[str, str]:
    """Return why promises were not exercised, by promise and operation."""
    return {
        f"{name} {outcome.promise.operation}": outcome.why
        for name, found in outcomes.items()
        for outcome in found
        if outcome.state is State.NOT_EXERCISED
    }


def broken(outcomes: Outcomes) -> set[str]:
    """Return the promises that were found broken."""
    return {name for name, found in outcomes.items() if any(o.state is State.BROKEN for o in found)}
