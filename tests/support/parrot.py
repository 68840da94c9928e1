"""A server that repeats every secret it is told, wherever an answer has room: the worst case for reports."""

from __future__ import annotations

import base64
import html
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

SECRETS = {
    "PARROT_PASSWORD": "canary-password-Aa1+/=&<x>",
    "PARROT_TOKEN": "canary-token-Bb2.Cc3~Dd4",
    "PARROT_KEY": "canary-key-Ee5 Ff6'Gg7",
    "PARROT_QUERY": "canary-query-Hh8%Ii9?Jj0",
    "PARROT_COOKIE": "canary-cookie-Kk1Ll2Mm3",
    "PARROT_CLIENT": "canary-client-Nn4:Oo5@Pp6",
}
"""What the profile's variables hold; characters that every encoding writes in another way."""

PROFILE = """
[environment]
name = "parrot"
base_url = "ORIGIN/v1"
writes = "allowed"
exclusive = true
[oauth]
token_url = "ORIGIN/token"
[[oauth.clients]]
client_id = "polly"
client_secret = "${PARROT_CLIENT}"
scopes = ["things"]
[[credentials]]
name = "query"
scheme = "query"
header = "api_key"
secret = "${PARROT_QUERY}"
[[credentials]]
name = "password"
scheme = "basic"
username = "polly"
secret = "${PARROT_PASSWORD}"
[[credentials]]
name = "token"
scheme = "bearer"
satisfies = "bearer"
secret = "${PARROT_TOKEN}"
[[credentials]]
name = "key"
scheme = "header"
header = "X-API-Key"
secret = "${PARROT_KEY}"
[[credentials]]
name = "cookie"
scheme = "cookie"
header = "sid"
secret = "${PARROT_COOKIE}"
[[credentials]]
name = "obtained"
scheme = "oauth2"
scopes = ["things"]
"""
_ITEM = "/things/" + "{thing_id}"
_THING = {
    "type": "object", "required": ["key", "value"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "key": {"type": "string", "minLength": 1, "maxLength": 60},
        "value": {
            "type": "string", "maxLength": 200,
            "x-secret": {"when": {"property": "secured", "equals": True}},
        },
        "secured": {"type": "boolean"},
    },
}  # fmt: skip
_SCHEMES = {
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"things": "all things"}}},
        "x-oauth": {"grants": ["client_credentials"]},
    },
}


def document() -> dict[str, Any]:
    """Return the document: it promises that secured values never come back, which the parrot breaks."""
    one = {"200": {"description": "one", "content": {"application/json": {"schema": _THING}}}}
    gone = {"204": {"description": "gone"}}
    body = {"required": True, "content": {"application/json": {"schema": _THING}}}
    thing_id = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}}
    page = {
        "type": "object",
        "properties": {"values": {"type": "array", "items": _THING}, "next": {"type": "string"}},
    }
    size = {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}
    number = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parrot", "version": "1"},
        "components": {"securitySchemes": _SCHEMES},
        "paths": {
            "/things": {
                "get": {
                    "security": [{"query": []}],
                    "parameters": [size, number],
                    "responses": {
                        "200": {"description": "a page", "content": {"application/json": {"schema": page}}}
                    },
                    "x-pagination": {
                        "style": "page", "items": "/values", "next": "/next", "identity": "/id", "first": 1,
                        "parameters": {"page": "page", "size": "size"}, "size_maximum": 50,
                    },
                },
                "post": {
                    "security": [{"basic": []}],
                    "requestBody": body,
                    "responses": {"201": {**one["200"], "description": "made"}},
                },
            },
            "/things/seed0": {"get": {"security": [{"cookie": []}], "responses": one}},
            _ITEM: {
                "parameters": [thing_id],
                "get": {"security": [{"bearer": []}], "responses": one},
                "put": {"security": [{"key": []}], "requestBody": body, "responses": one},
                "delete": {"security": [{"oauth": ["things"]}], "responses": gone},
                "x-resource": {
                    "identity": "/id", "parameter": "thing_id", "create": "POST /things",
                    "read": f"GET {_ITEM}", "update": f"PUT {_ITEM}",
                    "delete": f"DELETE {_ITEM}", "list": "GET /things",
                },
            },
        },
    }  # fmt: skip


@dataclass
class Parrot:
    """What it has been told, and what it gave away itself."""

    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    cookie: str = field(default_factory=lambda: f"session-{uuid.uuid4().hex}")
    heard: set[str] = field(default_factory=set)  # which secrets came with a request
    secured: set[str] = field(default_factory=set)  # values of secured things


class _Handler(BaseHTTPRequestHandler):
    parrot: Parrot
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _told(self) -> str:
        """Return every secret of this request, in every form."""
        cookie, key = self.headers.get("Cookie", ""), self.headers.get("X-API-Key", "")
        authorization = self.headers.get("Authorization", "")
        scheme, _, rest = authorization.partition(" ")
        if scheme == "Basic":
            rest = base64.b64decode(rest + "==").decode("utf-8", "replace").partition(":")[2]
        query = dict(parse_qsl(urlsplit(self.path).query)).get("api_key", "")
        said = [authorization, rest, cookie, cookie.partition("=")[2], key, query]
        forms = [
            (each, quote(each, safe=""), base64.b64encode(each.encode()).decode(), html.escape(each))
            for each in said
        ]
        return " | ".join(form for each in forms for form in each)

    def _answer(self, status: int, body: dict[str, Any] | None = None) -> None:
        told = self._told()
        if body is not None and status >= 300:
            body = {**body, "told": told}
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Set-Cookie", f"session={self.parrot.cookie}; Path=/")
        self.send_header("X-Told", told.encode("ascii", "replace").decode())
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> Any:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            return json.loads(raw)
        except ValueError:
            return raw.decode("utf-8", "replace")

    def _known(self) -> bool:
        told = self._told()
        heard = {secret for secret in (*SECRETS.values(), *self.parrot.tokens) if secret in told}
        self.parrot.heard |= heard
        return bool(heard)

    def _handle(self) -> None:
        body, path = self._body(), urlsplit(self.path).path
        if path == "/token":
            self.parrot.heard |= (
                {SECRETS["PARROT_CLIENT"]} if SECRETS["PARROT_CLIENT"] in self._told() else set()
            )
            token = f"canary-obtained-{uuid.uuid4().hex}"
            self.parrot.tokens.append(token)
            self._answer(200, {"access_token": token, "token_type": "bearer", "expires_in": 3600})
        elif not path.startswith("/v1/things"):
            self._answer(404, {"message": "nothing here"})
        elif not self._known():
            self._answer(401, {"message": "who is there?"})
        elif path == "/v1/things":
            self._collection(body)
        else:
            self._item(path.rpartition("/")[2], body)

    def __getattr__(self, name: str) -> Any:
        """Handle every method alike."""
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def _collection(self, body: Any) -> None:
        if self.command == "POST":
            if not isinstance(body, dict) or not isinstance(body.get("value"), str) or not body.get("key"):
                self._answer(400, {"message": f"what is {body!r}?"})
                return
            thing = {**body, "id": uuid.uuid4().hex}
            self._keep(thing)
            self._answer(201, thing)
        elif self.command in {"GET", "HEAD"}:
            query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            try:
                size, page = int(query.get("size", "3")), int(query.get("page", "1"))
            except ValueError:
                self._answer(400, {"message": f"what is {query}?"})
                return
            things = list(self.parrot.things.values())
            found: dict[str, Any] = {"values": things[(page - 1) * size : page * size]}
            if page * size < len(things):  # with the key in it, so that the link works by itself
                key = quote(SECRETS["PARROT_QUERY"], safe="")
                host = self.headers["Host"]
                found["next"] = f"http://{host}/v1/things?page={page + 1}&size={size}&api_key={key}"
            self._answer(200, found)
        else:
            self._answer(405, {"message": "no"})

    def _item(self, identity: str, body: Any) -> None:
        if identity not in self.parrot.things:
            self._answer(404, {"message": "no such thing"})
        elif self.command == "DELETE":
            del self.parrot.things[identity]
            self._answer(204)
        elif self.command == "PUT" and isinstance(body, dict):
            self._keep({**self.parrot.things[identity], **body, "id": identity})
            self._answer(200, self.parrot.things[identity])
        elif self.command in {"GET", "HEAD"}:
            self._answer(200, self.parrot.things[identity])
        else:
            self._answer(405, {"message": "no"})

    def _keep(self, thing: dict[str, Any]) -> None:
        self.parrot.things[thing["id"]] = thing
        if thing.get("secured") is True:
            self.parrot.secured.add(thing["value"])


@contextmanager
def parrot() -> Iterator[tuple[str, Parrot]]:
    """Serve a parrot with a few things; yield its origin and what it knows."""
    bird = Parrot()
    for number in range(8):
        bird.things[f"seed{number}"] = {"id": f"seed{number}", "key": f"KEY{number}", "value": "v"}
    handler = type("Parrot", (_Handler,), {"parrot": bird})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", bird
        finally:
            server.shutdown()
            thread.join()
