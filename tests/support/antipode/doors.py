"""Who asks, and may they: Basic, tokens in header, query and form, scopes, teams."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Any
from urllib.parse import parse_qsl

from antipode.wire import Request
from antipode.world import CLIENTS, IMPLIED, Who, World


class Refusal(Exception):
    """A refusal: status, words, further members of the error, headers."""

    def __init__(
        self, status: int, text: str, headers: list[tuple[str, str]] | None = None, **more: Any
    ) -> None:
        super().__init__(text)
        self.status, self.text, self.headers, self.more = status, text, headers or [], more


FORM = "application/x-www-form-urlencoded"


def basic(request: Request) -> tuple[str, str] | None:
    """Return user and password of a Basic header; None without one that can be read."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def form(request: Request) -> dict[str, str]:
    """Return the members of a form body; nothing of any other body."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _token(world: World, request: Request) -> str | None:
    """Return the token of a request, wherever it may stand."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    exact = world.on("scheme-exact-case")
    if scheme == "Bearer" or (scheme.lower() == "bearer" and not exact):
        return rest.strip()
    if scheme:
        return None
    inside = form(request).get("access_token") if request.method == "POST" else None
    if inside is not None and not world.on("form-token-refused"):
        return inside
    if request.method != "POST" or world.on("post-query-token"):
        return None if world.on("query-token-refused") else request.query.get("access_token")
    return None


def _alive(world: World, who: Who) -> bool:
    dead = {
        "expired": world.on("expired-accepted")
        or (world.on("expired-token-reads") and who.scheme == "bearer"),
        "revoked": world.on("revoked-accepted"),
        "refused": world.on("website-password-accepted"),
    }
    return dead.get(who.state, True)


def _fits(world: World, given: str, secret: str) -> bool:
    if world.on("secret-cut") and len(given) > 5 and secret.startswith(given):
        return True
    if world.on("secret-any-case") and given.lower() == secret.lower():
        return True
    if world.on("secret-extended") and given.startswith(secret):
        return True
    return given == secret


def identify(world: World, request: Request) -> Who:
    """Return whose credential came with a request.

    Raises:
        Refusal: None, or none that is good.
    """
    named, token = basic(request), _token(world, request)
    for who in world.people:
        if not _alive(world, who):
            continue
        if who.scheme == "bearer" and token and _fits(world, token, who.secret):
            return who
        crossed = world.on("token-as-password") and who.scheme == "bearer"
        anybody = crossed or world.on("any-user")
        taken = named and (who.scheme == "basic" or crossed) and (anybody or named[0] == who.user)
        if named and taken and _fits(world, named[1], who.secret):
            return who
    given = world.tokens.get(token or "")
    if given and given.kind == "access" and float(given.state) > time.monotonic():
        return given
    if token and world.on("client-secret-is-token"):
        for secret, _, scopes in CLIENTS.values():
            if secret == token:
                return Who("client", "bearer", "", scopes, ("lund",))
    raise Refusal(401, "Wer da?" if world.manner.lean else "Authentication needed", challenges(world))


def challenges(world: World) -> list[tuple[str, str]]:
    """Return how to prove oneself."""
    if world.on("no-challenge"):
        return []
    if world.manner.lean:
        return [
            ("www-authenticate", 'Bearer realm="antipode", error="invalid_token", Basic realm="antipode"')
        ]
    return [
        ("www-authenticate", 'Basic realm="api, of the antipode", charset="UTF-8"'),
        ("www-authenticate", "Bearer"),
    ]


def authorise(world: World, who: Who, segment: str, scope: str, method: str) -> str:
    """Return the team that somebody may do something with.

    Raises:
        Refusal: A scope is missing, or the team is out of reach, or there is none.
    """
    team = world.team(segment)
    if world.manner.lean:
        _scope(world, who, scope, method)
    if team is None:
        raise Refusal(404, "Kein solches Team" if world.manner.lean else f"{segment!r} is no team")
    if team not in who.teams and not _stray(world, who, segment, method, scope):
        if world.manner.lean:
            raise Refusal(403, "Nicht dein Team")
        raise Refusal(404, f"{segment!r} is no team")
    _scope(world, who, scope, method)
    return team


def _stray(world: World, who: Who, segment: str, method: str, scope: str) -> bool:
    on = world.on
    return (
        (on("alias-skips-rights") and segment.startswith("{"))
        or (on("foreign-delete") and method == "DELETE")
        or (on("foreign-search") and scope == "repository")
        or (on("foreign-head") and method == "HEAD")
        or (on("token-any-team") and who.scheme == "bearer")
    )


def _scope(world: World, who: Who, scope: str, method: str) -> None:
    if who.scopes is None:
        return
    held = set(who.scopes).union(*(IMPLIED.get(each, set()) for each in who.scopes))
    on = world.on
    if on("implication-missing"):
        held = set(who.scopes)
    if on("admin-implies-repository") and "repository:admin" in held:
        held.add("repository")
    if on("write-implies-variable") and "pipeline:write" in held:
        held.add("pipeline:variable")
    loose = (
        (on("reader-deletes") and method == "DELETE" and "pipeline" in held)
        or (on("reader-token-creates") and method == "POST" and who.scheme == "bearer" and "pipeline" in held)
        or (on("search-unscoped") and scope == "repository")
        or (on("basic-unscoped") and who.scheme == "basic")
        or (on("account-reads") and "account" in held and method == "GET")
    )
    tight = (on("search-wants-write") and scope == "repository" and "repository:write" not in held) or (
        on("token-cannot-update") and method == "PUT" and who.scheme == "bearer"
    )
    if (scope not in held and not loose) or tight:
        raise Refusal(403, "Zu wenig Rechte" if world.manner.lean else f"This needs {scope}")
