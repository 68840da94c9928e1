"""The matrix for people, on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from specproof.sensitivity.matrix import Control, Look, Matrix
from specproof.sensitivity.words import about_control, about_look, totals, verdict_on

_BAD = "bold red"


def render(matrix: Matrix, console: Console) -> None:
    """Print every fault, the share of each area, the controls, and the sum of it all, which comes last."""
    if matrix.looks:
        console.print(_faults(matrix.looks))
        console.print()
        console.print(_areas(matrix))
        console.print()
    for look in matrix.missed:
        _line(console, f"MISSED  {about_look(look)}", _BAD)
    for control in matrix.controls:
        _line(console, about_control(control), "" if control.clean else _BAD)
        for text in (*control.false_alarms, *control.troubles):
            _line(console, f"  {text}", "red")
    _line(console, totals(matrix), "bold green" if matrix.good else _BAD)


def complaint(answer: Look | Control) -> str | None:
    """Return the line to print while the others go on; ``None`` where all is as it should be."""
    if isinstance(answer, Control):
        return None if answer.clean else about_control(answer)
    return None if answer.found else f"MISSED  {about_look(answer)}"


def _line(console: Console, text: str, style: str) -> None:
    console.print(Text(text, style=style), soft_wrap=True)


def _table(texts: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in texts:
        table.add_column(name, no_wrap=True)
    for name in numbers:
        table.add_column(name, no_wrap=True, justify="right")
    return table


def _faults(looks: tuple[Look, ...]) -> Table:
    table = _table(("fault", "promise", "found"), ("requests", "seconds", "also under"))
    for look in looks:
        found = Text(verdict_on(look), style="" if look.found else _BAD)
        also = str(len(look.also)) if look.also else "-"
        table.add_row(look.fault, look.promise, found, str(look.requests), f"{look.seconds:.1f}", also)
    return table


def _areas(matrix: Matrix) -> Table:
    table = _table(("area",), ("found", "all", "share"))
    for share in (*matrix.shares, matrix.total):
        table.add_row(share.area, str(share.found), str(share.all), f"{share.percent} %")
    return table
