"""Users as others see them."""

from __future__ import annotations

import sqlite3

from specproof.target.accounts import Credential
from specproof.target.incoming import bare_uuid
from specproof.target.store import Store

KNOWN = """
    SELECT user.* FROM user WHERE (name = ?1 OR uuid = ?2) AND (id = ?3 OR EXISTS (
        SELECT 1 FROM membership AS theirs WHERE theirs.user_id = user.id AND (theirs.team_id = ?4
            OR theirs.team_id IN (SELECT team_id FROM membership WHERE user_id = ?3))))
"""


class Directory:
    """Finds users. Who shares no team with the caller is not there for them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, name: str, credential: Credential) -> sqlite3.Row | None:
        """Return a user by name or by UUID in braces, ``None`` where there is none."""
        parameters = (name, bare_uuid(name), credential.user_id, credential.team_id)
        with self._store.connection() as connection:
            found: sqlite3.Row | None = connection.execute(KNOWN, parameters).fetchone()
        return found

    def by_email(self) -> dict[str, sqlite3.Row]:
        """Return every user by the address that commits carry."""
        with self._store.connection() as connection:
            return {row["email"]: row for row in connection.execute("SELECT * FROM user")}
