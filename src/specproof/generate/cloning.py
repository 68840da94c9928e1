"""Requests that ask a Git server for its branches, as the first step of a clone does."""

from __future__ import annotations

from specproof.model.exchange import Request

FETCH, PUSH = "git-upload-pack", "git-receive-pack"


def handshake(url: str, credential: str | None, purpose: str, *, service: str = FETCH) -> Request:
    """Return the first request of a clone or a push; it changes nothing and moves no data.

    Args:
        url: The repository, as people clone it.
        credential: Who asks.
        purpose: A few words for people.
        service: ``FETCH`` or ``PUSH``.

    Source:
        Git documentation, gitprotocol-http, section on smart clients.
    """
    target = f"{url.rstrip('/')}/info/refs?service={service}"
    return Request(method="GET", url=target, credential=credential, purpose=purpose, valid=False)
