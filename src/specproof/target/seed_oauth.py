"""The demonstration clients of the authorization server, and a refresh token that no longer counts."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from specproof.target.credentials import demo_secret, hash_random, hint_of

FULL = "pipeline:variable repository"
REVOKED_REFRESH_TOKEN = "acme-revoked-refresh"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    """A seeded client.

    Args:
        name: Its ``client_id``; with ``signs``, the ``iss`` of its assertions too.
        owner: The user or team that its own tokens represent.
        redirect_uri: Where users are sent back to; ``None``: it does not ask users.
        public: Whether it has no secret.
        signs: Whether it uses assertions instead of a client secret.
    """

    name: str
    title: str
    owner: str
    redirect_uri: str | None = None
    scopes: str = FULL
    public: bool = False
    signs: bool = False


CLIENTS = (
    DemoClient(
        name="acme-consumer",
        title="Acme Consumer",
        owner="acme",
        redirect_uri="https://client.example.com/callback",
    ),
    DemoClient(
        name="acme-other", title="Acme Other", owner="acme", redirect_uri="http://127.0.0.1:8765/callback"
    ),
    DemoClient(
        name="acme-public",
        title="Acme Public",
        owner="acme",
        redirect_uri="http://127.0.0.1:8766/callback",
        public=True,
    ),
    DemoClient(name="acme-addon", title="Acme Add-on", owner="acme", signs=True),
)


def secret_names() -> tuple[str, ...]:
    """Return everything here that has a secret: clients by their ``client_id``, and the refresh token."""
    return (*(client.name for client in CLIENTS if not client.public), REVOKED_REFRESH_TOKEN)


def fill_oauth(connection: sqlite3.Connection, created_on: str, revoked_on: str) -> None:
    """Write the clients and the refresh token, within the caller's transaction; users and teams are there."""
    plant_form_key(connection)
    for client in CLIENTS:
        _client(connection, client)
    grant = connection.execute(
        "INSERT INTO oauth_grant (client_id, user_id, scopes, created_on) VALUES"
        " ((SELECT id FROM oauth_client WHERE client_id = 'acme-consumer'),"
        " (SELECT id FROM user WHERE name = 'ada'), ?, ?)",
        (FULL, created_on),
    ).lastrowid
    connection.execute(
        "INSERT INTO oauth_refresh_token (grant_id, hint, salt, digest, created_on, revoked_on)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (grant, *_hashed(REVOKED_REFRESH_TOKEN), created_on, revoked_on),
    )


def plant_form_key(connection: sqlite3.Connection) -> None:
    """Write the key that protects the consent page; every database has one of its own."""
    connection.execute("INSERT INTO oauth_form_key VALUES (?)", (secrets.token_bytes(32),))


def _client(connection: sqlite3.Connection, client: DemoClient) -> None:
    _, salt, digest = _hashed(client.name)
    hashed = (None, None) if client.public or client.signs else (salt, digest)
    connection.execute(
        "INSERT INTO oauth_client (client_id, name, user_id, team_id, public, salt, digest, redirect_uri,"
        " scopes, jwt_issuer, jwt_secret) VALUES (?, ?, (SELECT id FROM user WHERE name = ?),"
        " (SELECT id FROM team WHERE name = ?), ?, ?, ?, ?, ?, ?, ?)",
        (
            client.name,
            client.title,
            client.owner,
            client.owner,
            client.public,
            *hashed,
            client.redirect_uri,
            client.scopes,
            client.name if client.signs else None,
            demo_secret(client.name) if client.signs else None,
        ),
    )


def _hashed(name: str) -> tuple[str, bytes, bytes]:
    """Return hint, salt and digest of a demonstration secret; the same on every machine."""
    secret, salt = demo_secret(name).encode(), hashlib.sha256(f"salt:{name}".encode()).digest()[:16]
    return hint_of(secret), salt, hash_random(secret, salt)
