"""Every fault of the target is found under the promise that it breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import findings_without_generation, run_suite

from specproof.contract.load import Document
from specproof.target.faults import FAULTS, Fault
from specproof.target.process import start


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_the_suite_finds_the_fault_under_its_promise(
    fault: Fault, reference_document: Document, tmp_path: Path
) -> None:
    """What needs no generated data is tried first; where that sees nothing, the whole suite is run."""
    with start(fault.name) as target:
        found = next(
            findings_without_generation(target, reference_document, fault.promise, tmp_path / "first"), None
        )
        if found is None:
            run_suite(target, tmp_path / "second", "-k", f"generated or {fault.promise}")
            verdict = json.loads((tmp_path / "second" / "verdict.json").read_text())
            promises = {finding["promise"] for finding in verdict["findings"]}
        else:
            promises = {found.promise}

    assert fault.promise in promises


def test_the_faults_reach_every_area_that_the_suite_proves() -> None:
    """A promise without a fault has never been seen to catch anything."""
    promises = {fault.promise for fault in FAULTS.values()}
    areas = {promise.partition(".")[0] for promise in promises}

    assert len(FAULTS) >= 40
    assert areas >= {"status", "body", "errors", "input", "method", "pagination", "lifecycle", "secrets"}
