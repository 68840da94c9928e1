"""The words of the progress."""

from __future__ import annotations

import pytest

from specproof.plugin.progress_lines import (
    BROKEN,
    ERROR,
    SKIPPED,
    SOFT,
    group_line,
    plain_line,
    running_lines,
    span,
    total_line,
    word_of,
)
from specproof.plugin.tally import Group, Look, Tally
from specproof.suite.bounds import GENERATED


def _tally(number: int, *, pending: int = 0) -> Tally:
    tally = Tally(depth="quick", by_operation=False, pending=lambda: pending)
    tally.expect({f"t[{n}]": Look("search", f"GET /{n}") for n in range(number)})
    return tally


@pytest.mark.parametrize(
    ("category", "area", "word"),
    [
        ("passed", "search", ""),
        ("failed", "search", BROKEN),
        ("xfailed", "search", SOFT),
        ("skipped", "search", SKIPPED),
        ("error", "search", ERROR),
        ("failed", GENERATED, ERROR),
    ],
)
def test_what_became_of_a_test_is_said_in_words(category: str, area: str, word: str) -> None:
    assert word_of(category, Look(area, "GET /pets"), generated=GENERATED) == word


def test_a_finished_group_names_its_numbers_and_the_worst_first() -> None:
    group = Group(tests=24, done=24, requests=612, seconds=1.34)
    group.words.update({SKIPPED: 2, BROKEN: 1})

    line = group_line("pagination", group)

    assert line == "   24 tests     612 requests     1.3 s  pagination: 1 broken, 2 not exercised"


def test_a_group_without_trouble_is_only_numbers() -> None:
    line = group_line("GET /pets", Group(tests=1, done=1, requests=7, seconds=0.2))

    assert line == "    1 test        7 requests     0.2 s  GET /pets"


def test_one_is_no_plural_and_keeps_the_columns() -> None:
    one, many = (group_line("x", Group(tests=n, done=n, requests=n, seconds=0.2)) for n in (1, 2))

    assert one == "    1 test        1 request      0.2 s  x"
    assert one.index("0.2 s") == many.index("0.2 s")


def test_what_is_looked_at_is_named_with_its_requests_and_time() -> None:
    tally = _tally(2, pending=38)
    tally.start("t[1]", 10.0)

    assert list(running_lines(tally, 12.0, most=8)) == ["GET /1  search, 38 requests, 2 s"]


def test_operations_without_room_are_counted() -> None:
    tally = _tally(5)
    for number in range(5):
        tally.start(f"t[{number}]", 0.0)

    assert list(running_lines(tally, 1.0, most=3)) == [
        "GET /0  search, 1 s",
        "GET /1  search, 1 s",
        "and 3 more",
    ]


def test_the_total_says_how_far_how_fast_and_how_long() -> None:
    tally = _tally(10)
    for number in range(5):
        tally.start(f"t[{number}]", 2.0 * number)
        tally.add(f"t[{number}]", requests=40, seconds=2.0, word=BROKEN if number == 0 else "")
        tally.finish(f"t[{number}]")

    line = total_line(tally, 10.0)

    assert line == "5 of 10 tests, 200 requests, 20/s, 1 broken, about 10 s left"


def test_before_the_first_test_the_total_has_no_time() -> None:
    assert total_line(_tally(1), 0.0) == "0 of 1 test, 0 requests"


def test_a_line_for_logs_stands_alone() -> None:
    tally = _tally(3)
    tally.start("t[0]", 0.0)
    tally.start("t[2]", 0.0)

    line = plain_line(tally, 30.0)

    assert line == "specproof: 30 s, 0 of 3 tests, 0 requests; now GET /0  search and 1 more"


def test_a_hostile_path_of_a_document_commands_no_terminal() -> None:
    tally = Tally(depth="quick", by_operation=False)
    tally.expect({"t[0]": Look("search", "GET /\x1b[2J\n")})
    tally.start("t[0]", 0.0)

    shown = [*running_lines(tally, 1.0, most=3), plain_line(tally, 1.0), group_line("\x1b[2J\n", Group())]

    assert not [line for line in shown if not line.isprintable()]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (12.4, "12 s"), (89, "89 s"), (200, "3 min"), (9000, "2.5 h")]
)
def test_times_are_no_more_exact_than_they_are_known(seconds: float, text: str) -> None:
    assert span(seconds) == text
