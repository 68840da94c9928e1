"""Faults of what stands in place of a secret: it is kept back, and something of it is told all the same."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import hashlib
import sqlite3

from flask import Response, request

from specproof.target.accounts import BEARERS
from specproof.target.answers import Answers
from specproof.target.faults.access import EXPOSED
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call


@fault("answers", "secret-length-told", EXPOSED, "A secured value is shown as so many asterisks.")
class SecretLengthTold(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return "*" * len(row["value"])


@fault("answers", "secret-beginning-told", EXPOSED, "Of a secured value the first character is shown.")
class SecretBeginningTold(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return f"{row['value'][:1]}***"


@fault("answers", "secret-end-told", EXPOSED, "Of a secured value the last two characters are shown.")
class SecretEndTold(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return f"***{row['value'][-2:]}"


@fault("answers", "secret-digest-told", EXPOSED, "A header of a read holds the digest of a secured value.")
class SecretDigestTold(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        response = super().read(call, row, shown)
        response.headers["X-Value"] = hashlib.sha256(row["value"].encode()).hexdigest()
        return response


@fault("answers", "secret-md5-told", EXPOSED, "In place of a secured value its MD5 is shown.")
class SecretMd5Told(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return hashlib.md5(row["value"].encode(), usedforsecurity=False).hexdigest()


@fault("answers", "secret-read-by-alias", EXPOSED, "By the UUID of its team a secured variable is readable.")
class SecretReadByAlias(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        by_alias = request.path.split("/")[3].startswith("{")
        return super().read(call, row, shown | {"value": row["value"]} if by_alias else shown)


@fault("answers", "secret-read-with-token", EXPOSED, "Who comes with a token reads secured variables.")
class SecretReadWithToken(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        with_token = call.credential.kind in BEARERS
        return super().read(call, row, shown | {"value": row["value"]} if with_token else shown)


@fault("answers", "secret-shown-when-long", EXPOSED, "Secured values of more than 255 characters are shown.")
class SecretShownWhenLong(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return str(row["value"]) if len(row["value"]) > 255 else ""


@fault("answers", "secret-shown-beyond-ascii", EXPOSED, "Secured values are shown if they go beyond ASCII.")
class SecretShownBeyondAscii(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return "" if row["value"].isascii() else str(row["value"])
