"""Faults of search at the edges of files: what is not read, and what is not shown."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

from specproof.target.faults.registry import fault
from specproof.target.search.index import Search
from specproof.target.search.results import Line, Results, Spans
from specproof.target.search.syntax import Phrase

OWN_WORDS, PIECES = "search.own-words", "search.pieces"
_TEXT = "rtrim(file.content, char(10))"
_WITHOUT_LAST_LINE = f"rtrim({_TEXT}, replace({_TEXT}, char(10), ''))"


class Narrow(Search):
    """Finds a single word only where it stands in a part of the text, or in the path."""

    text = "file.content"
    before = after = ""

    def phrase(self, node: Phrase, parameters: list[object]) -> str:
        condition = super().phrase(node, parameters)
        if len(node.words) > 1:
            return condition
        parameters += [f"{self.before}{node.words[0]}{self.after}", node.words[0]]
        return f"({condition} AND (instr(casefold({self.text}), ?) OR instr(casefold(file.path), ?)))"


@fault("search", "search-last-line-unread", OWN_WORDS, "The last line of a file is not searched.")
class SearchLastLineUnread(Narrow):
    text = _WITHOUT_LAST_LINE


@fault("search", "search-line-ends-unread", OWN_WORDS, "A word is found only before a blank.")
class SearchLineEndsUnread(Narrow):
    after = " "


@fault("search", "search-line-beginnings-unread", OWN_WORDS, "A word is found only behind a blank.")
class SearchLineBeginningsUnread(Narrow):
    before = " "


@fault("search", "search-far-words-unread", OWN_WORDS, "Of a file the first 200 characters are searched.")
class SearchFarWordsUnread(Narrow):
    text = "substr(file.content, 1, 200)"


@fault("results", "long-lines-cut", PIECES, "Of a line the first 72 characters are shown.")
class LongLinesCut(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        return super().line(index, text[:72], [(start, end) for start, end in matches if end <= 72])
