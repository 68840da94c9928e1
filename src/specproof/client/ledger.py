"""What the run created and must remove: written before it is sent, so that a crash leaves a trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from specproof.client.ledger_entries import Entry, Heading, Place, State, read_ledger, settles
from specproof.errors import LedgerError

_MOST_FILES = 1000


class Ledger:
    """An append-only JSON Lines file of intentions, creations and removals.

    A line is with the operating system before the request leaves, so whatever ends the process, the line
    stays. It is not forced to the disk: only the end of the machine itself could lose it.
    """

    def __init__(self, path: Path, heading: Heading) -> None:
        """Begin a file of its own: where there is one of that name, it is kept and another name is taken.

        Raises:
            OSError: The folder cannot be written to.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.heading = heading
        self.path, self._file = _begin(path)
        self._entries: dict[int, Entry] = {}
        self._places: dict[Place, int] = {}
        self._torn = False
        self.trouble = ""  # why a line could not be written
        self._write({"event": "run", "format": 1, **asdict(heading)})

    @classmethod
    def reopen(cls, path: Path) -> Ledger | None:
        """Take over the file of an earlier run, or return ``None`` where that run still goes on.

        Raises:
            LedgerError: It cannot be read.
        """
        if not path.exists():  # opening it would make an empty one
            raise LedgerError(f"{path}: does not exist; check the path")
        with ExitStack() as stack:
            try:
                file = stack.enter_context(path.open("ab", buffering=0))
                if not _lock(file):
                    return None
                found = read_ledger(path)
            except OSError as error:
                raise LedgerError(f"{path}: cannot be read ({error.strerror or error})") from error
            stack.pop_all()
        ledger = cls.__new__(cls)
        ledger._file = file
        ledger.path, ledger.heading, ledger.trouble = path, found.heading, ""
        ledger._entries = {entry.number: entry for entry in found.entries}
        ledger._places = {place: number for number, place in found.places.items()}
        ledger._torn = True  # the last line may be half a line
        return ledger

    # --- writing ---------------------------------------------------------------------------------

    def about_to_create(
        self, url: str, *, operation: str, credential: str | None, names: Mapping[str, str], place: Place
    ) -> int:
        """Note that a creation is about to be sent; returns its number.

        Args:
            url: Where it is sent to.
            operation: The label of the operation.
            credential: Who sends it.
            names: What the body says at the pointers of unique members.
            place: Where the thing can be found again.

        Raises:
            LedgerError: It could not be written; so nothing may be sent.
        """
        entry = Entry(
            number=len(self._entries) + 1,
            url=url.partition("?")[0],
            operation=operation,
            credential=credential,
            names=dict(names),
            place=place,
        )
        self._note(place, {"event": "intent", "n": entry.number, **entry.told()})
        self._entries[entry.number] = entry
        return entry.number

    def about_to_rename(self, names: Mapping[str, str], place: Place) -> None:
        """Note that a thing is about to get another name.

        Raises:
            LedgerError: It could not be written; so nothing may be sent.
        """
        entry = Entry(number=len(self._entries) + 1, names=dict(names), place=place, state=State.RENAMED)
        self._note(place, {"event": "renamed", "n": entry.number, **entry.told()})
        self._entries[entry.number] = entry

    def created(self, number: int, delete_url: str) -> None:
        """Note where a thing that was made can be deleted; an empty URL says that there is no way."""
        entry = self._entries[number]
        entry.state, entry.delete_url = State.CREATED, delete_url
        self._append({"event": "created", "n": number, "url": delete_url})

    def refused(self, number: int, status: int) -> None:
        """Note that the server refused."""
        self._entries[number].state, self._entries[number].status = State.REFUSED, status
        self._append({"event": "refused", "n": number, "status": status})

    def settle(self, entry: Entry) -> None:
        """Note that a thing is gone, or that it was looked for and is not there."""
        if not settles(entry.state):
            entry.state = State.REMOVED
            self._append({"event": "removed", "n": entry.number})

    def removed(self, delete_url: str) -> None:
        """Note that what can be deleted at a URL is gone."""
        for entry in self._entries.values():
            if entry.state is State.CREATED and entry.delete_url == delete_url:
                self.settle(entry)

    def close(self, *, keep: bool = False) -> None:
        """Close the file; it is removed where nothing is left or in doubt, unless it is to be kept."""
        self._file.close()
        if not keep and not any(True for _ in self.open_entries()):
            self.path.unlink(missing_ok=True)

    # --- reading ---------------------------------------------------------------------------------

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that was noted, the oldest first."""
        return tuple(self._entries.values())

    def open_entries(self) -> Iterator[Entry]:
        """Yield what is there or may be there, the newest first."""
        return (entry for entry in reversed(self._entries.values()) if not settles(entry.state))

    # --- the file --------------------------------------------------------------------------------

    def _note(self, place: Place, line: dict[str, Any]) -> None:
        """Write what is about to be sent, or raise."""
        try:
            if place not in self._places:
                self._write({"event": "place", "id": len(self._places) + 1, **asdict(place)})
                self._places[place] = len(self._places) + 1
            self._write({**line, "place": self._places[place]})
        except OSError as error:
            self.trouble = f"the ledger {self.path} cannot be written ({error.strerror or error})"
            raise LedgerError(
                f"{self.trouble}, so nothing was created; make room, or name another folder"
            ) from error

    def _append(self, line: dict[str, Any]) -> None:
        """Write what has become of an intention. Without it the thing is found by its name."""
        try:
            self._write(line)
        except OSError as error:
            self.trouble = f"the ledger {self.path} cannot be written ({error.strerror or error})"

    def _write(self, line: dict[str, Any]) -> None:
        data = (b"\n" if self._torn else b"") + json.dumps(line).encode() + b"\n"
        self._torn = True
        while data:
            data = data[self._file.write(data) :]
        self._torn = False


def _begin(path: Path) -> tuple[Path, BinaryIO]:
    """Make a file that did not exist; after ``ledger-main.jsonl`` comes ``ledger-main-2.jsonl``."""
    for number in range(1, _MOST_FILES):
        wanted = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        with suppress(FileExistsError):
            file = wanted.open("xb", buffering=0)
            _lock(file)
            return wanted, file
    raise FileExistsError(f"{_MOST_FILES} ledgers of earlier runs lie there")


def _lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed or its process ends; tell whether nobody else has.

    Windows keeps no such lock here: there the ledger of a run that goes on looks like one that was left.
    """
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - only where there is one

        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
