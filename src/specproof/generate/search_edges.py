"""Words at the edges of files: in the last line, at either end of a line, far out on a long one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from specproof.generate.search_language import Language
from specproof.generate.search_samples import Sample
from specproof.model.search import Answer, SourceText

EDGES = {"standard": 4, "deep": 24}  # how many words are looked for
_WORD = re.compile(r"(?<!\S)[^\W\d_]{4,30}(?!\S)")  # shorter ones are often left out of an index
_LINE_ENDS = (b"\n", b"\r")
_OF_LINES = ("line end", "line beginning")
_HIGH = 10**9  # more than any file has bytes: one whose last line has no end comes first


def edge_samples(
    texts: Mapping[str, SourceText], answers: Sequence[Answer], language: Language, *, number: int
) -> list[Sample]:
    """Return words that stand at an edge of their file and nowhere else in it.

    Whoever reads a file without that edge does not find it by such a word.

    Args:
        texts: Files that were read, by the identity of the result.
        answers: What was found, and by which queries.
        language: How words are searched for.
        number: How many are wanted, of all kinds in turn.
    """
    found_by = {
        found.identity: answer.query
        for answer in reversed(answers)
        if not language.is_compound(answer.query.text)
        for found in answer.found
    }
    paths = {found.identity: found.path or "" for answer in answers for found in answer.found}
    chosen: list[Sample] = []
    for _ in range(number):
        for _, words, rank in _KINDS:
            used = {sample.identity for sample in chosen}
            preferred = sorted(texts.items(), key=lambda item: -rank(item[1]))
            chosen += [
                Sample(words=(word,), identity=identity, found_by=found_by[identity])
                for identity, text in preferred
                if identity in found_by and identity not in used
                for word in sorted(words(text.lines), key=len, reverse=True)
                if language.is_plain(word)
                and word not in found_by[identity].words
                and _is_alone(word, text.lines, paths[identity])
            ][:1]
    return chosen[:number]


def edges_of(
    lines: Sequence[str], path: str, language: Language, *, whole: bool = True
) -> Iterator[tuple[str, str]]:
    """Yield a word of each edge that a file has, with the name of the edge.

    Args:
        lines: The lines of the file, or those that a result shows.
        path: Where the file stands.
        language: How words are searched for.
        whole: The lines are all of the file: only then it is known which is the last one, or the longest.
    """
    chosen: set[str] = set()
    for name, words, _ in _KINDS:
        for word in sorted(words(lines) if whole or name in _OF_LINES else (), key=len, reverse=True):
            if language.is_plain(word) and word not in chosen and _is_alone(word, lines, path):
                chosen.add(word)
                yield name, word
                break


def _size(text: SourceText) -> int:
    return len(text.exchange.response.body) + 1


def _is_alone(word: str, lines: Sequence[str], path: str) -> bool:
    """Tell whether a word stands once in a file and not in its path, where it would be found as well."""
    folded = word.casefold()
    return sum(line.casefold().count(folded) for line in (*lines, path)) == 1


def _last_line(lines: Sequence[str]) -> Iterator[str]:
    last = next((line for line in reversed(lines) if line.strip()), "")
    yield from _WORD.findall(last)


def _line_ends(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:-1]:
        yield from (word for word in _WORD.findall(line)[-1:] if line.endswith(word) and line != word)


def _line_beginnings(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[1:-1]:
        yield from (word for word in _WORD.findall(line)[:1] if line.startswith(word) and line != word)


def _far_out(lines: Sequence[str]) -> Iterator[str]:
    yield from _WORD.findall(max(lines, key=len, default=""))[-3:]


_Words = Callable[[Sequence[str]], Iterator[str]]
_KINDS: tuple[tuple[str, _Words, Callable[[SourceText], int]], ...] = (
    (
        "last line",
        _last_line,
        lambda text: _size(text) * (1 if text.exchange.response.body.endswith(_LINE_ENDS) else _HIGH),
    ),
    (_OF_LINES[0], _line_ends, lambda text: b"\r\n" in text.exchange.response.body),
    (_OF_LINES[1], _line_beginnings, lambda _: 0),
    ("far out", _far_out, lambda text: max(map(len, text.lines), default=0)),
)
"""Words of each edge; and which files come first: long ones, and those with an odd edge."""
