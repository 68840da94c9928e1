"""Texts with many traps: what is in them, and which of several has most."""

from __future__ import annotations

import pytest

from specproof.generate.traps import TRAPPED, escaped, hardest, other_case
from specproof.model.traps import TRAPS, traps


def test_the_first_text_has_every_trap() -> None:
    assert traps(TRAPPED[0]) == tuple(TRAPS)


def test_each_text_has_fewer_traps_than_the_one_before() -> None:
    counts = [len(traps(text)) for text in TRAPPED]

    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == len(counts)


def test_a_plain_text_has_none() -> None:
    assert traps("plain") == ()


def test_the_text_with_most_traps_is_the_hardest() -> None:
    assert hardest(["plain", "a & b + c", "a & b"]) == "a & b + c"
    assert hardest(["one", "two"]) == "one"
    assert hardest([]) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [("aB1", "Ab1"), ("\u00e9", "\u00c9"), ("Stra\u00dfe", "sTRA\u00dfE"), ("\u0131", "\u0131"), ("", "")],
    ids=["ASCII", "beyond it", "a letter that becomes two", "a letter that does not come back", "nothing"],
)
def test_letters_change_their_case_where_that_can_be_undone(text: str, other: str) -> None:
    assert other_case(text) == other


def test_what_a_link_must_escape_is_counted_by_kinds() -> None:
    assert escaped("a-b.c") == 0
    assert escaped("a & b & c") == 2  # blanks, ampersands
    assert escaped("A\u00e9\u00e8") == 2  # capitals, letters beyond ASCII
