"""Which members of an answer were asked for, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specproof.model.exchange import Exchange
from specproof.model.walk import Walk

EVERY = "*"  # a step of a path that stands for every member of its level
Path = tuple[str, ...]  # names of members from the root of the body; lists are walked through


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One name of a list of names."""

    mode: str  # include | exclude | add
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A list of names as it was asked: which promise it is asked for, what it means and how it is written."""

    topic: str  # the promise without its area: "include"
    steps: tuple[Step, ...]
    text: str

    def paths(self, mode: str) -> tuple[Path, ...]:
        """Return the paths of one mode."""
        return tuple(step.path for step in self.steps if step.mode == mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A selection and its answer."""

    selection: Selection
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionEvidence:
    """Everything that was asked about one answer.

    Args:
        full: The answer without a selection.
        asked: The answers with one.
        walks: A walk without a selection, and the same with one.
        later: Pages behind the first that were asked for by their number, without a selection.
        filtered: Walks with a condition: with all members, and without the one that the condition is about.
    """

    full: Exchange
    asked: tuple[Selected, ...]
    walks: tuple[tuple[Walk, Selection, Walk], ...] = ()
    later: tuple[Exchange, ...] = ()
    filtered: tuple[tuple[Walk, Walk], ...] = ()


def members(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every member of a document with its path, parents first; those of list items many times."""
    if isinstance(document, list):
        for item in document:
            yield from members(item, path)
    elif isinstance(document, dict):
        for name, value in document.items():
            yield (*path, name), value
            yield from members(value, (*path, name))
