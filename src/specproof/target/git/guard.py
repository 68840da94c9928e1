"""What a push must fulfil before a branch or tag moves."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from dulwich.errors import HookError, ObjectFormatException
from dulwich.hooks import Hook
from dulwich.object_store import MissingObjectFinder
from dulwich.objects import ZERO_SHA, Commit, ObjectID, Tag
from dulwich.refs import Ref

from specproof.target.git.bare import DEFAULT_BRANCH, Repository

BRANCHES, TAGS = b"refs/heads/", b"refs/tags/"
MEANT = "SELECT 1 FROM repository WHERE id = ?"


class Guard(Hook):
    """Looks at every reference that a push wants to move; the objects have arrived by then.

    From the first reference on it holds the database's write lock, so that of two pushes, even in two
    processes, one comes after the other: dulwich itself does not notice when a branch has moved meanwhile.

    Args:
        repository: Where it is pushed to.
        identity: Its id in the database.
        lock: Begins a transaction that the caller will end.
    """

    def __init__(self, repository: Repository, identity: int, lock: Callable[[], sqlite3.Connection]) -> None:
        self._repository = repository
        self._identity = identity
        self._lock = lock
        self.connection: sqlite3.Connection | None = None

    def execute(self, name: Ref, old: ObjectID, new: ObjectID) -> tuple[bytes, bytes]:
        """Let a reference move, or not.

        Raises:
            HookError: It must not; git shows the text.
        """
        if self.connection is None:
            self.connection = self._lock()
        if self.connection.execute(MEANT, (self._identity,)).fetchone() is None:
            raise HookError("the repository was deleted")
        if self._repository.get_refs().get(name, ZERO_SHA) != old:
            raise HookError("fetch first")
        if new == ZERO_SHA:
            if name == DEFAULT_BRANCH:
                raise HookError("the default branch stays")
        else:
            self._require_sound(name, new)
        return b"", b""

    def _require_sound(self, name: Ref, new: ObjectID) -> None:
        if not name.startswith((BRANCHES, TAGS)):
            raise HookError("neither a branch nor a tag")
        store = self._repository.object_store
        try:
            target = store[new]
            if name.startswith(BRANCHES) and not isinstance(target, Commit):
                raise HookError("a branch leads to a commit")
            while isinstance(target, Tag):
                target = store[target.object[1]]
            self._require_everything(new)
        except (KeyError, ObjectFormatException) as error:
            raise HookError("objects are missing or broken") from error

    def _require_everything(self, new: ObjectID) -> None:
        """Look at every object that the repository gains.

        Raises:
            KeyError: One is not there.
            ObjectFormatException: One is not well-formed.
        """
        store = self._repository.object_store
        haves = list(self._repository.get_refs().values())
        for identity, _ in MissingObjectFinder(store, haves=haves, wants=[new]):
            store[identity].check()
