"""Faults about what belongs to others: it can be reached, or be told from what is not there."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3

from flask import request

from specproof.target.access import Gate
from specproof.target.accounts import Credential, Need, Team
from specproof.target.faults.registry import fault
from specproof.target.faults.rights import addressed_by_uuid
from specproof.target.incoming import bare_uuid
from specproof.target.problems import Problem
from specproof.target.variables import EVERYTHING, Condition, Draft, Variables

FOREIGN, ABSENT = "authorization.foreign-unreachable", "authorization.foreign-like-absent"


class Borderless(Gate):
    """Lets credentials reach other teams."""

    def reaches(self, credential: Credential, row: sqlite3.Row) -> bool:
        return super().reaches(credential, row) or self.crosses()

    def crosses(self) -> bool:
        return False


@fault("gate", "foreign-by-uuid", FOREIGN, "Every team can be reached by its UUID.")
class ForeignByUuid(Borderless):
    def crosses(self) -> bool:
        return addressed_by_uuid()


@fault("gate", "foreign-search", FOREIGN, "Every team can be searched.")
class ForeignSearch(Borderless):
    def crosses(self) -> bool:
        return "/search/" in request.path


@fault("gate", "foreign-create", FOREIGN, "Variables can be created in every team.")
class ForeignCreate(Borderless):
    def crosses(self) -> bool:
        return request.method == "POST"


@fault("gate", "foreign-read-one", FOREIGN, "One variable of another team can be read; listing is refused.")
class ForeignReadOne(Borderless):
    def crosses(self) -> bool:
        return request.method == "GET" and "variable_uuid" in (request.view_args or {})


@fault("variables", "item-of-any-team", FOREIGN, "A variable of another team is found under one's own.")
class ItemOfAnyTeam(Variables):
    def find(self, connection: sqlite3.Connection, team: int, identity: str | None) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM variable WHERE uuid = ?", (identity,)
        ).fetchone()
        return row if row is not None else super().find(connection, team, identity)


@fault("variables", "delete-of-any-team", FOREIGN, "DELETE under one's own team removes any variable.")
class DeleteOfAnyTeam(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        with self.store.writing() as connection:
            gone = connection.execute("DELETE FROM variable WHERE uuid = ?", (identity,)).rowcount
            if not gone:
                self.find(connection, team, identity)


@fault("variables", "update-of-any-team", FOREIGN, "PUT under one's own team changes any variable.")
class UpdateOfAnyTeam(Variables):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        with self.store.connection() as connection:
            row = connection.execute("SELECT team_id FROM variable WHERE uuid = ?", (identity,)).fetchone()
        return super().update(team if row is None else row["team_id"], identity, draft)


@fault("variables", "list-shows-foreign", FOREIGN, "Large pages hold variables of another team.")
class ListShowsForeign(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().select(team, offset=offset, limit=limit, order=order, where=where)
        with self.store.connection() as connection:
            rival = connection.execute("SELECT id FROM team WHERE name = 'rival'").fetchone()[0]
        _, theirs = super().select(rival, offset=0, limit=2, order=order)
        return total, [*rows[: limit - 2], *theirs] if limit > 50 else rows


class Talkative(Gate):
    """Tells teams that exist from teams that do not."""

    def admit(self, credential: Credential, username: str, need: Need) -> Team:
        try:
            return super().admit(credential, username, need)
        except Problem as problem:
            if problem.status == 404 and self.exists(username):
                raise self.told() from None
            raise

    def exists(self, username: str) -> bool:
        with self.store.connection() as connection:
            found = connection.execute(
                "SELECT 1 FROM team WHERE name = ? OR uuid = ?", (username, bare_uuid(username))
            )
            return found.fetchone() is not None

    def told(self) -> Problem:
        return Problem(403, "This team is not yours")


@fault("gate", "foreign-is-forbidden", ABSENT, "Another team is a 403, a missing one a 404.")
class ForeignIsForbidden(Talkative):
    pass


@fault("gate", "foreign-has-another-message", ABSENT, "Another team and a missing one differ by the message.")
class ForeignHasAnotherMessage(Talkative):
    def told(self) -> Problem:
        return Problem(404, "There is no such team for you")


@fault("gate", "foreign-is-forbidden-by-uuid", ABSENT, "Another team is a 403 where it is named by UUID.")
class ForeignIsForbiddenByUuid(Talkative):
    def exists(self, username: str) -> bool:
        return bare_uuid(username) is not None and super().exists(username)


@fault("variables", "foreign-item-is-forbidden", ABSENT, "A variable of another team is a 403.")
class ForeignItemIsForbidden(Variables):
    def find(self, connection: sqlite3.Connection, team: int, identity: str | None) -> sqlite3.Row:
        row = connection.execute("SELECT team_id FROM variable WHERE uuid = ?", (identity,)).fetchone()
        if row is not None and row["team_id"] != team:
            raise Problem(403, "This variable is not yours")
        return super().find(connection, team, identity)
