"""The matrix on the terminal and in files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from matrices import ALARM, CLEAN, FOUND, MISSED, make_matrix
from rich.console import Console

from specproof.errors import OptionError
from specproof.sensitivity.matrix import Matrix
from specproof.sensitivity.render import complaint, render
from specproof.sensitivity.write import NAMES, as_document, as_page, as_rows, check_folder, write


def rendered(matrix: Matrix) -> list[str]:
    """Return the lines of the screen, without trailing spaces."""
    text = io.StringIO()
    render(matrix, Console(file=text, width=120, highlight=False))
    return [line.rstrip() for line in text.getvalue().splitlines()]


def test_the_screen_has_a_row_per_fault(mixed: Matrix) -> None:
    """With what it took to find it."""
    assert rendered(mixed)[:3] == [
        "fault              promise                 found  requests  seconds  also under",
        "page-repeats-item  pagination.no-repeats   yes          64      0.2           1",
        "emoji-500          status.no-server-error  no         1800      9.9           -",
    ]


def test_the_screen_has_the_share_of_each_area(mixed: Matrix) -> None:
    """And the total."""
    assert rendered(mixed)[4:8] == [
        "area        found  all  share",
        "pagination      1    1  100 %",
        "status          0    1    0 %",
        "total           1    2   50 %",
    ]


def test_the_screen_ends_with_what_was_missed_and_the_clean_runs(mixed: Matrix) -> None:
    """The sum comes last, where people look."""
    assert rendered(mixed)[9:] == [
        "MISSED  emoji-500 (status.no-server-error): Emoji | are a *server* error. "
        "Not found: every promise was kept, as far as the suite looked",
        "Control, seed 1: pass, no finding, 1190 requests in 7.0 s",
        "Control, seed 2: fail, 1 false alarm, 1188 requests in 7.0 s",
        "  pagination.total  GET /things  expected 3; got 4",
        "1 of 2 faults found; 1 false alarm in 2 clean runs; 31 s",
    ]


def test_a_finding_that_did_not_come_back_is_marked() -> None:
    """It may not stop a release."""
    matrix = make_matrix(replace(FOUND, unstable=True))

    assert "yes, unstable" in rendered(matrix)[1]
    assert "| yes, unstable |" in as_page(matrix)


def test_only_bad_news_is_told_at_once() -> None:
    """While the others go on."""
    assert [complaint(answer) is None for answer in (FOUND, CLEAN, MISSED, ALARM)] == [
        True,
        True,
        False,
        False,
    ]


def test_why_a_fault_was_missed_is_said() -> None:
    """Also under which other promises it was noticed."""
    look = replace(MISSED, why="could not be run: no", findings={"body.schema": 1})

    line = complaint(look)

    assert line is not None
    assert line.endswith("Not found: could not be run: no; noticed under body.schema")


def test_the_page_escapes_what_would_be_markup(mixed: Matrix) -> None:
    """A summary is text."""
    assert r"Emoji \| are a \*server\* error." in as_page(mixed)


def test_the_page_has_tables_of_areas_and_faults(mixed: Matrix) -> None:
    """As on the screen."""
    lines = as_page(mixed).splitlines()

    assert "| pagination | 1 | 1 | 100 % |" in lines
    assert (
        "| `page-repeats-item` | `pagination.no-repeats` | yes | 64 | 0.2 | `pagination.total` "
        "| List: an item comes twice. |"
    ) in lines


def test_the_rows_say_where_nothing_was_looked_at(mixed: Matrix) -> None:
    """An empty cell is no zero."""
    assert as_rows(mixed) == [
        ["fault", "breaks", "found", *mixed.promises],
        ["page-repeats-item", "pagination.no-repeats", "yes", "0", "1", "2", ""],
        ["emoji-500", "status.no-server-error", "no", "", "", "", "0"],
    ]


def test_the_document_holds_everything(mixed: Matrix) -> None:
    """For scripts."""
    document = as_document(mixed)

    assert (document["good"], document["false_alarms"], document["started"]) == (
        False,
        1,
        "2026-01-01T00:00:00Z",
    )
    assert document["areas"] == [
        {"area": "pagination", "found": 1, "all": 1},
        {"area": "status", "found": 0, "all": 1},
    ]


def test_writing_leaves_three_files_and_what_else_is_there(good: Matrix, tmp_path: Path) -> None:
    """Those of an earlier run are replaced."""
    (tmp_path / "sensitivity.json").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")

    write(good, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {*NAMES, "notes.txt"}
    assert json.loads((tmp_path / "sensitivity.json").read_text())["good"] is True
    with (tmp_path / "sensitivity.csv").open(newline="") as file:
        assert list(csv.reader(file)) == as_rows(good)
    assert (tmp_path / "sensitivity.md").read_text() == as_page(good)


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    """Before the work begins."""
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(
        OptionError, match=r"^--write: .*file/inside cannot be written to; name another folder$"
    ):
        check_folder(tmp_path / "file" / "inside")
