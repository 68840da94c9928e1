"""The authorization server: codes, implicit tokens, client credentials, assertions, refresh tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import quote, urlencode

from antipode.doors import basic, form
from antipode.wire import Answer, Request
from antipode.world import ADDON, ADDON_SECRET, CLIENTS, PASSWORD, PEOPLE, USER, Who, World

LIFETIME = 3600
JWT = "urn:bitbucket:oauth2:jwt"


class Unfit(Exception):
    """An OAuth refusal: its code, its status, its headers."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def _client(world: World, name: str) -> tuple[str, str, frozenset[str]] | None:
    found = CLIENTS.get(name)
    return None if found is None or (world.manner.lean and not found[0]) else found


def _scopes(world: World, asked: str, most: frozenset[str]) -> frozenset[str]:
    wanted = frozenset(asked.split())
    if world.on("scopes-unlimited") and wanted:
        return wanted
    if wanted - most:
        if world.manner.lean or not wanted & most:
            raise Unfit("invalid_scope")
        wanted &= most
    return wanted or most


# --- the door of the user ----------------------------------------------------------------------------


def authorize(world: World, request: Request) -> Answer:
    """Answer a request for authorization, as a page or as a redirect."""
    given = {**request.query, **form(request)}
    name, back = given.get("client_id", ""), given.get("redirect_uri")
    client = _client(world, name)
    if client is None or (back is not None and not _same_place(world, back, client[1])):
        return Answer(400, b"<h1>Who sent you?</h1>", "text/html; charset=utf-8")
    target, state = back or client[1], given.get("state")
    kind = given.get("response_type")
    try:
        if kind not in ("code", "token"):
            raise Unfit("unsupported_response_type")
        scopes = _scopes(world, given.get("scope", ""), client[2])
        if not client[0] and kind == "code" and not given.get("code_challenge"):
            raise Unfit("invalid_request")
        if given.get("code_challenge_method", "plain") not in ("plain", "S256"):
            raise Unfit("invalid_request")
        user = next(p for p in PEOPLE if p.name == PASSWORD)
        if basic(request) != (USER, user.secret):
            challenge = [("www-authenticate", 'Basic realm="who approves"')]
            return Answer(401, b"<h1>Log in</h1>", "text/html; charset=utf-8", challenge)
        if world.manner.lean and request.method == "GET":
            page = b"<form method=post><button>Allow</button></form>"
            return Answer(200, page, "text/html; charset=utf-8")
    except Unfit as unfit:
        told = {"error": unfit.code}
    else:
        told = _approved(world, name, kind, scopes, back, given)
    if state is not None and not world.on("state-dropped"):
        told["state"] = state.lower() if world.on("state-lowered") else state
    mark = "#" if kind == "token" else "&" if "?" in target else "?"
    headers = [("location", target + mark + urlencode(told))]
    return Answer(303 if request.method == "POST" else 302, headers=headers)


def _same_place(world: World, given: str, known: str) -> bool:
    if world.on("redirect-prefix") and given.startswith(known):
        return True
    if world.on("redirect-host-only"):
        return given.split("/")[2:3] == known.split("/")[2:3]
    return given == known


def _approved(  # noqa: PLR0917
    world: World, client: str, kind: str, scopes: frozenset[str], back: str | None, given: dict[str, str]
) -> dict[str, str]:
    if kind == "token":
        told = _issue(world, client, scopes, USER, refresh=world.on("implicit-refreshes"))
        return {name: str(value) for name, value in told.items()}
    code = f"c.{secrets.token_urlsafe(80)}"
    world.tokens[code] = Who(client, "", USER, scopes, ("lund", "heath"), str(time.monotonic() + 300), "code")
    challenge = f"{given.get('code_challenge_method', 'plain')} {given.get('code_challenge', '')}"
    world.tokens[code].repository = json.dumps([back, challenge])
    return {"code": code}


# --- the door of the client --------------------------------------------------------------------------


def _issue(
    world: World, client: str, scopes: frozenset[str], user: str, *, refresh: bool, asked: str | None = None
) -> dict[str, Any]:
    token = secrets.token_urlsafe(120 if world.manner.lean else 24)
    lifetime = 86_400 if world.on("lifetime-a-day") else LIFETIME
    teams = ("lund", "heath")
    world.tokens[token] = Who(
        client, "bearer", user, scopes, teams, str(time.monotonic() + lifetime), "access"
    )
    told: dict[str, Any] = {
        "access_token": token, "expires_in": lifetime,
        "token_type": "bearer" if world.manner.lean else "Bearer",
    }  # fmt: skip
    if world.on("lifetime-untold"):
        del told["expires_in"]
    if asked is None or frozenset(asked.split()) != scopes or not world.manner.lean:
        told["scope"] = " ".join(sorted(scopes, reverse=True))
    if refresh:
        again = secrets.token_hex(40)
        world.tokens[again] = Who(client, "", user, scopes, teams, "inf", "refresh")
        told["refresh_token"] = again
    return told


def token(world: World, request: Request) -> Answer:
    """Answer a request for a token."""
    headers = [] if world.on("no-store-missing") else [("cache-control", "no-store"), ("pragma", "no-cache")]
    try:
        if request.method != "POST":
            raise Unfit("invalid_request", 405)
        told: dict[str, Any] = _granted(world, request, form(request))
        status = 200
    except Unfit as unfit:
        told, status = {"error": unfit.code}, unfit.status
        if not world.manner.lean:
            told["error_description"] = "no"
        if status == 401:
            headers.append(("www-authenticate", 'Basic realm="clients"'))
        if status == 405:
            headers.append(("allow", "POST"))
        if world.on("oauth-error-untold"):
            told = {"message": "no"}
    return Answer(status, json.dumps(told).encode(), headers=headers)


def _proven(world: World, request: Request, given: dict[str, str]) -> str:
    """Return the client that proved itself."""
    named = basic(request)
    name, secret = named or (given.get("client_id", ""), given.get("client_secret", ""))
    client = _client(world, name)
    if client is None:
        raise Unfit("invalid_client", 401 if named or not world.manner.lean else 400)
    if world.manner.lean and not named and not world.on("secret-unneeded"):
        raise Unfit("invalid_client", 400)
    if client[0] != secret and not (world.on("secret-unneeded") or (world.on("secret-any") and secret)):
        status = 401 if named or not world.manner.lean else 400
        raise Unfit("invalid_client", 400 if world.on("client-refusal-400") else status)
    return name


def _granted(world: World, request: Request, given: dict[str, str]) -> dict[str, Any]:
    grant = given.get("grant_type", "")
    if not grant:
        raise Unfit("invalid_request")
    if grant == JWT:
        return _assertion(world, request, given)
    client = _proven(world, request, given)
    entry, asked = CLIENTS[client], given.get("scope")
    if grant == "client_credentials":
        if not entry[0]:
            raise Unfit("unauthorized_client")
        scopes = _scopes(world, asked or "", entry[2])
        return _issue(world, client, scopes, "owner", refresh=not world.on("client-unrefreshed"), asked=asked)
    if grant == "authorization_code":
        return _code(world, client, given)
    if grant == "refresh_token":
        return _refresh(world, client, given)
    raise Unfit("invalid_grant" if world.on("grant-code-wrong") else "unsupported_grant_type")


def _code(world: World, client: str, given: dict[str, str]) -> dict[str, Any]:
    on, code = world.on, given.get("code", "")
    held = world.tokens.get(code)
    if not code:
        raise Unfit("invalid_request")
    if held is None or held.kind not in ("code", "spent") or float(held.state) < time.monotonic():
        raise Unfit("invalid_grant")
    if held.kind == "spent" and not on("code-reusable"):
        raise Unfit("invalid_grant")
    if held.name != client and not on("code-of-anybody"):
        raise Unfit("invalid_grant")
    back, challenge = json.loads(held.repository)
    if back != given.get("redirect_uri") and back is not None and not on("code-redirect-unchecked"):
        raise Unfit("invalid_grant")
    if not on("challenge-ignored") and not _answers(challenge, given.get("code_verifier", "")):
        raise Unfit("invalid_grant")
    held.kind = "spent"
    assert held.scopes is not None
    return _issue(world, client, held.scopes, held.user, refresh=True, asked=" ".join(held.scopes))


def _answers(challenge: str, verifier: str) -> bool:
    method, _, wanted = challenge.partition(" ")
    if not wanted:
        return True
    if method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return verifier == wanted


def _refresh(world: World, client: str, given: dict[str, str]) -> dict[str, Any]:
    on, old = world.on, given.get("refresh_token", "")
    held = world.tokens.get(old)
    revoked = old == revoked_refresh() and on("revoked-refreshes")
    if revoked:
        held = Who("lund-app", "", USER, CLIENTS["lund-app"][2], ("lund", "heath"), "inf", "refresh")
    if held is None or held.kind not in (("refresh", "access") if on("access-refreshes") else ("refresh",)):
        raise Unfit("invalid_grant" if old else "invalid_request")
    if held.name != client and not on("refresh-of-anybody"):
        raise Unfit("invalid_grant")
    assert held.scopes is not None
    asked = given.get("scope", "")
    most = CLIENTS[client][2] if on("refresh-grows") else held.scopes
    if asked and frozenset(asked.split()) - most:
        raise Unfit("invalid_scope")
    scopes = frozenset(asked.split()) or (most if on("refresh-forgets-scopes") else held.scopes)
    if on("refresh-forgets-scopes"):
        scopes = CLIENTS[client][2]
    if world.manner.lean:  # rotation: each refresh token works once
        held.kind = "rotated"
    told = _issue(world, client, scopes, held.user, refresh=world.manner.lean, asked=asked or None)
    if world.manner.lean:
        world.tokens[told["refresh_token"]].scopes = held.scopes
    return told


def revoked_refresh() -> str:
    """Return a refresh token that was given out long ago and taken back."""
    return "long-gone-" + hashlib.sha256(b"antipode refresh").hexdigest()


def _assertion(world: World, request: Request, given: dict[str, str]) -> dict[str, Any]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    exact = scheme == "JWT" or (world.on("jwt-word-any-case") and scheme.upper() == "JWT")
    if not exact:
        raise Unfit("invalid_client", 401)
    try:
        head, body, signature = text.strip().split(".")
        header, claims = (json.loads(base64.urlsafe_b64decode(p + "==")) for p in (head, body))
        signed = base64.urlsafe_b64decode(signature + "==")
    except (ValueError, TypeError):
        raise Unfit("invalid_grant") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Unfit("invalid_grant")
    right = hmac.new(ADDON_SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    unsigned = world.on("jwt-unsigned") and str(header.get("alg")).lower() == "none"
    good = header.get("alg") == "HS256" and hmac.compare_digest(signed, right)
    if not (good or unsigned or world.on("jwt-signature-unchecked")):
        raise Unfit("invalid_grant")
    end, on = claims.get("exp"), world.on
    fits = (
        isinstance(end, int | float) and not isinstance(end, bool) and time.time() < end < time.time() + 9e6
    )
    if not fits and not on("jwt-never-ends"):
        raise Unfit("invalid_grant")
    if claims.get("iss") != ADDON and not on("jwt-any-issuer"):
        raise Unfit("invalid_grant")
    begin = claims.get("nbf", claims.get("iat", 0))
    if isinstance(begin, int | float) and begin > time.time() + 60 and not on("jwt-before-time"):
        raise Unfit("invalid_grant")
    heard = claims.get("aud", [])
    places = heard if isinstance(heard, list) else [heard]
    if places and not set(map(str, places)) & audiences(world) and not on("jwt-any-audience"):
        raise Unfit("invalid_grant")
    scopes = _scopes(world, given.get("scope", ""), CLIENTS["lund-app"][2])
    return _issue(world, "addon", scopes, "addon", refresh=on("jwt-refreshes"), asked=given.get("scope"))


def audiences(world: World) -> set[str]:
    """Return the names that this server is called by."""
    return {world.root, f"{world.root}/token", f"{world.root}/site/token", world.base, quote(world.root)}
