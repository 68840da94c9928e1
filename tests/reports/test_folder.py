"""The reports of the previous run stay until the new ones are whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specproof.errors import OptionError
from specproof.reports import OWNED, staged


def content(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_all_of(folder: Path, accident: BaseException | None, *names: str) -> None:
    """Write new reports of these names, and have the accident after the last one."""
    with staged(folder, owned=OWNED) as fresh:
        for name in names:
            (fresh / name).write_text("new")
        if accident is not None:
            raise accident


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with reports of an earlier run and with what is not ours."""
    folder = tmp_path / "reports"
    (folder / "reproduce").mkdir(parents=True)
    (folder / "verdict.json").write_text("old")
    (folder / "reproduce" / "old.sh").write_text("old")
    (folder / "history.jsonl").write_text("kept")
    (folder / ".gitkeep").write_text("")
    return folder


def test_new_reports_replace_the_old_ones_and_nothing_else(reports: Path) -> None:
    """Also those of which the new run has none: scripts of bugs that are mended."""
    with staged(reports, owned=OWNED) as fresh:
        (fresh / "verdict.json").write_text("new")
        (fresh / "allure-results").mkdir()
        (fresh / "allure-results" / "a.json").write_text("new")
        assert content(reports)["verdict.json"] == "old"
    assert content(reports) == {
        ".gitkeep": "", "allure-results/a.json": "new", "history.jsonl": "kept", "verdict.json": "new",
    }  # fmt: skip


@pytest.mark.parametrize("accident", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_accident_leaves_everything_as_it_was(reports: Path, accident: type[BaseException]) -> None:
    before = content(reports)
    with pytest.raises(accident, match="half"):
        write_all_of(reports, accident("half"), "verdict.json")
    assert content(reports) == before
    assert not list(reports.glob(".specproof-*"))


def test_an_accident_while_swapping_is_undone(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fourth rename fails: whatever was moved goes back to where it was."""
    before, rename, calls = content(reports), Path.rename, []

    def failing(source: Path, goal: Path) -> Path:
        calls.append(source.name)
        if len(calls) == 4:
            raise OSError("no space left on device")
        return rename(source, goal)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no space left"):
        write_all_of(reports, None, "verdict.json", "junit.xml", "summary.md")
    assert content(reports) == before


def test_a_folder_is_made(tmp_path: Path) -> None:
    with staged(tmp_path / "a" / "b") as fresh:
        (fresh / "x").write_text("x")
    assert content(tmp_path) == {"a/b/x": "x"}


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(OptionError, match=r"--reports-dir: .*reports cannot be written to .*; name another"):
        staged(tmp_path / "reports").__enter__()


def test_what_a_killed_run_left_is_cleared_when_it_is_old(reports: Path) -> None:
    """A young one may belong to a run that goes on next to this one."""
    old, young = reports / ".specproof-new-old", reports / ".specproof-new-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (0, 0))
    with staged(reports):
        pass
    assert (old.exists(), young.exists()) == (False, True)
