"""What stands in a repository: references, commits, files."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence

from dulwich.errors import NotTreeError
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, valid_hexsha
from dulwich.walk import ORDER_TOPO

from specproof.target.filing import text_of
from specproof.target.git.bare import DEFAULT_BRANCH, Repository


class Reader:
    """Reads one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    @property
    def head(self) -> ObjectID:
        """The newest commit of the default branch."""
        return self.repository.refs[DEFAULT_BRANCH]

    def tips(self) -> tuple[ObjectID, ...]:
        """Return the commits that branches and tags lead to, each once, in a fixed order."""
        found = map(self.repository.get_peeled, self.repository.get_refs())
        store = self.repository.object_store
        return tuple(sorted({target for target in found if isinstance(store[target], Commit)}))

    def walk(self, tips: Sequence[ObjectID]) -> Iterator[Commit]:
        """Yield commits, the newest first and none before all that build on it: ``git log --date-order``.

        Raises:
            KeyError: A commit is missing.
        """
        return (entry.commit for entry in self.repository.get_walker(include=tips, order=ORDER_TOPO))

    def commit(self, name: str) -> Commit | None:
        """Return a commit by its full hash; ``None`` where no branch or tag leads to such a one."""
        if not (name.isascii() and valid_hexsha(name)):
            return None
        identity = ObjectID(name.encode("ascii"))
        wanted = [self.head] if identity == self.head else self.tips()  # nearly everybody asks for the newest
        return next((made for made in self.walk(wanted) if made.id == identity), None)

    def blob(self, commit: Commit, path: str) -> bytes | None:
        """Return the content of a file as it was in a commit; ``None`` where there is no such file."""
        store = self.repository.object_store
        try:
            _, identity = tree_lookup_path(store.__getitem__, commit.tree, path.encode("utf-8", "replace"))
            found = store[identity]
        except (KeyError, NotTreeError):
            return None
        return found.data if isinstance(found, Blob) else None

    def texts(self) -> dict[str, str]:
        """Return the text of every file of the default branch, by path; what is no text is left out."""
        store = self.repository.object_store
        made = store[self.head]
        if not isinstance(made, Commit):
            raise TypeError(f"{made.id!r} is no commit")
        texts = {}
        for entry in iter_tree_contents(store, made.tree):
            path = text_of(entry.path)
            if path is not None and stat.S_ISREG(entry.mode or 0):
                text = text_of(store[entry.sha].as_raw_string())
                if text is not None:
                    texts[path] = text
        return texts
