"""What a process of a run says at its end about promises that another process asks about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from things import Things, document
from world import World, world_of

from specproof.model.exchange import Request
from specproof.model.verdict import State
from specproof.suite.prove import Prover

KEY = ("secrets.never-exposed", "GET /things")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Things with a secret member."""
    with world_of(tmp_path, Things()) as made:
        said = document()
        body = said["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]
        body["schema"]["properties"]["pin"] = {"type": "string", "x-secret": {}}
        (tmp_path / "things.json").write_text(json.dumps(said), encoding="utf-8")
        yield made


def received(world: World, secret: str) -> Prover:
    """Begin a run that has planted a secret and received one answer."""
    prover = world.run()
    prover.suite.watch.expect_never(secret)
    label = "GET /things"
    prover.suite.send(Request(method="GET", url=f"{world.server.origin}/things", operation=label))
    return prover


def test_each_process_answers_for_what_it_searched(world: World) -> None:
    """Without a request of its own: the promise belongs to another process."""
    prover = received(world, "a value that stands nowhere")
    before = len(world.server.seen)

    prover.finish(asked={KEY, ("secrets.never-exposed", "POST /things")})

    assert {key: (o.state, o.times) for key, o in prover.outcomes.items()} == {KEY: (State.PROVEN, 1)}
    assert len(world.server.seen) == before
    prover.suite.clear()


def test_nothing_is_proven_that_nobody_asks_about(world: World) -> None:
    prover = received(world, "a value that stands nowhere")

    prover.finish(asked={("pagination.no-repeats", "GET /things")})

    assert prover.outcomes == {}
    prover.suite.clear()


def test_an_exposed_secret_is_told_though_nobody_asks(world: World) -> None:
    """The answer holds it, and it is confirmed by another look."""
    prover = received(world, "nobody's business")

    prover.finish()

    assert prover.outcomes[KEY].state is State.BROKEN
    prover.suite.clear()
