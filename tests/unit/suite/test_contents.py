"""Answers that are no JSON over real HTTP: a right server is left alone, every fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from recording import recording_server
from shapes import CONTENT, FAULTS, Shapes, document
from trial import Outcomes, broken, prove_on, told, unproven

AREAS = ("status", "media-type", "body", "content")


def look(folder: Path, *faults: str, paths: tuple[str, ...] = tuple(CONTENT)) -> Outcomes:
    described = document()
    described["paths"] = {path: item for path, item in described["paths"].items() if path in paths}
    with recording_server(Shapes(frozenset(faults)).respond) as server:
        return prove_on(server.origin, described, folder, areas=AREAS)


def test_a_right_server_is_left_alone(tmp_path: Path) -> None:
    """Also where a stream never ends, and where nothing is known of the bytes."""
    outcomes = look(tmp_path)

    assert told(outcomes) == []
    assert {name for name in outcomes if name.startswith("content.")} == {
        "content.readable",
        "content.items",
        "content.text",
        "content.table",
        "content.elements",
    }
    assert unproven(outcomes) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_promise_alone(tmp_path: Path, fault: str) -> None:
    """And again, when it is looked for once more."""
    start = {"csv": "/table", "text": "/count", "line": "/lines", "event": "/ticks", "xml": "/note"}
    path = "/texts" if fault == "text-wrong" else start.get(fault.partition("-")[0], "/picture")

    outcomes = look(tmp_path, fault, paths=(path,))

    assert broken(outcomes) == {FAULTS[fault]}
    assert [line for line in told(outcomes) if line.endswith(" of 2)")] == []
