"""A small read-only API over HTTP, right in its own way; ``change`` makes it wrong, or right in another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from recording import Answer, Seen

Change = Callable[[Seen, Answer], Answer]
LIST = "/boxes/{box}/things"
TEMPLATE = "{?start}"
NAMES = ("anchor", "buoy", "cable", "dock", "eddy")
CORS = {
    "origins": ["https://page.example"],
    "methods": ["GET", "PUT"],
    "headers": ["Authorization", "X-Trace"],
    "exposed": ["ETag", "Content-Type"],
    "max_age": 60,
}
MEMBERS = {"id": {"type": "integer"}, "name": {"type": "string"}, "_links": {"type": "object"}}
THING = {"type": "object", "properties": MEMBERS}


@dataclass
class Things:
    """Answers ``/boxes/{box}/things`` and ``/boxes/{box}/things/{id}``."""

    change: Change = lambda seen, answer: answer
    origin: str = ""

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        return self.change(seen, self._answer(seen))

    def respond_carefully(self, seen: Seen) -> Answer:
        """Answer one request; what has to be a number and is none gets a 400."""
        try:
            return self.respond(seen)
        except ValueError:
            return said(400, {"why": "a number, please"})

    def _answer(self, seen: Seen) -> Answer:
        steps = urlsplit(seen.target).path.strip("/").split("/")
        if seen.method == "OPTIONS":
            return self._options(seen)
        if seen.method not in {"GET", "HEAD"}:
            return said(405, {"why": "method"}, ("Allow", "GET, HEAD"))
        if len(steps) not in {3, 4} or steps[0] != "boxes" or steps[1] not in {"full", "void"}:
            return self._seen_from(seen, said(404, {"why": "nothing"}))
        if len(steps) == 3:
            return self._seen_from(seen, said(200, self._page(seen, steps[1])))
        known = {str(number) for number in range(len(NAMES))}
        found = steps[3] in known and steps[1] == "full"
        body = self._thing(int(steps[3])) if found else {"why": "nothing"}
        return self._seen_from(seen, said(200 if found else 404, body))

    def _page(self, seen: Seen, box: str) -> dict[str, Any]:
        query = parse_qs(urlsplit(seen.target).query)
        start, size = int(query.get("start", ["0"])[0]), int(query.get("count", ["2"])[0])
        numbers = range(len(NAMES))[start : start + size] if box == "full" else ()
        return {"things": [self._thing(number) for number in numbers]}

    def _thing(self, number: int) -> dict[str, Any]:
        here = f"{self.origin}/boxes/full/things/{number}"
        links = {
            "self": {"at": here},
            "all": ["/boxes/full/things", {"at": "https://elsewhere.example/nothing"}],
            "find": {"at": "/boxes/full/things" + TEMPLATE, "template": True},
        }
        return {"id": number, "name": NAMES[number], "_links": links}

    def _options(self, seen: Seen) -> Answer:
        if not seen.values("Access-Control-Request-Method"):
            return Answer(status=200, headers=(("Allow", "GET, HEAD"),), body=b"")
        headers = (
            ("Access-Control-Allow-Methods", "PUT"),
            ("Access-Control-Allow-Headers", "x-trace,authorization"),
            ("Access-Control-Max-Age", "60"),
        )
        return self._seen_from(seen, Answer(status=200, headers=headers, body=b""))

    def _seen_from(self, seen: Seen, answer: Answer) -> Answer:
        """Let in the one origin that is promised, by its name."""
        if seen.values("Origin") != CORS["origins"]:
            return answer
        headers = (("Access-Control-Allow-Origin", "https://page.example"), ("Vary", "Origin"))
        exposed = (("Access-Control-Expose-Headers", "etag"),) if seen.method != "OPTIONS" else ()
        return replace(answer, headers=(*answer.headers, *headers, *exposed))


def said(status: int, body: object, *headers: tuple[str, str]) -> Answer:
    """Build a JSON answer."""
    content = (("Content-Type", "application/json"), *headers)
    return Answer(status=status, headers=content, body=json.dumps(body).encode())


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the API."""

    def answer(schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": "fine", "content": {"application/json": {"schema": schema}}}

    box = {"name": "box", "in": "path", "required": True, "schema": {"type": "string"}}
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
    query = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("start", "count")]
    page = {"type": "object", "properties": {"things": {"type": "array", "items": THING}}}
    pages = {
        "style": "offset",
        "items": "/things",
        "identity": "/id",
        "parameters": {"offset": "start", "size": "count"},
        "size_minimum": 1,
        "size_maximum": 100,
        "size_default": 2,
    }
    lists = {
        "operationId": "list",
        "parameters": query,
        "x-pagination": pages,
        "responses": {"200": answer(page)},
    }
    reads = {"operationId": "read", "responses": {"200": answer(THING), "404": answer({"type": "object"})}}
    resource = {"identity": "/id", "parameter": "number", "read": "read", "list": "list"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "x-cors": CORS,
        "x-hyperlinks": {"member": "_links", "href": "at", "templated": "template"},
        "paths": {
            LIST: {"parameters": [box], "get": lists, "x-resource": resource},
            f"{LIST}/{{number}}": {
                "parameters": [box, number],
                "get": reads,
                "x-resource": resource,
            },
        },
    }
