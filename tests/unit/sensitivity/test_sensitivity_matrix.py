"""What single looks add up to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matrices import ALARM, CLEAN, FOUND, MISSED, make_matrix

from specproof.sensitivity.matrix import Control, Look, Matrix, Share


def test_a_finding_of_another_promise_does_not_count_as_found() -> None:
    """The finding must say what is wrong."""
    look = replace(FOUND, findings={"pagination.no-repeats": 0, "pagination.total": 1})

    assert (look.found, look.also) == (False, ("pagination.total",))


def test_a_promise_that_was_looked_at_in_vain_is_not_among_the_others() -> None:
    """Only what was found broken."""
    assert FOUND.also == ("pagination.total",)


def test_shares_are_counted_per_area(mixed: Matrix) -> None:
    """By name, and in total."""
    assert mixed.shares == (Share(area="pagination", found=1, all=1), Share(area="status", found=0, all=1))
    assert (mixed.total.found, mixed.total.all, mixed.total.percent) == (1, 2, 50)


def test_a_share_is_rounded_down() -> None:
    """100 % means every one."""
    assert Share(area="pagination", found=399, all=400).percent == 99


def test_the_matrix_has_a_column_for_every_promise(mixed: Matrix) -> None:
    """Those that were looked at, each once."""
    assert mixed.promises == (
        "pagination.no-gaps",
        "pagination.no-repeats",
        "pagination.total",
        "status.no-server-error",
    )


def test_false_alarms_are_counted_over_all_seeds() -> None:
    """Each finding is one."""
    two = replace(ALARM, false_alarms=("one", "two"))

    assert make_matrix(ALARM, CLEAN, two).false_alarms == 3


@pytest.mark.parametrize(
    ("answers", "good"),
    [
        ((FOUND, CLEAN), True),
        ((FOUND,), True),
        ((FOUND, MISSED, CLEAN), False),
        ((FOUND, ALARM), False),
        ((FOUND, replace(CLEAN, verdict="inconclusive", troubles=("too little was exercised",))), False),
        ((FOUND, replace(CLEAN, troubles=("left behind: /things/1",))), False),
    ],
    ids=["all found", "no control", "one missed", "a false alarm", "inconclusive", "left behind"],
)
def test_good_is_what_found_everything_and_nothing_else(
    answers: tuple[Look | Control, ...], good: bool
) -> None:
    """It decides the exit status."""
    assert make_matrix(*answers).good is good
