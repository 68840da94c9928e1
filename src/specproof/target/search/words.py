"""What counts as a word. The index, the query and the highlighting all ask here, so they agree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

WORD = re.compile(r"[^\W_]+")
LINE_END = "\ue000"
"""A word nobody writes; it stands between lines in the index, so that no phrase reaches across them."""


class Word(NamedTuple):
    """A word of a text, folded for comparison, with its place."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[Word, ...]:
    """Split a line into words: runs of letters and digits, compared without regard to case.

    Searches show the same lines again and again, so the last ones are remembered.
    """
    return tuple(Word(found[0].casefold(), found.start(), found.end()) for found in WORD.finditer(text))


def index_text(content: str) -> str:
    """Return the words of a file as the index keeps them."""
    lines = (" ".join(word.folded for word in words(line)) for line in content.splitlines())
    return f" {LINE_END} ".join(lines)


def spans(text: str, phrases: tuple[tuple[str, ...], ...]) -> list[tuple[int, int]]:
    """Find every occurrence of every phrase in one line.

    Returns:
        Start and end of each match, in order; matches that overlap are joined.
    """
    found = words(text)
    matches: list[tuple[int, int]] = []
    for phrase in phrases:
        size = len(phrase)
        for first in range(len(found) - size + 1):
            if all(found[first + at].folded == word for at, word in enumerate(phrase)):
                matches.append((found[first].start, found[first + size - 1].end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(matches):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
