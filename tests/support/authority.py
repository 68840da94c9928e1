"""A small API with an authorization server and a repository: a subclass may get any step of it wrong.

It shares nothing with the mock target: other paths, other names, JSON without an envelope, in memory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from recording import Answer, Headers, Recorder, Seen, recording_server

CALLBACK = "https://app.example/back?from=login"
JWT_GRANT = "urn:example:assertion"
SECRETS = {"one": "secret-of-client-one", "two": "secret-of-client-two"}
PASSWORD = "password-of-the-user"
KEY = "key-of-the-issuer-with-enough-letters"
OLD_TOKEN, OLD_REFRESH = "token-of-last-year", "refresh-token-of-last-year"
SCOPES = ("read", "write")  # of client one; client two may only read
FULL, NARROW, READER = "token-full", "token-narrow", "token-reader"
REVOKED, STRANGER = "token-revoked", "token-of-others"
FIXED = {FULL: SCOPES, NARROW: ("write",), READER: ("read",), STRANGER: ("read",)}


@dataclass
class Code:
    """What a code was given for."""

    client: str
    scopes: tuple[str, ...]
    redirect_uri: str | None
    challenge: str | None
    method: str
    tokens: list[str] = field(default_factory=list)
    used: bool = False


@dataclass
class Grant:
    """What a token was given for."""

    client: str
    scopes: tuple[str, ...]


class Refusal(Exception):
    """An answer of the token endpoint that gives nothing."""

    def __init__(self, error: str, status: int = 400) -> None:
        """Take the code and the status."""
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class Authority:
    """A server that keeps every promise."""

    origin: str = ""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    refreshes: dict[str, Grant] = field(default_factory=dict)
    number: Iterator[int] = field(default_factory=itertools.count)

    def respond(self, seen: Seen) -> Answer:
        """Route a request."""
        path = urlsplit(seen.target).path
        if path == "/login/authorize":
            return self.authorize(seen)
        if path == "/login/token":
            return self.token(seen)
        if path.startswith("/git/"):
            return self.refs(seen)
        return self.api(seen, {"/v1/things": "read", "/v1/parts": "write"}.get(path))

    # --- the authorization endpoint --------------------------------------------------------------

    def authorize(self, seen: Seen) -> Answer:
        """Approve at once, where the user shows who it is."""
        asked = self.parameters(seen)
        client, state = asked.get("client_id", ""), self.state(asked.get("state"))
        address = asked.get("redirect_uri") or CALLBACK
        if client not in SECRETS or not self.is_registered(client, address):
            return Answer(400, body=b"who are you?")
        if not self.knows_user(seen):
            return self.login()
        try:
            given, fragment = self.approved(client, asked)
        except Refusal as refusal:
            given, fragment = {"error": refusal.error}, asked.get("response_type") == "token"
        return self.back(address, given, state, fragment=fragment)

    def approved(self, client: str, asked: dict[str, str]) -> tuple[dict[str, Any], bool]:
        """Return what the client is told, and whether in the fragment."""
        kind = asked.get("response_type")
        if kind == "code" and asked.get("code_challenge_method", "plain") not in self.methods():
            raise Refusal("invalid_request")
        if kind == "code":
            return {"code": self.code(client, asked)}, False
        if kind == "token":
            return self.shown(*self.give(client, self.wanted(client, asked), "implicit")), True
        raise Refusal("unsupported_response_type")

    def parameters(self, seen: Seen) -> dict[str, str]:
        """Return what an authorization request asks."""
        return dict(parse_qsl(urlsplit(seen.target).query, keep_blank_values=True))

    def state(self, given: str | None) -> str | None:
        """Return the state that comes back."""
        return given

    def is_registered(self, client: str, address: str) -> bool:
        """Tell whether an address is the client's."""
        return address == CALLBACK

    def knows_user(self, seen: Seen) -> bool:
        """Tell whether the user showed who it is."""
        return over_basic(seen) == ("ann", PASSWORD)

    def login(self) -> Answer:
        """Ask for a user."""
        return Answer(401, (("WWW-Authenticate", "Basic"),), b"log in")

    def methods(self) -> tuple[str, ...]:
        """Return the methods of challenges that are understood."""
        return ("S256", "plain")

    def code(self, client: str, asked: dict[str, str]) -> str:
        """Give a code."""
        value = f"{self.random('code')}-of-{client}"
        self.codes[value] = Code(
            client,
            self.wanted(client, asked),
            asked.get("redirect_uri"),
            asked.get("code_challenge"),
            asked.get("code_challenge_method", "plain"),
        )
        return value

    def wanted(self, client: str, asked: dict[str, str]) -> tuple[str, ...]:
        """Return the scopes of a request that the client may have; all, where none is named."""
        scopes = tuple((asked.get("scope") or " ".join(SCOPES)).split())
        if not set(scopes) <= set(SCOPES):
            raise Refusal("invalid_scope")
        return scopes

    def back(
        self, address: str, given: dict[str, Any], state: str | None, *, fragment: bool = False
    ) -> Answer:
        """Send the user back to the client."""
        pairs = urlencode({**given, **({} if state is None else {"state": state})})
        mark = "#" if fragment else "&" if "?" in address else "?"
        return Answer(302, (("Location", f"{address}{mark}{pairs}"),))

    # --- the token endpoint ----------------------------------------------------------------------

    def token(self, seen: Seen) -> Answer:
        """Answer a token request."""
        form = dict(parse_qsl(seen.body.decode(), keep_blank_values=True))
        try:
            grant = form.get("grant_type")
            if grant is None:
                raise Refusal("invalid_request")
            if grant == JWT_GRANT:
                return self.granted(*self.give("one", self.assertion(seen), grant))
            client = self.client(seen, form)
            return self.granted(*self.by_grant(grant, client, form))
        except Refusal as refusal:
            return self.refused(refusal, seen)

    def client(self, seen: Seen, form: dict[str, str]) -> str:
        """Return the client that shows who it is."""
        name, secret = over_basic(seen)
        if name not in SECRETS or not self.is_secret(name, secret):
            raise Refusal("invalid_client", 401)
        return name

    def is_secret(self, client: str, secret: str) -> bool:
        """Tell whether a secret is the client's."""
        return SECRETS[client] == secret

    def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        """Give a token by one of the grants that are offered."""
        if grant == "client_credentials":
            return self.give(client, self.wanted(client, form), grant)
        if grant == "authorization_code":
            return self.redeem(client, form)
        if grant == "refresh_token":
            return self.refresh(client, form)
        raise Refusal("unsupported_grant_type")

    def redeem(self, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        """Swap a code for a token."""
        code = self.codes.get(form.get("code", ""))
        if code is None or not self.is_theirs(code, client) or not self.is_same_address(code, form):
            raise Refusal("invalid_grant")
        if not self.is_proven(code, form):
            raise Refusal("invalid_grant")
        if code.used and not self.counts_twice():
            self.end(code)
            raise Refusal("invalid_grant")
        code.used = True
        given = self.give(client, code.scopes, "authorization_code")
        code.tokens += [given[0], *([given[2]] if given[2] else [])]
        return given

    def is_theirs(self, code: Code, client: str) -> bool:
        """Tell whether a code was given to a client."""
        return code.client == client

    def is_same_address(self, code: Code, form: dict[str, str]) -> bool:
        """Tell whether a code is redeemed with the address that it was asked with."""
        return code.redirect_uri == form.get("redirect_uri")

    def is_proven(self, code: Code, form: dict[str, str]) -> bool:
        """Tell whether the verifier is that of the challenge."""
        if code.challenge is None:
            return True
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        return code.challenge == (digest if code.method == "S256" else verifier)

    def counts_twice(self) -> bool:
        """Tell whether a code may be redeemed again."""
        return False

    def end(self, code: Code) -> None:
        """End what a code gave."""
        for token in code.tokens:
            self.tokens.pop(token, None)
            self.refreshes.pop(token, None)

    def refresh(self, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        """Swap a refresh token for a token; the refresh token stays."""
        token = form.get("refresh_token", "")
        held = self.refreshes.get(token)
        if held is None or not self.may_refresh(held, client):
            raise Refusal("invalid_grant")
        access = self.new("access")
        self.tokens[access] = Grant(held.client, self.refreshed(held, form))
        return access, self.tokens[access], self.next_refresh(token, held)

    def may_refresh(self, held: Grant, client: str) -> bool:
        """Tell whether a refresh token is the client's."""
        return held.client == client

    def refreshed(self, held: Grant, form: dict[str, str]) -> tuple[str, ...]:
        """Return the scopes of a refreshed token."""
        wanted = tuple(form.get("scope", " ".join(held.scopes)).split())
        if not set(wanted) <= set(held.scopes):
            raise Refusal("invalid_scope")
        return wanted

    def next_refresh(self, token: str, held: Grant) -> str | None:
        """Return the refresh token that goes with a refreshed token."""
        return None

    def new(self, kind: str) -> str:
        """Return a token that nobody has."""
        return f"{kind}-token-{self.random(kind)}"

    def random(self, kind: str) -> str:
        """Return digits that nobody can guess who does not know how they are made."""
        return hashlib.sha256(f"{kind} {next(self.number)}".encode()).hexdigest()

    def give(self, client: str, scopes: tuple[str, ...], grant: str) -> tuple[str, Grant, str | None]:
        """Give a token, and a refresh token where the grant gives one."""
        access = self.new("access")
        self.tokens[access] = Grant(client, scopes)
        if not self.gives_refresh(grant):
            return access, self.tokens[access], None
        refresh = self.new("refresh")
        self.refreshes[refresh] = Grant(client, scopes)
        return access, self.tokens[access], refresh

    def gives_refresh(self, grant: str) -> bool:
        """Tell whether a grant gives refresh tokens."""
        return grant in {"authorization_code", "client_credentials"}

    def shown(self, access: str, grant: Grant, refresh: str | None) -> dict[str, Any]:
        """Return the members of a token answer."""
        members: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": " ".join(grant.scopes),
        }
        return members if refresh is None else {**members, "refresh_token": refresh}

    def granted(self, access: str, grant: Grant, refresh: str | None) -> Answer:
        """Answer with a token."""
        body = json.dumps(self.shown(access, grant, refresh)).encode()
        return Answer(200, self.heads(), body)

    def heads(self) -> Headers:
        """Return the headers of a token answer."""
        return (("Content-Type", "application/json"), ("Cache-Control", "no-store"))

    def refused(self, refusal: Refusal, seen: Seen) -> Answer:
        """Answer with a refusal."""
        heads: Headers = (("Content-Type", "application/json"),)
        if refusal.status == 401:
            heads = (*heads, ("WWW-Authenticate", "Basic"))
        return Answer(refusal.status, heads, json.dumps({"error": refusal.error}).encode())

    # --- assertions ------------------------------------------------------------------------------

    def assertion(self, seen: Seen) -> tuple[str, ...]:
        """Return the scopes that a good assertion gives."""
        scheme, _, assertion = ("".join(seen.values("Authorization")[:1])).partition(" ")
        head, body, signature = (*assertion.split("."), "", "", "")[:3]
        if not self.is_scheme(scheme) or not self.is_signed(head, body, signature):
            raise Refusal("invalid_grant", 401)
        if not self.is_fine(json.loads(decoded(body))):
            raise Refusal("invalid_grant", 401)
        return SCOPES

    def is_scheme(self, scheme: str) -> bool:
        """Tell whether the scheme is the documented one."""
        return scheme == "JWT"

    def is_signed(self, head: str, body: str, signature: str) -> bool:
        """Tell whether an assertion is signed with the key of the issuer."""
        if not head or json.loads(decoded(head)).get("alg") != "HS256":
            return False
        mac = hmac.digest(KEY.encode(), f"{head}.{body}".encode(), "sha256")
        return hmac.compare_digest(mac, decoded(signature))

    def is_fine(self, claims: dict[str, Any]) -> bool:
        """Tell whether the claims are what they should be."""
        audience = claims.get("aud", self.audience())
        known = audience if isinstance(audience, list) else [audience]
        timely = self.is_timely(claims.get("exp"), claims.get("nbf", 0))
        return claims.get("iss") == "issuer" and timely and self.audience() in known

    def is_timely(self, end: Any, begin: Any) -> bool:
        """Tell whether an assertion is valid now."""
        known = isinstance(end, int | float) and isinstance(begin, int | float)
        return known and begin <= time.time() < end

    def audience(self) -> str:
        """Return the name by which the server is known."""
        return f"{self.origin}/login/token"

    # --- the API, and the repository -------------------------------------------------------------

    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        """Return what a token may do; ``None`` where it is worth nothing."""
        found = self.tokens.get(token)
        return found.scopes if found is not None else FIXED.get(token)

    def api(self, seen: Seen, needed: str | None) -> Answer:
        """Answer for the API."""
        token = "".join(seen.values("Authorization")).removeprefix("Bearer ")
        scopes = self.scopes_of(token)
        if scopes is None:
            return Answer(401, (("WWW-Authenticate", "Bearer"),))
        if needed is None:
            return Answer(404)
        return Answer(200 if needed in scopes else 403, (("Content-Type", "application/json"),), b"[]")

    def refs(self, seen: Seen) -> Answer:
        """Answer the first request of a clone or a push."""
        user, token = over_basic(seen)
        service = urlsplit(seen.target).query.removeprefix("service=")
        needed = "write" if service == "git-receive-pack" else "read"
        scopes = self.scopes_of(token) if user == "token" else None
        if scopes is None:
            return Answer(401, (("WWW-Authenticate", "Basic"),))
        if needed not in scopes or not self.is_reached(token, seen.target):
            return Answer(403)
        return self.advertised(service)

    def is_reached(self, token: str, target: str) -> bool:
        """Tell whether a token reaches a repository."""
        return target.startswith("/git/theirs/" if token == STRANGER else "/git/mine/")

    def advertised(self, service: str) -> Answer:
        """List the branches."""
        body = pkt(f"# service={service}\n") + b"0000" + pkt(f"{'a' * 40} HEAD\0side-band\n") + b"0000"
        return Answer(200, (("Content-Type", f"application/x-{service}-advertisement"),), body)


def pkt(line: str) -> bytes:
    """Return a line in Git's framing."""
    return f"{len(line) + 4:04x}{line}".encode()


def decoded(part: str) -> bytes:
    """Return the bytes of a part of an assertion."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def over_basic(seen: Seen) -> tuple[str, str]:
    """Return name and secret of a request; empty where it has none."""
    scheme, _, value = ("".join(seen.values("Authorization")[:1])).partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    name, _, secret = base64.b64decode(value).decode().partition(":")
    return name, secret


@contextmanager
def serving(authority: Authority) -> Iterator[Recorder]:
    """Serve on a free port until the block ends."""
    with recording_server(authority.respond) as server:
        authority.origin = server.origin
        yield server
