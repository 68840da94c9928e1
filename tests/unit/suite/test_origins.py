"""What led to an answer goes before it: what made its thing, what removed that, what was in its way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from recording import Answer, Seen
from things import Things
from world import stage_of, world_of

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.suite.prove import Prover
from specproof.suite.reproduce import reproduction

WRONG = 418


def misstates(status: int, *methods: str, wrong: int = WRONG):
    """Make a server that answers with a status of its own in place of one."""

    class Misstates(Things):
        def respond(self, seen: Seen) -> Answer:
            answer = super().respond(seen)
            return Answer(status=wrong) if answer.status == status and seen.method in methods else answer

    return Misstates()


def seen_at(prover: Prover, operation: str) -> Breach:
    """Return the breach that was seen at an operation."""
    [breach] = prover.suite.judgements["conformance", operation].of("status.documented")
    return breach


def rate(prover: Prover, breach: Breach) -> str | None:
    """Look again."""
    key = (breach.promise, breach.operation)
    [promise] = [each for each in prover.suite.contract.promises if each.key == key]
    return prover.confirmation.rate(promise, breach)


def sent(evidence: tuple[Exchange, ...]) -> list[tuple[str, int]]:
    """Return method and status of each exchange."""
    return [(each.request.method, each.response.status) for each in evidence]


def duplicate(prover: Prover) -> None:
    """Create two things with the same key."""
    stage = stage_of(prover)
    first = stage.create_new("first")
    stage.create("second", first.sent)


def rename(prover: Prover) -> None:
    """Give a thing the key of another one."""
    stage = stage_of(prover)
    first, second = stage.create_new("first"), stage.create_new("second")
    stage.call("update", identity=second.identity, body={"key": first.sent["key"]})


def read_late(prover: Prover) -> None:
    """Read what was deleted."""
    stage = stage_of(prover)
    identity = stage.create_new("first").identity
    stage.call("delete", identity=identity)
    stage.call("read", identity=identity)


def delete_twice(prover: Prover) -> None:
    """Delete what was deleted."""
    stage = stage_of(prover)
    identity = stage.create_new("first").identity
    stage.call("delete", identity=identity)
    stage.call("delete", identity=identity)


@pytest.mark.parametrize(
    ("story", "status", "operation", "led"),
    [
        (duplicate, 409, "POST /things", [("POST", 201), ("POST", WRONG)]),
        (rename, 409, "PUT /things/{id}", [("POST", 201), ("POST", 201), ("PUT", WRONG)]),
        (read_late, 404, "GET /things/{id}", [("POST", 201), ("DELETE", 204), ("GET", WRONG)]),
        (delete_twice, 404, "DELETE /things/{id}", [("POST", 201), ("DELETE", 204), ("DELETE", WRONG)]),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_a_finding_shows_what_led_to_it_and_comes_back(tmp_path: Path, story, status, operation, led) -> None:
    method = operation.partition(" ")[0]
    with world_of(tmp_path, misstates(status, method)) as world:
        prover = world.run()
        story(prover)

        breach = seen_at(prover, operation)

        assert sent(breach.evidence) == led
        assert rate(prover, breach) is None
        prover.suite.clear()
        assert world.keys == ["mine"], "only what was there before"


class MisreadsLargeOnes(Things):
    """Fails to read what was made with a large size, as nothing is that the run makes by itself."""

    def respond(self, seen: Seen) -> Answer:
        """Answer wrongly about one kind of thing."""
        answer = super().respond(seen)
        large = seen.method == "GET" and b'"size": 4711' in answer.body and seen.target != "/things"
        return Answer(status=WRONG) if large else answer


def test_the_thing_is_made_again_as_it_was_made_first(tmp_path: Path) -> None:
    with world_of(tmp_path, MisreadsLargeOnes()) as world:
        prover = world.run()
        stage = stage_of(prover)
        stage.call("read", identity=stage.create_new("large", size=4711).identity)

        assert rate(prover, seen_at(prover, "GET /things/{id}")) is None
        prover.suite.clear()
        assert world.keys == ["mine"], "only what was there before"


def test_nothing_is_deleted_twice(tmp_path: Path) -> None:
    """A server need not document what it says to that."""
    with world_of(tmp_path, misstates(204, "DELETE", wrong=202)) as world:
        prover = world.run()
        stage = stage_of(prover)
        stage.call("delete", identity=stage.create_new("first").identity)

        assert rate(prover, seen_at(prover, "DELETE /things/{id}")) is None

        deleted = [seen.target for seen in world.server.seen if seen.method == "DELETE"]
        assert len(set(deleted)) == len(deleted) > 1
        prover.suite.clear()


def test_lines_that_show_a_finding_remove_all_that_they_make(tmp_path: Path) -> None:
    with world_of(tmp_path, misstates(409, "POST")) as world:
        prover = world.run()
        duplicate(prover)

        resource = prover.suite.operations["POST /things"].resource
        evidence = seen_at(prover, "POST /things").evidence
        lines = reproduction(
            evidence,
            words=prover.suite.client.shell_words,
            resource=resource,
            delete_template="http://things.example/things/{}",
        )
        prover.suite.clear()

        made, refused, removed = lines
        assert made.startswith("ID_1=$(curl")
        assert "-X POST" in refused
        assert removed.startswith("curl -sS -o /dev/null -X DELETE")
        assert removed.endswith('/things/${ID_1}"')


def test_what_is_gone_is_in_nobodys_way(tmp_path: Path) -> None:
    """A key that is free again is no reason for a refusal."""
    with world_of(tmp_path, Things()) as world:
        prover = world.run()
        stage = stage_of(prover)
        first = stage.create_new("first")
        stage.call("delete", identity=first.identity)
        world.answer = lambda seen: Answer(status=WRONG) if seen.method == "POST" else None

        again = stage.create("second", first.sent)

        assert prover.suite.origins.rival_of(again.exchange) is None
        prover.suite.clear()


def test_only_values_that_must_differ_are_in_the_way(tmp_path: Path) -> None:
    with world_of(tmp_path, Things()) as world:
        prover = world.run()
        stage = stage_of(prover)
        first = stage.create_new("first", note="the same")
        world.answer = lambda seen: Answer(status=WRONG) if seen.method == "POST" else None

        other = stage.create("second", {**first.sent, "key": "another"})

        assert json.loads(other.exchange.request.body or b"")["note"] == "the same"
        assert prover.suite.origins.rival_of(other.exchange) is None
        world.answer = lambda seen: None
        prover.suite.clear()
