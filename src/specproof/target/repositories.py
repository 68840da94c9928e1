"""The repositories of a team as the database knows them."""

from __future__ import annotations

import sqlite3

from specproof.target.incoming import bare_uuid
from specproof.target.store import Store

COLUMNS = """
    SELECT slug, repository.name AS repository_name, repository.uuid AS repository_uuid,
    repository.created_on, repository.updated_on, commit_hash FROM repository
"""


class Repositories:
    """Finds repositories."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, team: int, slug: str) -> sqlite3.Row | None:
        """Return one repository by its slug or its UUID in braces, ``None`` where there is none."""
        with self._store.connection() as connection:
            found: sqlite3.Row | None = connection.execute(
                f"{COLUMNS} WHERE team_id = ? AND (slug = ? OR uuid = ?)", (team, slug, bare_uuid(slug))
            ).fetchone()
        return found

    def source(self, team: int, slug: str, commit: str, path: str) -> str | None:
        """Return the text of one file, ``None`` where there is none."""
        with self._store.connection() as connection:
            row = connection.execute(
                "SELECT content FROM file JOIN repository ON repository.id = file.repository_id"
                " WHERE team_id = ? AND slug = ? AND commit_hash = ? AND path = ?",
                (team, slug, commit, path),
            ).fetchone()
        return None if row is None else str(row["content"])
