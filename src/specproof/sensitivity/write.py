"""The matrix as files: JSON for scripts, Markdown for people, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from specproof.errors import OptionError
from specproof.reports.folder import staged
from specproof.reports.summary_md import code, plain
from specproof.sensitivity.matrix import Look, Matrix
from specproof.sensitivity.words import about_control, about_look, totals, verdict_on

NAMES = ("sensitivity.json", "sensitivity.md", "sensitivity.csv")


def check_folder(folder: Path) -> None:
    """Make the folder before the work begins.

    Raises:
        OptionError: It cannot be written to.
    """
    try:
        with staged(folder):
            pass
    except (OSError, OptionError) as error:
        raise OptionError(f"--write: {folder} cannot be written to; name another folder") from error


def write(matrix: Matrix, folder: Path) -> None:
    """Replace the files in a folder by those of this matrix, once all of them are written."""
    with staged(folder, owned=NAMES) as fresh:
        text = json.dumps(as_document(matrix), indent=2, ensure_ascii=False, allow_nan=False)
        (fresh / "sensitivity.json").write_text(f"{text}\n", encoding="utf-8")
        (fresh / "sensitivity.md").write_text(as_page(matrix), encoding="utf-8")
        with (fresh / "sensitivity.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(as_rows(matrix))


def as_document(matrix: Matrix) -> dict[str, object]:
    """Return the content of ``sensitivity.json``."""
    return {
        "good": matrix.good,
        "settings": dict(matrix.settings),
        "started": datetime.fromtimestamp(matrix.started, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(matrix.seconds, 1),
        "total": asdict(matrix.total),
        "areas": [asdict(share) for share in matrix.shares],
        "false_alarms": matrix.false_alarms,
        "faults": [_fault(look) for look in matrix.looks],
        "control": [
            {**asdict(control), "clean": control.clean, "seconds": round(control.seconds, 1)}
            for control in matrix.controls
        ],
    }


def _fault(look: Look) -> dict[str, object]:
    return {**asdict(look), "area": look.area, "found": look.found, "seconds": round(look.seconds, 2)}


def as_rows(matrix: Matrix) -> list[list[str]]:
    """Return the matrix: a row per fault, a column per promise, the number of findings where they meet.

    A cell is empty where the promise was not looked at for that fault.
    """
    head = ["fault", "breaks", "found", *matrix.promises]
    rows = [
        [
            look.fault,
            look.promise,
            "yes" if look.found else "no",
            *(str(look.findings.get(promise, "")) for promise in matrix.promises),
        ]
        for look in matrix.looks
    ]
    return [head, *rows]


def as_page(matrix: Matrix) -> str:
    """Return the content of ``sensitivity.md``."""
    settings = ", ".join(f"{name} {value}" for name, value in matrix.settings.items())
    parts = [f"# Sensitivity\n\n{plain(totals(matrix))}\n\n{plain(settings)}\n", area_table(matrix)]
    if matrix.missed:
        parts.append("## Not found\n\n" + "".join(f"- {plain(about_look(look))}\n" for look in matrix.missed))
    if matrix.controls:
        parts.append("## Clean runs\n\n" + "".join(_controls(matrix)))
    if matrix.looks:
        parts.append(_fault_table(matrix))
    return "\n".join(parts)


def area_table(matrix: Matrix) -> str:
    """Return the share of the faults that were found, per area."""
    rows = [
        f"| {plain(share.area)} | {share.found} | {share.all} | {share.percent} % |\n"
        for share in ((*matrix.shares, matrix.total) if matrix.looks else ())
    ]
    return "| area | found | all | share |\n|---|---:|---:|---:|\n" + "".join(rows)


def _controls(matrix: Matrix) -> list[str]:
    lines = []
    for control in matrix.controls:
        lines.append(f"- {plain(about_control(control))}\n")
        lines += [f"  - {plain(text)}\n" for text in (*control.false_alarms, *control.troubles)]
    return lines


def _fault_table(matrix: Matrix) -> str:
    rows = []
    for look in matrix.looks:
        found = verdict_on(look) if look.found else "**no**"
        cells = (
            code(look.fault),
            code(look.promise),
            found,
            str(look.requests),
            f"{look.seconds:.1f}",
            " ".join(map(code, look.also)),
            plain(look.summary),
        )
        rows.append(f"| {' | '.join(cells)} |\n")
    head = "| fault | breaks | found | requests | seconds | also under | what the server does |\n"
    return f"## Faults\n\n{head}|---|---|---|---:|---:|---|---|\n" + "".join(rows)
