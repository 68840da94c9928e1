"""Runs for the gate to judge, from the few words that a test is about."""

from __future__ import annotations

from specproof.model.finding import Finding
from specproof.model.promise import Promise, PromiseKind, Severity
from specproof.model.verdict import Outcome, Run, State, Traffic

GET, POST = "GET /things", "POST /things"


def outcome(
    operation: str = GET,
    *findings: Finding,
    why: str = "",
    inferred: bool = False,
    promise: str = "status.documented",
) -> Outcome:
    """Build an outcome: broken with findings, not exercised with a reason, else proven."""
    kind = PromiseKind(id=promise, sentence="s", severity=Severity.MAJOR, broken_when="b", source="s")
    bound = Promise(kind=kind, operation=operation, source="#/paths", inferred=inferred)
    state = State.BROKEN if findings else State.NOT_EXERCISED if why else State.PROVEN
    return Outcome(promise=bound, state=state, why=why, times=0 if why else 3, findings=findings)


def finding(
    severity: Severity = Severity.MAJOR,
    *,
    waiver: str | None = None,
    unstable: str | None = None,
    detail: str = "",
    promise: str = "status.documented",
    operation: str = GET,
) -> Finding:
    """Build a finding about nothing in particular."""
    return Finding(
        promise=promise, operation=operation, severity=severity, summary="expected a; got b",
        source="#/paths", waiver=waiver, unstable=unstable, detail=detail,
    )  # fmt: skip


def run(*outcomes: Outcome, troubles: tuple[str, ...] = (), **statuses: dict[int, int]) -> Run:
    """Build a run of two operations, which both answered 200 unless ``get`` or ``post`` say otherwise."""
    traffic = {GET: statuses.get("get", {200: 2}), POST: statuses.get("post", {201: 1, 400: 2})}
    return Run(
        contract_title="Things", contract_version="1", contract_sha256="0" * 64,
        contract_source="things.yaml",
        environment="staging", base_url="https://x", seed=1, depth="quick", started=0.0, seconds=1.0,
        operations=(GET, POST), outcomes=outcomes or (outcome(GET), outcome(POST)), troubles=troubles,
        traffic=Traffic(
            requests=sum(sum(counts.values()) for counts in traffic.values()),
            statuses={label: counts for label, counts in traffic.items() if counts},
        ),
    )  # fmt: skip
