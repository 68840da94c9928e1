"""A small search server of its own kind: offsets instead of pages, ``&``, ``|`` and ``!``, other names.

It is right in whatever way its options say, so the suite must be silent about it; ``spoil`` makes it wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from recording import Answer, Seen

FILES = {
    (
        "tide",
        "src/reader.py",
    ): "import sys\n\n# the reader opens a file and counts lines\nfor line in sys.stdin:\n    print(line)\n",
    (
        "tide",
        "src/writer.py",
    ): "# a writer takes each line of the reader\ndef write(line):\n    print(line)\n",
    (
        "tide",
        "docs/reader.md",
    ): "# Notes\n\nEach file has one owner and many lines .\nThe Fähre waits for the reader file there\n",
    (
        "tide",
        "docs/plan.md",
    ): "# Plan\n\nThe reader comes first , then each writer of a file\nthe end of the plan\n",
    (
        "ebb",
        "src/main.go",
    ): "package main\n\n// the reader is written in Go , one file each\nfunc main() {}\n",
    (
        "ebb",
        "docs/reader.md",
    ): "# Another\n\nHere the file reader counts what each harbour sends\nand the Fähre comes at noon\n",
    ("ebb", "docs/ferry.md"): "# Ferry\n\nthe harbour of each ferry has a reader , too\n",
    ("ebb", "notes.txt"): "every reader of this file is\nwelcome at the harbour wall\n",
}
STOP_WORDS = frozenset({"the", "each", "and", "then", "here"})
WORD = re.compile(r"[^\W_]+")
Item = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Options:
    """In which way the server is right."""

    stop_words: frozenset[str] = frozenset()  # left out of the index and of queries
    stems: bool = False  # "lines" is found by "line"
    tolerant: bool = True  # makes sense of every query
    shown_lines: int = 100  # of each file; the others are not shown
    counts_path: bool = False
    marks_line: bool = False  # the whole line, instead of the word
    cap: int = 1000  # more results can be counted, but not walked
    largest: int = 50  # items on a page
    texts: bool = True  # the address of a result leads to its text


@dataclass
class Searcher:
    """Answers ``GET /find`` and ``GET /files/…``."""

    options: Options = Options()
    spoil: Callable[[str, int, list[Item]], list[Item]] = lambda query, offset, items: items
    origin: str = ""
    asked: list[str] = field(default_factory=list)

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        self.asked.append(seen.target)
        path, query = urlsplit(seen.target).path, parse_qs(urlsplit(seen.target).query)
        if path == "/find":
            return self._find(query)
        key = tuple(unquote(path.removeprefix("/files/")).split("/", 1))
        if key in FILES and self.options.texts:
            return Answer(headers=(("Content-Type", "text/plain; charset=utf-8"),), body=FILES[key].encode())
        return _json(200 if key in FILES else 404, {"name": key[-1]})

    def _find(self, query: dict[str, list[str]]) -> Answer:
        text = query.get("for", [""])[0]
        offset, limit = (
            int(query.get("offset", ["0"])[0]),
            min(int(query.get("limit", ["3"])[0]), self.options.largest),
        )
        try:
            holds, wanted = Reader(text, self.options).read()
        except ValueError as error:
            return _json(422, {"code": "syntax", "text": str(error)})
        items = [self._item(key, wanted) for key in FILES if holds(key)]
        total, items = len(items), items[: self.options.cap][offset : offset + limit]
        body: Item = {"hits": self.spoil(text, offset, items), "all": total}
        if offset + limit < min(total, self.options.cap):
            link = f"/find?for={quote(text)}&offset={offset + limit}&limit={limit}"
            body["more"] = f"{self.origin}{link}"
        return _json(200, body)

    def _item(self, key: tuple[str, str], wanted: list[str]) -> Item:
        lines = FILES[key].split("\n")[:-1]
        marked = [(number, self._pieces(line, wanted)) for number, line in enumerate(lines, 1)]
        hits = [(number, pieces) for number, pieces in marked if any(p.get("hit") for p in pieces)]
        path = self._pieces(key[1], wanted)
        in_path = any(piece.get("hit") for piece in path)
        count = sum(bool(p.get("hit")) for _, pieces in hits for p in pieces)
        return {
            "at": f"{self.origin}/files/{key[0]}/{quote(key[1])}",
            "path": key[1],
            "times": count + (self.options.counts_path and in_path),
            "parts": [{"rows": [{"no": number, "row": pieces}]} for number, pieces in hits][
                : self.options.shown_lines
            ],
            "name": path if in_path else [],
        }

    def _pieces(self, text: str, wanted: list[str]) -> list[Item]:
        found = [word for word in WORD.finditer(text) if self._folded(word[0]) in wanted]
        if found and self.options.marks_line:
            return [{"t": text, "hit": True}]
        pieces: list[Item] = []
        end = 0
        for word in found:
            pieces += [{"t": text[end : word.start()]}, {"t": word[0], "hit": True}]
            end = word.end()
        return [piece for piece in [*pieces, {"t": text[end:]}] if piece["t"]]

    def _folded(self, word: str) -> str:
        return folded(word, self.options)


def folded(word: str, options: Options) -> str:
    """Return the form of a word that is compared."""
    plain = word.lower()
    return plain.removesuffix("s") if options.stems else plain


class Reader:
    """Reads one query; without the rights to be strict it makes the best of it."""

    def __init__(self, text: str, options: Options) -> None:
        """Take the query apart."""
        self._options, self._wanted = options, list[str]()
        quotes = text.count('"')
        if not options.tolerant and (quotes % 2 or text.count("(") != text.count(")")):
            raise ValueError("unbalanced")
        self._tokens = re.findall(r'"[^"]*"|\(|\)|[&|!]|[^\s()"&|!]+', text)

    def read(self) -> tuple[Callable[[tuple[str, str]], bool], list[str]]:
        """Return what tells whether a file is found, and the words to mark."""
        holds = self._either()
        return holds, self._wanted

    def _either(self) -> Callable[[tuple[str, str]], bool]:
        parts = [self._every()]
        while self._tokens[:1] == ["|"]:
            self._tokens.pop(0)
            parts.append(self._every())
        return lambda key: any(part(key) for part in parts)

    def _every(self) -> Callable[[tuple[str, str]], bool]:
        parts: list[Callable[[tuple[str, str]], bool]] = []
        while self._tokens and self._tokens[0] not in {"|", ")"}:
            parts += self._part(self._tokens.pop(0))
        if not parts and not self._options.tolerant:
            raise ValueError("nothing to look for")
        return lambda key: all(part(key) for part in parts)

    def _part(self, token: str) -> list[Callable[[tuple[str, str]], bool]]:
        if token == "&":
            return []
        if token == "!":
            kept = list(self._wanted)
            if not self._tokens:
                return []
            parts = self._part(self._tokens.pop(0))
            self._wanted[:] = kept
            return [lambda key: not all(part(key) for part in parts)]
        if token == "(":
            group = self._either()
            del self._tokens[:1]
            return [group]
        kind, _, value = token.partition("=")
        if kind in {"end", "in", "repo"} and value:
            return [lambda key: _narrows(kind, value, key)]
        return self._words([folded(word, self._options) for word in WORD.findall(token)])

    def _words(self, words: list[str]) -> list[Callable[[tuple[str, str]], bool]]:
        kept = [word for word in words if word not in self._options.stop_words]
        self._wanted += kept
        return [lambda key: self._stands(kept, key)] if kept else []

    def _stands(self, words: list[str], key: tuple[str, str]) -> bool:
        for line in [*FILES[key].split("\n"), key[1]]:
            there = [folded(word, self._options) for word in WORD.findall(line)]
            there = [word for word in there if word not in self._options.stop_words]
            if any(there[start : start + len(words)] == words for start in range(len(there))):
                return True
        return False


def _narrows(kind: str, value: str, key: tuple[str, str]) -> bool:
    if kind == "repo":
        return key[0] == value
    return key[1].endswith(f".{value}") if kind == "end" else value in key[1]


def _json(status: int, body: object) -> Answer:
    return Answer(
        status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode()
    )


def document(options: Options, **search: Any) -> dict[str, Any]:
    """Return the OpenAPI document of the server; arguments change ``x-search``."""
    rules: Item = {
        "modifiers": {"repository": "repo=", "extension": "end=", "path": "in="},
        "phrase": '"',
        "combinators": {"and": "&", "or": "|", "not": "!"},
        "parentheses": True,
        "implicit": "and",
        "ignores_case": True,
        "matches": {
            "items": "/hits", "path": "/path", "source": "/at", "count": "/times", "blocks": "/parts",
            "lines": "/rows", "number": "/no", "segments": "/row", "path_segments": "/name", "text": "/t",
            "match": "/hit",
        },
        "malformed": 422,
        "malformed_key": "/code",
    }  # fmt: skip
    pages = {
        "style": "offset", "items": "/hits", "next": "/more", "total": "/all", "identity": "/at",
        "parameters": {"offset": "offset", "size": "limit"}, "size_default": 3,
        "size_maximum": options.largest,
    }  # fmt: skip
    parameters = [
        {
            "name": "for",
            "in": "query",
            "required": True,
            "schema": {"type": "string"},
            "x-search": rules | search,
        },
        {"name": "offset", "in": "query", "schema": {"type": "integer"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]
    content = {"application/json": {"schema": {"type": "object"}}}
    answers = {code: {"description": code, "content": content} for code in ("200", "422")}
    operation = {"operationId": "find", "parameters": parameters, "responses": answers, "x-pagination": pages}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Find", "version": "1"},
        "paths": {"/find": {"get": operation}},
    }
