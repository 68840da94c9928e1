"""Report and annotations for Bitbucket Cloud keep to its limits, and the badges tell the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all
from specproof.reports.badge import endpoint, svg
from specproof.reports.code_insights import LIMIT, annotated, report


def test_the_report_counts_and_names_the_reasons(run: Run, decision: Decision) -> None:
    found = report(run, decision)

    assert (found["result"], found["report_type"]) == ("FAILED", "TEST")
    assert "1 major finding blocks at minor" in found["details"]
    values = {each["title"]: each["value"] for each in found["data"]}
    assert (values["Findings"], values["Waived"], values["Promises proven"]) == (3, 1, 2)
    assert len(found["data"]) <= 10


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_a_pass_is_passed(run: Run, verdict: Verdict) -> None:
    found = report(run, Decision(verdict=verdict, reasons=("why",)))

    assert (found["result"] == "PASSED") == (verdict is Verdict.PASS)


def test_an_annotation_stands_at_its_line(run: Run) -> None:
    first, *_, last = annotated(run)

    assert (first["path"], first["line"], first["severity"]) == ("spec/things.yaml", 12, "HIGH")
    assert first["external_id"] == f"specproof-{run.findings[0].fingerprint}"
    assert (last["result"], "waived: known, see T-1" in last["details"]) == ("IGNORED", True)


def test_the_worst_thousand_are_annotated(run: Run, decision: Decision) -> None:
    outcome = run.outcomes[0]
    many = tuple(
        replace(
            outcome.findings[0], detail=str(number), severity=list(Severity)[number % 3], summary="x" * 900
        )
        for number in range(LIMIT + 500)
    )
    run = replace(run, outcomes=(replace(outcome, findings=many),))

    found = annotated(run)

    assert len(found) == len({each["external_id"] for each in found}) == LIMIT
    assert [each["severity"] for each in found] == ["CRITICAL"] * 500 + ["HIGH"] * 500
    assert max(len(each["summary"]) for each in found) == 450
    assert f"The {LIMIT} worst of {LIMIT + 500} findings" in report(run, decision)["details"]


def test_hostile_texts_are_lines_of_legal_json_and_xml(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    write_all(hostile_run("\0\ud800 <b> ]]> \u202e\n"), decision, tmp_path, mask=str)

    for name in ("code-insights-report.json", "code-insights-annotations.json", "badge.json"):
        assert json.loads((tmp_path / name).read_bytes())
    assert ElementTree.parse(tmp_path / "badge.svg").getroot().get("role") == "img"


def test_the_badge_tells_verdict_and_share(run: Run, decision: Decision) -> None:
    assert endpoint(run, decision) == {
        "schemaVersion": 1, "label": "contract", "message": "fail, 2 of 6 promises proven", "color": "red",
    }  # fmt: skip


def test_texts_of_a_badge_are_no_markup() -> None:
    assert "<script>" not in svg("<script>", '"&', "#000")
    assert ElementTree.fromstring(svg("<script>", '"&', "#000")) is not None
