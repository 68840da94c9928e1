"""What stands in a repository: references, commits, files."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from dulwich.errors import NotTreeError
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, valid_hexsha
from dulwich.walk import ORDER_TOPO

from specproof.target.git.bare import DEFAULT_BRANCH, Repository

TEXT_MAXIMUM = 320 * 1024
"""A longer file is not searched."""


def head_of(repository: Repository) -> ObjectID:
    """Return the newest commit of the default branch."""
    return repository.refs[DEFAULT_BRANCH]


def tips_of(repository: Repository) -> list[ObjectID]:
    """Return the commits that branches and tags point at, each once, in a fixed order."""
    found = set()
    for reference in repository.get_refs():
        target = repository.get_peeled(reference)
        if isinstance(repository.object_store[target], Commit):
            found.add(target)
    return sorted(found)


def walk(repository: Repository, tips: list[ObjectID]) -> Iterator[Commit]:
    """Yield commits, the newest first and none before all that build on it, as ``git log --date-order``.

    Raises:
        KeyError: A commit is missing.
    """
    return (entry.commit for entry in repository.get_walker(include=tips, order=ORDER_TOPO))


def commit_of(repository: Repository, name: str) -> Commit | None:
    """Return a commit by its full hash; ``None`` where no branch or tag leads to such a one."""
    identity = name.encode("ascii", "replace")
    if not valid_hexsha(identity):
        return None
    if identity == head_of(repository):  # what nearly everybody asks for
        found = repository.object_store[ObjectID(identity)]
        return found if isinstance(found, Commit) else None
    return next((made for made in walk(repository, tips_of(repository)) if made.id == identity), None)


def blob_of(repository: Repository, commit: Commit, path: str) -> bytes | None:
    """Return the content of a file as it was in a commit; ``None`` where there is no such file."""
    store = repository.object_store
    try:
        _, identity = tree_lookup_path(
            store.__getitem__, commit.tree, path.encode("utf-8", "surrogateescape")
        )
        found = store[identity]
    except (KeyError, NotTreeError):
        return None
    return found.data if isinstance(found, Blob) else None


def texts_of(repository: Repository, commit: ObjectID) -> dict[str, str]:
    """Return the text of every file in a commit, by path, without what is no text or too long for search."""
    made = repository.object_store[commit]
    if not isinstance(made, Commit):
        raise TypeError(f"{commit!r} is no commit")
    texts = {}
    for entry in iter_tree_contents(repository.object_store, made.tree):
        if not stat.S_ISREG(entry.mode or 0):
            continue
        text = text_of(repository.object_store[entry.sha].as_raw_string())
        try:
            path = entry.path.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if text is not None:
            texts[path] = text
    return texts


def text_of(content: bytes) -> str | None:
    """Return content as text; ``None`` where it is binary, or too long."""
    if len(content) > TEXT_MAXIMUM or b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None
