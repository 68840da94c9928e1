"""What an exploring run found is sent first by every later run, and forgotten once it shows nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from builders import make_operation, make_parameter, make_request
from things import Reply, Things
from world import World, world_of

from specproof.generate.examples import open_examples
from specproof.generate.request import json_body
from specproof.model.exchange import Request
from specproof.suite.histories import play_histories
from specproof.suite.living import life_context
from specproof.suite.prove import Prover
from specproof.suite.remembering import Memory
from specproof.suite.session import CONFORMANCE

MAKE, READ, DROP = "POST /things", "GET /things/{id}", "DELETE /things/{id}"


class Picky(Things):
    """Falls over an exclamation mark, until it is mended."""

    mended = False

    def create(self, sent: dict[str, Any]) -> Reply:
        """Make a thing."""
        if "!" in str(sent.get("note")) and not self.mended:
            return 500, {}, {"error": "down"}
        return super().create(sent)


def explore(prover: Prover, folder: Path, *, writes: bool) -> None:
    """Use a database."""
    prover.suite.examples = open_examples([str(folder)], writes=writes)


def generated(world: World, **body: str) -> Request:
    """Return a generated request that creates."""
    return make_request(
        method="POST",
        url=f"{world.server.origin}/things",
        headers=(("Content-Type", "application/json"),),
        body=json_body(body),
        operation=MAKE,
        purpose="generated, fuzzing",
    )


def creations(world: World) -> list[Any]:
    """Return the bodies that came to create something, apart from those of the run's own names."""
    bodies = [json.loads(seen.body) for seen in world.server.seen if seen.method == "POST"]
    return [body for body in bodies if not body["key"].startswith("SPECPROOF_")]


def test_a_found_request_is_sent_again_until_it_shows_nothing(tmp_path: Path) -> None:
    things, folder = Picky(), tmp_path / "examples"
    with world_of(tmp_path, things) as world:
        exploring = world.run()
        explore(exploring, folder, writes=True)
        exploring.conformance.send_generated(generated(world, key="one", note="fine"), MAKE)
        exploring.conformance.send_generated(generated(world, key="two", note="hey!"), MAKE)
        exploring.suite.clear()

        world.server.seen.clear()
        gate = world.run(seed=2)
        explore(gate, folder, writes=False)
        gate.conformance.replay(gate.suite.operations[MAKE])
        assert creations(world) == [{"key": "two", "note": "hey!"}]
        assert [b.detail for b in gate.suite.judgements[CONFORMANCE, MAKE].of("status.no-server-error")] == [
            "500"
        ]
        gate.suite.clear()

        things.mended = True
        for writes, sent in ((False, 1), (True, 1), (True, 0)):
            world.server.seen.clear()
            later = world.run()
            explore(later, folder, writes=writes)
            later.conformance.replay(later.suite.operations[MAKE])
            assert len(creations(world)) == sent
            later.suite.clear()


def test_a_found_plan_is_played_first(tmp_path: Path) -> None:
    class Wrong(Things):
        def update(self, identity: str, sent: dict[str, Any]) -> Reply:
            return 200, {}, self.shown(identity)

    with world_of(tmp_path, Wrong()) as world:
        scenario, shortest = ["POST", "PUT", "PUT", "PUT", "GET"], ["POST", "PUT", "GET", "DELETE"]
        for writes, first in ((True, scenario), (False, shortest)):
            prover = world.run(depth="standard")
            explore(prover, tmp_path / "examples", writes=writes)
            resource = prover.suite.operations[MAKE].resource
            assert resource is not None
            stage = prover.scratch.stage(resource, f"histories {writes}")
            before = len(world.server.seen)
            player = play_histories(prover.suite, stage, life_context(prover.suite, stage).known)
            assert player.breaches
            methods = [seen.method for seen in world.server.seen[before:]]
            assert methods[: len(first)] == first
            kept = list(prover.suite.examples.found("Things", "plans", MAKE))
            assert [step[0] for step in kept[0]] == ["create", "update", "read"]
            prover.suite.clear()


OPERATION = make_operation(
    "200", method="DELETE", path="/boxes/{box}/things/{id}",
    parameters=(make_parameter("box", {}, "path"), make_parameter("id", {}, "path")),
)  # fmt: skip
KNOWN = {"box": "acme", "id": "7"}


def memory(folder: Path, method: str = "DELETE") -> Memory:
    """Return the memory of one operation."""
    operation = make_operation("200", method=method, path=OPERATION.path, parameters=OPERATION.parameters)
    return Memory(
        examples=open_examples([str(folder)], writes=True),
        contract="x",
        operation=operation,
        base_url="http://api.example/v1",
    )


def remembered(kept: Memory, **known: str) -> list[str]:
    """Return method and URL of what comes back where other things are known."""
    found = kept.requests(lambda: {**KNOWN, **known}, lambda values: f"for {values['box']}")
    return [f"{r.method} {r.url} {r.credential}" for r in found]


def test_known_path_values_are_replaced_by_those_of_the_later_run(tmp_path: Path) -> None:
    kept = memory(tmp_path, "GET")
    kept.keep(make_request("GET", "http://api.example/v1/boxes/acme/things/random%2F1?q=a%20b"), KNOWN)
    assert remembered(kept, box="other") == [
        "GET http://api.example/v1/boxes/other/things/random%2F1?q=a%20b for other"
    ]


def test_a_request_that_changes_something_never_keeps_a_path_value(tmp_path: Path) -> None:
    """Whoever writes to the database does not choose what is deleted."""
    kept = memory(tmp_path)
    for case in (
        {"target": "/boxes/victim/things/1", "method": "GET"},
        {"target": "/boxes/victim"},
        {"target": "//evil.example/x"},
        {"target": "http://evil.example/x"},
        {"target": 7},
        {"target": "/boxes/a/things/b", "body": "no base64"},
        ["/boxes/victim/things/1"],
    ):
        kept.examples.keep(case, "x", "requests", kept.operation.label)
    assert set(remembered(kept)) == {"DELETE http://api.example/v1/boxes/acme/things/7 for acme"}


def test_a_body_and_headers_come_back_as_they_were(tmp_path: Path) -> None:
    kept = memory(tmp_path, "GET")
    request = make_request(
        "GET", "http://api.example/v1/boxes/acme/things/7", body=b"\xff\x00", headers=(("X-A", "\xe9"),)
    )
    kept.keep(request, KNOWN)
    [back] = kept.requests(lambda: KNOWN, lambda _: None)
    assert (back.url, back.body, back.headers) == (request.url, request.body, request.headers)
    kept.forget(back, KNOWN)
    assert remembered(kept) == []


def test_nothing_that_names_a_secret_is_kept(tmp_path: Path) -> None:
    """The credential is no part of a request."""
    kept = memory(tmp_path, "GET")
    kept.keep(make_request("GET", "http://api.example/v1/boxes/acme/things/7", credential="admin"), KNOWN)
    assert [set(case) for case in kept.examples.found("x", "requests", kept.operation.label)] == [{"target"}]
