"""A small API of another kind: orders, offset pagination, no extension in its document, no credentials.

It shares nothing with the reference contract; the suite must prove it all the same. ``faults`` break it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

_ORDER = {
    "type": "object",
    "required": ["id", "item", "count"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "item": {"type": "string", "minLength": 1, "maxLength": 80},
        "count": {"type": "integer", "minimum": 1, "maximum": 1000},
        "note": {"type": "string", "maxLength": 200},
    },
}
_ERROR = {
    "description": "refused",
    "content": {"application/json": {"schema": {"type": "object", "required": ["detail"]}}},
}
_ID = {"name": "orderId", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def _ok(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def orders_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the orders API."""
    ref = {"$ref": "#/components/schemas/Order"}
    body = {"required": True, "content": {"application/json": {"schema": ref}}}
    page = {
        "type": "object",
        "required": ["items", "total"],
        "properties": {"items": {"type": "array", "items": ref}, "total": {"type": "integer"}},
    }
    query = [
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 5},
        },
    ]
    refused = {"400": _ERROR, "404": _ERROR, "405": _ERROR, "415": _ERROR}
    many, one = {"200": _ok("a page", page), **refused}, {"200": _ok("one", ref), **refused}
    made = {"201": _ok("made", ref), **refused}
    gone = {"204": {"description": "gone"}, **refused}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "components": {"schemas": {"Order": _ORDER}},
        "paths": {
            "/orders": {
                "get": {"operationId": "list", "parameters": query, "responses": many},
                "post": {"operationId": "add", "requestBody": body, "responses": made},
            },
            "/orders/{orderId}": {
                "parameters": [_ID],
                "get": {"operationId": "show", "responses": one},
                "put": {"operationId": "change", "requestBody": body, "responses": one},
                "delete": {"operationId": "drop", "responses": gone},
            },
        },
    }


class Refused(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, detail: str) -> None:
        """Take the status and the text of the error."""
        super().__init__(detail)
        self.status = status


class Orders:
    """The data and the rules, without HTTP."""

    def __init__(self, faults: frozenset[str]) -> None:
        """Begin with 23 orders."""
        self.faults = faults
        self.orders: dict[int, dict[str, Any]] = {
            number: {"id": number, "item": f"thing {number}", "count": number} for number in range(1, 24)
        }
        self.next = 24
        self.asked = 0

    def checked(self, body: Any) -> dict[str, Any]:
        """Return the members of a valid body."""
        rules = {"item": (str, 1, 80), "note": (str, 0, 200), "count": (int, 1, 1000)}
        if not isinstance(body, dict) or not {"item", "count"} <= set(body):
            raise Refused(400, "item and count are required")
        order = {}
        for name, (kind, low, high) in rules.items():
            if name not in body:
                continue
            value = body[name]
            number = len(value) if isinstance(value, str) else value
            if not isinstance(value, kind) or isinstance(value, bool) or not low <= number <= high:
                raise Refused(400, f"{name} is not valid")
            order[name] = value.strip() if "trims" in self.faults and isinstance(value, str) else value
        return order

    def add(self, body: Any) -> dict[str, Any]:
        """Create an order."""
        order = {"id": self.next, **self.checked(body)}
        self.orders[self.next] = order
        self.next += 1
        return order

    def count(self, method: str) -> None:
        """Count a request; some faults show only later."""
        self.asked += 1
        if "expires" in self.faults and self.asked > 150:
            raise Refused(401, "the token has expired")
        if "restless" in self.faults and method == "GET" and self.asked % 3 == 0:
            self.add({"item": "from somebody else", "count": 1})

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """Return a page of the list."""
        try:
            offset, limit = int(query.get("offset", "0")), int(query.get("limit", "5"))
        except ValueError as error:
            raise Refused(400, "offset and limit are integers") from error
        if offset < 0 or not 1 <= limit <= 50:
            raise Refused(400, "offset or limit is out of bounds")
        start = max(0, offset - 1) if "repeats" in self.faults else offset
        return {"items": list(self.orders.values())[start : start + limit], "total": len(self.orders)}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    store: Orders

    def handle_any(self) -> None:
        """Answer any method."""
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        try:
            status, body = self.answer(raw)
        except Refused as error:
            status, body = error.status, {"detail": str(error)}
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if status == 405:
            self.send_header("Allow", self.allowed())
        if body is not None:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def __getattr__(self, name: str) -> Any:
        """Let one method answer every HTTP method."""
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def allowed(self) -> str:
        """Return the methods of the path."""
        return "GET, POST" if self.path.partition("?")[0] == "/orders" else "GET, PUT, DELETE"

    def answer(self, raw: bytes) -> tuple[int, Any]:
        """Return status and body."""
        parts = urlsplit(self.path)
        self.store.count(self.command)
        if parts.path == "/orders":
            if self.command in {"GET", "HEAD"}:
                return 200, self.store.page(dict(parse_qsl(parts.query, keep_blank_values=True)))
            if self.command == "POST":
                return 201, self.store.add(self.body(raw))
            raise Refused(405, "no such method")
        return self.one(parts.path, raw)

    def one(self, path: str, raw: bytes) -> tuple[int, Any]:
        """Answer for one order."""
        prefix, _, name = path.rpartition("/")
        if prefix != "/orders":
            raise Refused(404, "nothing here")
        if self.command not in {"GET", "HEAD", "PUT", "DELETE"}:
            raise Refused(405, "no such method")
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 10 else 0
        if number not in self.store.orders:
            raise Refused(404, "no such order")
        if self.command == "PUT":
            self.store.orders[number] = {"id": number, **self.store.checked(self.body(raw))}
        if self.command == "DELETE":
            del self.store.orders[number]
            return 204, None
        return 200, self.store.orders[number]

    def body(self, raw: bytes) -> Any:
        """Return the JSON body."""
        if (self.headers.get("Content-Type") or "").lower().partition(";")[0] != "application/json":
            raise Refused(415, "JSON, please")
        try:
            return json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Refused(400, "no JSON") from error

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def orders_api(*faults: str) -> Iterator[str]:
    """Serve the orders API on a free loopback port; gives its base URL."""
    handler = type("Handler", (_Handler,), {"store": Orders(frozenset(faults))})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def orders_yaml() -> str:
    """Return the document as YAML."""
    return yaml.safe_dump(orders_document(), sort_keys=False)
