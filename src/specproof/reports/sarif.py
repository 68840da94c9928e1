"""``findings.sarif``: the findings for code scanning, SARIF 2.1.0 (OASIS).

Plain dictionaries: the object model that exists for Python is stale, and the schema is the judge anyway.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specproof.model.finding import Finding
from specproof.model.promise import PromiseKind, Severity
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports.clean import Mask
from specproof.reports.links import DOCS, VERSION, place_of, promise_link
from specproof.reports.text import harmless, one_line

NAME = "findings.sarif"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.CRITICAL: "error", Severity.MAJOR: "error", Severity.MINOR: "warning"}


def write_sarif(run: Run, decision: Decision, folder: Path, mask: Mask) -> None:
    """Write ``findings.sarif`` of a clean run."""
    text = json.dumps(sarif(run, decision, mask), indent=1, ensure_ascii=True)
    (folder / NAME).write_text(f"{text}\n", encoding="ascii")


def sarif(run: Run, decision: Decision, mask: Mask) -> dict[str, Any]:
    """Return the log: one run, whose rules are the promises that are broken.

    A waived finding is suppressed, with the reason of the waiver. One that does not block, since it was
    inferred or is unstable, is a note.
    """
    kinds = {o.promise.id: o.promise.kind for o in run.outcomes if o.findings}
    order = {promise: number for number, promise in enumerate(sorted(kinds))}
    inferred = {id(f) for o in run.outcomes if o.promise.inferred for f in o.findings}
    driver = {
        "name": "specproof",
        "version": VERSION,
        "informationUri": DOCS,
        "rules": [_rule(kinds[promise]) for promise in order],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"specproof/{one_line(run.environment)}/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    "SRCROOT": {"description": {"text": "The folder in which the run was started."}}
                },
                "invocations": [_invocation(run, decision)],
                "results": [
                    _result(finding, order[finding.promise], id(finding) in inferred, mask)
                    for finding in run.findings
                ],
                "properties": _properties(run, decision),
            }
        ],
    }


def _rule(kind: PromiseKind) -> dict[str, Any]:
    words = {"text": f"{kind.sentence} Broken when {kind.broken_when}. Source: {kind.source}."}
    words["markdown"] = (
        f"**{kind.sentence}**\n\nBroken when {kind.broken_when}.\n\n"
        f"Source: {kind.source}. [More]({promise_link(kind.id)})."
    )
    return {
        "id": kind.id,
        "shortDescription": {"text": kind.sentence},
        "fullDescription": {"text": f"Broken when {kind.broken_when}."},
        "help": words,
        "helpUri": promise_link(kind.id),
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
        "properties": {"tags": ["api", "contract", kind.area], "needs": sorted(kind.needs)},
    }


def _result(finding: Finding, rule: int, inferred: bool, mask: Mask) -> dict[str, Any]:
    level = "note" if inferred or finding.unstable is not None else _LEVELS[finding.severity]
    result: dict[str, Any] = {
        "ruleId": finding.promise,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": f"{one_line(finding.about)}: {one_line(finding.summary)}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"specproof/v1": finding.fingerprint},
        "properties": {
            "operation": one_line(finding.operation),
            "severity": finding.severity.value,
            "source": one_line(finding.source),
            "detail": harmless(mask(finding.detail)),
            "inferred": inferred,
            "unstable": finding.unstable,
            "reproduce": [harmless(line) for line in finding.reproduce],
        },
    }
    if finding.waiver is not None:
        suppression = {"kind": "external", "status": "accepted", "justification": one_line(finding.waiver)}
        result["suppressions"] = [suppression]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    name = one_line(finding.about)
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}]}
    if place := place_of(finding.place):
        base = {"uriBaseId": "SRCROOT"} if place.relative else {}
        physical: dict[str, Any] = {"artifactLocation": {"uri": place.uri, **base}}
        if place.line:
            physical["region"] = {"startLine": place.line}
        location["physicalLocation"] = physical
    return location


def _invocation(run: Run, decision: Decision) -> dict[str, Any]:
    notes = [*run.troubles, *(decision.reasons if decision.verdict is Verdict.INCONCLUSIVE else ())]
    return {
        "executionSuccessful": decision.verdict is not Verdict.INCONCLUSIVE,
        "startTimeUtc": _moment(run.started),
        "endTimeUtc": _moment(run.started + run.seconds),
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": one_line(note)}} for note in notes
        ],
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _properties(run: Run, decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict.value,
        "reasons": list(decision.reasons),
        "environment": run.environment,
        "baseUrl": run.base_url,
        "seed": run.seed,
        "depth": run.depth,
        "requests": run.traffic.requests,
        "contract": {
            "title": run.contract_title,
            "version": run.contract_version,
            "sha256": run.contract_sha256,
            "source": run.contract_source,
        },
    }
