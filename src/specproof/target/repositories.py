"""Teams, their projects and their repositories, as the database knows them."""

from __future__ import annotations

import sqlite3

from specproof.target.accounts import Credential
from specproof.target.filing import remove
from specproof.target.incoming import bare_uuid
from specproof.target.store import Store

REPOSITORIES = """
    FROM repository JOIN team ON team.id = repository.team_id
    JOIN project ON project.id = repository.project_id WHERE repository.team_id = ?
"""
SURROUNDINGS = """
    project.key AS project_key, project.name AS project_name, project.uuid AS project_uuid,
    project.created_on AS project_created_on, team.name AS team_name, team.uuid AS team_uuid,
    team.created_on AS team_created_on
"""
REPOSITORY = f"""
    SELECT repository.id, slug, repository.name AS repository_name, repository.uuid AS repository_uuid,
        commit_hash, repository.created_on, repository.updated_on, {SURROUNDINGS}
"""
PROJECTS = "FROM project JOIN team ON team.id = project.team_id WHERE project.team_id = ?"
PROJECT = f"SELECT {SURROUNDINGS}"
TEAM = "SELECT name AS team_name, uuid AS team_uuid, created_on AS team_created_on FROM team WHERE id = ?"
Slice = tuple[int, list[sqlite3.Row]]


class Repositories:
    """Finds repositories and projects; one that is out of reach of the credential is not there."""

    repository_order = "slug"
    project_order = "project.key"

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, team: int, name: str, within: Credential) -> sqlite3.Row | None:
        """Return one repository by its slug or its UUID in braces, ``None`` where there is none."""
        parameters: list[object] = [team, name, bare_uuid(name)]
        bounds = self.bounds(within, parameters, project="project_id", repository="repository.id")
        with self._store.connection() as connection:
            found: sqlite3.Row | None = connection.execute(
                f"{REPOSITORY} {REPOSITORIES} AND (slug = ? OR repository.uuid = ?) {bounds}", parameters
            ).fetchone()
        return found

    def select(self, team: int, within: Credential, *, offset: int, limit: int) -> Slice:
        """Return how many repositories there are, and a slice of them."""
        parameters: list[object] = [team]
        bounds = self.bounds(within, parameters, project="project_id", repository="repository.id")
        where = f"{REPOSITORIES} {bounds}"
        select = f"{REPOSITORY} {where} ORDER BY {self.repository_order}"
        return self._slice(select, where, parameters, offset, limit)

    def read_project(self, team: int, name: str, within: Credential) -> sqlite3.Row | None:
        """Return one project by its key or its UUID in braces, ``None`` where there is none."""
        parameters: list[object] = [team, name, bare_uuid(name)]
        bounds = self.bounds(within, parameters, project="project.id")
        with self._store.connection() as connection:
            found: sqlite3.Row | None = connection.execute(
                f"{PROJECT} {PROJECTS} AND (project.key = ? OR project.uuid = ?) {bounds}", parameters
            ).fetchone()
        return found

    def select_projects(self, team: int, within: Credential, *, offset: int, limit: int) -> Slice:
        """Return how many projects there are, and a slice of them."""
        parameters: list[object] = [team]
        where = f"{PROJECTS} {self.bounds(within, parameters, project='project.id')}"
        select = f"{PROJECT} {where} ORDER BY {self.project_order}"
        return self._slice(select, where, parameters, offset, limit)

    def read_team(self, team: int) -> sqlite3.Row:
        """Return a team that is known to exist."""
        with self._store.connection() as connection:
            found: sqlite3.Row = connection.execute(TEAM, (team,)).fetchone()
        return found

    def team_of(self, identity: str) -> str | None:
        """Return the name of the team that has the repository with a UUID in braces."""
        with self._store.connection() as connection:
            row = connection.execute(
                "SELECT team.name FROM repository JOIN team ON team.id = team_id WHERE repository.uuid = ?",
                (bare_uuid(identity),),
            ).fetchone()
        return None if row is None else str(row["name"])

    def delete(self, identity: int) -> None:
        """Remove a repository with its files; tokens that are bound to it end (see schema.sql)."""
        with self._store.writing() as connection:
            files = connection.execute("SELECT id FROM file WHERE repository_id = ?", (identity,)).fetchall()
            for row in files:
                remove(connection, row["id"])
            connection.execute("DELETE FROM repository WHERE id = ?", (identity,))

    def bounds(self, credential: Credential, parameters: list[object], **columns: str) -> str:
        """Return the SQL that keeps a credential within the project or repository it is bound to.

        Args:
            credential: Who asks.
            parameters: What the SQL binds is appended to them.
            columns: Which columns ``project`` and ``repository`` stand in; a repository may be left out.
        """
        sql = ""
        for name, bound in (("project", credential.project_id), ("repository", credential.repository_id)):
            if bound is not None and name in columns:
                sql += f" AND {columns[name]} = ?"
                parameters.append(bound)
        return sql

    def _slice(self, select: str, where: str, parameters: list[object], offset: int, limit: int) -> Slice:
        with self._store.reading() as connection:
            total: int = connection.execute(f"SELECT count(*) {where}", parameters).fetchone()[0]
            if offset >= total or limit <= 0:
                return total, []
            rows = connection.execute(f"{select} LIMIT ? OFFSET ?", [*parameters, limit, offset]).fetchall()
        return total, rows
