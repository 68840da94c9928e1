"""A server whose boats can be patched in three ways; ``faults`` break it by name."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from recording import Answer, Seen

MERGE, PATCH, JSON = "application/merge-patch+json", "application/json-patch+json", "application/json"
_RIG = {
    "type": "object",
    "properties": {"masts": {"type": "integer", "minimum": 1}, "sail": {"type": "string"}},
}
_MEMBERS = {
    "id": {"type": "string", "readOnly": True},
    "name": {"type": "string", "maxLength": 60},
    "length": {"type": "integer", "minimum": 1},
    "home": {"type": "string", "enum": ["north", "south"]},
    "note": {"type": "string", "maxLength": 100},
    "rig": _RIG,
    "seen": {"type": "integer", "readOnly": True},
}
_BOAT = {"type": "object", "required": ["id", "name", "length"], "properties": _MEMBERS}
_CHANGE = {
    "type": "object",
    "properties": {**{name: _MEMBERS[name] for name in ("name", "length", "home", "rig")},
                   "note": {"type": ["string", "null"], "maxLength": 100}},
}  # fmt: skip
_STEPS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {"op": {"enum": ["add", "remove", "replace", "test"]}, "path": {"type": "string"}},
    },
}
EXAMPLE = {"name": "Heron", "length": 9, "home": "north", "note": "leaks", "rig": {"masts": 2, "sail": "red"}}
FAULTS = {
    "merge-replaces": (MERGE, "patch.merge"),
    "merge-replaces-inside": (MERGE, "patch.merge"),
    "merge-ignored": (MERGE, "patch.merge"),
    "null-ignored": (MERGE, "patch.removes"),
    "null-refused": (MERGE, "patch.removes"),
    "replace-ignored": (PATCH, "patch.json"),
    "remove-ignored": (PATCH, "patch.json"),
    "patch-touches-others": (PATCH, "patch.json"),
    "test-ignored": (PATCH, "patch.test"),
    "not-atomic": (PATCH, "patch.atomic"),
    "patch-replaces-all": (JSON, "patch.partial"),
}


def document(*ways: str) -> dict[str, Any]:
    """Return the OpenAPI document of the server, with these ways to patch or all."""
    shown = {"description": "a boat", "content": {JSON: {"schema": _BOAT}}}
    refused = {code: {"description": "refused"} for code in ("400", "404", "409", "415", "422")}
    schemas = {MERGE: _CHANGE, PATCH: _STEPS, JSON: _CHANGE}
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}

    def sent(schema: Any, *media: str, **more: Any) -> dict[str, Any]:
        return {"required": True, "content": {name: {"schema": schema, **more} for name in media}}

    patches = {
        "required": True,
        "content": {m: {"schema": s} for m, s in schemas.items() if not ways or m in ways},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Boats", "version": "1"},
        "paths": {
            "/boats": {
                "post": {
                    "requestBody": sent(_BOAT, JSON, example=EXAMPLE),
                    "responses": {"201": shown, **refused},
                }
            },
            "/boats/{id}": {
                "parameters": [one],
                "get": {"responses": {"200": shown, **refused}},
                "put": {"requestBody": sent(_BOAT, JSON), "responses": {"200": shown, **refused}},
                "patch": {"requestBody": patches, "responses": {"200": shown, **refused}},
                "delete": {"responses": {"204": {"description": "gone"}, **refused}},
            },
        },
    }


class Refused(Exception):
    """A patch that cannot be applied."""


def merge(target: Any, patch: Any) -> Any:
    """Apply a merge patch as the pseudocode of RFC 7396 section 2 does."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


@dataclass
class Boats:
    """Keeps boats in memory."""

    faults: frozenset[str] = frozenset()
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        identity = seen.target.partition("?")[0].removeprefix("/boats").strip("/")
        media = "".join(seen.values("Content-Type")).lower().partition(";")[0]
        taken = {"POST": {JSON}, "PUT": {JSON}, "PATCH": {JSON, MERGE, PATCH}}
        if seen.method not in {"GET", "HEAD", "DELETE", *taken} or (identity and seen.method == "POST"):
            return Answer(405, (("Allow", "GET, PUT, PATCH, DELETE" if identity else "POST"),))
        if media not in taken.get(seen.method, {media}):
            return Answer(415)
        try:
            if not identity:
                return self.create(seen) if seen.method == "POST" else Answer(405, (("Allow", "POST"),))
            if identity not in self.kept:
                return Answer(404)
            if seen.method == "DELETE":
                del self.kept[identity]
                return Answer(204)
            if seen.method == "PUT":
                self.kept[identity] = {**self.checked(self.read(seen)), "id": identity, "seen": 0}
            elif seen.method == "PATCH":
                self.kept[identity] = {**self.patched(self.kept[identity], seen), "id": identity}
        except Refused:
            return Answer(422)
        self.kept[identity]["seen"] += seen.method != "GET"
        return shown(200, self.kept[identity])

    def read(self, seen: Seen) -> Any:
        """Read JSON."""
        try:
            return json.loads(seen.body)
        except ValueError:
            raise Refused from None

    def create(self, seen: Seen) -> Answer:
        """Keep a new boat."""
        body = self.checked(self.read(seen))
        self.count += 1
        self.kept[f"b{self.count}"] = {**body, "id": f"b{self.count}", "seen": 0}
        return shown(201, self.kept[f"b{self.count}"])

    def checked(self, boat: Any) -> dict[str, Any]:
        """Refuse what is no boat."""
        kinds = {"name": str, "length": int, "home": str, "note": str, "rig": dict}
        if not isinstance(boat, dict) or not {"name", "length"} <= boat.keys():
            raise Refused
        for name, kind in kinds.items():
            if name in boat and type(boat[name]) is not kind:
                raise Refused
        rig = boat.get("rig", {})
        if boat["length"] < 1 or len(boat["name"]) > 60 or len(boat.get("note", "")) > 100:
            raise Refused
        if boat.get("home", "north") not in {"north", "south"}:
            raise Refused
        if (
            type(rig.get("masts", 1)) is not int
            or rig.get("masts", 1) < 1
            or type(rig.get("sail", "")) is not str
        ):
            raise Refused
        return {name: boat[name] for name in (*kinds, "seen") if name in boat}

    def patched(self, boat: dict[str, Any], seen: Seen) -> dict[str, Any]:
        """Apply a patch by its media type."""
        media = "".join(seen.values("Content-Type")).lower().partition(";")[0]
        body = self.read(seen)
        if media == PATCH:
            return self.steps(boat, body)
        if not isinstance(body, dict):
            raise Refused
        if media == JSON:
            if any(value is None for name, value in body.items() if name != "note"):
                raise Refused
            result = {n: v for n, v in body.items() if v is not None}
            return self.checked(
                ({"name": "x", "length": 1, "seen": 0} if self.has("patch-replaces-all") else boat) | result
            )
        return self.merged(boat, body)

    def has(self, fault: str) -> bool:
        """Tell whether a fault is on."""
        return fault in self.faults

    def merged(self, boat: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """Apply a merge patch."""
        if self.has("null-refused") and None in body.values():
            raise Refused
        if self.has("null-ignored"):
            body = {name: value for name, value in body.items() if value is not None}
        if self.has("merge-ignored"):
            return boat
        if self.has("merge-replaces"):
            return self.checked({"name": "x", "length": 1, "seen": 0, **body})
        if self.has("merge-replaces-inside"):
            return self.checked({
                **merge(boat, {**body, "rig": None}),
                **({"rig": body["rig"]} if "rig" in body else {}),
            })
        return self.checked(merge(boat, body))

    def steps(self, boat: dict[str, Any], steps: Any) -> dict[str, Any]:
        """Apply a JSON patch to members of a boat."""
        result = boat if self.has("not-atomic") else deepcopy(boat)
        if not isinstance(steps, list):
            raise Refused
        for step in steps:
            if not isinstance(step, dict) or not isinstance(step.get("path"), str):
                raise Refused
            name, op = step["path"].removeprefix("/"), step.get("op")
            if "/" in name or not step["path"].startswith("/"):
                raise Refused
            if op in {"remove", "replace", "test"} and name not in result:
                raise Refused
            if op == "test":
                if result[name] != step.get("value") and not self.has("test-ignored"):
                    raise Refused
            elif op == "remove":
                result.pop(name) if not self.has("remove-ignored") else None
            elif op in {"add", "replace"} and "value" in step:
                result[name] = result.get(name) if self.has("replace-ignored") else step["value"]
                if self.has("patch-touches-others"):
                    result["length"] += 1
            else:
                raise Refused
        return self.checked(result)


def shown(status: int, boat: dict[str, Any]) -> Answer:
    """Show a boat."""
    return Answer(status, (("Content-Type", JSON),), json.dumps(boat).encode())
