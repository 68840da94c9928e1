"""Remove what a ledger knows, and look whether it is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import NOWHERE, Entry, Place, State, settles
from specproof.errors import TargetError
from specproof.generate.names import is_name
from specproof.model.exchange import MISSING, Exchange, Pairs, Request, resolve_pointer
from specproof.suite.places import read_list

_ROUNDS = 3  # a server may show a second thing of one name once the first is gone
_PATIENCE = 3  # requests in a row that got no answer: then nothing more is sent
_GONE = frozenset({404, 410})
_FORBIDDEN = frozenset({401, 403})
_CONDITION_REQUIRED = 428  # RFC 6585 section 3


@dataclass(kw_only=True)
class Cleaner:
    """Deletes what is there, the newest first; then reads the lists to see whether it is gone.

    What was created without an answer is looked for in the list by its name. Only names that nobody but a run
    makes up are trusted to say whose a thing is; another one is deleted only if it was not there before the
    run and nobody else writes there.
    """

    ledger: Ledger
    send: Callable[[Request], Exchange]
    removed: list[str] = field(default_factory=list)  # URLs of what is gone now
    _left: dict[int, str] = field(default_factory=dict)  # number of an entry -> why it stays
    _silent: int = 0

    def clean(self) -> tuple[str, ...]:
        """Remove everything; return what stays, one line each."""
        for entry in list(self.ledger.open_entries()):
            if entry.state is State.INTENT and self._sure(entry) and entry.place.identity in entry.names:
                self.ledger.created(entry.number, entry.place.url_of(entry.names[entry.place.identity]))
            if entry.state is State.CREATED and entry.delete_url:
                self._delete_entry(entry)
        for place in dict.fromkeys(entry.place for entry in self.ledger.entries):
            if place is not NOWHERE:
                self._settle(place)
        return tuple(self._report())

    # --- deleting --------------------------------------------------------------------------------

    def _ask(self, method: str, url: str, credential: str | None, headers: Pairs = ()) -> Exchange:
        if self._silent >= _PATIENCE:
            raise TargetError("nothing more was sent, since no answers came")
        try:
            exchange = self.send(
                Request(method=method, url=url, headers=headers, credential=credential, purpose="clean up")
            )
        except TargetError:
            self._silent += 1
            raise
        self._silent = 0
        return exchange

    def _delete(self, url: str, credentials: Iterable[str | None]) -> str:
        """Delete what is at a URL; return why that did not work, or an empty text."""
        status = 0
        for credential in dict.fromkeys(credentials):
            try:
                status = self._ask("DELETE", url, credential).response.status
                if status == _CONDITION_REQUIRED:
                    status = self._delete_matching(url, credential)
            except TargetError as error:
                return str(error)
            if status not in _FORBIDDEN:
                break
        return "" if 200 <= status < 300 or status in _GONE else f"DELETE answered {status}"

    def _delete_matching(self, url: str, credential: str | None) -> int:
        """Delete what is at a URL under its current ETag; return the status."""
        tag = self._ask("GET", url, credential).response.header("ETag")
        headers = (("If-Match", tag),) if tag else ()
        return self._ask("DELETE", url, credential, headers).response.status if tag else _CONDITION_REQUIRED

    def _delete_entry(self, entry: Entry) -> None:
        why = self._delete(entry.delete_url, (entry.credential, entry.place.credential))
        if why:
            self._left[entry.number] = why

    # --- looking ---------------------------------------------------------------------------------

    def _settle(self, place: Place) -> None:
        """Settle every entry of a place by what its list shows, or else by reading one thing at a time."""
        entries = [entry for entry in self.ledger.entries if entry.place == place]
        listed = self._listed(place) if place.list else None
        for _ in range(_ROUNDS):
            ours = dict(self._ours(place, entries, listed)) if listed is not None and place.item else {}
            for identity, entry in ours.items():
                self.ledger.created(entry.number, place.url_of(identity))
                self._delete_entry(entry)
            if not ours:
                break
            listed = self._listed(place)
        for entry in entries:
            if not settles(entry.state):
                self._settle_entry(place, entry, listed)

    def _settle_entry(self, place: Place, entry: Entry, listed: Mapping[str, Any] | None) -> None:
        if entry.state is State.CREATED and entry.delete_url:
            self._left.setdefault(entry.number, self._still_there(place, entry, listed))
            if not self._left[entry.number]:
                del self._left[entry.number]
                self.removed.append(entry.delete_url)
                self.ledger.settle(entry)
        elif entry.state is State.INTENT and listed is not None and _surely_absent(place, entry, listed):
            self.ledger.settle(entry)

    def _still_there(self, place: Place, entry: Entry, listed: Mapping[str, Any] | None) -> str:
        """Return what speaks against a thing being gone after it was deleted, or an empty text."""
        if listed is not None:
            there = any(place.url_of(identity) == entry.delete_url for identity in listed)
            return "it was deleted and is still listed" if there else ""
        if not place.reads:
            return ""  # nothing to read it by: the answer to DELETE has to do
        try:
            status = self._ask("GET", entry.delete_url, place.credential or entry.credential).response.status
        except TargetError as error:
            return f"whether it is gone could not be seen: {error}"
        return "" if status in _GONE else f"it was deleted and GET answers {status}"

    def _listed(self, place: Place) -> dict[str, Any] | None:
        try:
            return read_list(place, self._quietly)
        except TargetError:
            return None

    def _quietly(self, request: Request) -> Exchange:
        if self._silent >= _PATIENCE:
            raise TargetError("nothing more was sent, since no answers came")
        return self.send(request)

    # --- whose is it? ----------------------------------------------------------------------------

    def _ours(
        self, place: Place, entries: list[Entry], listed: Mapping[str, Any]
    ) -> Iterator[tuple[str, Entry]]:
        """Yield identity and entry of everything in a list that the run made."""
        urls = {entry.delete_url: entry for entry in entries if entry.delete_url}
        used: set[int] = set()
        for identity, item in listed.items():
            known = urls.get(place.url_of(identity))
            if known is None:
                new = place.before is not None and identity not in place.before
                mine = (
                    e for e in entries if e.number not in used and _named(e, item) and self._mine(e, new=new)
                )
                known = next(mine, None)
            if known is not None and known.number not in self._left:
                used.add(known.number)
                yield identity, known

    def _sure(self, entry: Entry) -> bool:
        """Tell whether a thing of these names can only be one that the run made."""
        run = self.ledger.heading.run
        return bool(entry.names) and all(is_name(value, run) for value in entry.names.values())

    def _mine(self, entry: Entry, *, new: bool) -> bool:
        """Tell whether a thing that has the names of an entry was made by it."""
        if entry.state is State.REFUSED and entry.status == 409:
            return False  # somebody else had the name
        if self._sure(entry):
            return True
        return new and self.ledger.heading.exclusive and entry.state is State.INTENT

    # --- telling ---------------------------------------------------------------------------------

    def _report(self) -> Iterator[str]:
        hopeless: Counter[str] = Counter()
        for entry in self.ledger.open_entries():
            if entry.state is State.CREATED and not entry.delete_url:
                hopeless[entry.operation] += 1
            elif entry.state is State.CREATED:
                yield f"{entry.delete_url}: {self._left.get(entry.number, 'not removed')}"
            else:
                names = ", ".join(f"{p.lstrip('/')} {value!r}" for p, value in entry.names.items())
                look = f"; look for {names}" if names else ""
                yield f"{entry.url}: perhaps created, for no clear answer came{look}"
        yield from (f"{label}: {number} created, and no way to delete" for label, number in hopeless.items())


def _surely_absent(place: Place, entry: Entry, listed: Mapping[str, Any]) -> bool:
    """Tell whether a list shows that what an entry was about to create is not there."""
    shown = [i for i in listed.values() if all(resolve_pointer(i, p) is not MISSING for p in entry.names)]
    if entry.names and (shown or not listed):
        return not any(_named(entry, item) for item in shown)
    return place.before is not None and set(listed) <= set(place.before)


def _named(entry: Entry, item: Any) -> bool:
    """Tell whether a listed item has every name that an entry gave, and at least one."""
    return bool(entry.names) and all(
        resolve_pointer(item, pointer) == value for pointer, value in entry.names.items()
    )
