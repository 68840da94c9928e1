"""Faults that show only in some orders of requests, or when clients come at the same time."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from dataclasses import replace

from flask import request

from specproof.target.faults.registry import fault
from specproof.target.problems import Problem
from specproof.target.store import Store
from specproof.target.variables import Draft, Variables

CONSISTENT = "history.consistent"
ONE_WINNER = "history.concurrent-create"
BOTH_KEPT = "history.concurrent-update"


class Remembering(Variables):
    """Keeps notes about variables beside the database, for as long as the process lives."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.notes: dict[str, sqlite3.Row] = {}
        self.counts: dict[str, int] = {}


@fault("variables", "third-update-lost", CONSISTENT, "The third PUT in a row, without a read, is lost.")
class ThirdUpdateLost(Remembering):
    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        self.counts.clear()
        return super().read(team, identity)

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        self.counts[row["uuid"]] = self.counts.get(row["uuid"], 0) + 1
        if self.counts[row["uuid"]] % 3:
            super().write(connection, row, draft)


class _ByNameOnly(Variables):
    def by_name(self) -> None:
        """Refuse to know the team by its UUID."""
        if request.path.split("/")[3].startswith("{"):
            raise Problem(404, "There is no such team")


@fault("variables", "no-update-by-alias", CONSISTENT, "PUT by the UUID of the team is a 404.")
class NoUpdateByAlias(_ByNameOnly):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        self.by_name()
        return super().update(team, identity, draft)


@fault("variables", "no-delete-by-alias", CONSISTENT, "DELETE by the UUID of the team is a 404.")
class NoDeleteByAlias(_ByNameOnly):
    def delete(self, team: int, identity: str | None) -> None:
        self.by_name()
        super().delete(team, identity)


@fault("variables", "deleted-key-stays-taken", CONSISTENT, "The key of a deleted variable stays taken.")
class DeletedKeyStaysTaken(Remembering):
    def delete(self, team: int, identity: str | None) -> None:
        row = self.read(team, identity)
        super().delete(team, identity)
        self.notes[f"{team} {row['key']}"] = row

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        return f"{team} {key}" in self.notes or super().is_taken(connection, team, key, besides=besides)


@fault(
    "variables",
    "recreated-key-has-old-value",
    "lifecycle.echo",
    "A key that is used again has its old value.",
)
class RecreatedKeyHasOldValue(DeletedKeyStaysTaken):
    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        return Variables.is_taken(self, connection, team, key, besides=besides)

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        old = self.notes.get(f"{team} {draft.key}")
        return super().create(team, replace(draft, value=old["value"]) if old else draft)


@fault(
    "variables", "recreated-key-has-old-uuid", CONSISTENT, "A key that is used again revives the old UUID."
)
class RecreatedKeyHasOldUuid(DeletedKeyStaysTaken):
    """What was deleted is read again under its old UUID once its key is used again."""

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        return Variables.is_taken(self, connection, team, key, besides=besides)

    def find(self, connection: sqlite3.Connection, team: int, identity: str | None) -> sqlite3.Row:
        for old in self.notes.values():
            if old["uuid"] == identity and self.is_taken(connection, team, old["key"], besides=None):
                return old
        return super().find(connection, team, identity)


@fault("variables", "update-after-rename-lost", CONSISTENT, "Once renamed, a variable keeps its value.")
class UpdateAfterRenameLost(Remembering):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        alone = draft.value is None and draft.secured is None
        if alone and draft.key not in (None, row["key"]):
            self.notes[row["uuid"]] = row
        elif row["uuid"] in self.notes and draft.key is None:
            draft = replace(draft, value=row["value"])
        super().write(connection, row, draft)


@fault("variables", "conflict-renames-anyway", CONSISTENT, "A refused creation changes the other's value.")
class ConflictRenamesAnyway(Remembering):
    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        with self.store.connection() as connection:
            taken = self.is_taken(connection, team, draft.key or "", besides=None)
            if taken and draft.value:
                connection.execute(
                    "UPDATE variable SET value = ? WHERE team_id = ? AND key = ? AND secured = 0",
                    (draft.value, team, draft.key),
                )
        return super().create(team, draft)


@fault("variables", "unique-forgets-renames", CONSISTENT, "A key that came by PUT can be given again.")
class UniqueForgetsRenames(Remembering):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        if draft.key not in (None, row["key"]) and draft.value is None and draft.secured is None:
            self.notes[f"{row['team_id']} {draft.key}"] = row
        super().write(connection, row, draft)

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        known = f"{team} {key}" in self.notes
        return not known and super().is_taken(connection, team, key, besides=besides)


@fault(
    "variables",
    "duplicate-keys-at-once",
    ONE_WINNER,
    "Keys are compared as of the last read.",
)
class DuplicateKeysAtOnce(Remembering):
    """As where a check and its write do not belong together: only what comes at once slips through."""

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        row = super().create(team, draft)
        self.notes[f"{team} {draft.key}"] = row
        return row

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        fresh = f"{team} {key}" in self.notes
        return not fresh and super().is_taken(connection, team, key, besides=besides)

    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        self.notes.clear()
        return super().read(team, identity)


@fault("variables", "lost-update-at-once", BOTH_KEPT, "PUT writes over what changed since the read.")
class LostUpdateAtOnce(Remembering):
    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        row = super().read(team, identity)
        self.notes.pop(row["uuid"], None)
        return row

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        before = self.notes.setdefault(row["uuid"], row)
        whole = replace(
            draft,
            key=draft.key if draft.key is not None else before["key"],
            value=draft.value if draft.value is not None else before["value"],
        )
        super().write(connection, row, draft if before is row else whole)
