"""The demonstration data: the same teams, credentials, variables and repositories on every machine."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from specproof.target import corpus
from specproof.target.credentials import demo_secret, hash_secret, hint_of
from specproof.target.filing import refile
from specproof.target.git.history import history_of
from specproof.target.people import PEOPLE
from specproof.target.seed_oauth import FULL, fill_oauth
from specproof.target.seed_variables import ACME_VARIABLES, RIVAL_VARIABLES
from specproof.target.store import timestamp

NAMESPACE = uuid.UUID("6f9d1f5e-4a0b-5c3d-8e21-0c7a9b1d2e3f")
EPOCH = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
LONG_AGO = timestamp(datetime(2020, 1, 1, tzinfo=UTC))

ID_OF = {
    "team": "SELECT id FROM team WHERE name = ?",
    "user": "SELECT id FROM user WHERE name = ?",
}
TEAMS = {  # name: (uuid, search enabled)
    "acme": ("2a6c8a3a-8b14-4b53-9f4e-5f0a0a1d9c11", True),
    "rival": ("7d0f5c1e-3b92-4e0a-8a67-c2b1d3e4f522", True),
    "fallow": ("c4e1b7a9-52d8-4f36-b0c9-1e2f3a4b5c33", True),
    "quiet": ("e8b3d2f4-6a17-4c59-9d80-2f3e4d5c6b44", False),
}
USERS = {person.name: person.roles for person in PEOPLE}  # name: role per team


@dataclass(frozen=True, slots=True)
class Demo:
    """A seeded credential; ``scopes`` is ``None`` where the kind knows none."""

    name: str
    kind: str
    owner: str
    scopes: str | None
    state: str = "valid"
    project: str | None = None
    repository: str | None = None


def variable_of(name: str) -> str:
    """Return the environment variable that carries a seeded secret to a client."""
    return f"SPECPROOF_TARGET_{name.upper().replace('-', '_')}"


READ = "pipeline repository"
CREDENTIALS = (
    Demo("acme-admin", "app_password", "ada", FULL),
    Demo("acme-reader", "app_password", "ben", READ),
    Demo("acme-member", "app_password", "ben", FULL),
    Demo("acme-owner", "app_password", "ada", "account project repository:write repository:delete"),
    Demo("acme-pusher", "app_password", "ben", "repository:write repository:delete"),
    Demo("acme-search", "app_password", "ada", "repository"),
    Demo("acme-pipeline", "app_password", "ada", "pipeline"),
    Demo("acme-nothing", "app_password", "ada", "email"),
    Demo("acme-expired", "app_password", "ada", FULL, "expired"),
    Demo("acme-revoked", "app_password", "ada", FULL, "revoked"),
    Demo("rival-admin", "app_password", "rita", FULL),
    Demo("ada-account-password", "account_password", "ada", None),
    Demo("ben-account-password", "account_password", "ben", None),
    Demo("acme-api-key", "api_key", "acme", None),
    Demo("acme-workspace-token", "workspace_access_token", "acme", FULL),
    Demo("acme-read-token", "workspace_access_token", "acme", READ),
    Demo("acme-expired-token", "workspace_access_token", "acme", FULL, "expired"),
    Demo("acme-revoked-token", "workspace_access_token", "acme", FULL, "revoked"),
    Demo("acme-expired-oauth-token", "oauth_token", "ada", FULL, "expired"),
    Demo("acme-project-token", "project_access_token", "acme", FULL, project="CORE"),
    Demo("acme-repository-token", "repository_access_token", "acme", FULL, repository="handbook"),
    Demo("acme-push-token", "repository_access_token", "acme", "repository:write", repository="deploy"),
    Demo("acme-forge-token", "forge_token", "acme", "read:pipeline:bitbucket read:repository:bitbucket"),
    Demo("acme-forge-admin", "forge_token", "acme", "admin:pipeline:bitbucket"),
    Demo("rival-token", "workspace_access_token", "rival", FULL),
)


def fixed_uuid(kind: str, name: str) -> str:
    """Derive the UUID of something that is seeded."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{name}"))


def fill(connection: sqlite3.Connection) -> None:
    """Write the demonstration data into an empty database, within the caller's transaction."""
    _accounts(connection)
    _variables(connection, "acme", ACME_VARIABLES)
    _variables(connection, "rival", RIVAL_VARIABLES)
    for repository in corpus.repositories():
        _repository(connection, repository)
    for demo in CREDENTIALS:
        _credential(connection, demo)
    fill_oauth(connection, timestamp(EPOCH), LONG_AGO)


def _id(connection: sqlite3.Connection, table: str, name: str) -> int:
    found: int = connection.execute(ID_OF[table], (name,)).fetchone()[0]
    return found


def _accounts(connection: sqlite3.Connection) -> None:
    for name, (identity, search_enabled) in TEAMS.items():
        connection.execute(
            "INSERT INTO team (name, uuid, search_enabled, created_on) VALUES (?, ?, ?, ?)",
            (name, identity, search_enabled, timestamp(EPOCH)),
        )
    for person in PEOPLE:
        connection.execute(
            "INSERT INTO user (name, uuid, display_name, email, created_on) VALUES (?, ?, ?, ?, ?)",
            (
                person.name,
                fixed_uuid("user", person.name),
                person.display_name,
                person.email,
                timestamp(EPOCH),
            ),
        )
        for team, role in person.roles.items():
            connection.execute(
                "INSERT INTO membership VALUES (?, ?, ?)",
                (_id(connection, "user", person.name), _id(connection, "team", team), role),
            )


def _credential(connection: sqlite3.Connection, demo: Demo) -> None:
    secret = demo_secret(demo.name).encode()
    salt = hashlib.sha256(f"salt:{demo.name}".encode()).digest()[:16]
    of_user = demo.owner in USERS
    team = None if of_user else _id(connection, "team", demo.owner)
    connection.execute(
        "INSERT INTO credential (name, kind, user_id, team_id, project_id, repository_id, scopes, hint, salt,"
        " digest, created_on, expires_on, revoked_on) VALUES (?, ?, ?, ?,"
        " (SELECT id FROM project WHERE team_id = ? AND key = ?),"
        " (SELECT id FROM repository WHERE team_id = ? AND slug = ?), ?, ?, ?, ?, ?, ?, ?)",
        (
            demo.name,
            demo.kind,
            _id(connection, "user", demo.owner) if of_user else None,
            team,
            *(team, demo.project),
            *(team, demo.repository),
            demo.scopes,
            hint_of(secret),
            salt,
            hash_secret(secret, salt),
            timestamp(EPOCH),
            LONG_AGO if demo.state == "expired" else None,
            LONG_AGO if demo.state == "revoked" else None,
        ),
    )


def _variables(connection: sqlite3.Connection, team: str, rows: tuple[tuple[str, str, bool], ...]) -> None:
    for number, (key, value, secured) in enumerate(rows):
        moment = timestamp(EPOCH + timedelta(hours=7 * number, microseconds=1_001 * number))
        connection.execute(
            "INSERT INTO variable (team_id, uuid, key, value, secured, created_on, updated_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                _id(connection, "team", team),
                fixed_uuid("variable", f"{team}/{number}"),
                key,
                value,
                secured,
                moment,
                moment,
            ),
        )


def _repository(connection: sqlite3.Connection, repository: corpus.Repository) -> None:
    team, moment, history = _id(connection, "team", repository.team), timestamp(EPOCH), history_of(repository)
    connection.execute(
        "INSERT OR IGNORE INTO project (team_id, key, name, uuid, created_on) VALUES (?, ?, ?, ?, ?)",
        (
            team,
            repository.project,
            repository.project.title(),
            fixed_uuid("project", f"{repository.team}/{repository.project}"),
            moment,
        ),
    )
    project = connection.execute(
        "SELECT id FROM project WHERE team_id = ? AND key = ?", (team, repository.project)
    ).fetchone()[0]
    identity = fixed_uuid("repository", f"{repository.team}/{repository.slug}")
    cursor = connection.execute(
        "INSERT INTO repository (team_id, project_id, slug, name, uuid, commit_hash, created_on, updated_on)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            team,
            project,
            repository.slug,
            repository.name,
            identity,
            history.head.decode("ascii"),
            moment,
            timestamp(history.finished),
        ),
    )
    refile(connection, cursor.lastrowid or 0, repository.files)
