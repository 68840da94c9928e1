"""Faults of how a search shows what it found."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Response

from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.partial import shown
from specproof.target.search.results import Line, Phrases, Results, Spans

ADDED = "partial-response.add"
MARKS = "search.marks"
SHOWS = "search.shows-match"
PIECES = "search.pieces"
NUMBERS = "search.line-numbers"
COUNT = "search.count"


@fault("results", "search-shows-commits", ADDED, "The commit of a file is shown to everybody.")
class SearchShowsCommits(Results):
    def file(self, row: sqlite3.Row, *, origin: str, team: str, full: bool) -> dict[str, object]:
        file = super().file(row, origin=origin, team=team, full=True)
        return file if full else file | {"commit": shown(shown(file["commit"]))}


@fault("results", "marks-shifted", MARKS, "Marks begin one character late.")
class MarksShifted(Results):
    def content_spans(self, line: str, phrases: Phrases) -> Spans:
        found = super().content_spans(line, phrases)
        return [(start + 1, min(end + 1, len(line))) for start, end in found if start + 1 < len(line)]


@fault("results", "marks-next-word", MARKS, "In a path, what follows the match is marked.")
class MarksNextWord(Results):
    def path_spans(self, path: str, phrases: Phrases) -> Spans:
        found = super().path_spans(path, phrases)
        return [(end, len(path)) for _, end in found[:1] if end < len(path)]


@fault("results", "marks-first-on-line", MARKS, "Of several matches on a line only the first is marked.")
class MarksFirstOnLine(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        return super().line(index, text, matches[:1])


@fault("results", "path-match-not-shown", SHOWS, "Where only the path matches, no match is shown.")
class PathMatchNotShown(Results):
    def path_matches(self, path: str, phrases: Phrases) -> list[dict[str, object]]:
        return []


@fault("results", "capitals-not-marked", SHOWS, "Matches with capitals are not marked.")
class CapitalsNotMarked(Results):
    def content_spans(self, line: str, phrases: Phrases) -> Spans:
        return [
            (start, end) for start, end in super().content_spans(line, phrases) if line[start:end].islower()
        ]

    def path_spans(self, path: str, phrases: Phrases) -> Spans:
        return []


@fault("results", "path-pieces-without-folder", PIECES, "The pieces of a path begin after its first folder.")
class PathPiecesWithoutFolder(Results):
    def path_matches(self, path: str, phrases: Phrases) -> list[dict[str, object]]:
        pieces = super().path_matches(path, phrases)
        return pieces[1:] if len(pieces) > 2 else pieces


@fault("results", "path-pieces-lower-case", PIECES, "The pieces of a path are in lower case.")
class PathPiecesLowerCase(Results):
    def path_matches(self, path: str, phrases: Phrases) -> list[dict[str, object]]:
        return super().path_matches(path.lower(), phrases)


@fault("results", "line-indentation-lost", PIECES, "Lines are shown without their indentation.")
class LineIndentationLost(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        cut = len(text) - len(text.lstrip())
        return super().line(index, text[cut:], [(start - cut, end - cut) for start, end in matches])


@fault("results", "line-end-lost", PIECES, "What follows the last match of a line is lost.")
class LineEndLost(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        return super().line(index, text[: matches[-1][1]] if matches else text, matches)


@fault("results", "line-beyond-ascii-damaged", PIECES, "Letters beyond ASCII are shown as question marks.")
class LineBeyondAsciiDamaged(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        return super().line(index, text.encode("ascii", "replace").decode("ascii"), matches)


@fault("results", "line-tabs-expanded", PIECES, "A tab is shown as four blanks.")
class LineTabsExpanded(Results):
    def segments(self, text: str, matches: Spans) -> list[dict[str, object]]:
        pieces = super().segments(text, matches)
        return [piece | {"text": str(piece["text"]).replace("\t", "    ")} for piece in pieces]


@fault("results", "lines-as-html", PIECES, "Vowels are shown as HTML may write them.")
class LinesAsHtml(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        html = {ord(vowel): f"&#{ord(vowel)};" for vowel in "aeiou"}
        pieces = self.segments(text, matches)
        written = [piece | {"text": str(piece["text"]).translate(html)} for piece in pieces]
        return super().line(index, text, matches) | {"segments": written}


@fault("results", "lines-numbered-from-0", NUMBERS, "Lines are counted from 0.")
class LinesNumberedFrom0(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        return super().line(index, text, matches) | {"line": index}


@fault("results", "lines-of-last-block-turned", NUMBERS, "The last group of lines is in descending order.")
class LinesOfLastBlockTurned(Results):
    def blocks(self, lines: list[str], found: list[Spans]) -> list[list[Line]]:
        blocks = super().blocks(lines, found)
        return [*blocks[:-1], *(block[::-1] for block in blocks[-1:])]


@fault("results", "line-after-end", NUMBERS, "After the last line one more, empty line is shown.")
class LineAfterEnd(Results):
    def blocks(self, lines: list[str], found: list[Spans]) -> list[list[Line]]:
        return super().blocks([*lines, ""], [*found, []])


@fault("results", "lines-off-by-one", PIECES, "Every line has the number of the line before it.")
class LinesOffByOne(Results):
    def line(self, index: int, text: str, matches: Spans) -> Line:
        return super().line(index, text, matches) | {"line": max(index, 1)}


@fault("results", "count-of-lines", COUNT, "The count of matches counts lines.")
class CountOfLines(Results):
    def count(self, found: list[Spans]) -> int:
        return sum(map(bool, found))


@fault("results", "count-one-too-many", COUNT, "The count of matches is one too high.")
class CountOneTooMany(Results):
    def count(self, found: list[Spans]) -> int:
        return super().count(found) + 1


@fault("results", "count-at-most-3", COUNT, "The count of matches ends at 3.")
class CountAtMost3(Results):
    def count(self, found: list[Spans]) -> int:
        return min(super().count(found), 3)


@fault("results", "matches-not-shown", COUNT, "Where the path matches, the lines that match are not shown.")
class MatchesNotShown(Results):
    def result(self, *given: Any, **named: Any) -> dict[str, object]:
        shown = super().result(*given, **named)
        return shown | ({"content_matches": []} if shown["path_matches"] else {})


@fault("answers", "count-missing-on-page-2", COUNT, "On page 2 every count of matches is 0.")
class CountMissingOnPage2(Answers):
    def page(self, call: Call, page: dict[str, Any]) -> Response:
        for found in page["values"] if page.get("page") == 2 else ():
            if "content_match_count" in found:
                found["content_match_count"] = 0
        return super().page(call, page)


@fault("answers", "matches-of-neighbour-on-page-2", PIECES, "On page 2 a result shows its neighbour's lines.")
class MatchesOfNeighbourOnPage2(Answers):
    def page(self, call: Call, page: dict[str, Any]) -> Response:
        found = [item for item in page.get("values", ()) if "content_matches" in item]
        if page.get("page") == 2 and found:
            lines = [item["content_matches"] for item in found]
            for item, other in zip(found, [*lines[1:], lines[0]], strict=True):
                item["content_matches"] = other
        return super().page(call, page)
