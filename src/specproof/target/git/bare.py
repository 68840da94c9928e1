"""Bare repositories, on disk or in memory, that heed nothing but their own configuration.

dulwich reads the configuration of the user and of the machine, and runs hooks that lie in the folder. What
the target does must not depend on where it runs.
"""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from dulwich.config import StackedConfig
from dulwich.refs import HEADREF, Ref
from dulwich.repo import BaseRepo, MemoryRepo, Repo

from specproof.target.git.history import History

DEFAULT_BRANCH = Ref(b"refs/heads/main")
PRIVATE = 0o700


class MemoryRepository(MemoryRepo):
    """A repository that ends with the process."""

    def get_config_stack(self) -> StackedConfig:
        """Return its own configuration alone."""
        return StackedConfig([self.get_config()])


class DiskRepository(Repo):
    """A repository in a folder."""

    def __init__(self, root: str) -> None:
        super().__init__(root, bare=True)
        self.hooks.clear()

    def get_config_stack(self) -> StackedConfig:
        """Return its own configuration alone."""
        return StackedConfig([self.get_config()])


Repository = MemoryRepository | DiskRepository


def in_memory(history: History) -> MemoryRepository:
    """Build a repository in memory."""
    repository = MemoryRepository()
    _fill(repository, history)
    repository.refs.set_symbolic_ref(HEADREF, DEFAULT_BRANCH)
    return repository


def on_disk(folder: Path, history: History) -> None:
    """Build a repository in a folder, all at once; where another process was quicker, its work stays.

    Args:
        folder: Where it will be: ``FILE.repositories/TEAM/SLUG.git``. The first is closed to other users.
        history: What it will hold.
    """
    folder.parent.parent.mkdir(mode=PRIVATE, exist_ok=True)
    folder.parent.mkdir(exist_ok=True)
    draft = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.part")
    try:
        with Repo.init_bare(draft, mkdir=True, default_branch=b"main") as repository:
            configuration = repository.get_config()
            configuration.set((b"core",), b"logAllRefUpdates", False)  # a log would name the machine's user
            configuration.write_to_path()
            _fill(repository, history)
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(repository: BaseRepo, history: History) -> None:
    repository.object_store.add_objects([(made, None) for made in history.objects])
    repository.refs[DEFAULT_BRANCH] = history.head
