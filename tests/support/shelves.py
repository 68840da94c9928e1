"""A server that takes forms and files; werkzeug reads them. ``faults`` break it by name."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

from recording import Answer, Seen
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import parse_form_data

FORM, MULTIPART, BYTES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/octet-stream",
)
_KIND = {"type": "string", "enum": ["map", "chart"]}
_ORDER = {
    "type": "object",
    "required": ["item", "count"],
    "properties": {
        "item": {"type": "string", "example": "rope"},
        "count": {"type": "integer", "minimum": 1, "example": 3},
        "tags": {"type": "array", "items": {"type": "string"}, "example": ["a", "b"]},
        "codes": {"type": "array", "items": {"type": "integer"}, "example": [1, 2]},
        "where": {"type": "object", "properties": {"row": {"type": "integer"}}, "example": {"row": 4}},
        "range": {"type": "object", "properties": {"low": {"type": "integer"}}, "example": {"low": 5}},
    },
}
_ORDER_ENCODING = {
    "codes": {"style": "pipeDelimited", "explode": False},
    "range": {"style": "deepObject", "explode": True},
}
_SHEET = {
    "type": "object",
    "required": ["kind", "file"],
    "properties": {
        "kind": _KIND,
        "file": {"type": "string", "format": "binary"},
        "about": {"type": "object", "properties": {"title": {"type": "string"}}, "example": {"title": "x"}},
    },
}
FAULTS = {
    "order-415": ("/orders", "form.accepted"),
    "tags-once": ("/orders", "form.accepted"),
    "count-optional": ("/orders", "form.missing-refused"),
    "count-unread": ("/orders", "form.wrong-refused"),
    "file-optional": ("/sheets", "form.missing-refused"),
    "kind-unread": ("/sheets", "form.wrong-refused"),
    "file-as-text": ("/sheets", "form.same-bytes"),
    "portrait-refused": ("/portraits", "form.accepted"),
    "lines-changed": ("/blob", "form.same-bytes"),
    "blob-cut": ("/blob", "form.same-bytes"),
}


def document(*paths: str) -> dict[str, Any]:
    """Return the OpenAPI document of the server, of some paths or of all."""
    refused = {code: {"description": "refused"} for code in ("400", "404", "415")}
    fine = {"200": {"description": "fine"}, **refused}
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    made = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    shown = {"description": "made", "content": {"application/json": {"schema": made}}}
    bytes_back = {"description": "it", "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}

    def body(media: str, schema: Any, **more: Any) -> dict[str, Any]:
        return {"required": True, "content": {media: {"schema": schema, **more}}}

    picture = {"type": "object", "required": ["picture"],
               "properties": {"picture": {"type": "string", "format": "binary"}}}  # fmt: skip
    side = {"X-Side": {"schema": {"enum": ["front"]}}}
    portrait = body(MULTIPART, picture, encoding={"picture": {"contentType": "image/png", "headers": side}})
    remark = body("text/plain", {"type": "string"}, example="caf\u00e9")
    every: dict[str, Any] = {
        "/orders": {"post": {"requestBody": body(FORM, _ORDER, encoding=_ORDER_ENCODING), "responses": fine}},
        "/sheets": {"post": {"requestBody": body(MULTIPART, _SHEET), "responses": {"201": shown, **refused}}},
        "/sheets/{id}": {
            "parameters": [one],
            "get": {"responses": {"200": shown, **refused}},
            "delete": {"responses": {"204": {"description": "gone"}, **refused}},
        },
        "/sheets/{id}/content": {"parameters": [one], "get": {"responses": {"200": bytes_back, **refused}}},
        "/portraits": {"post": {"requestBody": portrait, "responses": fine}},
        "/blob": {
            "put": {"requestBody": body(BYTES, {"type": "string", "format": "binary"}), "responses": fine},
            "get": {"responses": {"200": bytes_back, **refused}},
        },
        "/remark": {
            "put": {"requestBody": remark, "responses": fine},
        },
    }  # fmt: skip
    found = {path: item for path, item in every.items() if not paths or path.startswith(paths)}
    return {"openapi": "3.0.3", "info": {"title": "Shelves", "version": "1"}, "paths": found}


class Refused(Exception):
    """A body that is not as documented; holds the status."""


@dataclass
class Shelves:
    """Reads forms with werkzeug, and keeps what was uploaded."""

    faults: frozenset[str] = frozenset()
    kept: dict[str, bytes] = field(default_factory=dict)
    blob: bytes = b""
    read: list[Any] = field(default_factory=list)
    count: int = 0

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        steps = seen.target.partition("?")[0].strip("/").split("/")
        try:
            return self.item(seen, *steps[1:]) if len(steps) > 1 else self.collection(seen, steps[0])
        except Refused as error:
            return Answer(int(str(error)))

    def has(self, fault: str) -> bool:
        """Tell whether a fault is on."""
        return fault in self.faults

    def collection(self, seen: Seen, name: str) -> Answer:
        """Answer what is no item."""
        methods = {
            "orders": "POST",
            "sheets": "POST",
            "portraits": "POST",
            "blob": "PUT, GET",
            "remark": "PUT",
        }
        if name not in methods:
            return Answer(404)
        if seen.method not in methods[name].split(", "):
            return Answer(405, (("Allow", methods[name]),))
        if name == "blob" and seen.method == "GET":
            return Answer(200, (("Content-Type", BYTES),), self.blob)
        if name == "blob":
            self.blob = self.blob_of(self.put_raw(seen, BYTES))
            return Answer()
        takes = {"orders": self.orders, "sheets": self.sheets, "portraits": self.portraits}
        return takes.get(name, self.remark)(seen)

    def item(self, seen: Seen, identity: str, *rest: str) -> Answer:
        """Answer an item, and what it holds."""
        if identity not in self.kept or rest not in {(), ("content",)}:
            return Answer(404)
        methods = "GET" if rest else "GET, DELETE"
        if seen.method not in methods.split(", "):
            return Answer(405, (("Allow", methods),))
        if rest:
            return Answer(200, (("Content-Type", BYTES),), self.kept[identity])
        if seen.method == "DELETE":
            del self.kept[identity]
            return Answer(204)
        return shown(200, {"id": identity})

    def form(self, seen: Seen, media: str) -> tuple[Any, Any]:
        """Read a form with werkzeug."""
        if not "".join(seen.values("Content-Type")).startswith(media):
            raise Refused(415)
        environ = {
            "REQUEST_METHOD": seen.method,
            "CONTENT_TYPE": "".join(seen.values("Content-Type")),
            "CONTENT_LENGTH": str(len(seen.body)),
            "wsgi.input": io.BytesIO(seen.body),
        }
        _, fields, files = parse_form_data(environ, stream_factory=lambda *_, **__: io.BytesIO())
        return fields, files

    def orders(self, seen: Seen) -> Answer:
        """Take an order."""
        if self.has("order-415"):
            raise Refused(415)
        fields, _ = self.form(seen, FORM)
        counted = fields.get("count", "1" if self.has("count-optional") else "")
        if not fields.get("item") or (not counted.isdigit() and not self.has("count-unread")) or not counted:
            raise Refused(400)
        if self.has("tags-once") and len(fields.getlist("tags")) > 1:
            raise Refused(400)
        codes = fields.get("codes", "1").split("|")
        if not all(code.isdigit() for code in codes):
            raise Refused(400)
        where = json.loads(fields.get("where", "{}"))
        self.read.append((fields.getlist("tags"), codes, where, fields.get("range[low]")))
        return Answer()

    def sheets(self, seen: Seen) -> Answer:
        """Keep a sheet."""
        fields, files = self.form(seen, MULTIPART)
        file: FileStorage | None = files.get("file")
        if fields.get("kind") not in {"map", "chart"} and not (self.has("kind-unread") and "kind" in fields):
            raise Refused(400)
        if file is None and not self.has("file-optional"):
            raise Refused(400)
        content = file.read() if file is not None else b""
        self.read.append((file.mimetype if file else "", content, json.loads(fields.get("about", "{}"))))
        self.count += 1
        kept = content.decode("utf-8", "replace").encode() if self.has("file-as-text") else content
        self.kept[f"s{self.count}"] = kept
        return shown(201, {"id": f"s{self.count}"})

    def portraits(self, seen: Seen) -> Answer:
        """Take a picture that is one, with a header field of its part."""
        _, files = self.form(seen, MULTIPART)
        file = files.get("picture")
        if file is None or file.mimetype != "image/png" or file.headers.get("X-Side") != "front":
            raise Refused(400)
        if not file.read().startswith(b"\x89PNG\r\n\x1a\n") or self.has("portrait-refused"):
            raise Refused(400)
        return Answer()

    def put_raw(self, seen: Seen, media: str) -> bytes:
        """Take a body as it is."""
        if "".join(seen.values("Content-Type")) != media:
            raise Refused(415)
        if not seen.body:
            raise Refused(400)
        return seen.body

    def blob_of(self, content: bytes) -> bytes:
        """Return what is kept of bytes."""
        content = content.replace(b"\r\n", b"\n") if self.has("lines-changed") else content
        return content[:-3] if self.has("blob-cut") else content

    def remark(self, seen: Seen) -> Answer:
        """Take a text."""
        self.read.append(self.put_raw(seen, "text/plain").decode())
        return Answer()


def shown(status: int, value: Any) -> Answer:
    """Show JSON."""
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(value).encode())
