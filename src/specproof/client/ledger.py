"""What the run created and must remove: written before it is sent, so that a crash leaves a trace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """One thing that the run made."""

    number: int
    delete_url: str
    credential: str | None


class Ledger:
    """An append-only JSON Lines file of intentions, creations and removals."""

    def __init__(self, path: Path) -> None:
        """Open the ledger; earlier entries in the file are kept."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._unsettled: set[int | str] = (
            {"an earlier run"} if path.exists() and path.stat().st_size else set()
        )
        self._file = path.open("a", encoding="utf-8")
        self._open: dict[int, Created] = {}
        self._number = 0

    def about_to_create(self, url: str, *, credential: str | None, body: bytes | None) -> int:
        """Note that a creation is about to be sent; returns its number."""
        self._number += 1
        self._unsettled.add(self._number)
        text = (body or b"")[:2000].decode("utf-8", "replace")
        self._write({
            "n": self._number,
            "event": "intent",
            "url": url,
            "credential": credential,
            "body": text,
        })
        return self._number

    def created(self, number: int, delete_url: str, credential: str | None) -> None:
        """Note where a thing that was made can be deleted."""
        self._unsettled.discard(number)
        self._open[number] = Created(number=number, delete_url=delete_url, credential=credential)
        self._write({"n": number, "event": "created", "url": delete_url})

    def nothing_created(self, number: int) -> None:
        """Note that the server refused."""
        self._unsettled.discard(number)
        self._write({"n": number, "event": "refused"})

    def removed(self, delete_url: str) -> None:
        """Note that a thing is gone."""
        for number, entry in list(self._open.items()):
            if entry.delete_url == delete_url:
                del self._open[number]
                self._write({"n": number, "event": "removed"})

    def left(self) -> tuple[Created, ...]:
        """Return what is still there, the newest first."""
        return tuple(sorted(self._open.values(), key=lambda entry: -entry.number))

    def close(self) -> None:
        """Close the file; it is removed where nothing is left: nothing there, unanswered or from earlier."""
        self._file.close()
        if not self._open and not self._unsettled and self._path.exists():
            self._path.unlink()

    def _write(self, entry: dict[str, object]) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
