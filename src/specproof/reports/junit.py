"""``junit.xml``: one test case per promise and operation, for CI servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from specproof.model.finding import Finding
from specproof.model.verdict import Decision, Outcome, Run, State, Verdict
from specproof.reports.text import harmless, one_line

_Kind = TypeVar("_Kind", Error, Failure, Skipped)


def write_junit(run: Run, decision: Decision, folder: Path) -> None:
    """Write ``junit.xml`` of a clean run: one suite per area.

    An inconclusive verdict is an error of its own, since without one a reader of JUnit would see
    nothing but passed and skipped cases. A finding that is waived is a skipped case.
    """
    document = JUnitXml("specproof")
    by_area: dict[str, list[Outcome]] = {}
    for outcome in run.outcomes:
        by_area.setdefault(outcome.promise.kind.area, []).append(outcome)
    for area, outcomes in by_area.items():
        suite = _suite(area, run)
        suite.add_testcases([_case(outcome) for outcome in outcomes])
        document.add_testsuite(suite)
    if decision.verdict is Verdict.INCONCLUSIVE:
        suite = _suite("verdict", run)
        case = TestCase(f"verdict [{run.environment}]", "verdict", 0.0)
        case.result = [
            _result(Error, "; ".join(decision.reasons), "inconclusive", "\n".join(decision.reasons))
        ]
        suite.add_testcase(case)
        document.add_testsuite(suite)
    count: Callable[[], None] = document.update_statistics  # has no annotations
    count()
    document.write(str(folder / "junit.xml"), pretty=True)


def _suite(area: str, run: Run) -> TestSuite:
    suite = TestSuite(one_line(area))
    suite.timestamp = datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for name, value in (
        ("environment", run.environment),
        ("seed", str(run.seed)),
        ("depth", run.depth),
        ("contract", f"{run.contract_title} {run.contract_version}"),
    ):
        suite.add_property(name, one_line(value))
    return suite


def _case(outcome: Outcome) -> TestCase:
    promise = outcome.promise
    name = f"{promise.id} [{promise.about}]"
    case = TestCase(one_line(name), one_line(promise.kind.area), round(outcome.seconds, 3))
    case.result = list(_results(outcome))
    return case


def _results(outcome: Outcome) -> Iterator[Failure | Skipped]:
    if outcome.state is State.NOT_EXERCISED:
        yield _result(Skipped, outcome.why, "not exercised")
    for finding in outcome.findings:
        if finding.waiver is None:
            kind = finding.severity.value if finding.unstable is None else "unstable"
            yield _result(Failure, finding.summary, kind, _text(finding))
    if outcome.findings and all(finding.waiver is not None for finding in outcome.findings):
        yield _result(Skipped, f"waived: {outcome.findings[0].waiver}", "waived")


def _result(kind: type[_Kind], message: str, type_: str, text: str = "") -> _Kind:
    result = kind(one_line(message), type_)
    if text:
        result.text = harmless(text)
    return result


def _text(finding: Finding) -> str:
    again = f", came back {finding.unstable}" if finding.unstable else ""
    lines = [
        f"{finding.severity.value}{again}: {finding.summary}",
        f"promised at {' '.join(filter(None, (finding.place, finding.source)))}",
        f"fingerprint {finding.fingerprint}",
        *finding.reproduce,
    ]
    return "\n".join(lines)
