"""What git asks of a repository over HTTP: its references, packs out, packs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specproof.target.git.bare import Repository


class Cloning:
    """Speaks version 0 of the smart protocol, to which every client falls back; one request at a time."""

    def advertisement(self, repository: Repository, service: str) -> bytes:
        """Return the references, before which the service is named."""
        return self.announced(service) + self.converse(repository, service, b"", advertise_refs=True)

    def media_type(self, service: str, kind: str) -> str:
        """Return the media type of an answer; ``kind``: advertisement or result."""
        return f"application/x-{service}-{kind}"

    def announced(self, service: str) -> bytes:
        """Return what names the service."""
        from specproof.target.git.protocol import announced  # noqa: PLC0415 - see git/__init__.py

        return announced(service)

    def exchange(self, repository: Repository, service: str, body: bytes) -> bytes:
        """Answer one request of a service."""
        return self.converse(repository, service, body, advertise_refs=False)

    def converse(self, repository: Repository, service: str, body: bytes, *, advertise_refs: bool) -> bytes:
        """Return what a service says to what it was told.

        Raises:
            Problem: 400, the client does not speak the protocol.
        """
        from specproof.target.git.protocol import converse  # noqa: PLC0415 - see git/__init__.py

        return converse(repository, service, body, advertise_refs=advertise_refs)
