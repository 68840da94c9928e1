"""What git and dulwich say to each other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import cast

from dulwich.errors import (
    ApplyDeltaError,
    ChecksumMismatch,
    GitProtocolError,
    HangupException,
    ObjectFormatException,
)
from dulwich.protocol import CAPABILITY_FILTER, ReceivableProtocol, pkt_line
from dulwich.server import Backend, BackendRepo, ReceivePackHandler, UploadPackHandler

from specproof.target.git import FETCH, PUSH
from specproof.target.git.bare import Repository
from specproof.target.problems import Problem

GARBLED = (
    ApplyDeltaError, ArithmeticError, AssertionError, ChecksumMismatch, EOFError, GitProtocolError,
    HangupException, LookupError, ObjectFormatException, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What dulwich raises where a client does not speak the protocol; it reads packs beyond their end."""


class OneRepository(Backend):
    """Knows a single repository, whatever it is called."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def open_repository(self, path: str) -> BackendRepo:
        """Return it."""
        return cast("BackendRepo", self._repository)  # declared for packs on disk; memory does as well


class Fetching(UploadPackHandler):
    """Sends packs. Partial clones are not offered: they need single objects later, by protocol version 2."""

    def capabilities(self) -> list[bytes]:
        """Return what a client may ask for."""
        return [offer for offer in super().capabilities() if offer != CAPABILITY_FILTER]

    def set_client_capabilities(self, caps: Iterable[bytes]) -> None:
        """Take what the client asks for; git names ``filter`` even where it has said that it goes without."""
        super().set_client_capabilities([asked for asked in caps if asked != CAPABILITY_FILTER])


HANDLERS: dict[str, type[UploadPackHandler] | type[ReceivePackHandler]] = {
    FETCH: Fetching,
    PUSH: ReceivePackHandler,
}


def announced(service: str) -> bytes:
    """Return the line that names the service, with the end of its section."""
    return pkt_line(f"# service={service}\n".encode("ascii")) + pkt_line(None)


def converse(repository: Repository, service: str, body: bytes, *, advertise_refs: bool) -> bytes:
    """Let the handler of a service read what the client says; return what it answers.

    Raises:
        Problem: 400, the client does not speak the protocol.
    """
    answer = BytesIO()
    protocol = ReceivableProtocol(BytesIO(body).read, answer.write)
    handler = HANDLERS[service](
        OneRepository(repository), [""], protocol, stateless_rpc=True, advertise_refs=advertise_refs
    )
    try:
        handler.handle()
    except GARBLED as error:
        raise Problem(400, "This is not what git says") from error
    return answer.getvalue()
