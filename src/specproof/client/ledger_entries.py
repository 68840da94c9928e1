"""The lines of a ledger, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from specproof.errors import LedgerError


class State(StrEnum):
    """What became of an intention."""

    INTENT = "intent"  # no answer, or one that does not say what became of it
    REFUSED = "refused"
    CREATED = "created"
    RENAMED = "renamed"  # a name that a thing of this run may have; what it names is noted by itself
    REMOVED = "removed"  # deleted, or looked for and not there


def settles(state: State) -> bool:
    """Tell whether nothing is left to be done."""
    return state not in {State.INTENT, State.CREATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which run a ledger belongs to, and what is needed to reach its environment again; no secret."""

    run: str = ""
    environment: str = ""
    base_url: str = ""
    profile: str = ""  # file, as it was given
    spec: str = ""  # document, as it was given
    overlays: tuple[str, ...] = ()
    exclusive: bool = False
    own_target: bool = False  # the run started the server itself: what was created ends with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things of one kind are listed, read and deleted: enough to find one without the document."""

    item: str = ""  # URL of one thing, with {} for its identity; empty: there is no way to delete
    identity: str = ""  # JSON pointer into a listed item
    reads: bool = False  # whether GET on ``item`` is documented
    list: str = ""  # URL; empty: there is no list
    pagination: str = ""  # how the list is cut, as JSON; empty: it is one array
    credential: str | None = None  # who may list and delete
    before: tuple[str, ...] | None = None  # identities that were there before the run; None: not known

    def url_of(self, identity: str) -> str:
        """Return where one thing can be deleted."""
        return self.item.replace("{}", quote(identity, safe=""))


NOWHERE = Place()


@dataclass(slots=True, kw_only=True)
class Entry:
    """One intention and what became of it."""

    number: int
    url: str = ""
    operation: str = ""
    credential: str | None = None
    names: dict[str, str] = field(default_factory=dict)  # JSON pointer -> value
    place: Place = NOWHERE
    state: State = State.INTENT
    delete_url: str = ""
    status: int = 0  # of a refusal

    def told(self) -> dict[str, Any]:
        """Return what the line about the intention says."""
        told = {"operation": self.operation, "url": self.url, "credential": self.credential}
        return {**{key: value for key, value in told.items() if value}, "names": self.names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a ledger file says."""

    heading: Heading
    places: Mapping[int, Place]
    entries: tuple[Entry, ...]


def read_ledger(path: Path) -> Found:
    """Read a ledger; half a line, which a full disk or a kill may leave, is passed over.

    Raises:
        OSError: It cannot be read.
        LedgerError: It is no ledger.
    """
    heading: Heading | None = None
    places: dict[int, Place] = {}
    entries: dict[int, Entry] = {}
    for line in path.read_bytes().splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        try:
            event = said["event"]
            if event == "run":
                heading = _heading(said)
            elif event == "place":
                places[said["id"]] = _place(said)
            elif event in {State.INTENT, State.RENAMED}:
                entries[said["n"]] = _entry(said, places[said["place"]])
            else:
                _follow_up(entries[said["n"]], said)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(f"{path}: is no ledger of specproof ({error!r} in {line[:80]!r})") from None
    if heading is None:
        raise LedgerError(f"{path}: is no ledger of specproof: it does not begin with the run")
    return Found(heading=heading, places=places, entries=tuple(entries.values()))


def _known(kind: type[Heading | Place], said: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {key: tuple(v) if isinstance(v, list) else v for key, v in said.items() if key in names}


def _heading(said: Mapping[str, Any]) -> Heading:
    return Heading(**_known(Heading, said))


def _place(said: Mapping[str, Any]) -> Place:
    return Place(**_known(Place, said))


def _entry(said: Mapping[str, Any], place: Place) -> Entry:
    return Entry(
        number=said["n"],
        url=said.get("url", ""),
        operation=said.get("operation", ""),
        credential=said.get("credential"),
        names=dict(said["names"]),
        place=place,
        state=State(said["event"]),
    )


def _follow_up(entry: Entry, said: Mapping[str, Any]) -> None:
    entry.state = State(said["event"])
    entry.delete_url = said.get("url", entry.delete_url)
    entry.status = said.get("status", entry.status)
