"""HEAD, OPTIONS, small lists, other origins and links over real HTTP, on an API of another kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from recording import Answer, Seen, recording_server
from things_server import Change, Things, document, said

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.verdict import Outcome, State
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover

AREAS = ("responses", "cors", "links")
Look = Callable[..., dict[str, list[Outcome]]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Prove the promises of these areas on a server; return the outcomes by promise."""

    def run(change: Change = lambda seen, answer: answer) -> dict[str, list[Outcome]]:
        things = Things(change)
        with recording_server(things.respond) as server:
            things.origin = server.origin
            spec, profile = tmp_path / "things.json", tmp_path / "things.toml"
            spec.write_text(json.dumps(document()), encoding="utf-8")
            lines = ["[environment]", 'name = "things"', f'base_url = "{server.origin}"', "exclusive = true"]
            lines += ["[parameters]", 'box = "full"', "number = 3", "[empty]", 'box = "void"']
            profile.write_text("\n".join(lines), encoding="utf-8")
            prover = build_prover(
                load_document(str(spec)),
                load_profile(profile, environ={}),
                Plan(seed=1, depth="standard"),
                ledger=tmp_path / "ledger.jsonl",
            )
            try:
                outcomes: dict[str, list[Outcome]] = {}
                for promise in prover.suite.contract.promises:
                    if promise.kind.area in AREAS:
                        outcomes.setdefault(promise.id, []).append(prover.prove(promise))
                return outcomes
            finally:
                prover.suite.clear()

    return run


def states(outcomes: dict[str, list[Outcome]]) -> dict[str, set[State]]:
    """Return the states of each promise."""
    return {name: {outcome.state for outcome in found} for name, found in outcomes.items()}


def test_a_right_server_keeps_every_promise(look: Look) -> None:
    """Although it names one origin instead of a star, and has links of several forms."""
    found = states(look())

    assert found.pop("responses.empty-list") == {State.PROVEN}
    assert set(found) >= {
        "responses.head",
        "responses.options",
        "cors.strangers",
        "cors.exposed",
        "links.self",
    }
    assert {name for name, seen in found.items() if seen != {State.PROVEN}} == set()


def with_status(answer: Answer, status: int) -> Answer:
    return replace(answer, status=status)


def without(answer: Answer, *names: str) -> Answer:
    return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0] not in names))


def no_head(seen: Seen, answer: Answer) -> Answer:
    named = replace(answer, headers=tuple((n, v.replace(", HEAD", "")) for n, v in answer.headers))
    return with_status(named, 501) if seen.method == "HEAD" else named


def no_options(seen: Seen, answer: Answer) -> Answer:
    asked = seen.method == "OPTIONS" and not seen.values("Origin")
    return said(404, {"why": "nothing"}) if asked else answer


def no_small_pages(seen: Seen, answer: Answer) -> Answer:
    return said(400, {"why": "count"}) if "count=1&" in f"{seen.target}&" else answer


@pytest.mark.parametrize(
    ("change", "promise", "why"),
    [
        (no_head, "responses.head", "the server does not answer HEAD: status 501"),
        (no_options, "responses.options", "OPTIONS names no methods: status 404, no Allow"),
        (no_small_pages, "responses.single-item", "pages of one item are refused: status 400"),
    ],
)
def test_what_nobody_promised_is_not_judged(look: Look, change: Change, promise: str, why: str) -> None:
    outcomes = look(change)

    assert {(o.state, o.why) for o in outcomes[promise]} == {(State.NOT_EXERCISED, why)}
    assert [f.summary for found in outcomes.values() for o in found for f in o.findings] == []


def blind_head(seen: Seen, answer: Answer) -> Answer:
    return with_status(answer, 200) if seen.method == "HEAD" else answer


def silent_options(seen: Seen, answer: Answer) -> Answer:
    return replace(answer, headers=(("Allow", "HEAD"),)) if seen.method == "OPTIONS" else answer


def lost_void(seen: Seen, answer: Answer) -> Answer:
    return said(404, {"why": "nothing"}) if "/void/" in seen.target else answer


def unwrapped(seen: Seen, answer: Answer) -> Answer:
    body = json.loads(answer.body or b"{}")
    single = isinstance(body.get("things"), list) and len(body["things"]) == 1
    return replace(answer, body=json.dumps({"things": body["things"][0]}).encode()) if single else answer


def deaf_on_404(seen: Seen, answer: Answer) -> Answer:
    return without(answer, "Access-Control-Allow-Origin") if answer.status == 404 else answer


def open_to_all(seen: Seen, answer: Answer) -> Answer:
    origin = "".join(seen.values("Origin"))
    plain = without(answer, "Access-Control-Allow-Origin")
    return replace(plain, headers=(*plain.headers, ("Access-Control-Allow-Origin", origin)))


def guarded_preflight(seen: Seen, answer: Answer) -> Answer:
    return with_status(answer, 403) if seen.values("Access-Control-Request-Method") else answer


def forgetful(seen: Seen, answer: Answer) -> Answer:
    return without(answer, "Access-Control-Max-Age")


def shifted_links(seen: Seen, answer: Answer) -> Answer:
    return replace(answer, body=answer.body.replace(b"things/1", b"things/2"))


def dead_links(seen: Seen, answer: Answer) -> Answer:
    return replace(answer, body=answer.body.replace(b"things/1", b"things/101"))


def odd_links(seen: Seen, answer: Answer) -> Answer:
    return replace(answer, body=answer.body.replace(b"things/1", b"things/ 1"))


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (blind_head, "responses.head"),
        (silent_options, "responses.options"),
        (lost_void, "responses.empty-list"),
        (unwrapped, "responses.single-item"),
        (deaf_on_404, "cors.refusals"),
        (open_to_all, "cors.strangers"),
        (guarded_preflight, "cors.preflight"),
        (forgetful, "cors.max-age"),
        (shifted_links, "links.self"),
        (dead_links, "links.lead-somewhere"),
        (odd_links, "links.well-formed"),
    ],
)
def test_a_wrong_answer_is_noticed_twice(look: Look, change: Change, promise: str) -> None:
    """Under its promise, and again when it is looked for once more."""
    outcomes = look(change)

    broken = {name for name, seen in states(outcomes).items() if State.BROKEN in seen}
    findings = [finding for outcome in outcomes[promise] for finding in outcome.findings]
    assert promise in broken
    assert [finding.unstable for finding in findings] == [None] * len(findings)
