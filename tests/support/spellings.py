"""A server that reads every style of parameters by itself; ``faults`` break it by name.

Nothing here is the suite's: what a request means is read from its raw target and headers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from recording import Answer, Seen

_INTEGER = {"type": "integer", "minimum": 1, "maximum": 99}
_LIST = {"type": "array", "items": _INTEGER, "maxItems": 4}
_RANGE = {"type": "object", "properties": {"low": _INTEGER, "high": _INTEGER, "open": {"type": "boolean"}}}
STYLES: dict[str, dict[str, Any]] = {
    "/form": {"name": "ids", "in": "query", "schema": _LIST, "example": [3, 5]},
    "/csv": {"name": "ids", "in": "query", "schema": _LIST, "explode": False, "example": [3, 5]},
    "/spaces": {"name": "ids", "in": "query", "schema": _LIST, "style": "spaceDelimited", "explode": False},
    "/pipes": {"name": "ids", "in": "query", "schema": _LIST, "style": "pipeDelimited", "explode": False},
    "/deep": {
        "name": "range", "in": "query", "schema": _RANGE, "style": "deepObject", "explode": True,
        "example": {"low": 3, "high": 5},
    },
    "/members": {
        "name": "range", "in": "query", "schema": _RANGE, "explode": False, "example": {"low": 3, "high": 5},
    },
    "/json": {
        "name": "where", "in": "query",
        "content": {"application/json": {"schema": _RANGE, "example": {"low": 3, "high": 5}}},
    },
    "/reserved": {"name": "at", "in": "query", "schema": {"type": "string"}, "allowReserved": True},
    "/header": {"name": "X-Ids", "in": "header", "schema": _LIST, "example": [3, 5]},
    "/cookie": {"name": "ids", "in": "cookie", "schema": _LIST, "explode": False},
    "/simple/{ids}": {"name": "ids", "in": "path", "required": True, "schema": _LIST, "example": [3, 5]},
    "/label/{ids}": {
        "name": "ids", "in": "path", "required": True, "schema": _LIST, "style": "label", "explode": True,
        "example": [3, 5],
    },
    "/matrix/{ids}": {
        "name": "ids", "in": "path", "required": True, "schema": _LIST, "style": "matrix", "explode": True,
        "example": [3, 5],
    },
    "/one/{id}": {
        "name": "id", "in": "path", "required": True, "schema": _INTEGER, "style": "matrix", "example": 3,
    },
}  # fmt: skip
FAULTS = {
    "form-first-alone": ("/form", "input.invalid-refused"),
    "form-no-lists": ("/form", "parameter.lists"),
    "csv-no-lists": ("/csv", "parameter.lists"),
    "spaces-are-commas": ("/spaces", "parameter.lists"),
    "pipes-are-commas": ("/pipes", "parameter.lists"),
    "deep-unread": ("/deep", "input.invalid-refused"),
    "deep-refused": ("/deep", "input.examples-accepted"),
    "members-refused": ("/members", "input.examples-accepted"),
    "json-unread": ("/json", "input.invalid-refused"),
    "json-refused": ("/json", "input.examples-accepted"),
    "reserved-refused": ("/reserved", "parameter.reserved"),
    "header-no-lists": ("/header", "parameter.lists"),
    "cookie-no-lists": ("/cookie", "parameter.lists"),
    "simple-no-lists": ("/simple/{ids}", "parameter.lists"),
    "label-no-lists": ("/label/{ids}", "parameter.lists"),
    "matrix-no-lists": ("/matrix/{ids}", "parameter.lists"),
    "long-lists": ("/form", "input.invalid-refused"),
}


def document(*paths: str) -> dict[str, Any]:
    """Return the OpenAPI document of the server, of some paths or of all."""
    refused = {"description": "refused"}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Spellings", "version": "1"},
        "paths": {
            path: {
                "get": {
                    "parameters": [said],
                    "responses": {"200": {"description": "fine"}, "400": refused, "404": refused},
                }
            }
            for path, said in STYLES.items()
            if not paths or path in paths
        },
    }


class Refused(Exception):
    """A request that cannot be read."""


@dataclass
class Spellings:
    """Reads what was asked, and remembers it by path."""

    faults: frozenset[str] = frozenset()
    read: dict[str, list[Any]] = field(default_factory=dict)

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        path, _, query = seen.target.partition("?")
        name = path.split("/")[1]
        if seen.method not in {"GET", "HEAD"}:
            return Answer(405, (("Allow", "GET, HEAD"),))
        if f"/{name}" not in {f"/{each.split('/')[1]}" for each in STYLES} or path.count("/") > 2:
            return Answer(404)
        try:
            value = getattr(self, name)(query if path.count("/") == 1 else path.split("/")[2], seen)
        except Refused:
            return Answer(400)
        self.read.setdefault(name, []).append(value)
        return Answer(200, (("Content-Type", "application/json"),))

    def numbers(self, texts: list[str], style: str) -> list[int]:
        """Read numbers from 1 to 99, at most four."""
        too_many = len(texts) > 4 and "long-lists" not in self.faults
        if too_many or not all(re.fullmatch("[1-9][0-9]?", text) for text in texts):
            raise Refused
        if len(texts) > 1 and f"{style}-no-lists" in self.faults:
            raise Refused
        return [int(text) for text in texts]

    def under(self, query: str, name: str) -> list[str]:
        """Return the raw values of a name."""
        pairs = [part.partition("=") for part in query.split("&")]
        return [value for key, _, value in pairs if unquote(key) == name]

    def form(self, query: str, _: Seen) -> list[int]:
        """``ids=1&ids=2``."""
        texts = [unquote(text) for text in self.under(query, "ids")]
        return self.numbers(texts[:1] if "form-first-alone" in self.faults else texts, "form")

    def joined(self, query: str, style: str, *delimiters: str) -> list[int]:
        """One value with delimiters inside, as they stand in the raw query."""
        found = self.under(query, "ids")
        if len(found) > 1:
            raise Refused
        for each in delimiters:
            found = [part for text in found for part in text.split(each)]
        return self.numbers([unquote(text) for text in found], style)

    def csv(self, query: str, _: Seen) -> list[int]:
        """``ids=1,2``."""
        return self.joined(query, "csv", ",")

    def spaces(self, query: str, _: Seen) -> list[int]:
        """``ids=1%202``."""
        return self.joined(query, "spaces", *((",",) if "spaces-are-commas" in self.faults else ("%20", "+")))

    def pipes(self, query: str, _: Seen) -> list[int]:
        """``ids=1%7C2``."""
        return self.joined(query, "pipes", *((",",) if "pipes-are-commas" in self.faults else ("%7C", "|")))

    def range_of(self, members: dict[str, Any]) -> dict[str, Any]:
        """Read numbers and a flag by their names; what is not known is left alone."""
        for name, value in members.items():
            if name in {"low", "high"} and not re.fullmatch("[1-9][0-9]?", str(value)):
                raise Refused
            if name == "open" and str(value).lower() not in {"true", "false"}:
                raise Refused
        return members

    def deep(self, query: str, _: Seen) -> dict[str, Any]:
        """``range[low]=1&range[high]=2``."""
        pairs = [part.partition("=") for part in query.split("&") if part]
        found = {
            match[1]: unquote(value)
            for key, _, value in pairs
            if (match := re.fullmatch(r"range\[(\w+)\]", unquote(key)))
        }
        if "deep-refused" in self.faults and len(found) > 1:
            raise Refused
        return found if "deep-unread" in self.faults else self.range_of(found)

    def members(self, query: str, _: Seen) -> dict[str, Any]:
        """``range=low,1,high,2``."""
        parts = [unquote(part) for text in self.under(query, "range") for part in text.split(",")]
        if "members-refused" in self.faults and parts:
            raise Refused
        return self.range_of(dict(zip(parts[::2], parts[1::2], strict=False)))

    def json(self, query: str, _: Seen) -> Any:
        """``where={"low":1}``."""
        for text in self.under(query, "where"):
            if "json-refused" in self.faults:
                raise Refused
            if "json-unread" in self.faults:
                continue
            try:
                value = json.loads(unquote(text))
            except ValueError:
                raise Refused from None
            if not isinstance(value, dict):
                raise Refused
            for name, each in value.items():
                if name in {"low", "high"} and (type(each) is not int or not 1 <= each <= 99):
                    raise Refused
                if name == "open" and type(each) is not bool:
                    raise Refused
            return value
        return None

    def reserved(self, query: str, _: Seen) -> list[str]:
        """``at=a/b:c@d``, with or without percent-encoding."""
        found = self.under(query, "at")
        if "reserved-refused" in self.faults and any(set(text) & set("/:@") for text in found):
            raise Refused
        return [unquote(text) for text in found]

    def header(self, _: str, seen: Seen) -> list[int]:
        """``X-Ids: 1,2``."""
        texts = [part.strip() for value in seen.values("X-Ids") for part in value.split(",")]
        return self.numbers(texts, "header")

    def cookie(self, _: str, seen: Seen) -> list[int]:
        """``Cookie: ids=1,2``."""
        pairs = [each.strip().partition("=") for value in seen.values("Cookie") for each in value.split(";")]
        return self.numbers([p for key, _, text in pairs if key == "ids" for p in text.split(",")], "cookie")

    def simple(self, segment: str, _: Seen) -> list[int]:
        """``1,2``."""
        return self.numbers([unquote(part) for part in segment.split(",")], "simple")

    def label(self, segment: str, _: Seen) -> list[int]:
        """``.1.2``."""
        if not segment.startswith("."):
            raise Refused
        return self.numbers([unquote(part) for part in segment[1:].split(".")], "label")

    def matrix(self, segment: str, _: Seen) -> list[int]:
        """``;ids=1;ids=2``."""
        parts = segment.split(";")[1:]
        if not segment.startswith(";") or not all(part.startswith("ids=") for part in parts):
            raise Refused
        return self.numbers([unquote(part[4:]) for part in parts], "matrix")

    def one(self, segment: str, _: Seen) -> list[int]:
        """``;id=1``."""
        if not segment.startswith(";id="):
            raise Refused
        return self.numbers([unquote(segment[4:])], "one")
