"""Git over HTTP: what a client asks first, for reading and for pushing."""

from __future__ import annotations

import time

from antipode.doors import _fits, basic
from antipode.wire import Answer, Request
from antipode.world import IMPLIED, Who, World

_HEAD = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_REPOSITORIES = {"lund/atlas": "lund", "lund/ferry": "lund", "moss/bog": "moss"}


def _line(text: str) -> bytes:
    return f"{len(text) + 4:04x}{text}".encode()


def _who(world: World, request: Request) -> Who | None:
    named = basic(request)
    if named is None or (named[0] != "x-token-auth" and not world.on("clone-any-user")):
        return None
    for who in world.people:
        alive = who.state == "valid" or (world.on("clone-expired") and who.state == "expired")
        right_kind = who.scheme == "bearer" or world.on("clone-with-password")
        if alive and right_kind and _fits(world, named[1], who.secret):
            return who
    given = world.tokens.get(named[1])
    return given if given and given.kind == "access" and float(given.state) > time.monotonic() else None


def answer(world: World, request: Request) -> Answer:
    """Answer a Git client."""
    path = request.path.removeprefix("/git/")
    name, _, rest = path.partition(".git/")
    service = request.query.get("service", rest)
    challenge = [("www-authenticate", 'Basic realm="git"')]
    who = _who(world, request)
    team = _REPOSITORIES.get(name)
    pushing = service == "git-receive-pack"
    if who is None and not (world.on("clone-anonymous") and basic(request) is None):
        return Answer(401, b"who?", "text/plain", challenge)
    if who is not None:
        held = set(who.scopes or ()).union(*(IMPLIED.get(each, set()) for each in who.scopes or ()))
        if team is None or (team not in who.teams and not world.on("clone-foreign")):
            return Answer(404 if not world.manner.lean else 403, b"no", "text/plain")
        wanted = "repository:write" if pushing and not world.on("push-with-reading") else "repository"
        if wanted not in held and not world.on("clone-unscoped"):
            return Answer(403, b"no", "text/plain")
    if service not in ("git-upload-pack", "git-receive-pack"):
        return Answer(403, b"smart HTTP only", "text/plain")
    if rest != "info/refs":
        return Answer(200, b"0008NAK\n", f"application/x-{service}-result")
    media = "text/plain" if world.on("clone-media-wrong") else f"application/x-{service}-advertisement"
    first = f"{_HEAD} refs/heads/main\0report-status side-band-64k agent=antipode/1\n"
    body = _line(f"# service={service}\n") + b"0000" + _line(first) + b"0000"
    return Answer(200, body, media, [("cache-control", "no-cache")])
