"""Writing teams, people, variables and repositories into a new database, within the caller's transaction."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from specproof.target.corpus import Repository
from specproof.target.filing import refile
from specproof.target.git.history import History
from specproof.target.people import Person
from specproof.target.store import timestamp

NAMESPACE = uuid.UUID("6f9d1f5e-4a0b-5c3d-8e21-0c7a9b1d2e3f")
EPOCH = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


class Seed(Protocol):
    """What a new database is filled with."""

    def fill(self, connection: sqlite3.Connection, folder: Path | None) -> None:
        """Write everything.

        Args:
            connection: Of a transaction of the caller.
            folder: Where the git repositories lie; ``None``: in memory.
        """

    def history(self, team: str, slug: str) -> History:
        """Return the history that a repository begins with."""

    def secrets(self) -> dict[str, str]:
        """Return the secrets that may be told to whoever starts the target, by the names of credentials."""


ID_OF = {
    "team": "SELECT id FROM team WHERE name = ?",
    "user": "SELECT id FROM user WHERE name = ?",
}


def fixed_uuid(kind: str, name: str) -> str:
    """Derive the UUID of something that is seeded: the same on every machine."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{name}"))


def id_of(connection: sqlite3.Connection, table: str, name: str) -> int:
    """Return the id of a team or a user that is there."""
    found: int = connection.execute(ID_OF[table], (name,)).fetchone()[0]
    return found


def plant_team(connection: sqlite3.Connection, name: str, identity: str, *, search_enabled: bool) -> None:
    """Write a team; ``identity`` is its bare UUID."""
    connection.execute(
        "INSERT INTO team (name, uuid, search_enabled, created_on) VALUES (?, ?, ?, ?)",
        (name, identity, search_enabled, timestamp(EPOCH)),
    )


def plant_person(connection: sqlite3.Connection, person: Person) -> None:
    """Write somebody, and the role in each team."""
    connection.execute(
        "INSERT INTO user (name, uuid, display_name, email, created_on) VALUES (?, ?, ?, ?, ?)",
        (person.name, fixed_uuid("user", person.name), person.display_name, person.email, timestamp(EPOCH)),
    )
    for team, role in person.roles.items():
        connection.execute(
            "INSERT INTO membership VALUES (?, ?, ?)",
            (id_of(connection, "user", person.name), id_of(connection, "team", team), role),
        )


def plant_project(connection: sqlite3.Connection, team: str, key: str, name: str) -> None:
    """Write a project, unless it is there."""
    connection.execute(
        "INSERT OR IGNORE INTO project (team_id, key, name, uuid, created_on) VALUES (?, ?, ?, ?, ?)",
        (
            id_of(connection, "team", team),
            key,
            name,
            fixed_uuid("project", f"{team}/{key}"),
            timestamp(EPOCH),
        ),
    )


def plant_variables(connection: sqlite3.Connection, team: str, rows: Iterable[tuple[str, str, bool]]) -> None:
    """Write variables: key, value, secured; each is some hours younger than the one before."""
    for number, (key, value, secured) in enumerate(rows):
        moment = timestamp(EPOCH + timedelta(hours=7 * number, microseconds=1_001 * number))
        connection.execute(
            "INSERT INTO variable (team_id, uuid, key, value, secured, created_on, updated_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                id_of(connection, "team", team),
                fixed_uuid("variable", f"{team}/{number}"),
                key,
                value,
                secured,
                moment,
                moment,
            ),
        )


def plant_repository(connection: sqlite3.Connection, repository: Repository, history: History) -> None:
    """Write a repository, whose project is there, and enter its files for search."""
    team = id_of(connection, "team", repository.team)
    project = connection.execute(
        "SELECT id FROM project WHERE team_id = ? AND key = ?", (team, repository.project)
    ).fetchone()[0]
    cursor = connection.execute(
        "INSERT INTO repository (team_id, project_id, slug, name, uuid, commit_hash, created_on, updated_on)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            team,
            project,
            repository.slug,
            repository.name,
            fixed_uuid("repository", f"{repository.team}/{repository.slug}"),
            history.head.decode("ascii"),
            timestamp(EPOCH),
            timestamp(history.finished),
        ),
    )
    refile(connection, cursor.lastrowid or 0, repository.files)
