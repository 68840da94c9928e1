"""The access matrix: what every credential may do, and what came of trying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCell:
    """One credential on one operation, about things that it is meant to get at."""

    credential: str  # its name in the profile
    operation: str  # label
    expected: str  # allowed | refused
    statuses: tuple[int, ...] = ()  # that a refusal should have; empty: any refusal will do
    got: int  # the status that came
    right: bool


def merge_cells(cells: Iterable[AccessCell]) -> tuple[AccessCell, ...]:
    """Return one cell for each credential and operation, sorted: one that was seen wrong is wrong."""
    found: dict[tuple[str, str], AccessCell] = {}
    for cell in cells:
        known = found.get((cell.operation, cell.credential))
        if known is None or (known.right and not cell.right):
            found[cell.operation, cell.credential] = cell
    return tuple(found[key] for key in sorted(found))
