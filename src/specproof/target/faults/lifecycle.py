"""Faults in the life of a variable: made, read, changed, removed."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import replace

from flask import Response

from specproof.target.answers import Answers, variable_href, variables_path
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.problems import Problem
from specproof.target.store import Store, timestamp
from specproof.target.variables import EVERYTHING, Condition, Draft, Variables


@fault("answers", "location-missing", "lifecycle.location", "201 comes without Location.")
class LocationMissing(Answers):
    def created(self, call: Call, row: sqlite3.Row) -> Response:
        response = super().created(call, row)
        del response.headers["Location"]
        return response


@fault("answers", "location-without-braces", "lifecycle.location", "Location lacks the braces: 404.")
class LocationWithoutBraces(Answers):
    def location(self, call: Call, row: sqlite3.Row) -> str:
        return f"{call.origin}{variables_path(call)}/{row['uuid']}"


@fault("answers", "location-of-collection", "lifecycle.location", "Location leads to the list.")
class LocationOfCollection(Answers):
    def location(self, call: Call, row: sqlite3.Row) -> str:
        return f"{call.origin}{variables_path(call)}"


@fault("answers", "location-of-nobody", "lifecycle.location", "Location leads to a variable that never was.")
class LocationOfNobody(Answers):
    def location(self, call: Call, row: sqlite3.Row) -> str:
        return variable_href(call, str(uuid.uuid4()))


@fault("answers", "location-on-another-host", "lifecycle.location", "Location leads to another host.")
class LocationOnAnotherHost(Answers):
    def location(self, call: Call, row: sqlite3.Row) -> str:
        return f"http://internal.invalid{variables_path(call)}/%7B{row['uuid']}%7D"


@fault("variables", "created-unreadable-at-first", "lifecycle.read-after-create", "The first read is a 404.")
class CreatedUnreadableAtFirst(Variables):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._fresh: set[str] = set()

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        row = super().create(team, draft)
        self._fresh.add(row["uuid"])
        return row

    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        if identity in self._fresh:
            self._fresh.discard(identity)
            raise Problem(404, "There is no such variable")
        return super().read(team, identity)


@fault(
    "variables",
    "created-then-cut",
    "lifecycle.echo",
    "201 shows all, later reads 100 characters.",
)
class CreatedThenCut(Variables):
    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        row = super().create(team, draft)
        with self.store.connection() as connection:
            connection.execute("UPDATE variable SET value = substr(value, 1, 100) WHERE id = ?", (row["id"],))
        return row


@fault("variables", "created-not-listed", "lifecycle.listed", "New variables are missing from the list.")
class CreatedNotListed(Variables):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._started = timestamp()

    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        sql = f"({where.sql or '1'}) AND created_on < ?"
        narrow = Condition(sql, (*where.parameters, self._started))
        return super().select(team, offset=offset, limit=limit, order=order, where=narrow)


@fault("answers", "listed-value-stale", "lifecycle.listed", "The list shows changed variables as empty.")
class ListedValueStale(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        kept = list(rows)
        changed = [row["created_on"] != row["updated_on"] for row in kept]
        values = super().listed(call, kept)
        return [value | {"value": ""} if old else value for value, old in zip(values, changed, strict=True)]


@fault("variables", "update-not-saved", "lifecycle.update", "PUT answers the new values, and keeps the old.")
class UpdateNotSaved(Variables):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        before = self.read(team, identity)
        after = super().update(team, identity, draft)
        kept = Draft(key=before["key"], value=before["value"], secured=bool(before["secured"]))
        with self.store.connection() as connection:
            super().write(connection, before, kept)
        return after


@fault("variables", "update-ignores-value", "lifecycle.update", "PUT changes everything but the value.")
class UpdateIgnoresValue(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        super().write(connection, row, replace(draft, value=None))


@fault("variables", "update-ignores-key", "lifecycle.update", "PUT changes everything but the key.")
class UpdateIgnoresKey(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        super().write(connection, row, replace(draft, key=None))


@fault(
    "variables", "update-clears-left-out", "lifecycle.update", "A value that PUT leaves out becomes empty."
)
class UpdateClearsLeftOut(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        super().write(connection, row, replace(draft, value=draft.value or ""))


@fault("variables", "read-one-write-behind", "lifecycle.update", "Reads show the state before the last PUT.")
class ReadOneWriteBehind(Variables):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._before: dict[str, sqlite3.Row] = {}

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        self._before[row["uuid"]] = row
        super().write(connection, row, draft)

    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        row = super().read(team, identity)
        return self._before.get(row["uuid"], row)


@fault(
    "variables", "update-spills-over", "lifecycle.neighbours", "PUT writes its value into the one before too."
)
class UpdateSpillsOver(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        super().write(connection, row, draft)
        connection.execute(
            "UPDATE variable SET value = ? WHERE id = (SELECT max(id) FROM variable"
            " WHERE team_id = ? AND id < ? AND NOT secured)",
            (draft.value or "", row["team_id"], row["id"]),
        )


@fault(
    "variables", "delete-takes-neighbour", "lifecycle.neighbours", "DELETE removes the one before as well."
)
class DeleteTakesNeighbour(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        row = self.read(team, identity)
        super().delete(team, identity)
        with self.store.connection() as connection:
            connection.execute(
                "DELETE FROM variable WHERE id = (SELECT max(id) FROM variable WHERE team_id = ? AND id < ?)",
                (team, row["id"]),
            )


@fault("variables", "delete-by-beginning", "lifecycle.neighbours", "DELETE removes longer keys as well.")
class DeleteByBeginning(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        row = self.read(team, identity)
        super().delete(team, identity)
        with self.store.writing() as connection:
            connection.execute(
                "DELETE FROM variable WHERE team_id = ? AND substr(key, 1, ?) = ?",
                (team, len(row["key"]), row["key"]),
            )


@fault(
    "variables", "recreated-is-secured", "lifecycle.echo", "A key that was a secret's makes a secret again."
)
class RecreatedIsSecured(Variables):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._secret: set[str] = set()

    def delete(self, team: int, identity: str | None) -> None:
        row = self.read(team, identity)
        super().delete(team, identity)
        self._secret |= {row["key"]} if row["secured"] else set()

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        return super().create(team, replace(draft, secured=draft.secured or draft.key in self._secret))


@fault(
    "variables", "fifth-creation-lost", "lifecycle.listed", "Of five that are made in a row the last is lost."
)
class FifthCreationLost(Variables):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._row = 0

    def delete(self, team: int, identity: str | None) -> None:
        self._row = 0
        super().delete(team, identity)

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        made = super().create(team, draft)
        self._row += 1
        if self._row == 5:
            super().delete(team, made["uuid"])
        return made


@fault("answers", "list-cuts-values", "lifecycle.listed", "Lists show the first 1,000 characters of a value.")
class ListCutsValues(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        return [item | {"value": str(item["value"])[:1000]} for item in super().listed(call, rows)]


@fault("variables", "update-changes-uuid", "lifecycle.immutable", "Every PUT gives the variable a new UUID.")
class UpdateChangesUuid(Variables):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        super().update(team, identity, draft)
        fresh = str(uuid.uuid4())
        with self.store.connection() as connection:
            connection.execute("UPDATE variable SET uuid = ? WHERE uuid = ?", (fresh, identity))
        return self.read(team, fresh)


class ObedientUuid(Variables):
    """Can move a variable to the UUID that a client chose, if nobody has it."""

    def is_free(self, identity: str | None) -> bool:
        with self.store.connection() as connection:
            row = connection.execute("SELECT 1 FROM variable WHERE uuid = ?", (identity,)).fetchone()
        return identity is not None and row is None


@fault("variables", "uuid-from-body-on-create", "lifecycle.immutable", "POST obeys a uuid in the body.")
class UuidFromBodyOnCreate(ObedientUuid):
    def new_identity(self, draft: Draft) -> str:
        given = draft.given_uuid
        return given if given and self.is_free(given) else super().new_identity(draft)


@fault("variables", "uuid-from-body-on-update", "lifecycle.immutable", "PUT obeys a uuid in the body.")
class UuidFromBodyOnUpdate(ObedientUuid):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        row = super().update(team, identity, draft)
        if not self.is_free(draft.given_uuid):
            return row
        with self.store.connection() as connection:
            connection.execute("UPDATE variable SET uuid = ? WHERE id = ?", (draft.given_uuid, row["id"]))
        return self.read(team, draft.given_uuid)


@fault("variables", "delete-keeps", "lifecycle.gone-after-delete", "DELETE answers 204 and removes nothing.")
class DeleteKeeps(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        self.read(team, identity)


@fault("variables", "delete-keeps-secured", "lifecycle.gone-after-delete", "DELETE keeps what is secured.")
class DeleteKeepsSecured(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        if not self.read(team, identity)["secured"]:
            super().delete(team, identity)


@fault("variables", "deleted-still-listed", "lifecycle.gone-after-delete", "The list shows what was deleted.")
class DeletedStillListed(Variables):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._gone: set[str] = set()

    def delete(self, team: int, identity: str | None) -> None:
        self._gone.add(self.read(team, identity)["uuid"])

    def find(self, connection: sqlite3.Connection, team: int, identity: str | None) -> sqlite3.Row:
        row = super().find(connection, team, identity)
        if row["uuid"] in self._gone:
            raise Problem(404, "There is no such variable")
        return row


@fault("variables", "update-revives", "lifecycle.gone-after-delete", "PUT makes a variable of what is gone.")
class UpdateRevives(Variables):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        try:
            return super().update(team, identity, draft)
        except Problem as problem:
            if problem.status != 404 or draft.key is None:
                raise
            return super().create(team, draft)


@fault("variables", "delete-again-accepted", "lifecycle.delete-again", "Deleting what is gone answers 204.")
class DeleteAgainAccepted(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        try:
            super().delete(team, identity)
        except Problem:
            return


@fault(
    "variables",
    "unknown-is-the-first",
    "responses.absent",
    "An unknown UUID leads to another variable.",
)
class UnknownIsTheFirst(Variables):
    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        try:
            return super().read(team, identity)
        except Problem:
            with self.store.connection() as connection:
                row: sqlite3.Row | None = connection.execute(
                    "SELECT * FROM variable WHERE team_id = ? LIMIT 1", (team,)
                ).fetchone()
            if row is None:
                raise
            return row
