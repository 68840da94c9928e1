"""Every kind of change is found in the smallest pair of documents that has it, and nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from diff_pairs import OPERATIONS, ROOTS, SCHEMAS, TODAY, loaded, skeleton, with_operation, with_schema

from specproof.contract.diff.compare import compare
from specproof.contract.diff.kinds import KINDS
from specproof.contract.load import Document
from specproof.model.change import Change, Level
from specproof.model.exchange import MISSING, resolve_pointer

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    **{
        kind: (with_schema(old, side), with_schema(new, side))
        for aspect, (old, new) in SCHEMAS.items()
        for side in ("request", "response")
        if (kind := f"{side}-{aspect}") in KINDS
    },
    **{kind: (with_operation(**old), with_operation(**new)) for kind, (old, new) in OPERATIONS.items()},
    **{kind: ({**skeleton(), **old}, {**skeleton(), **new}) for kind, (old, new) in ROOTS.items()},
}
ALSO = {"operation-moved": {"operation-added"}}


def changes(old: dict[str, Any], new: dict[str, Any], folder: Path) -> tuple[Change, ...]:
    """Compare two documents on a fixed day."""
    before, after = loaded(old, folder, "old"), loaded(new, folder, "new")
    return compare(before, after, today=date.fromisoformat(TODAY))


def holds(document: Document, pointer: str) -> bool:
    """Tell whether a pointer leads to something in a document."""
    return resolve_pointer(document.data, pointer) is not MISSING


def test_every_kind_has_a_pair() -> None:
    assert CASES.keys() == KINDS.keys()
    assert len(KINDS) >= 60


@pytest.mark.parametrize("kind", CASES)
def test_the_pair_of_a_kind_shows_that_kind_alone(kind: str, tmp_path: Path) -> None:
    found = changes(*CASES[kind], tmp_path)

    assert {change.kind for change in found} - ALSO.get(kind, set()) == {kind}
    (change,) = (change for change in found if change.kind == kind)
    assert (change.level, change.side) == (KINDS[kind].level, KINDS[kind].side)
    assert change.said
    assert change.place.startswith(f"{tmp_path / change.document}.json:")
    assert holds(loaded(CASES[kind][change.document == "new"], tmp_path, "again"), change.pointer)


@pytest.mark.parametrize("kind", CASES)
def test_a_document_does_not_differ_from_itself(kind: str, tmp_path: Path) -> None:
    for number, data in enumerate(CASES[kind]):
        document = loaded(data, tmp_path, str(number))
        assert compare(document, document, today=date.fromisoformat(TODAY)) == ()


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("request-property-added-required", Level.BREAKING),
        ("response-property-added-required", Level.SAFE),
        ("response-property-removed", Level.BREAKING),
        ("response-enum-value-added", Level.RISKY),
        ("scope-added", Level.BREAKING),
        ("response-secret-removed", Level.RISKY),
        ("promise-removed", Level.RISKY),
    ],
)
def test_what_a_change_does_depends_on_its_way(kind: str, level: Level) -> None:
    assert KINDS[kind].level is level
