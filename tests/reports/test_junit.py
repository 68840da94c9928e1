"""JUnit XML that a common reader accepts, with one case per promise and operation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from junitparser import JUnitXml, TestCase

from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all


def cases(run: Run, decision: Decision, folder: Path) -> dict[str, TestCase]:
    """Write the reports and read the cases back, by their names."""
    write_all(run, decision, folder, mask=str)
    found = [case for suite in JUnitXml.fromfile(str(folder / "junit.xml")) for case in suite]
    assert len({(case.classname, case.name) for case in found}) == len(found)
    return {case.name: case for case in found}


def test_each_promise_of_each_operation_is_a_case(run: Run, decision: Decision, tmp_path: Path) -> None:
    found = cases(run, decision, tmp_path)
    assert len(found) == len(run.outcomes)
    proven = found["pagination.no-gaps [GET /teams/{username}/things]"]
    assert (proven.classname, proven.is_passed, proven.time) == ("pagination", True, 0.25)
    assert found["document.valid [document]"].is_passed
    [broken] = found["pagination.no-repeats [GET /teams/{username}/things]"].result
    assert broken.message == "expected each item once; got item 3 on pages 1 and 2"
    assert broken.type == "major"
    assert run.findings[0].fingerprint in broken.text
    assert "curl -fsS" in broken.text
    [unstable] = found["status.documented [GET /teams/{username}/things]"].result
    assert (unstable.type, "came back 1 of 3" in unstable.text) == ("unstable", True)
    assert found["status.documented [POST /teams/{username}/things]"].is_skipped
    [silent] = found["lifecycle.create [POST /teams/{username}/things]"].result
    assert (silent.type, silent.message) == ("not exercised", "writes are forbidden")


def test_the_sums_and_properties_are_right(run: Run, decision: Decision, tmp_path: Path) -> None:
    cases(run, decision, tmp_path)
    document = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert (document.tests, document.failures, document.skipped, document.errors) == (6, 2, 2, 0)
    for suite in document:
        properties = {each.name: each.value for each in suite.properties()}
        assert properties == {
            "environment": "staging", "seed": "7", "depth": "standard", "contract": "Things 2.0",
        }  # fmt: skip
        assert suite.timestamp == "2026-01-01T00:00:00"


def test_an_inconclusive_run_is_not_all_green(run: Run, tmp_path: Path) -> None:
    why = Decision(verdict=Verdict.INCONCLUSIVE, reasons=("no request was sent", "really"))
    case = cases(run, why, tmp_path)["verdict [staging]"]
    assert case.is_error
    assert case.result[0].message == "no request was sent; really"


def test_hostile_texts_are_legal_xml(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    text = "\0\x1b\ud800\ufffe ]]> <b> & \u202e\x85"
    case = cases(hostile_run(text), decision, tmp_path)["status.documented [GET /teams/{username}/things]"]
    assert case.result[0].message == (
        r"expected \x00\x1b\ud800\ufffe ]]> <b> & \u202e\x85; got \x00\x1b\ud800\ufffe ]]> <b> & \u202e\x85"
    )
