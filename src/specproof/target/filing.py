"""The files that search knows: those of the default branch of every repository, and their words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from specproof.target.corpus import language_of
from specproof.target.search.words import index_text

TEXT_MAXIMUM = 320 * 1024
"""A longer file is not searched."""


def text_of(content: bytes) -> str | None:
    """Return the text that search would read; ``None`` where the content is binary, or too long."""
    if len(content) > TEXT_MAXIMUM or b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def refile(connection: sqlite3.Connection, repository: int, files: Mapping[str, str]) -> None:
    """Make the files of a repository, and their words, the ones given; within the caller's transaction.

    Args:
        connection: Of the caller.
        repository: Its id.
        files: Text by path.
    """
    rows = connection.execute("SELECT id, path, content FROM file WHERE repository_id = ?", (repository,))
    known: dict[str, sqlite3.Row] = {row["path"]: row for row in rows.fetchall()}
    for path, row in known.items():
        if path not in files:
            remove(connection, row["id"])
    for path, content in sorted(files.items()):
        if path not in known:
            add(connection, repository, path, content)
        elif known[path]["content"] != content:
            remove(connection, known[path]["id"])
            add(connection, repository, path, content)


def add(connection: sqlite3.Connection, repository: int, path: str, content: str) -> None:
    """Enter a file that is not there yet."""
    name = path.rpartition("/")[2]
    extension = name.rpartition(".")[2] if "." in name else ""
    row = connection.execute(
        "INSERT INTO file (repository_id, path, extension, language, content) VALUES (?, ?, ?, ?, ?)",
        (repository, path, extension, language_of(path), content),
    )
    connection.execute(
        "INSERT INTO file_words (rowid, content, path) VALUES (?, ?, ?)",
        (row.lastrowid, index_text(content), index_text(path)),
    )


def remove(connection: sqlite3.Connection, file: int) -> None:
    """Take out a file."""
    connection.execute("DELETE FROM file_words WHERE rowid = ?", (file,))
    connection.execute("DELETE FROM file WHERE id = ?", (file,))
