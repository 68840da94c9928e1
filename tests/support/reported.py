"""Runs to report about, made by hand."""

from __future__ import annotations

from dataclasses import replace

from specproof.contract.catalogue import CATALOGUE
from specproof.model.change import Change, Level
from specproof.model.exchange import Exchange, Request, Response
from specproof.model.finding import Finding
from specproof.model.promise import Promise, PromiseKind, Severity
from specproof.model.verdict import DocumentNote, Outcome, Run, State, Traffic

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


def large_run(operations: int, promises: int, broken_every: int = 0) -> Run:
    """Build a run of so many promises, taken from the catalogue, over so many operations.

    Of every ``broken_every`` promises one is broken (0: none), and one of twenty was not exercised.
    """
    kinds = [kind for kind in CATALOGUE.values() if not kind.id.startswith("document.")]
    labels = tuple(f"GET /accounts/{{account}}/collections_{n:03}/items/{{item}}" for n in range(operations))
    outcomes = []
    for number in range(promises):
        bound = Promise(
            kind=kinds[number // operations % len(kinds)], operation=labels[number % operations],
            source=f"#/paths/~1accounts~1{{account}}~1collections_{number % operations:03}/get",
        )  # fmt: skip
        found = (
            (finding(bound.id, bound.operation, detail=str(number)),)
            if broken_every and number % broken_every == 0
            else ()
        )
        silent = not found and number % 20 == 1
        outcomes.append(
            Outcome(
                promise=bound, findings=found, times=0 if silent else 4, started=1_767_225_600.5,
                state=State.BROKEN if found else State.NOT_EXERCISED if silent else State.PROVEN,
                why="no second credential is in the profile" if silent else "",
            )
        )  # fmt: skip
    traffic = Traffic(
        requests=10 * operations,
        statuses={label: {200: 9, 404: 1} for label in labels},
        durations={label: tuple((n % 7 + k) / 1000 for k in range(1, 11)) for n, label in enumerate(labels)},
    )
    return make_run(*outcomes, operations=labels, traffic=traffic)


def note(text: str) -> DocumentNote:
    """Return a note on the document, with a text wherever a document can put one."""
    return DocumentNote(pointer=f"#/{text}", place=f"{text}:1", said=text, effect=text)


def changed(text: str, level: Level = Level.RISKY) -> Change:
    """Return a change of the list, with a text wherever a document can put one."""
    return Change(
        kind="response-property-removed",
        level=level,
        side="response",
        said=text,
        document="old",
        pointer=f"#/{text}",
        place=f"{text}:1",
        operations=(LIST, text),
    )
