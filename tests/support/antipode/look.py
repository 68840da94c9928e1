"""Run the suite against it in this process, without generated requests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from antipode.app import antipode
from antipode.faults import Fault
from antipode.profile import profile, variables
from antipode.world import Manner, World
from specproof.contract.load import Document, load_document
from specproof.environment.load import load_profile
from specproof.model.verdict import Outcome, State
from specproof.shipped import reference_contract
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, preflight

_ROOT = Path(__file__).parents[3]
PROMISED = {
    "lean": str(_ROOT / "tests" / "support" / "documents" / "antipode_lean.yaml"),
    "lavish": str(_ROOT / "spec" / "overlays" / "form-bodies.yaml"),
}
"""The overlay of each manner: what it does not promise, or does beyond the reference contract."""


@cache
def document(*overlays: str) -> Document:
    """Return the reference contract with overlays."""
    return load_document(str(reference_contract()), overlays=overlays)


@contextmanager
def proving(
    folder: Path, *faults: str, manner: str, overlay: str = "", seed: int = 1, **more: Any
) -> Iterator[tuple[Prover, World]]:
    """Start the server and yield what proves promises of it; ``more`` goes to the profile."""
    with antipode(*faults, manner=Manner(manner)) as world:
        path = folder / "antipode.toml"
        path.write_text(profile(world, **more), encoding="utf-8")
        environ = {**os.environ, **variables(world)}
        plan = Plan(seed=seed, depth="standard")
        prover = build_prover(
            document(overlay or PROMISED[manner]),
            load_profile(path, environ=environ),
            plan,
            ledger=folder / "ledger.jsonl",
        )
        preflight(prover)
        yield prover, world


def everything(prover: Prover) -> list[Outcome]:
    """Prove every promise and remove what was made."""
    for promise in prover.suite.contract.promises:
        prover.prove(promise)
    prover.finish()
    return list(prover.outcomes.values())


def find(prover: Prover, fault: Fault) -> Outcome | None:
    """Return the first broken promise of those that must be found broken; all are tried if none is."""
    for promise in prover.suite.contract.promises:
        if promise.id in fault.promises and (seen := prover.prove(promise)).state is State.BROKEN:
            return seen
    broken = (o for o in everything(prover) if o.state is State.BROKEN and o.promise.id in fault.promises)
    return next(broken, None)
