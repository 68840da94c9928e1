"""Merge patches, JSON patches and plain JSON over real HTTP: right ones are left alone, faults are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from patched import FAULTS, JSON, MERGE, PATCH, Boats, document
from recording import Answer, Seen, recording_server
from things_server import said
from trial import EVERYTHING, Outcomes, broken, prove_on, told, unproven

AREAS = ("status", "patch")
PROFILE = ('writes = "allowed"', "exclusive = true")


def look(folder: Path, boats: Boats, *ways: str, areas: tuple[str, ...] = AREAS) -> Outcomes:
    with recording_server(boats.respond) as server:
        return prove_on(
            server.origin, document(*ways), folder, areas=areas, profile=PROFILE, depth="standard"
        )


def test_a_right_server_is_left_alone(tmp_path: Path) -> None:
    """Also by what else is promised of it; every promise is looked at, and nothing is left behind."""
    boats = Boats()

    outcomes = look(tmp_path, boats, areas=EVERYTHING)

    assert told(outcomes) == []
    assert {f"patch.{name}" for name in ("merge", "removes", "json", "test", "atomic", "partial")} <= set(
        outcomes
    )
    assert [each for each in unproven(outcomes) if each.startswith("patch.")] == []
    assert boats.kept == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_promise(tmp_path: Path, fault: str) -> None:
    """Alone, and again when it is looked for once more."""
    way, promise = FAULTS[fault]

    outcomes = look(tmp_path, Boats(frozenset({fault})), way, areas=("patch",))

    also = {"merge-replaces", "merge-replaces-inside", "merge-ignored"}, {"test-ignored", "replace-ignored"}
    others = {"patch.removes"} if fault in also[0] else {"patch.atomic"} if fault in also[1] else set()
    assert promise in broken(outcomes)
    assert broken(outcomes) <= {promise, *others}
    assert [line for line in told(outcomes) if line.endswith(")") and " of " in line.rpartition("(")[2]] == []


def test_what_plain_json_means_is_inferred(tmp_path: Path) -> None:
    """A PATCH says nothing about it, so the findings are minor."""
    outcomes = look(tmp_path, Boats(frozenset({"patch-replaces-all"})), JSON)

    [outcome] = outcomes["patch.partial"]
    assert {finding.severity.value for finding in outcome.findings} == {"minor"}


class _NoPatches(Boats):
    """Refuses every patch."""

    def respond(self, seen: Seen) -> Answer:
        return said(422, {}) if seen.method == "PATCH" else super().respond(seen)


def test_a_server_that_refuses_every_patch_is_told_once(tmp_path: Path) -> None:
    outcomes = look(tmp_path, _NoPatches(), JSON, areas=("patch",))

    [outcome] = outcomes["patch.partial"]
    assert [finding.detail for finding in outcome.findings] == ["refused any member"]


def test_nothing_is_patched_where_writing_is_forbidden(tmp_path: Path) -> None:
    boats = Boats()
    with recording_server(boats.respond) as server:
        outcomes = prove_on(server.origin, document(MERGE, PATCH), tmp_path, areas=("patch",))

    assert set(unproven(outcomes).values()) == {"writes are forbidden"}
    assert [seen.method for seen in server.seen if seen.method != "GET"] == []
