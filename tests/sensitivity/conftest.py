"""Runs parts of the suite against a target with a fault."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specproof.contract.load import Document, load_document
from specproof.environment.load import load_profile
from specproof.model.finding import Finding
from specproof.model.verdict import State
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover
from specproof.target.process import RunningTarget

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "tests" / "environments" / "embedded.toml"


@pytest.fixture(scope="session")
def reference_document() -> Document:
    """The reference contract."""
    return load_document(str(ROOT / "spec" / "bitbucket-teams.yaml"))


def findings_without_generation(
    target: RunningTarget, document: Document, promise_id: str, folder: Path, *, seed: int = 1
) -> Iterator[Finding]:
    """Prove one promise for every operation, without generated requests; yields confirmed findings."""
    profile = load_profile(PROFILE, environ={**os.environ, **target.variables})
    prover: Prover = build_prover(
        document, profile, Plan(seed=seed, depth="standard"), ledger=folder / "ledger.jsonl"
    )
    try:
        for promise in prover.suite.contract.promises:
            if promise.id == promise_id:
                outcome = prover.prove(promise)
                if outcome.state is State.BROKEN:
                    yield from outcome.findings
    finally:
        prover.suite.clear()


def run_suite(target: RunningTarget, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the contract suite as a user does, against a target that runs already."""
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "--reports-dir", str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, **target.variables},
        capture_output=True,
        text=True,
        check=False,
    )
