"""Faults in what may be made: keys that must be unique, valid variables that must be accepted."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3

from flask import request

from specproof.target.faults.registry import fault
from specproof.target.intake import Intake, Unfit
from specproof.target.problems import Problem
from specproof.target.store import Store
from specproof.target.variables import Draft, Variables

CONSISTENT, PER_PARENT = "history.consistent", "history.unique-per-parent"


@fault(
    "variables", "duplicate-key-accepted", "lifecycle.unique", "A second variable with the same key is made."
)
class DuplicateKeyAccepted(Variables):
    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        return besides is not None and super().is_taken(connection, team, key, besides=besides)


@fault(
    "variables", "duplicate-key-overwrites", "lifecycle.unique", "A second POST overwrites the first: 201."
)
class DuplicateKeyOverwrites(Variables):
    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        with self.store.connection() as connection:
            row = connection.execute(
                "SELECT uuid FROM variable WHERE team_id = ? AND key = ?", (team, draft.key)
            ).fetchone()
        return super().create(team, draft) if row is None else self.update(team, row["uuid"], draft)


@fault("variables", "rename-to-taken-key", "lifecycle.unique", "PUT may give two variables the same key.")
class RenameToTakenKey(Variables):
    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        return besides is None and super().is_taken(connection, team, key, besides=None)


@fault(
    "variables", "rename-to-secured-key", "lifecycle.unique", "PUT may take the key of a secured variable."
)
class RenameToSecuredKey(Variables):
    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        secured = connection.execute(
            "SELECT 1 FROM variable WHERE team_id = ? AND key = ? AND secured", (team, key)
        ).fetchone()
        free = besides is not None and secured is not None
        return not free and super().is_taken(connection, team, key, besides=besides)


class KeysApart(Variables):
    """Takes a key twice where the two came by other ways."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._ways: dict[str, str] = {}

    def way(self) -> str:
        """Name the way that a request came by."""
        raise NotImplementedError

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        row = super().create(team, draft)
        self._ways[f"{team} {row['key']}"] = self.way()
        return row

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        apart = besides is None and self._ways.get(f"{team} {key}", self.way()) != self.way()
        return not apart and super().is_taken(connection, team, key, besides=besides)


@fault("variables", "keys-apart-by-spelling", CONSISTENT, "Keys made by name and by UUID are not compared.")
class KeysApartBySpelling(KeysApart):
    def way(self) -> str:
        return request.path.split("/")[3][:1]


@fault(
    "variables", "keys-apart-by-credential", CONSISTENT, "What another credential made, may be made again."
)
class KeysApartByCredential(KeysApart):
    def way(self) -> str:
        return request.headers.get("Authorization", "")


class KeysTogether(Variables):
    """Compares keys over all teams, where a subclass says so."""

    def everywhere(self, besides: int | None) -> bool:
        """Tell whether the keys of other teams count."""
        raise NotImplementedError

    def is_taken(self, connection: sqlite3.Connection, team: int, key: str, *, besides: int | None) -> bool:
        row = connection.execute(
            "SELECT 1 FROM variable WHERE key = ? AND team_id != ?", (key, team)
        ).fetchone()
        other = row is not None and self.everywhere(besides)
        return other or super().is_taken(connection, team, key, besides=besides)


@fault("variables", "keys-of-all-teams", PER_PARENT, "A key that another team has cannot be made.")
class KeysOfAllTeams(KeysTogether):
    def everywhere(self, besides: int | None) -> bool:
        return besides is None


@fault("variables", "renames-of-all-teams", PER_PARENT, "No variable is renamed to a key of another team.")
class RenamesOfAllTeams(KeysTogether):
    def everywhere(self, besides: int | None) -> bool:
        return besides is not None


@fault("variables", "deletion-in-all-teams", PER_PARENT, "DELETE removes the key from every team.")
class DeletionInAllTeams(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        row = self.read(team, identity)
        super().delete(team, identity)
        with self.store.writing() as connection:
            connection.execute("DELETE FROM variable WHERE key = ?", (row["key"],))


@fault("intake", "empty-value-refused", "lifecycle.create-accepts-valid", "An empty value is a 400.")
class EmptyValueRefused(Intake):
    def value(self, given: object) -> object:
        return self.text(given, 1, self.value_maximum)


@fault(
    "intake", "longest-value-refused", "lifecycle.create-accepts-valid", "A value of full length is a 400."
)
class LongestValueRefused(Intake):
    value_maximum = 4_095


def _refuse_undeclared(document: dict[str, object]) -> None:
    declared = {"key", "value", "secured", "type", "uuid", "created_on", "updated_on", "links"}
    if unknown := sorted(set(document) - declared):
        raise Problem(400, "The variable is not valid", fields={name: ["Not a member."] for name in unknown})


@fault(
    "intake",
    "undeclared-member-refused",
    "lifecycle.create-accepts-valid",
    "Extra members are a 400.",
)
class UndeclaredMemberRefused(Intake):
    def variable(self, document: dict[str, object], *, creating: bool) -> Draft:
        if creating:
            _refuse_undeclared(document)
        return super().variable(document, creating=creating)


@fault("intake", "undeclared-change-refused", "lifecycle.update", "In an update extra members are a 400.")
class UndeclaredChangeRefused(Intake):
    def variable(self, document: dict[str, object], *, creating: bool) -> Draft:
        if not creating:
            _refuse_undeclared(document)
        return super().variable(document, creating=creating)


@fault("intake", "longest-key-refused", "lifecycle.create-accepts-valid", "A key of full length is a 400.")
class LongestKeyRefused(Intake):
    key_maximum = 254


@fault("intake", "lengths-in-bytes", "lifecycle.create-accepts-valid", "Lengths are counted in UTF-8 bytes.")
class LengthsInBytes(Intake):
    def text(self, given: object, minimum: int, maximum: int) -> str:
        text = super().text(given, minimum, maximum)
        if len(text.encode("utf-8")) > maximum:
            raise Unfit(f"Expected {minimum} to {maximum} bytes.")
        return text


@fault("intake", "emoji-refused", "lifecycle.create-accepts-valid", "Characters beyond U+FFFF are a 400.")
class EmojiRefused(Intake):
    def text(self, given: object, minimum: int, maximum: int) -> str:
        text = super().text(given, minimum, maximum)
        if any(ord(character) > 0xFFFF for character in text):
            raise Unfit("Characters beyond U+FFFF are not allowed.")
        return text
