"""Reading and writing clients, grants, codes and tokens, within the caller's transaction.

Of every secret that is given out only a salted hash stays. The shared keys of assertions are the
exception: nobody can verify an HMAC with a hash of its key.
"""

from __future__ import annotations

import secrets
import sqlite3
from datetime import UTC, datetime, timedelta

from specproof.target.credentials import Recogniser, hash_random, hint_of, new_salt
from specproof.target.oauth.records import Client, Code, Grant, Owner, RefreshToken
from specproof.target.store import timestamp

SECRET_BYTES = 32  # 43 URL-safe characters
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that a timestamp can name

FIND_CODE = """
    SELECT oauth_code.*, oauth_grant.client_id AS client, user_id, team_id, scopes FROM oauth_code
    JOIN oauth_grant ON oauth_grant.id = grant_id WHERE hint = ?
"""
FIND_REFRESH = """
    SELECT oauth_refresh_token.*, oauth_grant.client_id AS client, user_id, team_id, scopes
    FROM oauth_refresh_token JOIN oauth_grant ON oauth_grant.id = grant_id WHERE hint = ?
"""


def new_secret() -> str:
    """Return a fresh code or token."""
    return secrets.token_urlsafe(SECRET_BYTES)


def _hashed(secret: str) -> tuple[str, bytes, bytes]:
    """Return what is kept of a secret: hint, salt and digest."""
    salt = new_salt()
    return hint_of(secret.encode()), salt, hash_random(secret.encode(), salt)


def _after(seconds: float) -> str:
    return timestamp(datetime.now(UTC) + timedelta(seconds=seconds))


def _grant(row: sqlite3.Row) -> Grant:
    return Grant(row["grant_id"], row["client"], Owner(row["user_id"], row["team_id"]), row["scopes"])


class Vault:
    """The stored state of the authorization server.

    Args:
        connection: A transaction; whoever opened it ends it.
        recogniser: Remembers which secrets were right, across transactions.
    """

    def __init__(self, connection: sqlite3.Connection, recogniser: Recogniser) -> None:
        self._connection = connection
        self._recogniser = recogniser

    def client(self, client_id: str) -> Client | None:
        """Return the client with this public identifier."""
        return self._client("SELECT * FROM oauth_client WHERE client_id = ?", client_id)

    def client_of_issuer(self, issuer: str) -> Client | None:
        """Return the client that signs assertions under this name."""
        return self._client("SELECT * FROM oauth_client WHERE jwt_issuer = ?", issuer)

    def user(self, name: str, password: str) -> Owner | None:
        """Return the user with this name and account password; no other kind of credential will do."""
        rows = self._connection.execute(
            "SELECT credential.*, user.name AS user_name FROM credential JOIN user ON user.id = user_id"
            " WHERE hint = ? AND kind = 'account_password' AND revoked_on IS NULL",
            (hint_of(password.encode()),),
        ).fetchall()
        for row in rows:
            if row["user_name"] == name and self._is(row, password):
                return Owner(row["user_id"], None)
        return None

    def open_grant(self, client: Client, owner: Owner, scopes: str) -> int:
        """Begin a family of codes and tokens; return its id."""
        cursor = self._connection.execute(
            "INSERT INTO oauth_grant (client_id, user_id, team_id, scopes, created_on)"
            " VALUES (?, ?, ?, ?, ?)",
            (client.id, owner.user_id, owner.team_id, scopes, timestamp()),
        )
        return cursor.lastrowid or 0

    def revoke_access_tokens(self, grant_id: int) -> None:
        """End every access token of a family."""
        self._connection.execute(
            "UPDATE credential SET revoked_on = ? WHERE grant_id = ? AND revoked_on IS NULL",
            (timestamp(), grant_id),
        )

    def revoke_refresh_tokens(self, grant_id: int) -> None:
        """End every refresh token of a family."""
        self._connection.execute(
            "UPDATE oauth_refresh_token SET revoked_on = ? WHERE grant_id = ? AND revoked_on IS NULL",
            (timestamp(), grant_id),
        )

    def keep_code(
        self,
        secret: str,
        grant_id: int,
        *,
        redirect: tuple[str, bool],
        challenge: tuple[str | None, str | None],
        lifetime_s: int,
    ) -> None:
        """Write a code down.

        Args:
            secret: The code itself; only its hash is kept.
            grant_id: The family that it belongs to.
            redirect: Where it is sent, and whether the request named that address.
            challenge: Code challenge and its method (RFC 7636).
            lifetime_s: Seconds after which it is worthless.
        """
        self._connection.execute(
            "INSERT INTO oauth_code (hint, salt, digest, grant_id, redirect_uri, redirect_named, challenge,"
            " challenge_method, expires_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_hashed(secret), grant_id, *redirect, *challenge, _after(lifetime_s)),
        )

    def code(self, secret: str) -> Code | None:
        """Return the code that was presented, whatever has become of it."""
        row = self._find(FIND_CODE, secret)
        if row is None:
            return None
        return Code(
            id=row["id"],
            grant=_grant(row),
            redirect_uri=row["redirect_uri"],
            redirect_named=bool(row["redirect_named"]),
            code_challenge=row["challenge"],
            code_challenge_method=row["challenge_method"],
            expires_on=row["expires_on"],
            used_on=row["used_on"],
        )

    def use_code(self, code: Code) -> None:
        """Note that a code was redeemed."""
        self._connection.execute(
            "UPDATE oauth_code SET used_on = ? WHERE id = ? AND used_on IS NULL", (timestamp(), code.id)
        )

    def keep_refresh_token(self, secret: str, grant_id: int) -> None:
        """Write a refresh token down."""
        self._connection.execute(
            "INSERT INTO oauth_refresh_token (hint, salt, digest, grant_id, created_on)"
            " VALUES (?, ?, ?, ?, ?)",
            (*_hashed(secret), grant_id, timestamp()),
        )

    def refresh_token(self, secret: str) -> RefreshToken | None:
        """Return the refresh token that was presented, whatever has become of it."""
        row = self._find(FIND_REFRESH, secret)
        if row is None:
            return None
        return RefreshToken(
            id=row["id"],
            grant=_grant(row),
            secret=secret,
            expires_on=row["expires_on"],
            revoked_on=row["revoked_on"],
        )

    def keep_access_token(
        self, secret: str, grant_id: int, owner: Owner, scopes: str, lifetime_s: int
    ) -> None:
        """Make an access token a credential that the gate knows."""
        self._connection.execute(
            "INSERT INTO credential (hint, salt, digest, name, kind, user_id, team_id, scopes, grant_id,"
            " created_on, expires_on) VALUES (?, ?, ?, ?, 'oauth_token', ?, ?, ?, ?, ?, ?)",
            (
                *_hashed(secret),
                f"oauth-{secrets.token_hex(8)}",
                owner.user_id,
                owner.team_id,
                scopes,
                grant_id,
                timestamp(),
                _after(lifetime_s),
            ),
        )

    def note_assertion(self, client: Client, identity: str, expires: float) -> bool:
        """Remember the ``jti`` of an assertion until it expires; tell whether it is new.

        Args:
            client: Who signed it.
            identity: Its ``jti``.
            expires: Its ``exp``, seconds since 1970.
        """
        end = timestamp(datetime.fromtimestamp(min(expires, LAST_SECOND), UTC))
        self._connection.execute("DELETE FROM oauth_assertion WHERE expires_on <= ?", (timestamp(),))
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO oauth_assertion (client_id, jti, expires_on) VALUES (?, ?, ?)",
            (client.id, identity, end),
        )
        return cursor.rowcount == 1

    def form_key(self) -> bytes:
        """Return the key that ties forms to cookies, the same for every process on these data."""
        key: bytes = self._connection.execute("SELECT secret FROM oauth_form_key").fetchone()[0]
        return key

    def _client(self, query: str, value: str) -> Client | None:
        row = self._connection.execute(query, (value,)).fetchone()
        if row is None:
            return None
        return Client(
            id=row["id"],
            client_id=row["client_id"],
            name=row["name"],
            owner=Owner(row["user_id"], row["team_id"]),
            public=bool(row["public"]),
            salt=row["salt"],
            digest=row["digest"],
            redirect_uri=row["redirect_uri"],
            scopes=row["scopes"],
            jwt_secret=row["jwt_secret"],
        )

    def _find(self, query: str, secret: str) -> sqlite3.Row | None:
        rows: list[sqlite3.Row] = self._connection.execute(query, (hint_of(secret.encode()),)).fetchall()
        return next((row for row in rows if self._is(row, secret)), None)

    def _is(self, row: sqlite3.Row, secret: str) -> bool:
        return self._recogniser.matches(secret.encode(), row["salt"], row["digest"])
