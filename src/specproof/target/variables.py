"""Pipeline variables as the database keeps them."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass

from specproof.target.problems import Problem
from specproof.target.store import Store, timestamp

CREATION_ORDER = "id"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a client wants a variable to be; ``None`` stands for a member that was left out."""

    key: str | None = None
    value: str | None = None
    secured: bool | None = None
    given_uuid: str | None = None  # what the client sent: read-only, so that only a fault looks at it


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL over the columns of ``variable``, with its bound parameters."""

    sql: str = ""
    parameters: tuple[object, ...] = ()


EVERYTHING = Condition()


class Variables:
    """Reads and writes the variables of teams.

    The rows it returns hold the value even of secured variables: hiding it is the business of ``Answers``.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        """Return how many variables match, and the slice that was asked for."""
        condition = f"team_id = ?{where.sql and f' AND ({where.sql})'}"
        parameters = (team, *where.parameters)
        with self.store.reading() as connection:
            total = self.count(connection, condition, parameters)
            if offset >= total or limit <= 0:
                return total, []
            rows = connection.execute(
                f"SELECT * FROM variable WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608 - our text
                (*parameters, limit, offset),
            ).fetchall()
        return total, rows

    def count(self, connection: sqlite3.Connection, condition: str, parameters: tuple[object, ...]) -> int:
        """Count the variables that fulfil a condition."""
        counting = f"SELECT count(*) FROM variable WHERE {condition}"  # noqa: S608 - our text
        found: int = connection.execute(counting, parameters).fetchone()[0]
        return found

    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        """Return one variable.

        Raises:
            Problem: 404, it is not there.
        """
        with self.store.connection() as connection:
            return self.find(connection, team, identity)

    def find(self, connection: sqlite3.Connection, team: int, identity: str | None) -> sqlite3.Row:
        """Return one variable, within the caller's transaction.

        Raises:
            Problem: 404, it is not there.
        """
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM variable WHERE uuid = ? AND team_id = ?", (identity, team)
        ).fetchone()
        if row is None:
            raise Problem(404, "There is no such variable")
        return row

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        """Add a variable.

        Raises:
            Problem: 409, the team has one with this key.
        """
        now, identity = timestamp(), self.new_identity(draft)
        with self.store.writing() as connection:
            if self.is_taken(connection, team, draft.key or "", besides=None):
                raise self.taken(connection, team, draft)
            connection.execute(
                "INSERT INTO variable (team_id, uuid, key, value, secured, created_on, updated_on)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (team, identity, draft.key, draft.value, bool(draft.secured), now, now),
            )
            return self.find(connection, team, identity)

    def new_identity(self, draft: Draft) -> str:
        """Choose the UUID of a new variable."""
        return str(uuid.uuid4())

    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        """Change the members that the draft holds and keep the others.

        Raises:
            Problem: 404, it is not there; 409, the new key is taken.
        """
        with self.store.writing() as connection:
            row = self.find(connection, team, identity)
            if draft.key is not None and self.is_taken(connection, team, draft.key, besides=row["id"]):
                raise self.taken(connection, team, draft)
            self.write(connection, row, draft)
            return self.find(connection, team, identity)

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        """Store the changed members of one row."""
        value = self.kept(row, draft) if draft.value is None else draft.value
        connection.execute(
            "UPDATE variable SET key = ?, value = ?, secured = ?, updated_on = ? WHERE id = ?",
            (
                row["key"] if draft.key is None else draft.key,
                value,
                row["secured"] if draft.secured is None else draft.secured,
                timestamp(),
                row["id"],
            ),
        )

    def kept(self, row: sqlite3.Row, draft: Draft) -> str:
        """Return the value of a row that is to keep it; a secret does not come back when it is unsecured."""
        return "" if row["secured"] and draft.secured is False else str(row["value"])

    def delete(self, team: int, identity: str | None) -> None:
        """Remove a variable.

        Raises:
            Problem: 404, it is not there.
        """
        with self.store.writing() as connection:
            row = self.find(connection, team, identity)
            connection.execute("DELETE FROM variable WHERE id = ?", (row["id"],))

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        """Tell whether another variable of the team has this key: equal code point by code point."""
        row = connection.execute(
            "SELECT 1 FROM variable WHERE team_id = ? AND key = ? AND id IS NOT ?", (team, key, besides)
        ).fetchone()
        return row is not None

    def taken(self, connection: sqlite3.Connection, team: int, draft: Draft) -> Problem:
        """Build the answer for a key that is in use."""
        return Problem(
            409, "A variable with this key exists", fields={"key": ["Another variable has this key."]}
        )
