"""What OpenAPI 3.2 added: the method QUERY, and methods of which HTTP knows nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from recording import Answer, Seen, recording_server
from trial import prove_on, told, unproven

JSON = (("Content-Type", "application/json"),)
THING = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
SENT = {"required": True, "content": {"application/json": {"schema": THING, "example": {"n": 7}}}}
FINE = {"200": {"description": "x", "content": {"application/json": {"schema": THING}}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "a", "version": "1"},
    "paths": {
        "/a": {
            "query": {"requestBody": SENT, "responses": {**FINE, "400": {"description": "refused"}}},
            "additionalOperations": {"LINK": {"responses": FINE}},
        }
    },
}


def respond(seen: Seen) -> Answer:
    """Answer a QUERY with what it asks for."""
    if seen.method not in {"QUERY", "LINK"}:
        return Answer(405, (("Allow", "QUERY, LINK"),))
    if seen.method == "LINK":
        return Answer(200, JSON, b'{"n": 1}')
    try:
        asked = json.loads(seen.body)
    except ValueError:
        return Answer(400)
    fits = isinstance(asked, dict) and type(asked.get("n")) is int
    return Answer(200, JSON, json.dumps({"n": asked["n"]}).encode()) if fits else Answer(400)


def test_query_is_sent_where_nothing_may_be_changed(tmp_path: Path) -> None:
    """Valid and invalid; a method of which nobody knows what it does is not."""
    with recording_server(respond) as server:
        outcomes = prove_on(server.origin, DOCUMENT, tmp_path, areas=("status", "body", "input"))

    assert told(outcomes) == []
    assert {seen.method for seen in server.seen} == {"QUERY"}
    assert b'{"n":7}' in {seen.body for seen in server.seen}
    left = unproven(outcomes)
    assert left["body.schema LINK /a"] == "writes are forbidden"
    assert {name: why for name, why in left.items() if name.endswith("QUERY /a")} == {}


def test_additional_operations_are_sent_where_nobody_else_is_there(tmp_path: Path) -> None:
    profile = ('writes = "allowed"', "exclusive = true")
    with recording_server(respond) as server:
        outcomes = prove_on(server.origin, DOCUMENT, tmp_path, areas=("status", "body"), profile=profile)

    assert told(outcomes) == []
    assert unproven(outcomes) == {}
    assert "LINK" in {seen.method for seen in server.seen}


def test_additional_operations_leave_alone_what_is_there(tmp_path: Path) -> None:
    """They might do anything to it."""
    with recording_server(respond) as server:
        outcomes = prove_on(
            server.origin, DOCUMENT, tmp_path, areas=("status", "body"), profile=('writes = "allowed"',)
        )

    assert "LINK" not in {seen.method for seen in server.seen}
    assert "it would change what the run did not make" in unproven(outcomes)["body.schema LINK /a"]


def test_a_wrong_answer_to_a_query_is_found(tmp_path: Path) -> None:
    def wrong(seen: Seen) -> Answer:
        return Answer(200, JSON, b'{"n": "7"}') if seen.method == "QUERY" else respond(seen)

    with recording_server(wrong) as server:
        outcomes = prove_on(server.origin, DOCUMENT, tmp_path, areas=("body",))

    assert [line for line in told(outcomes) if line.startswith("body.schema: expected a valid /n")]
