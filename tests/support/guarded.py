"""Proves the promises about OAuth and cloning against an authority."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from authority import Authority, serving
from authority_contract import BEARERS, PROFILE, VARIABLES, as_yaml, document

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.verdict import Outcome, State
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover


@contextmanager
def prover_for(
    authority: Authority,
    folder: Path,
    *,
    profile: str = PROFILE + BEARERS,
    depth: str = "standard",
    described: dict[str, Any] | None = None,
) -> Iterator[Prover]:
    """Serve an authority and give a prover for it."""
    with serving(authority) as server:
        (folder / "guarded.yaml").write_text(as_yaml(described or document()), encoding="utf-8")
        path = folder / "guarded.toml"
        path.write_text(profile.replace("ORIGIN", server.origin), encoding="utf-8")
        prover = build_prover(
            load_document(str(folder / "guarded.yaml")),
            load_profile(path, environ=VARIABLES),
            Plan(seed=1, depth=depth),
            ledger=folder / "ledger.jsonl",
        )
        try:
            yield prover
        finally:
            prover.suite.clear()


def prove_all(prover: Prover, *areas: str) -> dict[str, Outcome]:
    """Prove every promise of some areas."""
    promises = [p for p in prover.suite.contract.promises if p.kind.area in (areas or ("oauth", "cloning"))]
    return {promise.id: prover.prove(promise) for promise in promises}


def broken(outcomes: dict[str, Outcome]) -> dict[str, list[str]]:
    """Return what is broken: promise, and the detail of each finding."""
    return {
        name: [finding.detail for finding in outcome.findings]
        for name, outcome in outcomes.items()
        if outcome.state is State.BROKEN
    }


def untried(outcomes: dict[str, Outcome]) -> dict[str, str]:
    """Return what was not exercised, and why."""
    return {n: outcome.why for n, outcome in outcomes.items() if outcome.state is State.NOT_EXERCISED}
