"""What has to be there before the run: made, captured, used and removed again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from recording import Answer
from things import Things
from world import World, world_of

from specproof.environment.load import load_profile
from specproof.errors import ProfileError
from specproof.model.verdict import State
from specproof.suite.prove import Prover
from specproof.suite.setup import preflight

MAKE = """
[[setup]]
operation = "make"
body = {key = "{unique}", size = 3}
capture = {made = "/id", size = "/size"}
"""
LABEL = "GET /things"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_of(tmp_path, Things()) as found:
        yield found


def begun(world: World, setup: str) -> Prover:
    """Begin a run with this set-up."""
    with world.profile.open("a", encoding="utf-8") as profile:
        profile.write(f"\n{setup}")
    return world.run()


def promise_of(prover: Prover) -> object:
    """Return a promise that needs an answer."""
    return next(p for p in prover.suite.contract.promises if p.key == ("status.documented", LABEL))


def test_what_is_made_feeds_parameters_and_is_removed(world: World) -> None:
    """Its name is one that only this run uses; later requests are filled with what was captured."""
    again = '[[setup]]\noperation = "POST /things"\nbody = {key = "of-{made}", size = "{size}"}\n'
    prover = begun(world, MAKE + again)

    prover.begin()
    prover.begin()

    made = prover.suite.profile.parameters["made"]
    assert prover.suite.access.profile.parameters["made"] == made
    run = prover.suite.plan.run_id("things")
    assert [key.replace(made, "ID") for key in world.keys] == [
        "mine",
        f"specproof-{run}-{world_part(world)}-1",
        "of-ID",
    ]
    assert [thing.get("size") for thing in world.things.kept.values()] == [None, 3, 3]
    assert prover.suite.clear() == ()
    assert world.keys == ["mine"]


def world_part(world: World) -> str:
    """Return the part of the run that its first name holds."""
    return world.keys[1].split("-")[2]


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        (MAKE.replace("{unique}", "mine"), r"setup\[0\]: POST /things answered 409: "),
        (
            MAKE.replace("/size", "/weight"),
            r"setup\[0\]\.capture\.size: POST /things answered no value at \"/weight\"",
        ),
        (
            '[[setup]]\noperation = "read"\n',
            r"setup\[0\]: GET /things/{id}: no value for the path parameter id",
        ),
    ],
    ids=["refused", "nothing to capture", "no value"],
)
def test_a_set_up_that_fails_ends_the_run(world: World, setup: str, said: str) -> None:
    """Nothing more is sent, the reason is told once, and what was made is removed."""
    prover = begun(world, setup)

    outcome = prover.prove(promise_of(prover))  # type: ignore[arg-type]
    sent = len(world.server.seen)
    prover.prove(next(p for p in prover.suite.contract.promises if p.id == "status.no-server-error"))

    assert outcome.state is State.NOT_EXERCISED
    assert len(world.server.seen) == sent
    [trouble] = prover.suite.troubles
    assert re.search(said, trouble), trouble
    assert prover.suite.clear() == ()


@pytest.mark.parametrize(
    ("setup", "writes", "message"),
    [
        (
            'operation = "mak"',
            "allowed",
            r"setup\[0\]\.operation: the document has no mak\. Did you mean 'make'\?",
        ),
        (
            'operation = "make"',
            "forbidden",
            r"setup\[0\]: POST /things is forbidden by environment\.writes; remove one",
        ),
        ('operation = "all"\ncredential = "bob"', "allowed", r'setup\[0\]\.credential: there is no "bob"'),
    ],
    ids=["no operation", "forbidden", "no credential"],
)
def test_what_cannot_be_sent_is_an_error_before_the_run(
    tmp_path: Path, setup: str, writes: str, message: str
) -> None:
    with world_of(tmp_path, Things(), writes=writes) as world:
        prover = begun(world, f"[[setup]]\n{setup}\n")
        seen = len(world.server.seen)

        with pytest.raises(ProfileError, match=message):
            preflight(prover)

        assert len(world.server.seen) == seen
        prover.suite.clear()


def test_a_pointer_needs_a_slash(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_text(
        '[environment]\nname = "e"\nbase_url = "http://127.0.0.1:1"\n'
        '[[setup]]\noperation = "make"\ncapture = {made = "id"}\n'
    )

    with pytest.raises(ProfileError, match=r'setup\[0\]\.capture\.made: "id" is no JSON pointer.*"/id"'):
        load_profile(path, environ={})


def test_a_request_without_an_answer_is_told_with_its_place(world: World) -> None:
    world.answer = lambda seen: Answer(length=10_000) if seen.method == "POST" else None
    prover = begun(world, MAKE)

    assert prover.prove(promise_of(prover)).state is State.NOT_EXERCISED  # type: ignore[arg-type]

    assert any("setup[0]: " in trouble for trouble in prover.suite.troubles)
    assert prover.suite.clear() == ()
    assert world.keys == ["mine"]
