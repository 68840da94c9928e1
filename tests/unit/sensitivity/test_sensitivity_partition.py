"""Parts of the faults: stable, complete, and rotating with the commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.errors import OptionError
from specproof.sensitivity.partition import EVERYTHING, Part, commit_of, part_of, read_part

NAMES = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=40)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    for command in (["init", "-q"], [*identity, "commit", "-q", "--allow-empty", "-m", "Begin"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


@given(name=NAMES, of=st.integers(1, 50))
def test_every_fault_is_in_one_part(name: str, of: int) -> None:
    """Nothing is left out, and nothing is looked at twice."""
    parts = [number for number in range(1, of + 1) if Part(number=number, of=of).holds(name)]

    assert parts == [part_of(name, of)]


def test_a_part_is_the_same_everywhere() -> None:
    """Two machines must agree; computed by sha256sum and bc."""
    assert [part_of(name, 3) for name in ("order-random", "page-repeats-item", "emoji-500")] == [1, 3, 1]


def test_three_parts_are_of_about_the_same_size() -> None:
    """No part takes much longer than the others."""
    sizes = [sum(part_of(f"fault-{n}", 3) == number for n in range(600)) for number in (1, 2, 3)]

    assert min(sizes) > 160


@pytest.mark.parametrize(("text", "part"), [("1/1", (1, 1)), ("2/3", (2, 3)), ("12/12", (12, 12))])
def test_a_part_is_named_by_its_number(text: str, part: tuple[int, int], tmp_path: Path) -> None:
    """K/N, counted from one."""
    read = read_part(text, folder=tmp_path)

    assert (read.number, read.of) == part


def test_all_is_everything(tmp_path: Path) -> None:
    """Whatever a fault is called."""
    assert read_part("all", folder=tmp_path) == EVERYTHING
    assert EVERYTHING.holds("whatever")


@pytest.mark.parametrize(
    "text", ["", "0/3", "4/3", "2", "a/b", "-1/3", "1/0", "auto/0", "1/3/5", "²/3", "AUTO"]
)
def test_what_names_no_part_is_refused(text: str, tmp_path: Path) -> None:
    """With what could be given instead."""
    with pytest.raises(OptionError, match=r"^--part: .* names no part; give K/N .* or auto, auto/N, or all$"):
        read_part(text, folder=tmp_path)


@pytest.mark.parametrize(("text", "of"), [("auto", 3), ("auto/5", 5)])
def test_auto_follows_the_commit(repository: Path, text: str, of: int) -> None:
    """Another commit, in time every part."""
    commit = commit_of(repository)
    assert commit is not None

    part = read_part(text, folder=repository)

    assert (part.number, part.of) == (int(commit, 16) % of + 1, of)
    assert str(part) == f"part {part.number} of {of} (commit {commit[:7]})"


def test_auto_is_the_first_part_where_no_commit_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unpacked archive; and it says so."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    part = read_part("auto", folder=tmp_path)

    assert str(part) == "part 1 of 3 (no commit is known here, so always the first)"


def test_auto_is_the_first_part_where_there_is_no_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container without it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert read_part("auto", folder=tmp_path).number == 1
