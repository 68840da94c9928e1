"""``allure-results/``: one result per operation, promise and environment.

The results are written with Allure's own model and writer, not through its pytest plugin: the plugin
gives one test function one history, and would show the operations of one promise as retries.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from allure_commons.logger import AllureMemoryLogger
from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)

from specproof.model.exchange import Exchange
from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Outcome, Run, State, Verdict
from specproof.reports.allure_texts import categories, description, difference, owners, properties, tags
from specproof.reports.clean import Mask
from specproof.reports.executor import executor
from specproof.reports.links import line_link, place_of, promise_link
from specproof.reports.scripts import script
from specproof.reports.text import harmless, one_line, request_text, response_text

FOLDER = "allure-results"
_SEVERITIES = {Severity.CRITICAL: "critical", Severity.MAJOR: "normal", Severity.MINOR: "minor"}
_EVIDENCE = 20  # exchanges shown for a finding; the last ones show the fault


def write_allure(run: Run, decision: Decision, folder: Path, mask: Mask, environ: Mapping[str, str]) -> None:
    """Write the results of a clean run, and what the report shows beside them.

    An inconclusive verdict is a broken result of its own, else the report would be all green; and so is what
    kept the suite from looking.

    Args:
        run: What was seen, clean.
        decision: The verdict and its reasons, clean.
        folder: Where ``allure-results`` is made.
        mask: For ``Finding.detail``, which is not clean, and for what the CI server says.
        environ: Where the CI server says who it is.
    """
    results = folder / FOLDER
    writer = _Writer(results, run, mask, environ)
    for outcome in run.outcomes:
        writer.write(outcome)
    if decision.verdict is Verdict.INCONCLUSIVE:
        writer.write_of_run("verdict", "inconclusive", decision.reasons)
    if run.troubles:
        writer.write_of_run("troubles", "suite error", run.troubles)
    (results / "environment.properties").write_text(properties(run, decision), encoding="ascii")
    _write_json(results / "categories.json", categories(run))
    if ci := executor(environ):
        said = {key: mask(value) if isinstance(value, str) else value for key, value in ci.items()}
        _write_json(results / "executor.json", said)


def _identity(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


class _Logger(Protocol):
    """What Allure's logger, which has no annotations, does for us: it makes dictionaries of results.

    The one that writes files encodes them in Python, member by member, which took a quarter of the time of
    all reports.
    """

    test_cases: list[dict[str, object]]

    def report_result(self, result: TestResult) -> None: ...


_open_logger: Callable[[], _Logger] = AllureMemoryLogger


class _Writer:
    def __init__(self, folder: Path, run: Run, mask: Mask, environ: Mapping[str, str]) -> None:
        self._logger = _open_logger()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._run = run
        self._mask = mask
        self._environ = environ
        self._written: dict[int, list[Attachment]] = {}  # of exchanges, which several findings may share

    def write(self, outcome: Outcome) -> None:
        """Write the result of one promise of one operation."""
        promise, environment = outcome.promise, one_line(self._run.environment)
        operation = one_line(promise.about)
        result = self._result(
            f"{promise.id} [{operation}]", promise.kind.area, operation, _SEVERITIES[promise.kind.severity]
        )
        result.fullName = f"specproof.{promise.id}[{operation}]"
        result.historyId = _identity(promise.id, operation, environment)
        result.testCaseId = _identity(promise.id, operation)
        result.uuid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{result.historyId}/{self._run.started}"))
        result.parameters = [
            Parameter(name=name, value=value)
            for name, value in (
                ("operation", operation),
                ("promise", promise.id),
                ("environment", environment),
            )
        ]
        result.description = description(outcome)
        result.labels += [Label(name="tag", value=tag) for tag in tags(outcome)]
        result.labels += [Label(name="owner", value=owner) for owner in owners(outcome)]
        result.links = list(self._links(outcome))
        result.status, result.statusDetails = self._status(outcome)
        result.steps = [self._finding_step(finding) for finding in outcome.findings]
        started = outcome.started or self._run.started
        result.start = round(started * 1000)
        result.stop = round((started + outcome.seconds) * 1000)
        self._write(result)

    def write_of_run(self, area: str, kind: str, sentences: tuple[str, ...]) -> None:
        """Write a broken result about the run as a whole: ``kind`` starts its message."""
        name = f"{area} [{one_line(self._run.environment)}]"
        result = self._result(name, area, "whole run", "blocker")
        result.fullName = f"specproof.{name}"
        result.historyId = result.testCaseId = _identity(area, self._run.environment)
        result.uuid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{result.historyId}/{self._run.started}"))
        result.status = Status.BROKEN
        said = "\n".join(sentences)
        result.statusDetails = StatusDetails(message=f"{kind}: {said}", trace=said)
        result.start = round(self._run.started * 1000)
        result.stop = round((self._run.started + self._run.seconds) * 1000)
        self._write(result)

    def _write(self, result: TestResult) -> None:
        self._logger.report_result(result)
        text = json.dumps(self._logger.test_cases.pop(), ensure_ascii=False)
        name = result.file_pattern.format(prefix=uuid.uuid4())
        (self._folder / name).write_text(text, encoding="utf-8")

    def _result(self, name: str, area: str, operation: str, severity: str) -> TestResult:
        title = one_line(self._run.contract_title)
        labels = {
            "epic": title,
            "feature": area,
            "story": operation,
            "severity": severity,
            "parentSuite": title,
            "suite": area,
            "subSuite": operation,
            "framework": "specproof",
            "language": "python",
            "host": one_line(self._run.environment),
            "thread": operation,
        }
        return TestResult(
            name=name,
            stage="finished",
            titlePath=[title, area, operation],
            labels=[Label(name=label, value=value) for label, value in labels.items()],
        )

    def _links(self, outcome: Outcome) -> Iterator[Link]:
        """Yield the page about the promise, and the line of the document where the CI server shows it."""
        yield Link(type="link", url=promise_link(outcome.promise.id), name=f"promise {outcome.promise.id}")
        for place in dict.fromkeys(place_of(finding.place) for finding in outcome.findings):
            url = line_link(place, self._environ) if place else None
            if place and url:
                yield Link(type="link", url=self._mask(url), name=f"{place.uri}:{place.line}")

    def _status(self, outcome: Outcome) -> tuple[str, StatusDetails | None]:
        if outcome.state is State.NOT_EXERCISED:
            return Status.SKIPPED, StatusDetails(message=f"not exercised: {outcome.why}")
        live = [finding for finding in outcome.findings if finding.waiver is None]
        if not live:
            if not outcome.findings:
                return Status.PASSED, None
            waived = StatusDetails(message=f"waived: {outcome.findings[0].waiver}", known=True)
            return Status.SKIPPED, waived
        unstable = all(finding.unstable is not None for finding in live)
        more = f" (and {len(live) - 1} more)" if len(live) > 1 else ""
        prefix = f"unstable, came back {live[0].unstable}: " if unstable else ""
        trace = "\n\n".join(self._trace(finding) for finding in live)
        details = StatusDetails(message=f"{prefix}{live[0].summary}{more}", trace=trace, flaky=unstable)
        return Status.BROKEN if unstable else Status.FAILED, details

    def _trace(self, finding: Finding) -> str:
        parts = {
            "promise": finding.promise,
            "severity": finding.severity.value,
            "summary": finding.summary,
            "place": finding.place,
            "source": finding.source,
            "detail": harmless(self._mask(finding.detail)),
            "fingerprint": finding.fingerprint,
            "came back": finding.unstable or "",
        }
        return "\n".join(f"{name}: {one_line(value)}" for name, value in parts.items() if value)

    def _finding_step(self, finding: Finding) -> TestStepResult:
        step = self._step(f"{finding.fingerprint}: {finding.summary}", Status.FAILED)
        shown = finding.evidence[-_EVIDENCE:]
        if left_out := len(finding.evidence) - len(shown):
            step.steps.append(self._step(f"{left_out} earlier exchanges are not shown", Status.PASSED))
        step.steps += [self._exchange_step(exchange) for exchange in shown]
        if step.steps:
            step.steps[-1].status = Status.FAILED
        texts = {
            "expected and got": (difference(finding.summary), "diff"),
            "what the document says": (finding.excerpt, "json"),
            "reproduce.sh": (harmless(script(finding)) if finding.reproduce else "", "sh"),
            "reproduce as a test": (harmless(finding.test), "py"),
        }
        step.attachments += [
            self._attachment(name, text, extension) for name, (text, extension) in texts.items() if text
        ]
        return step

    def _exchange_step(self, exchange: Exchange) -> TestStepResult:
        request, response = exchange.request, exchange.response
        purpose = f"{one_line(request.purpose)}: " if request.purpose else ""
        step = self._step(f"{purpose}{request.method} {request.url} → {response.status}", Status.PASSED)
        if id(exchange) not in self._written:
            self._written[id(exchange)] = [
                self._attachment("request", request_text(exchange), "txt"),
                self._attachment("response", response_text(exchange), "txt"),
            ]
        step.attachments += self._written[id(exchange)]
        return step

    def _step(self, name: str, status: str) -> TestStepResult:
        at = round(self._run.started * 1000)
        name = one_line(name)
        short = name if len(name) <= 300 else f"{name[:299]}…"
        return TestStepResult(name=short, status=status, stage="finished", start=at, stop=at)

    def _attachment(self, name: str, text: str, extension: str) -> Attachment:
        source = ATTACHMENT_PATTERN.format(prefix=uuid.uuid4(), ext=extension)
        (self._folder / source).write_bytes(text.encode())
        return Attachment(name=name, source=source, type="text/plain")
