"""Iterator pagination: commits, page after page, forward only.

A cursor says from which commits the walk began and how far it is, so that a push in between moves nothing.
It is signed: one that this target did not make, or made for another repository, is refused.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID

from dulwich.objects import Commit, ObjectID, RawObjectID, hex_to_sha, sha_to_hex

from specproof.target.credentials import demo_secret
from specproof.target.incoming import Place
from specproof.target.paging import Page, Pager, Values
from specproof.target.problems import Problem

KEY = demo_secret("cursor of commits").encode("ascii")
MAC_BYTES, SHA_BYTES = 16, 20
HEAD = struct.Struct(">16sI")  # UUID of the repository, commits already shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a walk goes on.

    Args:
        repository: UUID of the repository.
        tips: The commits that the walk began with.
        skip: How many commits were shown already.
    """

    repository: str
    tips: tuple[ObjectID, ...]
    skip: int = 0


class CommitPager(Pager):
    """Cuts a walk into pages that know nothing but the way forward."""

    def cursor(self, text: str, repository: str) -> Cursor:
        """Read a cursor.

        Raises:
            Problem: 400, it is not one of this repository.
        """
        found = self.decoded(text)
        if found is None or found.repository != repository:
            raise self.invalid()
        return found

    def invalid(self) -> Problem:
        """Build the answer for a cursor that leads nowhere."""
        data = {"key": "pagination.malformed", "parameter": "cursor"}
        return Problem(400, "Invalid cursor", detail="Follow the next link of a page.", data=data)

    def cut(
        self, commits: Iterable[Commit], cursor: Cursor, length: int
    ) -> tuple[list[Commit], Cursor | None]:
        """Return one page, and where the next one begins; ``None`` where this is the last."""
        found = list(islice(commits, cursor.skip, cursor.skip + length + 1))
        following = replace(cursor, skip=cursor.skip + length) if len(found) > length else None
        return found[:length], following

    def pages(self, values: Values, following: Cursor | None, place: Place) -> Page:
        """Build the object around the values."""
        page: Page = {"values": list(values)}
        if following is not None:
            page["next"] = place.having("cursor", self.encoded(following))
        return page

    def encoded(self, cursor: Cursor) -> str:
        """Write a cursor down."""
        payload = HEAD.pack(UUID(cursor.repository).bytes, cursor.skip) + b"".join(
            map(hex_to_sha, cursor.tips)
        )
        return base64.urlsafe_b64encode(_seal(payload) + payload).decode("ascii").rstrip("=")

    def decoded(self, text: str) -> Cursor | None:
        """Read what ``encoded`` wrote; ``None`` for anything else."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            seal, payload = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
            if not hmac.compare_digest(seal, _seal(payload)):
                return None
            identity, skip = HEAD.unpack_from(payload)
        except (binascii.Error, ValueError, struct.error):
            return None
        cursor = Cursor(repository=str(UUID(bytes=identity)), tips=_hashes(payload[HEAD.size :]), skip=skip)
        return cursor if self.encoded(cursor) == text else None


def _seal(payload: bytes) -> bytes:
    return hmac.digest(KEY, payload, "sha256")[:MAC_BYTES]


def _hashes(payload: Sequence[int]) -> tuple[ObjectID, ...]:
    raw = bytes(payload)
    return tuple(sha_to_hex(RawObjectID(raw[at : at + SHA_BYTES])) for at in range(0, len(raw), SHA_BYTES))
