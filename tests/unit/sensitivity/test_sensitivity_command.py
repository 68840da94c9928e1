"""What ``specproof sensitivity`` refuses, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from specproof.cli import main
from specproof.errors import OptionError
from specproof.sensitivity.command import choose
from specproof.sensitivity.partition import EVERYTHING, Part
from specproof.target.faults import FAULTS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fault", "order-randon"), "no fault is called 'order-randon'. Did you mean 'order-random'?"),
        (("--area", "paginaton"), "--area: no fault belongs to 'paginaton'. Did you mean 'pagination'?"),
        (("--part", "4/3"), "--part: '4/3' names no part"),
        (("--depth", "hard"), "'hard' is not one of 'quick', 'standard', 'deep'"),
        (("--seeds", "-1"), "Invalid value for '--seeds'"),
        (("--jobs", "0"), "Invalid value for '--jobs'"),
        (("--nothing",), "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_used_ends_with_4(
    arguments: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """One reason on standard error, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["specproof", "sensitivity", *arguments])

    with pytest.raises(SystemExit, match=r"^4$"):
        main()

    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_all_faults_are_chosen_where_nothing_else_is_said() -> None:
    """In the order of the target."""
    assert choose((), (), EVERYTHING) == tuple(FAULTS)


def test_names_and_areas_narrow_each_other() -> None:
    """Both must hold."""
    assert choose(("order-random", "emoji-500"), ("status",), EVERYTHING) == ("emoji-500",)


def test_the_parts_together_are_everything() -> None:
    """A rotation misses no fault."""
    parts = [choose((), (), Part(number=number, of=3)) for number in (1, 2, 3)]

    assert sorted(name for part in parts for name in part) == sorted(FAULTS)


def test_a_choice_that_leaves_nothing_is_refused() -> None:
    """Nothing looked at is no success."""
    elsewhere = Part(number=2, of=3)
    assert not elsewhere.holds("emoji-500")

    with pytest.raises(OptionError, match=r"^no fault fits .* \(part 2 of 3\); leave one out$"):
        choose(("emoji-500",), (), elsewhere)
