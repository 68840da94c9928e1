"""Everything that a run made is removed, also what it got no answer about; other things are left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from recording import Answer
from things import Reply, Things, document
from world import CUT, World, stage_of, world_of

from specproof.cli import specproof
from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import NOWHERE, Heading, State, read_ledger
from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.errors import Unreachable
from specproof.generate.names import Names
from specproof.suite.leftovers import take_over
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover
from specproof.suite.surveying import survey


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Things on a server that behaves."""
    with world_of(tmp_path, Things()) as found:
        yield found


def cleanup(*arguments: object) -> tuple[int, str]:
    """Call the command; return its status and what it said."""
    done = CliRunner().invoke(specproof, ["cleanup", *map(str, arguments)], standalone_mode=False)
    assert done.exception is None, done.output
    return done.return_value or 0, done.output


def test_what_is_open_is_deleted_and_looked_for(world: World) -> None:
    prover = world.run()
    stage_of(prover).create_new("first")
    stage_of(prover, "another").create_new("second")
    assert len(world.keys) == 3
    before = len(world.server.seen)

    assert prover.suite.clear() == ()

    assert world.keys == ["mine"]
    methods = [seen.method for seen in world.server.seen[before:]]
    assert methods == ["DELETE", "DELETE", "GET"]
    assert not prover.suite.ledger.path.exists()


@pytest.mark.parametrize("answer", [CUT, Answer(status=502), Answer(status=201, body=b"{}")], ids=str)
def test_a_creation_without_a_clear_answer_is_found_by_its_name(world: World, answer: Answer) -> None:
    prover = world.run()
    world.answer = lambda seen: answer if seen.method == "POST" else None
    if answer is CUT:
        with pytest.raises(Unreachable, match="IncompleteRead"):
            stage_of(prover).create_new("lost")
    else:
        stage_of(prover).create_new("lost")
    assert len(world.keys) == 2

    assert prover.suite.clear() == ()
    assert world.keys == ["mine"]


def test_a_creation_that_did_not_happen_is_settled(world: World) -> None:
    prover = world.run()
    world.things.create = lambda sent: (502, {}, None)  # type: ignore[method-assign]
    stage_of(prover).create_new("lost")

    assert prover.suite.clear() == ()
    assert not prover.suite.ledger.path.exists()


def test_what_the_server_keeps_is_left_behind(tmp_path: Path) -> None:
    """It says that it deleted it, and still lists it."""

    class Keeps(Things):
        def delete(self, identity: str) -> Reply:
            return 204, {}, None

    with world_of(tmp_path, Keeps()) as world:
        prover = world.run()
        made = stage_of(prover).create_new("first")
        [line] = prover.suite.clear()
        assert made.identity is not None
        assert line.endswith(": it was deleted and is still listed")
        assert [entry.state for entry in read_ledger(prover.suite.ledger.path).entries] == [State.CREATED]


def test_a_name_that_somebody_else_has_is_left_alone(world: World) -> None:
    """The creation was refused because the name was taken: what has it is not the run's."""
    prover = world.run()
    stage = stage_of(prover)
    name = stage.body()["key"]
    world.things.create({"key": name})
    stage.call("create", body={"key": name})

    assert prover.suite.clear() == ()
    assert world.keys == ["mine", name]


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_generated_name_without_an_answer_is_deleted_only_where_nobody_else_writes(
    tmp_path: Path, exclusive: bool
) -> None:
    with world_of(tmp_path, Things(), exclusive=exclusive) as world:
        prover = world.run()
        world.answer = lambda seen: Answer(status=502) if seen.method == "POST" else None
        stage_of(prover).call("create", body={"key": "0"})
        left = prover.suite.clear()
        assert world.keys == (["mine"] if exclusive else ["mine", "0"])
        lines = [f"{world.server.origin}/things: perhaps created, for no clear answer came; look for key '0'"]
        assert list(left) == ([] if exclusive else lines)


def test_a_thing_that_was_there_before_is_never_taken_for_the_runs(tmp_path: Path) -> None:
    with world_of(tmp_path, Things(), exclusive=True) as world:
        prover = world.run()
        world.answer = lambda seen: Answer(status=502) if seen.method == "POST" else None
        stage_of(prover).call("create", body={"key": "mine"})
        assert len(prover.suite.clear()) == 1
        assert world.keys == ["mine"]


def test_a_killed_run_is_cleaned_up_by_the_command(world: World) -> None:
    prover = world.run()
    stage_of(prover).create_new("first")
    world.answer = lambda seen: CUT if seen.method == "POST" else None
    with pytest.raises(Unreachable, match="IncompleteRead"):
        stage_of(prover, "another").create_new("lost")
    path = world.kill(prover)

    status, shown = cleanup("--reports-dir", world.folder, "--list")
    assert (status, len(world.keys)) == (0, 3)
    assert "2 things of run" in shown
    assert "perhaps created by POST /things" in shown

    status, shown = cleanup("--reports-dir", world.folder)
    assert (status, world.keys) == (0, ["mine"])
    assert "2 removed, 0 left" in shown
    assert not path.exists()
    assert cleanup("--reports-dir", world.folder) == (0, f"no ledger in {world.folder}: nothing is left\n")


def test_the_command_says_what_stays(world: World) -> None:
    prover = world.run()
    stage_of(prover).create_new("first")
    path = world.kill(prover)
    world.answer = lambda seen: Answer(status=503) if seen.method == "DELETE" else None
    world.things.delete = lambda identity: (503, {}, None)  # type: ignore[method-assign]

    status, shown = cleanup(path)

    assert status == 1
    assert "DELETE answered 503" in shown
    assert path.exists()


def test_the_command_obeys_the_profile(world: World) -> None:
    prover = world.run()
    stage_of(prover).create_new("first")
    path = world.kill(prover)
    text = world.profile.read_text(encoding="utf-8")
    world.profile.write_text(text.replace('"allowed"', '"forbidden"'), encoding="utf-8")

    status, shown = cleanup(path)

    assert (status, len(world.keys)) == (1, 2)
    assert "DELETE was not sent" in shown


def test_a_ledger_of_another_server_is_refused(world: World, tmp_path: Path) -> None:
    prover = world.run()
    stage_of(prover).create_new("first")
    path = world.kill(prover)
    other = tmp_path / "other.toml"
    other.write_text('[environment]\nname = "other"\nbase_url = "http://127.0.0.1:9"\n', encoding="utf-8")

    done = CliRunner().invoke(specproof, ["cleanup", str(path), "--environment", str(other)])

    assert "name the right profile with --environment" in str(done.exception)
    assert len(world.keys) == 2


def test_the_next_run_cleans_up_first(world: World) -> None:
    """And its requests are those of a run that finds nothing."""
    killed = world.run()
    stage_of(killed).create_new("first")
    world.kill(killed)
    prover = build_prover(
        load_document(str(world.folder / "things.json")),
        load_profile(world.profile, environ={}),
        Plan(seed=1, depth="quick"),
        ledger=world.folder / "ledger-main.jsonl",
    )
    with closing(prover.suite.ledger):
        assert list(take_over(prover.suite, world.folder)) == []
        assert list(survey(prover.suite)) == []
        assert (world.keys, prover.suite.generation) == (["mine"], "")
    assert list(world.folder.glob("ledger-*")) == []


def test_names_of_a_run_whose_ledger_is_lost_are_not_used_again(world: World) -> None:
    killed = world.run()
    stage_of(killed).create_new("first")
    world.kill(killed).unlink()
    prover = build_prover(
        load_document(str(world.folder / "things.json")),
        load_profile(world.profile, environ={}),
        Plan(seed=1, depth="quick"),
        ledger=world.folder / "ledger-main.jsonl",
    )
    [line] = survey(prover.suite)
    assert "1 thing of another run with this seed" in line
    made = stage_of(prover).create_new("first")
    assert made.exchange.response.status == 201
    assert prover.suite.clear() == ()
    assert len(world.keys) == 2


def test_a_server_that_is_away_is_not_asked_for_ever(world: World) -> None:
    prover = world.run()
    stage = stage_of(prover)
    for number in range(6):
        stage.create_new(f"thing {number}")
    world.answer = lambda seen: CUT
    world.things.delete = lambda identity: (500, {}, None)  # type: ignore[method-assign]
    before = len(world.server.seen)

    left = prover.suite.clear()

    assert len(left) == 6
    assert len([seen for seen in world.server.seen[before:] if seen.method == "DELETE"]) == 3
    path = prover.suite.ledger.path
    world.answer = lambda seen: None
    del world.things.delete
    assert cleanup(path)[0] == 0
    assert world.keys == ["mine"]


def test_a_ledger_whose_run_started_the_server_needs_no_server(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger-main.jsonl", Heading(run="r", own_target=True))
    ledger.about_to_create(
        "http://127.0.0.1:9/x", operation="POST /x", credential=None, names={}, place=NOWHERE
    )
    ledger.close(keep=True)
    status, shown = cleanup("--reports-dir", tmp_path)
    assert (status, list(tmp_path.iterdir())) == (0, [])
    assert "all data ended with it" in shown


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "SPECPROOF_ab12cd34_0f0f_1"),
        ({"type": "string", "pattern": "^[a-z0-9_]+$"}, "specproof_ab12cd34_0f0f_1"),
        ({"type": "string", "pattern": "^[a-z0-9-]+$"}, "specproof-ab12cd34-0f0f-1"),
        ({"type": "string", "pattern": "^[a-z0-9]+$"}, "specproofab12cd340f0fx1"),
        ({"type": "string", "format": "email"}, "specproof-ab12cd34-0f0f-1@example.com"),
        ({"type": "string", "pattern": "^[a-z]+$"}, "specproofabhicdjkgfgfqh"),
        ({"type": "string", "maxLength": 20}, "spab12cd340f0fx1"),
        ({"type": "string", "maxLength": 3}, "SPECPROOF_ab12cd34_0f0f_1"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_a_name_fits_its_schema_where_one_does(world: World, schema: dict[str, Any], expected: str) -> None:
    described = document()
    thing = described["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]
    thing["schema"]["properties"]["key"] = schema
    thing["example"] = {"key": "a", "note": "of steel"}
    (world.folder / "things.json").write_text(json.dumps(described), encoding="utf-8")
    prover = world.run()
    stage = stage_of(prover)
    stage.names = Names("ab12cd34_0f0f")

    assert stage.body()["key"] == expected
    prover.suite.clear()
