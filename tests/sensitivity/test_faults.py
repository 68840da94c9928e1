"""Every fault of the target is found under the promise that it breaks."""

from __future__ import annotations

import pytest

from specproof.contract.load import load_document
from specproof.sensitivity.look import FaultTask, look_at
from specproof.sensitivity.words import about_look
from specproof.shipped import reference_contract
from specproof.suite.session import Plan
from specproof.suite.setup import read_contract
from specproof.target.faults import FAULTS

PLAN = Plan(seed=1, depth="standard")


@pytest.mark.looks_at_fault
@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_finds_the_fault_under_its_promise(fault: str) -> None:
    """What ``specproof sensitivity --fault NAME`` does."""
    look = look_at(FaultTask(fault=fault, plan=PLAN))

    assert look.found, about_look(look)


def test_every_area_of_the_reference_contract_has_faults() -> None:
    """One without has never been seen to catch anything; no fault can break the document itself."""
    contract = read_contract(load_document(str(reference_contract())))
    promised = {promise.kind.area for promise in contract.promises}

    assert promised - {fault.area for fault in FAULTS.values()} == {"document"}
    assert len(FAULTS) >= 40
