"""The gate: who is asking (401), may they know of this team (404), may they do this (403)."""

from __future__ import annotations

import base64
import binascii
import sqlite3

from specproof.target.accounts import Credential, Team
from specproof.target.credentials import Recogniser, hint_of
from specproof.target.incoming import bare_uuid
from specproof.target.problems import Problem
from specproof.target.store import Store, timestamp

REALM = "specproof mock target"
AUTHORIZATION_MAXIMUM = 4_096
USED_RESOLUTION = 16  # characters of a timestamp: last_used_on is kept to the minute
TOKEN_KINDS = ("repository_access_token", "project_access_token", "workspace_access_token")

CANDIDATES = """
    SELECT credential.*, user.name AS user_name, team.name AS team_name FROM credential
    LEFT JOIN user ON user.id = credential.user_id LEFT JOIN team ON team.id = credential.team_id
    WHERE hint = ?
"""


class Gate:
    """Authenticates requests and decides what they may reach."""

    write_scopes = frozenset({"pipeline:variable"})

    def __init__(self, store: Store) -> None:
        self.store = store
        self._recogniser = Recogniser()

    def identify(self, operation: str, authorization: str | None) -> Credential:
        """Return the credential behind an Authorization header.

        Raises:
            Problem: 401, there is none, or it is not good (any more).
        """
        if authorization is None:
            raise self.unauthorized("Authentication is required")
        scheme, _, rest = authorization[:AUTHORIZATION_MAXIMUM].partition(" ")
        rest = rest.strip(" ")
        row = None
        if scheme.lower() == "basic":
            row = self._basic(rest)
        elif scheme.lower() == "bearer":
            row = self._find(rest.encode("utf-8", "surrogateescape"), bearer=True, owner=None)
        if row is None or not self.is_live(row):
            raise self.unauthorized("The credentials are not valid", error="invalid_token")
        self._touch(row)
        return Credential(row["id"], row["name"], row["kind"], row["user_id"], row["team_id"], row["scopes"])

    def is_live(self, row: sqlite3.Row) -> bool:
        """Tell whether a credential is neither revoked nor expired."""
        return row["revoked_on"] is None and (row["expires_on"] is None or row["expires_on"] > timestamp())

    def unauthorized(self, message: str, error: str | None = None) -> Problem:
        """Build a 401 that names both schemes the API understands (RFC 9110 section 11.6.1)."""
        suffix = f', error="{error}"' if error else ""
        return Problem(
            401,
            message,
            detail="Use Basic with an app password or API key, or Bearer with an access token.",
            headers=self.challenges(suffix),
        )

    def challenges(self, suffix: str) -> list[tuple[str, str]]:
        """Return the WWW-Authenticate fields."""
        return [
            ("WWW-Authenticate", f'Basic realm="{REALM}", charset="UTF-8"'),
            ("WWW-Authenticate", f'Bearer realm="{REALM}"{suffix}'),
        ]

    def admit(self, credential: Credential, username: str, scope: str) -> Team:
        """Return the team, if this credential may do with it what needs ``scope``.

        Raises:
            Problem: 404, there is no such team, or none that this credential may know of: the same answer.
                403, the team is reachable but the scope, or the role, is missing.
        """
        team, role = self._reachable(credential, username)
        if team is None:
            raise self.no_team()
        if not credential.may(scope) or (role == "member" and scope in self.write_scopes):
            raise Problem(
                403,
                "The credentials lack a privilege that this operation requires",
                data={"required": [scope], "granted": sorted((credential.scopes or "").split())},
            )
        return team

    def no_team(self) -> Problem:
        """Build the answer for every team that is not there for the caller."""
        return Problem(404, "There is no such team", detail="Or the credentials do not reach it.")

    def _basic(self, encoded: str) -> sqlite3.Row | None:
        try:
            username, colon, password = base64.b64decode(encoded, validate=True).partition(b":")
            owner = username.decode("utf-8")
        except (binascii.Error, ValueError):
            return None
        return self._find(password, bearer=False, owner=owner) if colon else None

    def _find(self, secret: bytes, *, bearer: bool, owner: str | None) -> sqlite3.Row | None:
        with self.store.connection() as connection:
            rows: list[sqlite3.Row] = connection.execute(CANDIDATES, (hint_of(secret),)).fetchall()
        for row in rows:
            if self.fits(row, bearer=bearer, owner=owner) and self.verifies(row, secret):
                return row
        return None

    def fits(self, row: sqlite3.Row, *, bearer: bool, owner: str | None) -> bool:
        """Tell whether this kind of credential may be presented this way. Account passwords never may."""
        if bearer:
            return row["kind"] in TOKEN_KINDS
        if row["kind"] == "app_password":
            return bool(row["user_name"] == owner)
        return bool(row["kind"] == "api_key" and row["team_name"] == owner)

    def verifies(self, row: sqlite3.Row, secret: bytes) -> bool:
        """Tell whether the secret is the one that belongs to a credential."""
        return self._recogniser.matches(secret, row["salt"], row["digest"])

    def _reachable(self, credential: Credential, username: str) -> tuple[Team | None, str | None]:
        with self.store.connection() as connection:
            row = connection.execute(
                "SELECT team.id, name, uuid, search_enabled, role FROM team"
                " LEFT JOIN membership ON membership.team_id = team.id AND membership.user_id = ?"
                " WHERE name = ? OR uuid = ?",
                (credential.user_id, username, bare_uuid(username)),
            ).fetchone()
        if row is None or not self.reaches(credential, row):
            return None, None
        return Team(row["id"], row["name"], row["uuid"], bool(row["search_enabled"])), row["role"]

    def reaches(self, credential: Credential, row: sqlite3.Row) -> bool:
        """Tell whether the team lies within what the credential is bound to."""
        return credential.team_id == row["id"] if credential.user_id is None else row["role"] is not None

    def _touch(self, row: sqlite3.Row) -> None:
        now = timestamp()
        if (row["last_used_on"] or "")[:USED_RESOLUTION] != now[:USED_RESOLUTION]:
            with self.store.connection() as connection:
                connection.execute("UPDATE credential SET last_used_on = ? WHERE id = ?", (now, row["id"]))
