"""The database: one SQLite file in WAL mode, or memory that ends with the process."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from specproof.target.problems import NotOurDatabase

APPLICATION_ID = 0x53505446  # "SPTF" in the SQLite header: recognises our own files
SCHEMA_VERSION = 4
BUSY_TIMEOUT_MS = 5_000


def timestamp(moment: datetime | None = None) -> str:
    """Return UTC as ISO 8601 with six fractional digits and offset; sorts as text in time order."""
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def statements(script: str) -> Iterator[str]:
    """Cut SQL into statements; a trigger, which holds semicolons, stays whole."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


class Store:
    """Connections to the data.

    A file is opened once per thread. Memory has a single connection, which the threads take in turns.

    Args:
        path: The database file, or ``None`` for memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._local = threading.local()
        self._memory = self._connect(":memory:") if path is None else None

    def prepare(self, seed: Callable[[sqlite3.Connection], None]) -> bool:
        """Create and fill a new database in one transaction; tell whether it was new.

        Raises:
            NotOurDatabase: The file cannot be opened, or is something else; it is left as it was.
        """
        try:
            with self.connection() as connection:
                if self._is_ours(connection):
                    return False
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("BEGIN IMMEDIATE")
                if self._is_ours(connection):  # another process was quicker
                    connection.execute("COMMIT")
                    return False
                schema = resources.files("specproof.target").joinpath("schema.sql").read_text("utf-8")
                for statement in statements(schema):
                    connection.execute(statement)
                self._clear_folder()
                seed(connection)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                connection.execute("COMMIT")
                return True
        except sqlite3.DatabaseError as error:
            raise NotOurDatabase(self.path, str(error)) from error

    @property
    def folder(self) -> Path | None:
        """Where the git repositories lie: beside the file; ``None``: in memory like everything else."""
        return None if self.path is None else self.path.with_name(f"{self.path.name}.repositories")

    def _clear_folder(self) -> None:
        """Throw away the repositories of an earlier database that had the same name."""
        for found in self.folder.glob("*/*.git*") if self.folder else ():
            shutil.rmtree(found)

    def check(self) -> None:
        """Make sure that the data are there and can be read, through a connection that has nothing in memory.

        Raises:
            NotOurDatabase: They are not.
        """
        try:
            with self._untouched() as connection:
                if not self._is_ours(connection):
                    raise NotOurDatabase(self.path, "it is empty")
                connection.execute("SELECT count(*) FROM team").fetchone()
        except sqlite3.DatabaseError as error:
            raise NotOurDatabase(self.path, str(error)) from error

    @contextmanager
    def _untouched(self) -> Iterator[sqlite3.Connection]:
        """Open the file for reading only, which never makes one, or lend the connection to memory."""
        if self.path is None:
            with self.connection() as connection:
                yield connection
            return
        with closing(self._connect(f"{self.path.resolve().as_uri()}?mode=ro")) as connection:
            yield connection

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return False
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if owner != APPLICATION_ID:
            raise NotOurDatabase(self.path, "it holds tables of something else")
        if version != SCHEMA_VERSION:
            raise NotOurDatabase(self.path, f"its layout is version {version}, this is {SCHEMA_VERSION}")
        return True

    def close(self) -> None:
        """Close the connection of this thread, so that the process may fork, or memory altogether."""
        if self._memory is not None:
            self._memory.close()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection in autocommit mode."""
        if self._memory is not None:
            with self._lock:
                yield self._memory
            return
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect(str(self.path))
        yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Several statements that see the same state of the data."""
        with self.connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; the write lock is taken at the start, so a check and its write belong together."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self, database: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            database,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
            uri=database.startswith("file:"),
        )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        if database != ":memory:":
            connection.execute("PRAGMA synchronous = NORMAL")  # with WAL, a killed process loses nothing
        return connection
