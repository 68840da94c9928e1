"""The gate: who is asking (401), may they know of this team (404), may they do this (403)."""

from __future__ import annotations

import base64
import binascii
import sqlite3

from specproof.target.accounts import BEARERS, Credential, Need, Team
from specproof.target.credentials import Recogniser, hint_of
from specproof.target.incoming import bare_uuid
from specproof.target.presented import Presented
from specproof.target.problems import Problem
from specproof.target.store import Store, timestamp

REALM = "specproof mock target"
TOKEN_USER = "x-token-auth"  # noqa: S105 - the user name under which git presents an access token
AUTHORIZATION_MAXIMUM = 4_096
USED_RESOLUTION = 16  # characters of a timestamp: last_used_on is kept to the minute

CANDIDATES = """
    SELECT credential.*, user.name AS user_name, team.name AS team_name FROM credential
    LEFT JOIN user ON user.id = credential.user_id LEFT JOIN team ON team.id = credential.team_id
    WHERE hint = ?
"""


def credential_of(row: sqlite3.Row) -> Credential:
    """Build the credential from its row."""
    return Credential(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        user_id=row["user_id"],
        team_id=row["team_id"],
        scopes=row["scopes"],
        project_id=row["project_id"],
        repository_id=row["repository_id"],
    )


def _pair(encoded: str) -> tuple[str, bytes] | None:
    """Read user name and password (RFC 7617); ``None`` where that is not what it is."""
    try:
        username, colon, password = base64.b64decode(encoded, validate=True).partition(b":")
        return (username.decode("utf-8"), password) if colon else None
    except (binascii.Error, ValueError):
        return None


class Gate:
    """Authenticates requests and decides what they may reach."""

    write_scopes = frozenset({"pipeline:variable", "repository:delete"})
    """What takes an administrator of the team. Pushing does not: members may."""

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
        return credential_of(row)

    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        """Return the credential behind an Authorization header of git.

        Git speaks Basic alone. An access token is the password of a user whose name is the literal
        ``x-token-auth``; app passwords and API keys are presented as to every operation.

        Raises:
            Problem: 401, there is none, or it is not good (any more).

        Source:
            Narrative, section on repository cloning.
        """
        if authorization is None:
            raise self.unauthorized_git("Authentication is required")
        scheme, _, rest = authorization[:AUTHORIZATION_MAXIMUM].partition(" ")
        pair = _pair(rest.strip(" ")) if scheme.lower() == "basic" else None
        row = self.presented_to_git(*pair) if pair else None
        if row is None or not self.is_live_for_git(row):
            raise self.unauthorized_git("The credentials are not valid")
        self._touch(row)
        return credential_of(row)

    def presented_to_git(self, username: str, password: bytes) -> sqlite3.Row | None:
        """Find the credential that a name and a password stand for."""
        if self.is_token_user(username):
            return self._find(password, bearer=True, owner=None)
        return self._find(password, bearer=False, owner=username)

    def is_token_user(self, username: str) -> bool:
        """Tell whether the password beside this user name is an access token."""
        return username == TOKEN_USER

    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        """Return the team, if this credential may do with its repositories what git wants.

        Raises:
            Problem: As ``admit``.
        """
        return self.admit(credential, username, need)

    def bounds_for_git(self, credential: Credential) -> Credential:
        """Return the credential whose bounds hold for git: its own."""
        return credential

    def is_live_for_git(self, row: sqlite3.Row) -> bool:
        """Tell whether a credential that git presents is neither revoked nor expired."""
        return self.is_live(row)

    def unauthorized_git(self, message: str) -> Problem:
        """Build a 401 that makes git ask for user name and password."""
        challenge = ("WWW-Authenticate", f'Basic realm="{REALM}", charset="UTF-8"')
        return Problem(401, message, headers=[challenge])

    def authorization(self, presented: Presented) -> str | None:
        """Return the credentials of a request as an Authorization value, wherever they travelled.

        A token may stand in a form body of a POST, or in the query of anything but a POST.

        Raises:
            Problem: 400, the request carries more than one credential.

        Source:
            RFC 6750 sections 2 and 3.1; narrative, section on making requests.
        """
        found = [value for value in (presented.header,) if value is not None]
        token = presented.form_token if presented.method == "POST" else presented.query_token
        if token is not None:
            found.append(f"Bearer {token}")
        if len(found) > 1:
            raise Problem(400, "More than one credential", detail="Send one access token, in one place.")
        return found[0] if found else None

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

    def admit(self, credential: Credential, username: str, need: Need) -> Team:
        """Return the team, if this credential may do with it what is asked.

        Raises:
            Problem: 404, there is no such team, or none that this credential may know of: the same answer.
                403, the team is reachable but the scope, or the role, is missing, or the credential is
                bound to a part of the team.
        """
        team, role = self._reachable(credential, username)
        if team is None:
            raise self.no_team()
        self.require(credential, role, need)
        return team

    def require(self, credential: Credential, role: str | None, need: Need) -> None:
        """Make sure that a credential may do what is asked.

        Raises:
            Problem: 403, it may not.
        """
        if self.permits(credential, role, need):
            return
        required = need.forge if credential.kind == "forge_token" else need.scope
        raise Problem(
            403,
            "The credentials lack a privilege that this operation requires",
            data={
                "required": [required] if required else [],
                "granted": sorted((credential.scopes or "").split()),
            },
        )

    def permits(self, credential: Credential, role: str | None, need: Need) -> bool:
        """Tell whether scopes, role and binding of a credential are enough."""
        if need.whole_team and credential.is_narrow:
            return False
        return credential.may(need) and not (role == "member" and need.scope in self.write_scopes)

    def no_team(self) -> Problem:
        """Build the answer for every team that is not there for the caller."""
        return Problem(404, "There is no such team", detail="Or the credentials do not reach it.")

    def _basic(self, encoded: str) -> sqlite3.Row | None:
        pair = _pair(encoded)
        return self._find(pair[1], bearer=False, owner=pair[0]) if pair else None

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
            return row["kind"] in BEARERS
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
