"""Swap a folder of reports: the previous run's reports stay until the new ones are whole."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from specproof.errors import OptionError

_NEW, _OLD = ".specproof-new-", ".specproof-old-"
_ABANDONED_S = 3600.0  # a folder of a run that was killed; younger ones may belong to one that goes on


@contextmanager
def staged(folder: Path, *, owned: Collection[str] = ()) -> Iterator[Path]:
    """Yield a fresh folder; what is in it replaces the reports once the block has ended well.

    The fresh folder lies inside ``folder``, so that nothing but renames within one file system is
    needed even where ``folder`` is a mount point. If the block raises, also for Ctrl-C, ``folder`` is
    as it was. Entries that are neither new nor ``owned`` are left alone: a history, a ``.gitkeep``.

    Args:
        folder: Where the reports belong; made if there is none.
        owned: Names of entries that are ours: they go, if the new reports have none of that name.

    Raises:
        OptionError: The folder cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(folder)
        fresh = Path(tempfile.mkdtemp(prefix=_NEW, dir=folder))
    except OSError as error:
        raise OptionError(
            f"--reports-dir: {folder} cannot be written to ({error.strerror or error}); name another folder"
        ) from error
    try:
        yield fresh
        _swap(fresh, folder, owned)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path, owned: Collection[str]) -> None:
    """Put the old entries aside, the new ones in their place; undo it all if a step fails."""
    aside = Path(tempfile.mkdtemp(prefix=_OLD, dir=folder))
    names = sorted({entry.name for entry in fresh.iterdir()} | set(owned))
    moved: list[tuple[Path, Path]] = []
    try:
        for name in names:
            for source, goal in ((folder / name, aside / name), (fresh / name, folder / name)):
                if source.exists() or source.is_symlink():
                    source.rename(goal)
                    moved.append((source, goal))
    except BaseException:
        for source, goal in reversed(moved):
            goal.rename(source)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _clear_abandoned(folder: Path) -> None:
    for prefix in (_NEW, _OLD):
        for entry in folder.glob(f"{prefix}*"):
            if time.time() - entry.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(entry, ignore_errors=True)
