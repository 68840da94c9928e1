"""Bodies name things that are there: those that the profile gives, else those that the run makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from proving import prover_of
from recording import Answer, Recorder, Seen, recording_server
from things_server import said

from specproof.suite.prove import Prover

UUID = "11111111-2222-4333-8444-55555555555{}"
Make = Callable[..., Prover]


def document(reference: dict[str, Any], member: str) -> dict[str, Any]:
    """Describe flows, and runs of a flow that their body names."""
    shown = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    answers = {"201": {"description": "x", "content": {"application/json": {"schema": shown}}}}

    def collection(**members: Any) -> dict[str, Any]:
        schema = {"type": "object", "required": list(members), "properties": members}
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        return {"post": {"requestBody": body, "responses": answers}}

    one = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"responses": {"200": answers["201"]}},
        "delete": {"responses": {"204": {"description": "gone"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Flows", "version": "1"},
        "paths": {
            "/flows/": collection(name={"type": "string"}),
            "/flows/{id}": one,
            "/runs/": collection(**{member: reference}),
            "/runs/{id}": one,
        },
    }


@pytest.fixture
def server() -> Iterator[Recorder]:
    """Give each flow the identity that follows; the one of runs does not matter."""

    def respond(seen: Seen) -> Answer:
        if seen.method != "POST":
            return said(200, {"id": seen.target.rpartition("/")[2]})
        number = sum(each.method == "POST" for each in recorder.seen)
        return said(201, {"id": UUID.format(number)})

    with recording_server(respond) as recorder:
        yield recorder


@pytest.fixture
def begun(server: Recorder, tmp_path: Path) -> Iterator[Make]:
    """Begin runs on the flows."""
    with ExitStack() as stack:

        def make(*lines: str, member: str = "flow_id", reference: dict[str, Any] | None = None) -> Prover:
            described = document(reference or {"type": "string", "format": "uuid"}, member)
            head = ["[environment]", 'name = "flows"', f'base_url = "{server.origin}"', 'writes = "allowed"']
            prover = prover_of(tmp_path, described, "\n".join([*head, *lines]) + "\n")
            stack.callback(prover.suite.clear)
            prover.begin()
            return prover

        yield make


def sent_for_a_run(prover: Prover, server: Recorder) -> list[tuple[str, Any]]:
    """Let a run be made; return what was created, in order."""
    prover.scratch.path(prover.suite.operations["GET /runs/{id}"])
    return [(seen.target, json.loads(seen.body)) for seen in server.seen if seen.method == "POST"]


@pytest.mark.parametrize("member", ["flow_id", "flowId", "flow_uuid"])
def test_a_body_names_a_thing_that_the_run_makes_for_it(begun: Make, server: Recorder, member: str) -> None:
    """A made-up identity would be refused by every server that looks."""
    assert sent_for_a_run(begun(member=member), server) == [
        ("/flows/", {"name": "specproof"}),
        ("/runs/", {member: UUID.format(1)}),
    ]


def test_a_value_of_the_profile_comes_first(begun: Make, server: Recorder) -> None:
    lines = ("[parameters]", f'flow_id = "{UUID.format(7)}"')
    assert sent_for_a_run(begun(*lines), server) == [("/runs/", {"flow_id": UUID.format(7)})]


def test_an_identity_that_the_schema_does_not_take_is_left_out(begun: Make, server: Recorder) -> None:
    """The body stays valid: an enumeration of flows names none that was made just now."""
    sent = sent_for_a_run(begun(reference={"type": "string", "enum": ["main"]}), server)
    assert sent[-1] == ("/runs/", {"flow_id": "main"})


def test_what_no_collection_is_named_after_is_left_alone(begun: Make, server: Recorder) -> None:
    sent = sent_for_a_run(begun(member="client_id", reference={"type": "string", "const": "me"}), server)
    assert sent == [("/runs/", {"client_id": "me"})]
