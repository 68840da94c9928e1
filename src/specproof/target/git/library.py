"""Where the repositories are kept, and how search keeps up with them.

The truth about a repository is its default branch. The database holds the files of one commit of it
(``repository.commit_hash``) and changes from one commit to another in one transaction, so that search always
shows a whole commit. Should a process die between moving the branch and that transaction, whoever opens the
repository next makes up for it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from specproof.target.filing import refile
from specproof.target.git.bare import DiskRepository, MemoryRepository, Repository, in_memory, on_disk
from specproof.target.git.guard import Guard
from specproof.target.git.history import History
from specproof.target.git.reading import Reader
from specproof.target.store import Store, timestamp

ALL = """
    SELECT repository.id, team.name AS team_name, slug, commit_hash
    FROM repository JOIN team ON team.id = team_id ORDER BY repository.id
"""


def catch_up(connection: sqlite3.Connection, identity: int, reader: Reader) -> None:
    """Enter the default branch of a repository into the database, within the caller's transaction."""
    head = reader.head.decode("ascii")
    known = connection.execute("SELECT commit_hash FROM repository WHERE id = ?", (identity,)).fetchone()
    if known is None or known["commit_hash"] == head:
        return
    refile(connection, identity, reader.texts())
    connection.execute(
        "UPDATE repository SET commit_hash = ?, updated_on = ? WHERE id = ?", (head, timestamp(), identity)
    )


class Library:
    """Lends repositories. One that was never asked for does not exist yet: it is made from its first history.

    Args:
        store: The database; beside its file lie the repositories.
        first: Returns the history that a repository, by team and slug, was seeded with.
    """

    def __init__(self, store: Store, first: Callable[[str, str], History]) -> None:
        self._store = store
        self._first = first
        self._folder = store.folder
        self._memory: dict[tuple[str, str], MemoryRepository] = {}

    @contextmanager
    def lend(self, row: sqlite3.Row) -> Iterator[Reader]:
        """Open a repository; its files are what search knows.

        Args:
            row: The repository with ``id``, ``team_name``, ``slug`` and ``commit_hash``.
        """
        with self._opened(row["team_name"], row["slug"]) as repository:
            reader = Reader(repository)
            if reader.head.decode("ascii") != row["commit_hash"]:
                with self._store.writing() as connection:
                    catch_up(connection, row["id"], reader)
            yield reader

    @contextmanager
    def receive(self, row: sqlite3.Row) -> Iterator[Reader]:
        """Open a repository for a push; at the end search knows the new files."""
        with self.lend(row) as reader, ExitStack() as stack:
            lock = partial(stack.enter_context, self._store.writing())
            guard = Guard(reader.repository, row["id"], lock)
            reader.repository.hooks["update"] = guard
            try:
                yield reader
            finally:
                reader.repository.hooks.clear()
            if guard.connection is not None:
                catch_up(guard.connection, row["id"], reader)

    def catch_up_all(self) -> None:
        """Enter whatever was left out into the database; what was never asked for is as it was seeded."""
        with self._store.connection() as connection:
            rows = connection.execute(ALL).fetchall()
        for row in rows:
            if self._path(row["team_name"], row["slug"]).is_dir():
                with self.lend(row):
                    pass

    def remove(self, team: str, slug: str) -> None:
        """Throw a repository away for good; the database has forgotten it already."""
        self._memory.pop((team, slug), None)
        if self._folder is not None:
            shutil.rmtree(self._path(team, slug), ignore_errors=True)

    def _path(self, team: str, slug: str) -> Path:
        if self._folder is None:
            raise ValueError("the repositories are in memory")
        return self._folder / team / f"{slug}.git"

    @contextmanager
    def _opened(self, team: str, slug: str) -> Iterator[Repository]:
        if self._folder is None:
            if (team, slug) not in self._memory:
                self._memory[team, slug] = in_memory(self._first(team, slug))
            yield self._memory[team, slug]
            return
        path = self._path(team, slug)
        if not path.is_dir():
            on_disk(path, self._first(team, slug))
        with DiskRepository(str(path)) as repository:
            yield repository
