"""Lists and objects in every style over real HTTP, read by a server that does it by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recording import recording_server
from spellings import FAULTS, STYLES, Spellings, document
from trial import EVERYTHING, Outcomes, broken, prove_on, told, unproven

AREAS = ("status", "input", "parameter")
BOTH = [3, 5]
READ: dict[str, Any] = {
    "form": BOTH, "csv": BOTH, "header": BOTH, "simple": BOTH, "label": BOTH, "matrix": BOTH,
    "spaces": [1, 2], "pipes": [1, 2], "cookie": [1, 2], "one": [3],
    "deep": {"low": "3", "high": "5"}, "members": {"low": "3", "high": "5"}, "json": {"low": 3, "high": 5},
    "reserved": ["a/b:c@d"],
}  # fmt: skip


def look(folder: Path, server: Spellings, *paths: str, areas: tuple[str, ...] = AREAS) -> Outcomes:
    with recording_server(server.respond) as recorder:
        return prove_on(recorder.origin, document(*paths), folder, areas=areas)


def test_every_style_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """A right server is left alone, and meets the values that the document shows."""
    server = Spellings()

    outcomes = look(tmp_path, server, areas=EVERYTHING)

    assert told(outcomes) == []
    assert {name for name, value in READ.items() if value not in server.read[name]} == set()
    assert len(READ) == len(STYLES)
    assert [each for each in unproven(outcomes) if each.startswith("parameter.")] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_promise_alone(tmp_path: Path, fault: str) -> None:
    path, promise = FAULTS[fault]

    outcomes = look(tmp_path, Spellings(frozenset({fault})), path)

    assert promise in broken(outcomes)
    assert broken(outcomes) <= {promise, "input.examples-accepted"}
    assert [line for line in told(outcomes) if line.endswith(" of 2)")] == []


SWAGGER: list[tuple[str, str]] = [
    ("csv", "ids=1,2"),
    ("ssv", "ids=1%202"),
    ("tsv", "ids=1%092"),
    ("pipes", "ids=1%7C2"),
    ("multi", "ids=1&ids=2"),
]


@pytest.mark.parametrize(("written", "query"), SWAGGER)
def test_every_collection_format_of_swagger_is_sent(tmp_path: Path, written: str, query: str) -> None:
    ids = {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}}
    described = {
        "swagger": "2.0",
        "info": {"title": "a", "version": "1"},
        "paths": {
            "/a": {
                "get": {
                    "parameters": [{**ids, "collectionFormat": written}],
                    "responses": {"200": {"description": "fine"}},
                }
            }
        },
    }
    with recording_server() as server:
        outcomes = prove_on(server.origin, described, tmp_path, areas=("parameter",))

    assert told(outcomes) == []
    assert f"/a?{query}" in [seen.target for seen in server.seen]
