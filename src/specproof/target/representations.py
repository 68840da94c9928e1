"""The objects that several answers show: repositories, and what belongs to them."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote


def repository(row: sqlite3.Row, *, origin: str, team: str) -> dict[str, object]:
    """Build the object of a repository from its row, or from the row of a file in it."""
    return {
        "type": "repository",
        "uuid": f"{{{row['repository_uuid']}}}",
        "name": row["repository_name"],
        "full_name": f"{team}/{row['slug']}",
        "is_private": True,
        "scm": "git",
        "created_on": row["created_on"],
        "updated_on": row["updated_on"],
        "links": {"self": {"href": f"{origin}/2.0/repositories/{quote(team)}/{quote(row['slug'])}"}},
    }
