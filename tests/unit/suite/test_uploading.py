"""Forms and files over real HTTP, read by werkzeug: right ones are left alone, faults are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from recording import recording_server
from shelves import FAULTS, Shelves, document
from trial import EVERYTHING, Outcomes, broken, prove_on, told, unproven

from specproof.generate.uploads import HARD_BYTES

AREAS = ("status", "form")
PROFILE = ('writes = "allowed"', "exclusive = true")


def look(folder: Path, shelves: Shelves, *paths: str, areas: tuple[str, ...] = AREAS) -> Outcomes:
    with recording_server(shelves.respond) as server:
        return prove_on(server.origin, document(*paths), folder, areas=areas, profile=PROFILE)


def test_a_right_server_is_left_alone(tmp_path: Path) -> None:
    """It reads what the document means, and nothing stays behind."""
    shelves = Shelves()

    outcomes = look(tmp_path, shelves, areas=EVERYTHING)

    assert told(outcomes) == []
    assert (["a", "b"], ["1", "2"], {"row": 4}, "5") in shelves.read
    assert ("application/octet-stream", HARD_BYTES, {"title": "x"}) in shelves.read
    assert "caf\u00e9" in shelves.read
    assert shelves.kept == {}
    assert [each for each in unproven(outcomes) if each.startswith("form.")] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_promise_alone(tmp_path: Path, fault: str) -> None:
    """And again, when it is looked for once more."""
    path, promise = FAULTS[fault]

    outcomes = look(tmp_path, Shelves(frozenset({fault})), path)

    assert broken(outcomes) == {promise}
    assert [line for line in told(outcomes) if line.endswith(" of 2)")] == []


def test_nothing_is_uploaded_where_writing_is_forbidden(tmp_path: Path) -> None:
    with recording_server(Shelves().respond) as server:
        outcomes = prove_on(server.origin, document(), tmp_path, areas=("form",))

    assert set(unproven(outcomes).values()) == {"writes are forbidden"}
    assert {seen.method for seen in server.seen} <= {"GET"}
