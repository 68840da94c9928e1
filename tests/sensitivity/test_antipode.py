"""A server that nobody tuned the suite to: silent while it is right, heard when it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from antipode.faults import FAULTS
from antipode.look import everything, find, proving

from specproof.model.verdict import State

OTHER_WORDS = str(Path(__file__).parents[1] / "support" / "documents" / "antipode_overlay.yaml")


@pytest.mark.parametrize(
    ("manner", "more"),
    [
        ("lean", {}),
        ("lavish", {}),
        ("lean", {"minimal": True, "few": True}),
        ("lavish", {"writes": "forbidden"}),
        ("lavish", {"overlay": OTHER_WORDS}),
    ],
    ids=["lean", "lavish", "a profile that says little", "writes forbidden", "promises in other words"],
)
def test_a_server_that_decides_differently_breaks_nothing(
    manner: str, more: dict[str, Any], tmp_path: Path
) -> None:
    """Every finding here is a false alarm."""
    with proving(tmp_path, manner=manner, **more) as (prover, _):
        outcomes = everything(prover)
        left = prover.suite.clear()

    findings = [finding for outcome in outcomes for finding in outcome.findings]
    assert [(finding.promise, finding.operation, finding.summary) for finding in findings] == []
    assert (prover.suite.troubles, left) == ([], ())
    assert sum(outcome.state is State.PROVEN for outcome in outcomes) > 100


@pytest.mark.looks_at_fault
@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if fault.promised])
def test_what_is_wrong_with_it_is_found(fault: str, tmp_path: Path) -> None:
    """Under a promise that it breaks."""
    wrong = FAULTS[fault]
    with proving(tmp_path, fault, manner=wrong.manner) as (prover, _):
        found = find(prover, wrong)
        prover.suite.ledger.close()

    assert found is not None, f"{fault}: nothing was found of {', '.join(wrong.promises)}"
    assert found.findings[0].unstable is None
