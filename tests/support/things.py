"""Things with a life: a correct resource in memory, behind a plain ``send`` or a real server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from builders import BASE, make_response
from recording import Answer, Seen

from specproof.contract.contract import Contract, build_contract
from specproof.generate.bodies import plan_body
from specproof.generate.names import Names
from specproof.generate.sequences import Stage
from specproof.model.exchange import Exchange, Request

ID = {"type": "string", "readOnly": True}
KEY = {"type": "string", "minLength": 1, "maxLength": 60}
NOTE = {"type": "string", "maxLength": 300}
SIZE = {"type": "integer", "minimum": 0}
Reply = tuple[int, dict[str, str], Any]  # status, headers, document


def document(**resource: Any) -> dict[str, Any]:
    """Describe the resource; keyword arguments change its ``x-resource``."""
    thing = {
        "type": "object",
        "required": ["id", "key"],
        "properties": {"id": ID, "key": KEY, "note": NOTE, "size": SIZE, "born": {**ID}},
    }
    change = {"type": "object", "properties": {"key": KEY, "note": NOTE, "size": SIZE}}
    said = {
        "identity": "/id", "parameter": "id", "unique": ["/key"], "immutable": ["/born"],
        "keeps_omitted": True, "create": "make", "read": "read", "update": "change", "delete": "drop",
        "list": "all", **resource,
    }  # fmt: skip
    pages = {"style": "page", "items": "/values", "next": "/next", "identity": "/id",
             "parameters": {"page": "page"}}  # fmt: skip

    def json_content(schema: Any) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": schema}}}

    def answers(*codes: str, schema: Any = thing) -> dict[str, Any]:
        return {
            code: {"description": "x", **(json_content(schema) if code < "204" else {})} for code in codes
        }

    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    example = {"key": "kettle", "note": "of steel", "size": 3}
    sent = {"required": True, "content": {"application/json": {"schema": thing, "example": example}}}
    listed = {"type": "object", "properties": {"values": {"type": "array", "items": thing}}}
    created = answers("201", "400", "409")
    created["201"]["headers"] = {"Location": {"required": True, "schema": {"type": "string"}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "x-resource": said,
                "get": {
                    "operationId": "all",
                    "responses": answers("200", schema=listed),
                    "x-pagination": pages,
                },
                "post": {"operationId": "make", "requestBody": sent, "responses": created},
            },
            "/things/{id}": {
                "x-resource": said,
                "parameters": [one],
                "get": {"operationId": "read", "responses": answers("200", "404")},
                "put": {
                    "operationId": "change",
                    "requestBody": {"required": True, **json_content(change)},
                    "responses": answers("200", "400", "404", "409"),
                },
                "delete": {"operationId": "drop", "responses": answers("204", "404")},
            },
        },
    }


def contract_of(described: dict[str, Any]) -> Contract:
    """Build a contract without a file."""
    return build_contract(described, source="things.yaml", sha256="0" * 64, place=lambda pointer: pointer)


@dataclass
class Things:
    """Every method is one step that a subclass may get wrong."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0
    sent: int = 0
    base: str = BASE

    # --- the two doors -------------------------------------------------------------------------

    def send(self, request: Request) -> Exchange:
        """Answer a request of the suite."""
        self.sent += 1
        status, headers, shown = self.answer(
            request.method, request.url.removeprefix(self.base), request.body
        )
        body = {} if shown is None else {"document": shown}
        response = make_response(status, headers=tuple(headers.items()), **body)
        return Exchange(request=request, response=response, number=self.sent)

    def respond(self, seen: Seen) -> Answer:
        """Answer a request that came over HTTP."""
        status, headers, shown = self.answer(seen.method, seen.target, seen.body)
        body = b"" if shown is None else json.dumps(shown).encode()
        return Answer(status, (("Content-Type", "application/json"), *headers.items()), body)

    def answer(self, method: str, target: str, body: bytes | None) -> Reply:
        """Route a request."""
        parts = urlsplit(target)
        identity = unquote(parts.path.removeprefix("/things").removeprefix("/"))
        sent = json.loads(body) if body else None
        if not identity:
            return self.create(sent) if method == "POST" else self.list(dict(parse_qsl(parts.query)))
        if identity not in self.kept:
            return self.missing(method, identity)
        if method == "PUT":
            return self.update(identity, sent)
        return self.delete(identity) if method == "DELETE" else self.read(identity)

    # --- the steps -----------------------------------------------------------------------------

    def create(self, sent: dict[str, Any]) -> Reply:
        """Make a thing with an identity of the server's choice."""
        if self.taken(sent, None):
            return 409, {}, {"error": "the key is taken"}
        self.count += 1
        identity = self.identity(sent)
        self.kept[identity] = {**self.stored(sent), "id": identity, "born": f"day {self.count}"}
        return 201, {"Location": self.location(identity)}, self.shown(identity)

    def identity(self, sent: dict[str, Any]) -> str:
        """Choose an identity; what was sent does not matter."""
        return f"{{a{self.count:03d} b/c}}"

    def stored(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return what is kept of a body."""
        return {name: value for name, value in sent.items() if name in {"key", "note", "size"}}

    def location(self, identity: str) -> str:
        """Return where a thing can be read."""
        return f"{self.base}/things/{quote(identity, safe='')}"

    def taken(self, sent: dict[str, Any], identity: str | None) -> bool:
        """Tell whether another thing has the key."""
        return any(t["key"] == sent.get("key") for own, t in self.kept.items() if own != identity)

    def shown(self, identity: str) -> dict[str, Any]:
        """Return the representation."""
        return dict(self.kept[identity])

    def read(self, identity: str) -> Reply:
        """Show one thing."""
        return 200, {}, self.shown(identity)

    def list(self, query: dict[str, str]) -> Reply:
        """Show seven things per page."""
        page = int(query.get("page", 1))
        names = list(self.kept)
        body: dict[str, Any] = {"values": [self.shown(name) for name in names[page * 7 - 7 : page * 7]]}
        if len(names) > page * 7:
            body["next"] = f"{self.base}/things?page={page + 1}"
        return 200, {}, body

    def update(self, identity: str, sent: dict[str, Any]) -> Reply:
        """Change what is named and keep the rest."""
        if self.taken(sent, identity):
            return 409, {}, {"error": "the key is taken"}
        self.kept[identity].update(self.stored(sent))
        return 200, {}, self.shown(identity)

    def delete(self, identity: str) -> Reply:
        """Forget a thing."""
        del self.kept[identity]
        return 204, {}, None

    def missing(self, method: str, identity: str) -> Reply:
        """Say that there is nothing."""
        return 404, {}, {"error": "no such thing"}


def make_stage(things: Things, described: dict[str, Any] | None = None) -> Stage:
    """Build the stage on which the lives of things are played."""
    contract = contract_of(described or document())
    operations = {operation.label: operation for operation in contract.operations}
    create = operations["POST /things"]
    assert create.resource is not None
    labels = {verb: getattr(create.resource, verb) for verb in ("create", "read", "update", "delete", "list")}
    verbs = {verb: operations[label] for verb, label in labels.items() if label}
    plan = plan_body(contract, create)
    assert plan is not None

    def is_valid(operation: Any, body: Any) -> bool:
        schema = operation.request_body.content[0].schema
        return contract.schemas.is_valid(schema, body, direction="request")

    return Stage(
        resource=create.resource,
        operations=verbs,
        base_url=things.base,
        path={},
        send=things.send,
        names=Names("test"),
        plan=plan,
        update_plan=plan_body(contract, verbs["update"]) if "update" in verbs else None,
        is_valid=is_valid,
        credential=lambda _: None,
    )
