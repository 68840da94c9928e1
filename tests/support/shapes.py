"""A server whose answers are no JSON; ``faults`` break them by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from recording import Answer, Seen

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
TICK = {
    "type": "object",
    "required": ["number"],
    "properties": {"number": {"type": "integer"}},
}
_EVENT = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "string", "contentMediaType": "application/json", "contentSchema": TICK}},
}
_NOTE = {
    "type": "object",
    "required": ["text"],
    "xml": {"name": "note"},
    "properties": {"text": {"type": "string"}},
}
CONTENT: dict[str, tuple[str, dict[str, Any]]] = {
    "/table": ("text/csv", {"schema": {"type": "string"}, "example": "name,size\nrope,3\n"}),
    "/count": ("text/plain", {"schema": {"type": "integer", "minimum": 0}}),
    "/lines": ("application/x-ndjson", {"itemSchema": TICK}),
    "/texts": ("application/json-seq", {"itemSchema": TICK}),
    "/ticks": ("text/event-stream", {"itemSchema": _EVENT}),
    "/picture": ("image/png", {}),
    "/note": ("application/xml", {"schema": _NOTE}),
    "/file": ("application/octet-stream", {"schema": {"type": "string", "format": "binary"}}),
}
FAULTS = {
    "csv-ragged": "content.table",
    "csv-not-utf-8": "content.readable",
    "text-no-number": "content.text",
    "line-broken": "content.readable",
    "line-wrong": "content.items",
    "text-wrong": "content.items",
    "event-wrong": "content.items",
    "picture-is-html": "content.readable",
    "picture-empty": "content.readable",
    "xml-open": "content.readable",
    "xml-other-root": "content.elements",
    "xml-element-missing": "content.elements",
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.2 document of the server."""
    return {
        "openapi": "3.2.0",
        "info": {"title": "Shapes", "version": "1"},
        "paths": {
            path: {
                "get": {
                    "parameters": [{"name": "from", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {
                        "200": {"description": "fine", "content": {media: said}},
                        "400": {"description": "refused"},
                    },
                }
            }
            for path, (media, said) in CONTENT.items()
        },
    }


@dataclass
class Shapes:
    """Answers every path in its own media type."""

    faults: frozenset[str] = frozenset()

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        path = urlsplit(seen.target).path
        if path not in CONTENT:
            return Answer(404)
        if seen.method not in {"GET", "HEAD"}:
            return Answer(405, (("Allow", "GET, HEAD"),))
        asked = parse_qs(urlsplit(seen.target).query, keep_blank_values=True).get("from", [])
        if not all(re.fullmatch(r"-?[0-9]+", each) for each in asked):
            return Answer(400)
        media, _ = CONTENT[path]
        charset = "; charset=utf-8" if media in {"text/csv", "text/plain"} else ""
        headers = (("Content-Type", media + charset),)
        if path == "/ticks":
            return Answer(200, headers, stream=self.ticks)
        return Answer(200, headers, getattr(self, path[1:])())

    def broken(self, fault: str, wrong: bytes, right: bytes) -> bytes:
        """Return the wrong bytes where the fault is on."""
        return wrong if fault in self.faults else right

    def table(self) -> bytes:
        """Three records of two fields."""
        right = self.broken("csv-not-utf-8", b"name,size\nro\xe9,3\n", b'name,size\n"a, rope",3\nhook,1\n')
        return self.broken("csv-ragged", b"name,size\nrope\n", right)

    def count(self) -> bytes:
        """A number."""
        return self.broken("text-no-number", b"many\n", b"17\n")

    def lines(self) -> bytes:
        """A line for each tick."""
        right = b'{"number": 1}\n{"number": 2}\n'
        return self.broken(
            "line-broken", right[:-4], self.broken("line-wrong", right + b'{"number": "3"}', right)
        )

    def texts(self) -> bytes:
        """A text for each tick."""
        return b"\x1e" + json.dumps({"number": None if "text-wrong" in self.faults else 1}).encode() + b"\n"

    def ticks(self, write: Callable[[bytes], object]) -> None:
        """Tick for as long as anybody listens."""
        number = 0
        while True:
            number += 1
            shown = json.dumps({"number": str(number) if "event-wrong" in self.faults else number})
            write((f": {'.' * 4096}\n\ndata: {shown}\n\n").encode())

    def picture(self) -> bytes:
        """Begin as a PNG file does."""
        return self.broken("picture-is-html", b"<html>", self.broken("picture-empty", b"", PNG))

    def note(self) -> bytes:
        """Show a small document."""
        right = b'<?xml version="1.0"?><note><text>hello</text></note>'
        for fault, wrong in (
            ("xml-open", b"<note><text>"),
            ("xml-other-root", b"<memo><text/></memo>"),
            ("xml-element-missing", b"<note><txt/></note>"),
        ):
            right = self.broken(fault, wrong, right)
        return right

    def file(self) -> bytes:
        """Show bytes of which nothing is known."""
        return bytes(range(256))
