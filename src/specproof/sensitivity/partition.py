"""A part of the faults: every n-th by a hash of the name, so that a new fault moves no other one."""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from specproof.errors import OptionError

ROTATING = 3  # parts that ``auto`` makes
_MEND = "give K/N with K from 1 to N, as in 2/3, or auto, auto/N, or all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The ``number``-th of ``of`` parts, counted from 1.

    Args:
        number: 1 to ``of``.
        of: How many parts there are; 1 is everything.
        why: How the number was chosen, where nobody named it.
    """

    number: int
    of: int
    why: str = ""

    def holds(self, name: str) -> bool:
        """Tell whether a fault belongs to this part."""
        return part_of(name, self.of) == self.number

    def __str__(self) -> str:
        """Say it for people: ``part 2 of 3 (commit 1f0c9ab)``, ``all``."""
        if self.of == 1:
            return "all"
        return f"part {self.number} of {self.of}" + (f" ({self.why})" if self.why else "")


EVERYTHING = Part(number=1, of=1)


def part_of(name: str, of: int) -> int:
    """Return the part, 1 to ``of``, that a fault is in: the same on every machine, whatever else there is."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % of + 1


def read_part(text: str, *, folder: Path) -> Part:
    """Understand what ``--part`` was given.

    Args:
        text: ``K/N``, ``auto`` (a third, another one for another commit), ``auto/N``, or ``all``.
        folder: Where the commit is asked for.

    Raises:
        OptionError: It is none of these.
    """
    if text == "all":
        return EVERYTHING
    found = re.fullmatch(r"(auto|[0-9]{1,9})(?:/([0-9]{1,9}))?", text)
    first, of = (found[1], int(found[2] or ROTATING)) if found else ("", 0)
    if found and first == "auto" and of >= 1:
        return _rotating(of, folder)
    if found and found[2] and first != "auto" and 1 <= int(first) <= of:
        return Part(number=int(first), of=of)
    raise OptionError(f"--part: {text!r} names no part; {_MEND}")


def _rotating(of: int, folder: Path) -> Part:
    commit = commit_of(folder)
    if commit is None:
        return Part(number=1, of=of, why="no commit is known here, so always the first")
    return Part(number=int(commit, 16) % of + 1, of=of, why=f"commit {commit[:7]}")


def commit_of(folder: Path) -> str | None:
    """Return the hash of the commit that is checked out in a folder, ``None`` where git knows none."""
    try:
        said = subprocess.run(
            ["git", "rev-parse", "--verify", "HEAD"],  # noqa: S607 - wherever the user has it
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    commit = said.stdout.strip()
    return commit if re.fullmatch(r"[0-9a-f]{40,64}", commit) else None
