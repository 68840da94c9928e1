"""The demonstration data: the same teams, credentials, variables and repositories on every machine."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from specproof.target import corpus
from specproof.target.credentials import demo_secret, hash_random, hint_of
from specproof.target.git.history import History, history_of
from specproof.target.people import PEOPLE
from specproof.target.planting import (
    EPOCH,
    id_of,
    plant_person,
    plant_project,
    plant_repository,
    plant_team,
    plant_variables,
)
from specproof.target.seed_oauth import FULL, fill_oauth, secret_names
from specproof.target.seed_variables import ACME_VARIABLES, RIVAL_VARIABLES
from specproof.target.store import timestamp

LONG_AGO = timestamp(datetime(2020, 1, 1, tzinfo=UTC))

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


def fill(connection: sqlite3.Connection) -> None:
    """Write the demonstration data into an empty database, within the caller's transaction."""
    for name, (identity, search_enabled) in TEAMS.items():
        plant_team(connection, name, identity, search_enabled=search_enabled)
    for person in PEOPLE:
        plant_person(connection, person)
    plant_variables(connection, "acme", ACME_VARIABLES)
    plant_variables(connection, "rival", RIVAL_VARIABLES)
    for repository in corpus.repositories():
        plant_project(connection, repository.team, repository.project, repository.project.title())
        plant_repository(connection, repository, history_of(repository))
    for demo in CREDENTIALS:
        _credential(connection, demo)
    fill_oauth(connection, timestamp(EPOCH), LONG_AGO)


class Demonstration:
    """The demonstration data as a seed."""

    def fill(self, connection: sqlite3.Connection, folder: Path | None) -> None:
        """Write everything but the repositories, which are made when they are first asked for."""
        fill(connection)

    def history(self, team: str, slug: str) -> History:
        """Return how a repository came to be."""
        return history_of(corpus.read(team, slug))

    def secrets(self) -> dict[str, str]:
        """Return the secret of each credential, OAuth client and refresh token, by its name."""
        return {name: demo_secret(name) for name in (*(demo.name for demo in CREDENTIALS), *secret_names())}


def _credential(connection: sqlite3.Connection, demo: Demo) -> None:
    secret = demo_secret(demo.name).encode()
    salt = hashlib.sha256(f"salt:{demo.name}".encode()).digest()[:16]
    of_user = demo.owner in USERS
    team = None if of_user else id_of(connection, "team", demo.owner)
    connection.execute(
        "INSERT INTO credential (name, kind, user_id, team_id, project_id, repository_id, scopes, hint, salt,"
        " digest, created_on, expires_on, revoked_on) VALUES (?, ?, ?, ?,"
        " (SELECT id FROM project WHERE team_id = ? AND key = ?),"
        " (SELECT id FROM repository WHERE team_id = ? AND slug = ?), ?, ?, ?, ?, ?, ?, ?)",
        (
            demo.name,
            demo.kind,
            id_of(connection, "user", demo.owner) if of_user else None,
            team,
            *(team, demo.project),
            *(team, demo.repository),
            demo.scopes,
            hint_of(secret),
            salt,
            hash_random(secret, salt),
            timestamp(EPOCH),
            LONG_AGO if demo.state == "expired" else None,
            LONG_AGO if demo.state == "revoked" else None,
        ),
    )
