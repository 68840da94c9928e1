"""``code-insights-*.json``: report and annotations as Bitbucket Cloud takes them for a commit.

Source: the REST API of Bitbucket Cloud, reports of a commit: at most 1,000 annotations, 100 in one request,
10 data of a report; a summary has at most 450 characters, details 2,000.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Run, State, Verdict
from specproof.reports.links import place_of
from specproof.reports.text import one_line

REPORT, ANNOTATIONS = "code-insights-report.json", "code-insights-annotations.json"
LIMIT = 1_000
_SUMMARY, _DETAILS = 450, 2_000
_SEVERITIES = {Severity.CRITICAL: "CRITICAL", Severity.MAJOR: "HIGH", Severity.MINOR: "LOW"}


def write_code_insights(run: Run, decision: Decision, folder: Path) -> None:
    """Write report and annotations of a clean run: the body of a PUT, and a list to POST in parts of 100."""
    for name, content in ((REPORT, report(run, decision)), (ANNOTATIONS, annotated(run))):
        text = json.dumps(content, indent=1, ensure_ascii=True)
        (folder / name).write_text(f"{text}\n", encoding="ascii")


def report(run: Run, decision: Decision) -> dict[str, Any]:
    """Return the report; only ``pass`` is passed, since only that lets a release through."""
    found = run.findings
    proven = sum(outcome.state is State.PROVEN for outcome in run.outcomes)
    silent = sum(outcome.state is State.NOT_EXERCISED for outcome in run.outcomes)
    left_out = f"\nThe {LIMIT} worst of {len(found)} findings are annotated." if len(found) > LIMIT else ""
    details = f"{decision.verdict.value} on {run.environment}: {'; '.join(decision.reasons)}"
    data: list[tuple[str, str, Any]] = [
        ("Verdict", "TEXT", decision.verdict.value),
        ("Findings", "NUMBER", len(found)),
        ("Waived", "NUMBER", sum(finding.waiver is not None for finding in found)),
        ("Promises proven", "NUMBER", proven),
        ("Promises not exercised", "NUMBER", silent),
        ("Operations", "NUMBER", len(run.operations)),
        ("Requests", "NUMBER", run.traffic.requests),
        ("Duration", "DURATION", round(run.seconds * 1000)),
        ("Environment", "TEXT", one_line(run.environment)),
        ("Seed", "TEXT", str(run.seed)),
    ]
    return {
        "title": _short(f"specproof: {run.contract_title}", _SUMMARY),
        "details": _short(details, _DETAILS - len(left_out)) + left_out,
        "report_type": "TEST",
        "reporter": "specproof",
        "result": "PASSED" if decision.verdict is Verdict.PASS else "FAILED",
        "data": [{"title": title, "type": kind, "value": value} for title, kind, value in data],
    }


def annotated(run: Run) -> list[dict[str, Any]]:
    """Return the annotations, worst first; what is waived comes last."""
    ordered = sorted(run.findings, key=lambda finding: finding.waiver is not None)
    return [_annotation(finding) for finding in ordered[:LIMIT]]


def _annotation(finding: Finding) -> dict[str, Any]:
    again = f"came back {finding.unstable}" if finding.unstable is not None else ""
    waived = f"waived: {finding.waiver}" if finding.waiver is not None else ""
    details = "\n".join(filter(None, (again, waived, finding.source, *finding.reproduce)))
    annotation: dict[str, Any] = {
        "external_id": f"specproof-{finding.fingerprint}",
        "annotation_type": "BUG",
        "title": _short(f"{finding.promise}: {finding.about}", _SUMMARY),
        "summary": _short(f"{finding.about}: {finding.summary}", _SUMMARY),
        "details": _short(details, _DETAILS, lines=True),
        "severity": _SEVERITIES[finding.severity],
        "result": "FAILED" if finding.waiver is None else "IGNORED",
    }
    place = place_of(finding.place)
    if place is not None and place.relative:
        annotation |= {"path": place.uri, **({"line": place.line} if place.line else {})}
    return annotation


def _short(text: str, limit: int, *, lines: bool = False) -> str:
    text = "\n".join(map(one_line, text.splitlines())) if lines else one_line(text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
