"""Compare two documents: what changed, how bad it is, and which operations it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from specproof.contract.diff.bodies import request_body, responses
from specproof.contract.diff.calls import callbacks, webhooks
from specproof.contract.diff.kinds import KINDS
from specproof.contract.diff.operations import inside, life, of_operation, promises, removed
from specproof.contract.diff.outline import Note, Outlined, mapping, outline, paired
from specproof.contract.diff.parameters import parameters
from specproof.contract.diff.security import requirements, schemes
from specproof.contract.diff.servers import servers
from specproof.contract.diff.walk import Walk
from specproof.contract.load import Document
from specproof.contract.readable import readable
from specproof.model.change import Change


def compare(old: Document, new: Document, *, today: date) -> tuple[Change, ...]:
    """Return every change between two documents that a client may notice, the worst first.

    Descriptions, examples, tags and the order of things are no changes, nor is it one when a ``$ref`` is
    written out or a path parameter gets another name.

    Args:
        old: What clients were told.
        new: What they are told now.
        today: Decides whether the day of an announced removal has passed.
    """
    comparison = _Comparison(old, new, today)
    return comparison.changes()


class _Comparison:
    def __init__(self, old: Document, new: Document, today: date) -> None:
        self._documents = {"old": readable(old), "new": readable(new)}
        self._old, self._new = (self._documents[name].data for name in ("old", "new"))
        self._walk = Walk(self._old, self._new)
        self._today = today
        self._found: dict[Note, dict[str, None]] = {}  # -> the operations it touches

    def changes(self) -> tuple[Change, ...]:
        """Run every rule and return what was found."""
        old, new = list(outline(self._old)), list(outline(self._new))
        ids = {operation.raw.get("operationId"): operation.label for operation in new}
        known = {operation.label for operation in old}
        for before, after in paired(old, new):
            if before is not None and after is not None:
                self._note(_operation(before, after, self._walk), after.label)
            elif before is not None:
                moved = ids.get(before.raw["operationId"], "") if "operationId" in before.raw else ""
                self._note([removed(before, "" if moved in known else moved, self._today)], before.label)
            elif after is not None:
                added = Note(kind="operation-added", said=f"{after.label} is new", new=after.pointer)
                self._note([added], after.label)
        self._about_the_whole(new)
        changes = [self._change(note, tuple(labels)) for note, labels in self._found.items()]
        return tuple(
            sorted(changes, key=lambda c: (c.level.rank, c.operations[:1], c.kind, c.said, c.pointer))
        )

    def _about_the_whole(self, operations: Iterable[Outlined]) -> None:
        self._note(webhooks(self._walk))
        self._note(servers(self._old, self._new, "#", "#"))
        self._note(promises(self._old, self._new, inside("#"), inside("#")))
        used: dict[str, list[str]] = {}
        for operation in operations:
            for option in operation.raw.get("security", self._new.get("security")) or ():
                for name in mapping(option):
                    used.setdefault(name, []).append(operation.label)
        for name, note in schemes(self._old, self._new):
            self._note([note], *used.get(name, ()))

    def _note(self, notes: Iterable[Note], *labels: str) -> None:
        for each in notes:
            note = replace(each, old=None) if each.new is not None else each
            self._found.setdefault(note, {}).update(dict.fromkeys(labels))

    def _change(self, note: Note, operations: tuple[str, ...]) -> Change:
        kind = KINDS[note.kind]
        document, pointer = ("new", note.new) if note.new is not None else ("old", note.old or "#")
        return Change(
            kind=kind.id,
            level=kind.level,
            side=kind.side,
            said=note.said,
            document=document,
            pointer=self._documents[document].origin(pointer),
            place=self._documents[document].place(pointer),
            operations=operations,
        )


def _operation(old: Outlined, new: Outlined, walk: Walk) -> Iterator[Note]:
    yield from life(old, new)
    yield from parameters(old, new, walk)
    yield from request_body(old, new, walk)
    yield from responses(old, new, walk)
    yield from requirements(old, new)
    yield from callbacks(old, new, walk)
    own, others = {**old.item, **old.raw}, {**new.item, **new.raw}
    yield from promises(own, others, of_operation(old), of_operation(new))
    yield from servers(old.raw, new.raw, old.pointer, new.pointer)
