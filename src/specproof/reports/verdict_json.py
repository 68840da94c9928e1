"""``verdict.json``: the verdict for scripts; its schema is ``docs/verdict.schema.json``."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specproof.model.access import AccessCell
from specproof.model.change import Change
from specproof.model.coverage import Point
from specproof.model.finding import Finding
from specproof.model.verdict import Decision, DocumentNote, Outcome, Ruling, Run, State, Timing
from specproof.reports.clean import Mask
from specproof.reports.text import harmless, one_line


def write_verdict(run: Run, decision: Decision, folder: Path, mask: Mask) -> None:
    """Write ``verdict.json`` of a clean run."""
    text = json.dumps(verdict_document(run, decision, mask), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "verdict.json").write_text(f"{text}\n", encoding="utf-8")


def verdict_document(run: Run, decision: Decision, mask: Mask) -> dict[str, Any]:
    """Return the content of ``verdict.json``."""
    started = datetime.fromtimestamp(run.started, UTC).isoformat(timespec="seconds")
    return {
        "verdict": decision.verdict.value,
        "reasons": list(decision.reasons),
        "policy": decision.policy or None,
        "rulings": [_ruling(ruling) for ruling in decision.rulings],
        "contract": {
            "title": run.contract_title,
            "version": run.contract_version,
            "sha256": run.contract_sha256,
            "source": run.contract_source,
        },
        "environment": run.environment,
        "base_url": run.base_url,
        "seed": run.seed,
        "depth": run.depth,
        "started": started.replace("+00:00", "Z"),
        "seconds": round(run.seconds, 3),
        "shard": {"number": run.shard.number, "of": run.shard.of} if run.shard else None,
        "requests": run.traffic.requests,
        "findings": _findings(run, mask),
        "coverage": _coverage(run),
        "operations": [_operation(run, label) for label in run.operations],
        "document_notes": [_note(note) for note in run.document_notes],
        "base": run.base or None,
        "changes": [_change(change) for change in run.changes],
        "inferred": list(run.inferred),
        "access": [_cell(cell) for cell in run.access],
        "troubles": list(run.troubles),
        "left_behind": list(run.left_behind),
    }


def _findings(run: Run, mask: Mask) -> list[dict[str, Any]]:
    guesses = {id(found) for each in run.outcomes if each.promise.inferred for found in each.findings}
    return [_finding(finding, id(finding) in guesses, mask) for finding in run.findings]


def _finding(finding: Finding, inferred: bool, mask: Mask) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "promise": finding.promise,
        "operation": finding.operation,
        "severity": finding.severity.value,
        "summary": finding.summary,
        "source": finding.source,
        "place": finding.place,
        "detail": harmless(mask(finding.detail)),
        "inferred": inferred,
        "unstable": finding.unstable,
        "reproduce": [harmless(line) for line in finding.reproduce],
        "waiver": finding.waiver,
        "waiver_owner": finding.waiver_owner,
        "waiver_until": finding.waiver_until,
    }


def _note(note: DocumentNote) -> dict[str, str]:
    return {"pointer": note.pointer, "place": note.place, "said": note.said, "effect": note.effect}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "level": change.level.value,
        "side": change.side,
        "said": change.said,
        "document": change.document,
        "pointer": change.pointer,
        "place": change.place,
        "operations": list(change.operations),
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "rule": ruling.rule,
        "effect": ruling.effect.value,
        "sentence": ruling.sentence,
        "numbers": dict(ruling.numbers),
    }


def _coverage(run: Run) -> dict[str, Any]:
    ratios = {kind: list(ratio) for kind, ratio in run.ratios.items()}
    missed = [outcome for outcome in run.outcomes if outcome.state is State.NOT_EXERCISED]
    return {
        **ratios,
        "not_exercised": [_not_exercised(outcome) for outcome in missed],
        "not_seen": [_not_seen(point) for point in run.coverage if not point.seen],
    }


def _not_seen(point: Point) -> dict[str, str]:
    return {
        "kind": point.kind.value,
        "operation": point.operation,
        "what": one_line(point.what),
        "why": point.why,
    }


def _not_exercised(outcome: Outcome) -> dict[str, str]:
    return {"promise": outcome.promise.id, "operation": outcome.promise.operation, "why": outcome.why}


def _operation(run: Run, label: str) -> dict[str, Any]:
    statuses = run.traffic.statuses.get(label, {})
    requests = sum(statuses.values())
    good = sum(count for status, count in statuses.items() if 200 <= status < 300)
    states = Counter(each.state for each in run.outcomes if each.promise.operation == label)
    return {
        "operation": label,
        "requests": requests,
        "statuses": {str(status): statuses[status] for status in sorted(statuses)},
        "share_2xx": round(good / requests, 4) if requests else None,
        "seconds": _seconds(run.traffic.timing(label)),
        "proven": states[State.PROVEN],
        "broken": states[State.BROKEN],
        "not_exercised": states[State.NOT_EXERCISED],
    }


def _cell(cell: AccessCell) -> dict[str, Any]:
    return {
        "credential": cell.credential,
        "operation": cell.operation,
        "expected": cell.expected,
        "statuses": list(cell.statuses),
        "got": cell.got,
        "right": cell.right,
    }


def _seconds(timing: Timing | None) -> dict[str, float] | None:
    if timing is None:
        return None
    return {"p50": round(timing.p50, 4), "p95": round(timing.p95, 4), "max": round(timing.longest, 4)}
