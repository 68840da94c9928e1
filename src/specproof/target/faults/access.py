"""Faults of authentication and of secrets."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from flask import Response, request

from specproof.target.access import Gate, credential_of
from specproof.target.accounts import Credential
from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.problems import Problem
from specproof.target.variables import Draft, Variables

REQUIRED = "authentication.required"
EXPOSED = "secrets.never-exposed"


class Doorless(Gate):
    """Lets strangers into some operations, as if they were the administrator of the demonstration team."""

    open_to_all: frozenset[str] = frozenset()

    def identify(self, operation: str, authorization: str | None) -> Credential:
        if authorization is not None or operation not in self.open_to_all:
            return super().identify(operation, authorization)
        with self.store.connection() as connection:
            row = connection.execute("SELECT * FROM credential WHERE name = 'acme-admin'").fetchone()
        return credential_of(row)


@fault("gate", "read-without-credentials", REQUIRED, "One variable can be read without credentials.")
class ReadWithoutCredentials(Doorless):
    open_to_all = frozenset({"read_variable"})


@fault("gate", "list-without-credentials", REQUIRED, "Variables can be listed without credentials.")
class ListWithoutCredentials(Doorless):
    open_to_all = frozenset({"list_variables"})


@fault("gate", "search-without-credentials", REQUIRED, "Search needs no credentials.")
class SearchWithoutCredentials(Doorless):
    open_to_all = frozenset({"search_code"})


@fault("gate", "later-pages-without-credentials", REQUIRED, "Later pages of a search need no credentials.")
class LaterPagesWithoutCredentials(Doorless):
    def identify(self, operation: str, authorization: str | None) -> Credential:
        self.open_to_all = frozenset({"search_code"} if request.args.get("page", "1") != "1" else ())
        return super().identify(operation, authorization)


@fault("gate", "write-without-credentials", REQUIRED, "POST, PUT and DELETE need no credentials.")
class WriteWithoutCredentials(Doorless):
    open_to_all = frozenset({"create_variable", "update_variable", "delete_variable"})


@fault("gate", "any-password-accepted", REQUIRED, "A known user name will do, with any password.")
class AnyPasswordAccepted(Gate):
    def identify(self, operation: str, authorization: str | None) -> Credential:
        try:
            return super().identify(operation, authorization)
        except Problem:
            credential = self._by_user_name(authorization or "")
            if credential is None:
                raise
            return credential

    def _by_user_name(self, authorization: str) -> Credential | None:
        try:
            name = base64.b64decode(authorization.partition(" ")[2]).partition(b":")[0].decode("utf-8")
        except ValueError:
            return None
        with self.store.connection() as connection:
            row = connection.execute(
                "SELECT credential.* FROM credential JOIN user ON user.id = user_id WHERE user.name = ?"
                " AND kind = 'app_password' ORDER BY credential.id",
                (name,),
            ).fetchone()
        if row is None:
            return None
        return credential_of(row)


def _with_value(response: Response, row: sqlite3.Row) -> Response:
    document = json.loads(response.get_data())
    response.set_data(json.dumps(document | {"value": row["value"]}))
    return response


@fault("answers", "secret-in-list", EXPOSED, "The list shows the values of secured variables.")
class SecretInList(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        kept = list(rows)
        values = super().listed(call, kept)
        return [value | {"value": row["value"]} for value, row in zip(values, kept, strict=True)]


@fault("answers", "secret-in-read", EXPOSED, "Reading a secured variable shows its value.")
class SecretInRead(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        return super().read(call, row, shown | {"value": row["value"]})


@fault("answers", "secret-in-creation", EXPOSED, "The 201 of a secured variable shows its value.")
class SecretInCreation(Answers):
    def created(self, call: Call, row: sqlite3.Row) -> Response:
        return _with_value(super().created(call, row), row)


@fault("answers", "long-secret-in-creation", EXPOSED, "The 201 of a secured variable shows a long value.")
class LongSecretInCreation(Answers):
    def created(self, call: Call, row: sqlite3.Row) -> Response:
        shown = super().created(call, row)
        return _with_value(shown, row) if len(row["value"]) > 100 else shown


@fault("answers", "former-secret-shown", EXPOSED, "A secured variable shows the value that it had before.")
class FormerSecretShown(Answers):
    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}

    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        values = self.values.setdefault(row["uuid"], [""])
        if values[-1] != row["value"]:
            values.append(row["value"])
        shown = super().variable(call, row)
        changed = row["secured"] and row["value"] and len(values) > 2
        return shown | ({"former": values[-2]} if changed else {})


@fault("answers", "secret-in-update", EXPOSED, "The answer to PUT shows the value of a secured variable.")
class SecretInUpdate(Answers):
    def updated(self, call: Call, row: sqlite3.Row) -> Response:
        return _with_value(super().updated(call, row), row)


@fault("answers", "secret-masked-badly", EXPOSED, "Secured values come back with only the first half masked.")
class SecretMaskedBadly(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        value = str(row["value"])
        return "*" * (len(value) // 8) + value[len(value) // 8 :]


@fault("answers", "secret-in-header", EXPOSED, "A debugging header of a read holds the value.")
class SecretInHeader(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        response = super().read(call, row, shown)
        response.headers["X-Debug-Value"] = json.dumps(row["value"])
        return response


@fault("answers", "secret-in-header-base64", EXPOSED, "A header of a read holds the value in base64.")
class SecretInHeaderBase64(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        response = super().read(call, row, shown)
        response.headers["X-Version"] = base64.b64encode(row["value"].encode("utf-8")).decode("ascii")
        return response


@fault("variables", "secret-in-conflict", EXPOSED, "A 409 quotes the value of the variable that has the key.")
class SecretInConflict(Variables):
    def taken(self, connection: sqlite3.Connection, team: int, draft: Draft) -> Problem:
        row = connection.execute(
            "SELECT value FROM variable WHERE team_id = ? AND key = ?", (team, draft.key)
        ).fetchone()
        problem = super().taken(connection, team, draft)
        problem.detail = f"Its value is {row['value'] if row else ''}"
        return problem


@fault(
    "variables", "secret-after-rename", EXPOSED, "A PUT without secured makes a secured variable readable."
)
class SecretAfterRename(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        kept = row["value"] if draft.value is None else draft.value
        super().write(connection, row, replace(draft, secured=draft.secured or False, value=kept))


@fault("variables", "secret-unsecured", EXPOSED, "secured = false alone makes the old value readable.")
class SecretUnsecured(Variables):
    def kept(self, row: sqlite3.Row, draft: Draft) -> str:
        return str(row["value"])
