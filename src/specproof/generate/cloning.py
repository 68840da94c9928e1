"""Requests that ask a Git server for its branches, as the first step of a clone does."""

from __future__ import annotations

from specproof.model.exchange import Request

FETCH, PUSH = "git-upload-pack", "git-receive-pack"


def empty_pack(url: str, credential: str | None, purpose: str) -> Request:
    """Return the second request of a clone, which asks for nothing: a flush alone. No data are moved.

    Args:
        url: The repository, as people clone it.
        credential: Who asks.
        purpose: A few words for people.

    Source:
        Git documentation, gitprotocol-http, section on the smart service git-upload-pack.
    """
    media = (("Content-Type", f"application/x-{FETCH}-request"),)
    target = f"{url.rstrip('/')}/{FETCH}"
    return Request(
        method="POST",
        url=target,
        headers=media,
        body=b"0000",
        credential=credential,
        purpose=purpose,
        valid=False,
    )


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
