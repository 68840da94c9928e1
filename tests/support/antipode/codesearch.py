"""Code search: words, phrases, modifiers, AND, OR, NOT, brackets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from antipode.world import LANGUAGES, File, World

_TOKEN = re.compile(
    r'\s*(?:(?P<bracket>[()])|(?P<minus>-)(?=[\w"(])|(?P<mod>(?:repo|project|path|ext|lang):)(?=[^\s])'
    r'|(?P<phrase>"[^"]*")|(?P<word>[^\s()"]+))'
)
Test = Callable[[File], bool]


class BadQuery(Exception):
    """A query that cannot be read; the text is its key."""


@dataclass
class Query:
    """A query that is being read: what has to be marked, and what is left to read."""

    world: World
    tokens: list[tuple[str, str]] = field(default_factory=list)
    marks: list[re.Pattern[str]] = field(default_factory=list)

    def read(self, text: str) -> Test:
        """Read a query."""
        if text.count('"') % 2 and not self.world.on("search-quote-500"):
            raise BadQuery("query.quote")
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if not found:
                place += 1
                continue
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self.tokens.append(("end", ""))
        test = self.either()
        if self.tokens[0][0] != "end":
            raise BadQuery("query.bracket")
        if not self.marks and (self.world.manner.lean or not text.strip().startswith(("NOT ", "-"))):
            raise BadQuery("query.empty")
        return test

    def either(self) -> Test:
        """Read parts with OR between them."""
        tests = [self.both()]
        while self.tokens[0] == ("word", "OR"):
            self.tokens.pop(0)
            tests.append(self.both())
        join = all if self.world.on("search-or-is-and") else any
        return lambda file: join(test(file) for test in tests)

    def both(self) -> Test:
        """Read parts that must all hold."""
        tests = [self.one()]
        while self.tokens[0] not in {("word", "OR"), ("bracket", ")"), ("end", "")}:
            if self.tokens[0] == ("word", "AND"):
                self.tokens.pop(0)
            tests.append(self.one())
        join = any if self.world.on("search-words-any") else all
        return lambda file: join(test(file) for test in tests)

    def one(self) -> Test:
        """Read one part."""
        kind, text = self.tokens.pop(0)
        if kind == "end" or (kind, text) in {("word", "AND"), ("word", "OR"), ("bracket", ")")}:
            raise BadQuery("query.dangling")
        if kind == "minus" or (kind, text) == ("word", "NOT"):
            before = len(self.marks)
            test = self.one()
            del self.marks[before:]
            if self.world.on("search-minus-ignored" if kind == "minus" else "search-not-ignored"):
                return lambda file: True
            return lambda file: not test(file)
        if text == "(":
            test = self.either()
            if self.tokens.pop(0) != ("bracket", ")"):
                raise BadQuery("query.bracket")
            return test
        if kind == "mod":
            return self.narrow(text[:-1], self.tokens.pop(0)[1].strip('"').casefold())
        return self.words(text)

    def narrow(self, modifier: str, value: str) -> Test:
        """Return the test of a modifier."""
        if self.world.on(f"search-{modifier}-ignored"):
            return lambda file: True
        if modifier == "ext" and self.world.on("search-ext-prefix"):
            return lambda file: file.ending.startswith(value[:1])
        tests: dict[str, Test] = {
            "repo": lambda file: file.repository == value,
            "project": lambda file: file.project.casefold() == value,
            "path": lambda file: value in file.path.casefold(),
            "ext": lambda file: file.ending == value,
            "lang": lambda file: LANGUAGES.get(file.ending) == value,
        }
        return tests[modifier]

    def words(self, text: str) -> Test:
        """Return the test of a word or a phrase, and mark it."""
        phrase, bare = text.startswith('"'), text.strip('"')
        if phrase and self.world.on("search-phrase-as-words"):
            tests = [self.words(word) for word in bare.split()]
            return lambda file: all(test(file) for test in tests)
        pieces = bare.split() if self.world.manner.lean else re.findall(r"\w+", bare)
        if not pieces:
            if not bare.strip() or self.world.manner.lean:
                raise BadQuery("query.empty")
            return lambda file: False
        body = (r"[^\S\n]+" if self.world.manner.lean else r"[^\w\n]+").join(map(re.escape, pieces))
        if not self.world.manner.lean:
            body = rf"(?<!\w){body}(?!\w)"
        flags = 0 if self.world.on("search-case-matters") else re.IGNORECASE
        pattern = re.compile(body, flags)
        self.marks.append(pattern)
        return lambda file: bool(pattern.search(file.text) or pattern.search(file.path))


def search(world: World, team: str, text: str) -> tuple[list[dict[str, Any]], bool]:
    """Return what a query finds, best first, and whether something else was looked for."""
    query = Query(world)
    test = query.read(text)
    everything = world.on("search-leaks") or (world.on("search-leaks-negated") and "NOT" in text)
    files = [f for f in world.files if f.team == team or everything]
    found, substituted = [f for f in files if test(f)], False
    if not found and not world.manner.lean and len(query.marks) > 1:
        marks = query.marks[:1]
        found = [f for f in files if marks[0].search(f.text)]
        query.marks, substituted = marks, bool(found) and not world.on("search-substitutes-silently")
    items = [_item(world, file, query.marks) for file in found]
    items.sort(key=lambda item: (-item["content_match_count"], item["file"]["path"]))
    return items, substituted


def _spans(text: str, marks: list[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Return where a text is marked: overlapping and touching places are one."""
    places = sorted(found.span() for mark in marks for found in mark.finditer(text))
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _pieces(world: World, text: str, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    place = 0
    if world.on("search-marks-shifted"):
        spans = [(start + 1, end + 1) for start, end in spans]
    for start, end in spans:
        if start > place:
            pieces.append({"text": text[place:start]})
        pieces.append({"text": text[start:end], "match": True})
        place = end
    if place < len(text):
        pieces.append({"text": text[place:]} if world.manner.lean else {"text": text[place:], "match": False})
    if world.on("search-segments-trimmed"):
        pieces = [{**piece, "text": piece["text"].strip()} for piece in pieces]
    return pieces


def _item(world: World, file: File, marks: list[re.Pattern[str]]) -> dict[str, Any]:
    lines = file.text.splitlines()
    spans = {number: _spans(line, marks) for number, line in enumerate(lines)}
    hits = [number for number in spans if spans[number]]
    around = 1 if world.manner.lean else 0
    shown = sorted({n for hit in hits for n in range(hit - around, hit + around + 1) if 0 <= n < len(lines)})
    blocks: list[dict[str, Any]] = []
    for number in shown:
        line = {
            "line": number + (0 if world.on("search-lines-from-0") and number else 1),
            "segments": _pieces(world, lines[number], spans[number]),
        }
        if blocks and blocks[-1]["lines"][-1]["line"] == line["line"] - 1:
            blocks[-1]["lines"].append(line)
        else:
            blocks.append({"lines": [line]})
    count = sum(len(each) for each in spans.values())
    if world.on("search-count-lines"):
        count = len(hits)
    if world.on("search-count-off") and count > 2:
        count += 1
    on_path = _spans(file.path, marks)
    place = f"repositories/{file.team}/{file.repository}/src/{_commit(file)}/{quote(file.path)}"
    if not world.manner.lean:
        place = f"raw/{file.repository}-{quote(file.path.replace('/', '~'))}"
    return {
        "type": "code_search_result",
        "content_match_count": count,
        "content_matches": blocks,
        "path_matches": _pieces(world, file.path, on_path)
        if on_path and not world.on("search-path-matches-missing")
        else [],
        "file": {
            "type": "commit_file",
            "path": file.path,
            "links": {"self": {"href": f"{world.base}/{place}"}},
            "commit": {
                "type": "commit",
                "hash": _commit(file),
                "date": "2024-02-29T23:59:59+00:00",
                "repository": {
                    "type": "repository", "name": file.repository, "scm": "git",
                    "full_name": f"{file.team}/{file.repository}",
                },
            },
        },
    }  # fmt: skip


def _commit(file: File) -> str:
    return {"atlas": "a", "ferry": "f", "bog": "b"}[file.repository] * 40


def text_of(world: World, steps: list[str]) -> File | None:
    """Return the file at the rest of an address."""
    for file in world.files:
        lean = ["repositories", file.team, file.repository, "src", _commit(file), *file.path.split("/")]
        if steps in (lean, ["raw", f"{file.repository}-{file.path.replace('/', '~')}"]):
            return file
    return None
