"""An API that lures: whatever it says leads to another server, and it takes everything it is sent.

It keeps what it is given and never refuses, so nothing but the client stands between a check and the data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import yaml
from recording import Answer, Recorder, Seen, recording_server
from things import document

LINKS = {"type": "object", "additionalProperties": {"type": "object"}}


@dataclass
class Lure:
    """The API and the server that nobody may be led to."""

    own: Recorder
    other: Recorder
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0
    failing: Callable[[Seen], bool] = lambda seen: False

    def respond(self, seen: Seen) -> Answer:
        """Answer as the document says, with links that lead away."""
        if self.failing(seen):
            return Answer(500, body=b'{"error": "x"}')
        parts = urlsplit(seen.target)
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        if steps[:1] != ["things"] or len(steps) > 2:
            return self._said(404, {"error": "nothing there"})
        if len(steps) == 1:
            return self._create(seen) if seen.method == "POST" else self._list(dict(parse_qsl(parts.query)))
        if steps[1] not in self.kept:
            return self._said(404, {"error": "no such thing"})
        if seen.method == "DELETE":
            del self.kept[steps[1]]
            return Answer(204, body=b"")
        if seen.method == "PUT":
            self.kept[steps[1]] |= self._taken(seen)
        return self._said(200, self._shown(self.kept[steps[1]]))

    def _create(self, seen: Seen) -> Answer:
        taken = self._taken(seen)
        if any(thing["key"] == taken.get("key") for thing in self.kept.values()):
            return self._said(409, {"error": "the key is taken"})
        if not isinstance(taken.get("key"), str):
            return self._said(400, {"error": "a key is needed"})
        self.count += 1
        identity = f"thing-{self.count:05d}"
        self.kept[identity] = {**taken, "id": identity, "born": "today"}
        away = f"{self.other.origin}/things/{quote(identity)}"
        return self._said(201, self._shown(self.kept[identity]), ("Location", away))

    def _taken(self, seen: Seen) -> dict[str, Any]:
        try:
            sent = json.loads(seen.body)
        except ValueError:
            return {}
        return (
            {k: v for k, v in sent.items() if k in {"key", "note", "size"}} if isinstance(sent, dict) else {}
        )

    def _list(self, query: dict[str, str]) -> Answer:
        asked = query.get("page", "1")
        page = int(asked) if asked.isdigit() and int(asked) else 1
        names = list(self.kept)[page * 7 - 7 : page * 7]
        body = {"values": [self._shown(self.kept[name]) for name in names]}
        body["next"] = f"{self.other.origin}/things?page={page + 1}"
        return self._said(200, body, ("Link", f'<{self.other.origin}/things?page=2>; rel="next"'))

    def _shown(self, thing: dict[str, Any]) -> dict[str, Any]:
        host = self.own.origin.removeprefix("http://")
        away = [f"{self.other.origin}/a", f"{self.other.origin}\\@{host}/b", f"{self.other.origin}/c@{host}"]
        return {**thing, "links": {f"l{n}": {"href": url} for n, url in enumerate(away)}}

    @staticmethod
    def _said(status: int, body: object, *headers: tuple[str, str]) -> Answer:
        typed = ("Content-Type", "application/json")
        return Answer(status, (typed, *headers), json.dumps(body).encode())


@contextmanager
def hostile_api(kept: int = 3) -> Iterator[Lure]:
    """Serve both on loopback; some things are there already."""
    with recording_server() as own, recording_server() as other:
        lure = Lure(own, other)
        for number in range(kept):
            lure.kept[f"mine-{number}"] = {"id": f"mine-{number}", "key": f"k{number}", "born": "long ago"}
        own.respond = lure.respond
        yield lure


def hostile_document(folder: Path) -> Path:
    """Write the document of the API."""
    described = document()
    operations = [o for p in described["paths"].values() for o in p.values() if isinstance(o, dict)]
    schemas = [m["schema"] for o in operations for r in o.get("responses", {}).values()
               for m in r.get("content", {}).values()]  # fmt: skip
    for schema in schemas:
        if "id" in schema.get("properties", {}):
            schema["properties"]["links"] = LINKS
    described["paths"]["/things"]["get"]["parameters"] = [
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}}
    ]
    path = folder / "things.yaml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return path


def profile_of(folder: Path, lure: Lure, **environment: object) -> Path:
    """Write a profile without credentials."""
    lines = ["[environment]", 'name = "hostile"', f'base_url = "{lure.own.origin}"']
    lines += [f"{key} = {json.dumps(value)}" for key, value in environment.items()]
    path = folder / "hostile.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
