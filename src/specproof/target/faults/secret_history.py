"""Faults by which the past of a variable brings its secret back: what was done to it before, and by whom."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from flask import Response, after_this_request, request
from lark import Token

from specproof.target.answers import Answers
from specproof.target.columns import COLUMNS
from specproof.target.faults.access import EXPOSED
from specproof.target.faults.registry import fault
from specproof.target.filtering import Filter
from specproof.target.incoming import Call
from specproof.target.sorting import Sort
from specproof.target.store import Store
from specproof.target.variables import Draft, Variables

FILTER, SORT = "filter.secrets-hidden", "sort.secrets-hidden"


class Opened(Variables):
    """Keeps the value of a variable whose flag goes off, where a subclass says so."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.notes: dict[str, str] = {}

    def kept(self, row: sqlite3.Row, draft: Draft) -> str:
        off = bool(row["secured"]) and draft.secured is False
        return str(row["value"]) if off and self.opens(row, draft) else super().kept(row, draft)

    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        """Tell whether the secret is shown from now on."""
        raise NotImplementedError


@fault("variables", "secret-opened-with-new-key", EXPOSED, "secured = false with a new key shows the value.")
class SecretOpenedWithNewKey(Opened):
    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        return draft.key is not None


@fault("variables", "secret-opened-after-rename", EXPOSED, "Once renamed, secured = false shows the value.")
class SecretOpenedAfterRename(Opened):
    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        return row["uuid"] in self.notes

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        if draft.key not in (None, row["key"]):
            self.notes[row["uuid"]] = row["key"]
        super().write(connection, row, draft)


@fault("variables", "secret-opened-by-alias", EXPOSED, "By the UUID of the team secured = false shows it.")
class SecretOpenedByAlias(Opened):
    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        return request.path.split("/")[3].startswith("{")


@fault(
    "variables", "secret-opened-by-another", EXPOSED, "Who did not make it, opens it with secured = false."
)
class SecretOpenedByAnother(Opened):
    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        row = super().create(team, draft)
        self.notes[row["uuid"]] = request.headers.get("Authorization", "")
        return row

    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        return self.notes.get(row["uuid"]) != request.headers.get("Authorization", "")


@fault("variables", "secret-back-at-second-off", EXPOSED, "The second secured = false brings the value back.")
class SecretBackAtSecondOff(Opened):
    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        return False

    def kept(self, row: sqlite3.Row, draft: Draft) -> str:
        if not (row["secured"] and draft.secured is False):
            return super().kept(row, draft)
        found = self.notes.get(row["uuid"], "")
        self.notes[row["uuid"]] = row["value"]
        return found


@fault("variables", "secret-opened-once-opened", EXPOSED, "What was opened once shows later secrets, too.")
class SecretOpenedOnceOpened(Opened):
    def opens(self, row: sqlite3.Row, draft: Draft) -> bool:
        return row["uuid"] in self.notes

    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        super().write(connection, row, draft)
        if row["secured"] and draft.secured is False:
            self.notes[row["uuid"]] = ""


@fault("variables", "secret-in-deletion", EXPOSED, "A header of the answer to DELETE holds the value.")
class SecretInDeletion(Variables):
    def delete(self, team: int, identity: str | None) -> None:
        row = self.read(team, identity)
        super().delete(team, identity)

        @after_this_request
        def tell(response: Response) -> Response:
            response.headers["X-Deleted-Value"] = json.dumps(row["value"])
            return response


class Shown(Answers):
    """Shows the values of some secured variables in lists."""

    def __init__(self) -> None:
        self.notes: dict[str, object] = {}

    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        kept = list(rows)
        values = super().listed(call, kept)
        return [
            value | {"value": row["value"]} if row["secured"] and self.shows(row) else value
            for value, row in zip(values, kept, strict=True)
        ]

    def shows(self, row: sqlite3.Row) -> bool:
        """Tell whether a secret is shown."""
        return row["uuid"] in self.notes


@fault(
    "answers", "secret-listed-after-update", EXPOSED, "Until it is read, a secret that was changed is listed."
)
class SecretListedAfterUpdate(Shown):
    def updated(self, call: Call, row: sqlite3.Row) -> Response:
        self.notes[row["uuid"]] = row["value"]
        return super().updated(call, row)

    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        self.notes.pop(row["uuid"], None)
        return super().read(call, row, shown)


@fault(
    "answers", "value-listed-once-hidden", EXPOSED, "A value that was open once stays in the list for good."
)
class ValueListedOnceHidden(Shown):
    def created(self, call: Call, row: sqlite3.Row) -> Response:
        if not row["secured"]:
            self.notes[row["uuid"]] = row["value"]
        return super().created(call, row)

    def shows(self, row: sqlite3.Row) -> bool:
        return bool(self.notes.get(row["uuid"]) == row["value"])


@fault("filter", "filter-joins-secrets", FILTER, "Beside another condition, secured values are compared.")
class FilterJoinsSecrets(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        joined = bool(values)
        found = super().compare(field, operator, literal, values)
        return found.replace(COLUMNS["value"].sql, "value") if joined else found


@fault("filter", "filter-knows-former-values", FILTER, "What was open once is found by its value for good.")
class FilterKnowsFormerValues(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return found.replace(
            COLUMNS["value"].sql, "CASE WHEN secured AND created_on = updated_on THEN '' ELSE value END"
        )


@fault("sort", "sort-by-secrets-of-some", SORT, "Where q asks for what is secured, secrets are sorted by.")
class SortBySecretsOfSome(Sort):
    def order(self, text: str | None) -> str:
        order = super().order(text)
        asked = "secured" in request.args.get("q", "")
        return order.replace("CASE WHEN secured THEN '' ELSE value END", "value", 1) if asked else order
