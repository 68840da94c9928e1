"""Notes of several people in one collection: the path does not say whose they are. ``faults`` break it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from recording import Answer, Recorder, Seen, recording_server

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_NOTE = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {"id": {"type": "string"}, "text": {"type": "string", "maxLength": 80}},
}
PROFILE = """
[environment]
name = "notes"
base_url = "ORIGIN"
writes = "allowed"
exclusive = true
"""
CREDENTIALS = "".join(
    f'\n[[credentials]]\nname = "{name}"\nscheme = "bearer"\nsecret = "${{{name.upper()}}}"\n'
    for name in ("ann", "ben", "cleo")
)
VARIABLES = {name.upper(): f"token-of-{name}" for name in ("ann", "ben", "cleo")}


def owned_document() -> dict[str, Any]:
    """Return the document: it has no word of the vocabulary."""

    def answers(done: str, shown: Any = None) -> dict[str, Any]:
        body = {"content": {"application/json": {"schema": shown}}} if shown else {}
        refusals = {status: {"description": "no"} for status in ("400", "401", "403", "404")}
        return {"responses": {done: {"description": "done", **body}, **refusals}}

    sent = {"requestBody": {"required": True, "content": {"application/json": {"schema": {
        "type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 80}},
    }}}}}  # fmt: skip
    return {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "1"},
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": {
            "/notes": {"get": answers("200", {"type": "array", "items": _NOTE}),
                       "post": {**sent, **answers("201", _NOTE)}},
            "/notes/{id}": {"parameters": [_ID], "get": answers("200", _NOTE),
                            "put": {**sent, **answers("200", _NOTE)}, "delete": answers("204")},
        },
    }  # fmt: skip


@dataclass
class Notes:
    """The notes by their ids, each with its owner."""

    faults: frozenset[str] = frozenset()
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def respond(self, seen: Seen) -> Answer:
        """Let the owner in, and nobody else."""
        token = "".join(seen.values("Authorization")).removeprefix("Bearer ")
        owner = next((name for name, value in VARIABLES.items() if value == token), None)
        if owner is None:
            return Answer(401, (("WWW-Authenticate", "Bearer"),), b"{}")
        method = "GET" if seen.method == "HEAD" else seen.method
        above, _, name = urlsplit(seen.target).path.rpartition("/")
        if (above, name) == ("", "notes"):
            return self.collection(method, owner, seen.body)
        if above != "/notes":
            return said(404)
        return self.one(method, owner, name, seen.body)

    def collection(self, method: str, owner: str, body: bytes) -> Answer:
        """List the notes of the caller, or take a new one."""
        if method == "GET":
            mine = [i for i, (of, _) in self.notes.items() if of == owner or "lists-all" in self.faults]
            return said(200, [self.shown(each) for each in mine])
        if method != "POST":
            return Answer(405, (("Allow", "GET, HEAD, POST"),), b"{}")
        text = wanted(body)
        if text is None:
            return said(400)
        made = str(uuid.uuid4())
        self.notes[made] = owner, text
        return said(201, self.shown(made))

    def one(self, method: str, owner: str, name: str, body: bytes) -> Answer:
        """Show, change or remove one note."""
        if method not in {"GET", "PUT", "DELETE"}:
            return Answer(405, (("Allow", "GET, HEAD, PUT, DELETE"),), b"{}")
        if method == "GET" and "finds-anything" in self.faults and name not in self.notes:
            return said(200, {"id": name, "text": ""})
        open_to_all = f"{method}-of-others" in self.faults
        if name not in self.notes or (self.notes[name][0] != owner and not open_to_all):
            if "DELETE-then-404" in self.faults and method == "DELETE":
                self.notes.pop(name, None)
            return said(404)
        if method == "DELETE":
            del self.notes[name]
            return Answer(204, body=b"")
        if method == "PUT":
            text = wanted(body)
            if text is None:
                return said(400)
            self.notes[name] = self.notes[name][0], text
        return said(200, self.shown(name))

    def shown(self, name: str) -> dict[str, str]:
        """Return a note as everybody sees it."""
        return {"id": name, "text": self.notes[name][1]}


def said(status: int, document: Any = None) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(document or {}).encode()
                  if document != [] else b"[]")  # fmt: skip


def wanted(body: bytes) -> str | None:
    """Return the text of a note; ``None`` where it is none."""
    try:
        text = json.loads(body)["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return text if isinstance(text, str) and len(text) <= 80 else None


@contextmanager
def owned_api(*faults: str) -> Iterator[Recorder]:
    """Serve on a free port until the block ends."""
    with recording_server(Notes(frozenset(faults)).respond) as server:
        yield server
