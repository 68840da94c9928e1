"""Faults that show where clients come at the same time: to list, to change, to delete."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Response

from specproof.target.answers import Answers
from specproof.target.faults.histories import BOTH_KEPT, Remembering
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.problems import Problem
from specproof.target.variables import Draft

BESIDE, ONE_DELETION = "history.concurrent-list", "history.concurrent-delete"
LINGERING_S = 0.03
Items = list[dict[str, object]]


class Lingering(Answers):
    """Takes its time over the answer to a creation; whoever lists meanwhile gets another list.

    Requests are answered one after the other. But an answer is sent without holding the others up, so this is
    where they meet. Who waits for the whole answer before asking for the list notices nothing.
    """

    def __init__(self) -> None:
        self.unfinished: list[None] = []

    def created(self, call: Call, row: sqlite3.Row) -> Response:
        return self.slowly(super().created(call, row))

    def slowly(self, response: Response) -> Response:
        """Return the same answer, of which the end comes later."""
        data = response.get_data()
        self.unfinished.append(None)

        def send() -> Iterator[bytes]:
            try:
                yield data[:1]
                threading.Event().wait(LINGERING_S)
                yield data[1:]
            finally:
                self.unfinished.pop()

        slow = Response(send(), response.status_code, response.headers)
        slow.content_length = len(data)
        return slow

    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> Items:
        values = super().listed(call, rows)
        return self.disturbed(values) if self.unfinished and values else values

    def disturbed(self, values: Items) -> Items:
        """Return what is listed beside a creation."""
        raise NotImplementedError


@fault("answers", "list-fails-beside-creations", BESIDE, "While one is created, the list is a 500.")
class ListFailsBesideCreations(Lingering):
    def disturbed(self, values: Items) -> Items:
        raise Problem(500, "The list could not be read")


@fault("answers", "list-repeats-beside-creations", BESIDE, "While one is created, the list has one twice.")
class ListRepeatsBesideCreations(Lingering):
    def disturbed(self, values: Items) -> Items:
        return [*values, values[-1]][-100:]


@fault("answers", "list-lacks-beside-creations", BESIDE, "While one is created, the list lacks the first.")
class ListLacksBesideCreations(Lingering):
    def disturbed(self, values: Items) -> Items:
        return values[1:]


@fault(
    "variables", "deleted-twice-at-once", ONE_DELETION, "Until it is looked for, the same is deleted again."
)
class DeletedTwiceAtOnce(Remembering):
    def delete(self, team: int, identity: str | None) -> None:
        if self.notes.pop(str(identity), None) is None:
            row = super().read(team, identity)
            super().delete(team, identity)
            self.notes[str(identity)] = row

    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        self.notes.clear()
        return super().read(team, identity)


@fault(
    "variables", "updates-mixed-at-once", BOTH_KEPT, "Of two whole updates in a row one key, one value stays."
)
class UpdatesMixedAtOnce(Remembering):
    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        self.counts.clear()
        return super().read(team, identity)

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        whole = draft.key is not None and draft.value is not None
        self.counts[row["uuid"]] = self.counts.get(row["uuid"], 0) + whole
        late = whole and self.counts[row["uuid"]] > 1
        super().write(connection, row, replace(draft, key=None) if late else draft)
