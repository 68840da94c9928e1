"""A run to report about: promises in every state, and a server that means harm."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from specproof.model.exchange import Exchange, Request, Response
from specproof.model.finding import Finding
from specproof.model.promise import Promise, PromiseKind, Severity
from specproof.model.verdict import Decision, Effect, Outcome, Ruling, Run, State, Traffic, Verdict

LIST, CREATE = "GET /teams/{username}/things", "POST /teams/{username}/things"


def kind(promise: str, severity: Severity = Severity.MAJOR) -> PromiseKind:
    """Build an entry of the catalogue."""
    return PromiseKind(
        id=promise, sentence="No item comes twice.", severity=severity, broken_when="an item comes twice",
        source="RFC 9110 section 15",
    )  # fmt: skip


def outcome(
    promise: str, operation: str, *findings: Finding, why: str = "", inferred: bool = False
) -> Outcome:
    """Build an outcome whose state follows from what it is given."""
    state = State.BROKEN if findings else State.NOT_EXERCISED if why else State.PROVEN
    bound = Promise(kind=kind(promise), operation=operation, source="#/paths/~1a", inferred=inferred)
    return Outcome(
        promise=bound, state=state, why=why, findings=findings, times=0 if why else 4,
        started=1_767_225_600.5, seconds=0.25,
    )  # fmt: skip


def exchange(number: int, *, text: str = "", body: bytes | None = None) -> Exchange:
    """Build an exchange in which ``text`` stands wherever a text can stand."""
    headers = (("Content-Type", "application/json"), ("X-Echo", text), ("Set-Cookie", f"sid={text}"))
    return Exchange(
        request=Request(
            method="POST", url=f"https://api.example.com/things?page={number}&q={text}", headers=headers,
            body=text.encode("utf-8", "surrogatepass"), credential="reader", purpose=f"page {number} {text}",
        ),
        response=Response(
            status=200, headers=headers, body=text.encode("utf-8", "surrogatepass") if body is None else body,
            seconds=0.0123, reason=text or "OK",
        ),
        number=number,
    )  # fmt: skip


def finding(promise: str, operation: str, **members: object) -> Finding:
    """Build a finding with two exchanges and a shell line."""
    base = {
        "promise": promise, "operation": operation, "severity": Severity.MAJOR,
        "summary": "expected each item once; got item 3 on pages 1 and 2", "source": "#/paths/~1things/get",
        "place": "spec/things.yaml:12", "evidence": (exchange(1), exchange(2)),
        "reproduce": ("curl -fsS 'https://api.example.com/things?page=1'", 'curl -u "ada:$PW" https://x'),
    }  # fmt: skip
    return Finding(**(base | members))  # type: ignore[arg-type]


def make_run(*outcomes: Outcome, **members: object) -> Run:
    """Build a run with these outcomes."""
    base = Run(
        contract_title="Things", contract_version="2.0", contract_sha256="ab" * 32,
        contract_source="spec/things.yaml", environment="staging", base_url="https://api.example.com", seed=7,
        depth="standard", started=1_767_225_600.0, seconds=21.4321, operations=(LIST, CREATE),
        outcomes=outcomes,
        traffic=Traffic(
            requests=23, statuses={LIST: {200: 15, 404: 5}, CREATE: {401: 3}},
            durations={LIST: tuple(number / 100 for number in range(1, 21))},
        ),
    )  # fmt: skip
    return replace(base, **members)  # type: ignore[arg-type]


@pytest.fixture
def run() -> Run:
    """A run of two operations with one promise in every state."""
    return make_run(
        outcome("pagination.no-repeats", LIST, finding("pagination.no-repeats", LIST)),
        outcome("pagination.no-gaps", LIST),
        outcome(
            "status.documented", LIST, finding("status.documented", LIST, unstable="1 of 3"), inferred=True
        ),
        outcome(
            "status.documented",
            CREATE,
            finding(
                "status.documented",
                CREATE,
                waiver="known, see T-1",
                waiver_owner="ada",
                waiver_until="2026-12-31",
            ),
        ),
        outcome("lifecycle.create", CREATE, why="writes are forbidden"),
        outcome("document.valid", ""),
    )


@pytest.fixture
def decision() -> Decision:
    """A failed gate."""
    said = ("1 major finding blocks at minor", "1 finding is waived")
    rulings = (
        Ruling(rule="findings.confirmed", effect=Effect.FAIL, sentence=said[0], numbers={"major": 1}),
        Ruling(rule="findings.waived", effect=Effect.NOTE, sentence=said[1]),
    )
    return Decision(verdict=Verdict.FAIL, reasons=said, rulings=rulings, policy="gate-policy.toml")


@pytest.fixture
def hostile_run() -> Callable[[str], Run]:
    """Return a run in which a text stands wherever a server or a document can put one."""

    def build(text: str) -> Run:
        broken = finding(
            "status.documented", LIST, summary=f"expected {text}; got {text}", source=text, place=text,
            detail=text.replace("\ud800", ""), waiver=None,
            evidence=(exchange(1, text=text), exchange(2, text=text)),
            reproduce=(f"curl '{text}'",), severity=Severity.CRITICAL,
        )  # fmt: skip
        encoded = base64.b64encode(f"ada:{text}".encode("utf-8", "surrogatepass"))
        more = exchange(3, body=b'{"token": "' + encoded + b'"}')
        return make_run(
            outcome("status.documented", LIST, broken, replace(broken, detail="2", evidence=(more,))),
            outcome("status.documented", CREATE, replace(broken, waiver=text, unstable="1 of 2")),
            outcome("lifecycle.create", CREATE, why=text),
            contract_title=text, contract_version=text, contract_source=text, base_url=text,
            left_behind=(text,), troubles=(text,), inferred=(text,),
        )  # fmt: skip

    return build
