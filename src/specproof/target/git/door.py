"""The way to the repositories for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from specproof.target.store import Store

if TYPE_CHECKING:
    from specproof.target.git.history import History
    from specproof.target.git.library import Library


class Door:
    """Opens the library when somebody first goes in.

    Args:
        store: The database that the repositories belong to.
        first: Returns the history that a repository, by team and slug, was seeded with.
    """

    def __init__(self, store: Store, first: Callable[[str, str], History]) -> None:
        self._store = store
        self._first = first

    @cached_property
    def library(self) -> Library:
        """Where the repositories are kept."""
        from specproof.target.git.library import Library  # noqa: PLC0415 - see git/__init__.py

        return Library(self._store, self._first)

    def catch_up(self) -> None:
        """Make up for what a process that died did not enter into the database."""
        if self._store.folder is not None and self._store.folder.is_dir():
            self.library.catch_up_all()
