"""Operation by area: what became of the promises, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from specproof.model.verdict import Outcome, Run, State


class Tone(StrEnum):
    """How a cell, or a promise, is shown; the values are class names of the page."""

    BROKEN = "b"
    WAIVED = "w"
    PARTLY = "q"  # cells alone: some are proven, the others were not exercised
    PROVEN = "p"
    SILENT = "n"  # not exercised


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The promises of one area that are made for one operation; one at least."""

    anchor: str
    area: str
    tone: Tone
    shown: str  # "18", "1 of 18"
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation, or the document or the API as a whole."""

    anchor: str
    name: str
    cells: tuple[Cell | None, ...]  # one for every area; ``None`` where nothing is promised

    @property
    def filled(self) -> list[Cell]:
        """The cells in which something is promised."""
        return [cell for cell in self.cells if cell is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All rows, with the names of the columns."""

    areas: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(run: Run) -> Matrix:
    """Return the matrix of a run: operations in the order of the document, areas by name."""
    areas = tuple(sorted({outcome.promise.kind.area for outcome in run.outcomes}))
    by_name: dict[str, dict[str, list[Outcome]]] = {name: {} for name in run.operations}
    for outcome in run.outcomes:
        by_area = by_name.setdefault(outcome.promise.about, {})
        by_area.setdefault(outcome.promise.kind.area, []).append(outcome)
    whole = [name for name in by_name if name not in run.operations]
    rows = (
        Row(anchor=f"o{n}", name=name, cells=tuple(_cells(f"o{n}", areas, by_name[name])))
        for n, name in enumerate((*whole, *run.operations))
    )
    return Matrix(areas=areas, rows=tuple(rows))


def _cells(row: str, areas: Sequence[str], by_area: dict[str, list[Outcome]]) -> Iterable[Cell | None]:
    for area in areas:
        outcomes = by_area.get(area)
        yield _cell(f"{row}-{area}", area, outcomes) if outcomes else None


def _cell(anchor: str, area: str, outcomes: Sequence[Outcome]) -> Cell:
    tones = Counter(map(tone, outcomes))
    of = len(outcomes)
    worst = next(each for each in Tone if tones[each])
    if worst is Tone.PROVEN and tones[Tone.SILENT]:
        worst = Tone.PARTLY
    counted = tones[Tone.PROVEN if worst is Tone.PARTLY else worst]
    shown = str(of) if counted == of else f"{counted}/{of}"
    return Cell(anchor=anchor, area=area, tone=worst, shown=shown, outcomes=tuple(outcomes))


def tone(outcome: Outcome) -> Tone:
    """Return how one promise is shown: a finding that somebody waived is not counted as broken."""
    if outcome.state is State.NOT_EXERCISED:
        return Tone.SILENT
    if any(finding.waiver is None for finding in outcome.findings):
        return Tone.BROKEN
    return Tone.WAIVED if outcome.findings else Tone.PROVEN
