"""Which operations of a contract the user wants tested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from specproof.errors import OptionError, did_you_mean
from specproof.model.change import Change
from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.operation import Operation

_VERBS = ("create", "read", "update", "delete", "list")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user said about operations."""

    only: tuple[str, ...] = ()  # globs over labels such as "GET /pets*"; any of them
    tags: tuple[str, ...] = ()  # any of them
    exclude: tuple[str, ...] = ()  # globs over labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which operations are tested, and which of them first."""

    operations: frozenset[str]  # labels
    lives: frozenset[str]  # labels of creations whose life cycle is tested
    whole: bool  # what belongs to no operation is tested too
    first: frozenset[str] = frozenset()  # labels of what has changed

    def has(self, operation: str, area: str) -> bool:
        """Tell whether a promise is tested; what is promised about the document itself always is."""
        if not operation:
            return self.whole or area == "document"
        return operation in (self.lives if area == "lifecycle" else self.operations)


def select(
    document: Mapping[str, Any],
    operations: Sequence[Operation],
    wish: Wish,
    *,
    changes: Iterable[Change] = (),
    changed_only: bool = False,
) -> Selection:
    """Return the operations that are tested.

    Args:
        document: The OpenAPI document, for the tags.
        operations: All its operations.
        wish: What the user said; globs take ``*``, ``?`` and ``[…]``, and ``*`` takes slashes too.
        changes: What differs from an older document.
        changed_only: Leave out the operations that no change touches.

    Raises:
        OptionError: A glob or a tag matches nothing, or nothing is left.
    """
    labels = [operation.label for operation in operations]
    tags = {operation.label: set(_tags(document, operation)) for operation in operations}
    _check("--only", wish.only, labels)
    _check("--exclude", wish.exclude, labels)
    known = sorted({tag for each in tags.values() for tag in each})
    for tag in wish.tags:
        if tag not in known:
            listed = f" Known: {', '.join(known[:12])}." if known else " The document has no tags."
            raise OptionError(f"--tag: no operation has the tag {tag!r}.{did_you_mean(tag, known)}{listed}")
    touched = frozenset(_touched(changes, labels))
    chosen = frozenset(
        label
        for label in labels
        if (not wish.only or _matches(label, wish.only))
        and (not wish.tags or tags[label].intersection(wish.tags))
        and not _matches(label, wish.exclude)
        and (not changed_only or label in touched)
    )
    if not chosen and not changed_only:
        raise OptionError("--only, --tag, --exclude: together they leave no operation; take one of them away")
    lives = frozenset(_lives(operations, chosen, wish.exclude))
    whole = not (wish.only or wish.tags or changed_only)
    return Selection(operations=chosen, lives=lives, whole=whole, first=touched & chosen)


def _tags(document: Mapping[str, Any], operation: Operation) -> Iterator[str]:
    raw = resolve_pointer(document, operation.pointer)
    listed = raw.get("tags") if raw is not MISSING and isinstance(raw, Mapping) else None
    yield from (tag for tag in (listed if isinstance(listed, list) else ()) if isinstance(tag, str))


def _lives(operations: Iterable[Operation], chosen: frozenset[str], exclude: Sequence[str]) -> Iterator[str]:
    """Yield the creations that are chosen, or whose resource an operation that is chosen belongs to."""
    for operation in operations:
        resource = operation.resource
        steps = resource and {getattr(resource, verb) for verb in _VERBS}
        if operation.label in chosen or (steps and steps & chosen and not _matches(operation.label, exclude)):
            yield operation.label


def _matches(label: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(label, pattern) for pattern in map(_pattern, globs))


def _pattern(glob: str) -> str:
    """Return a glob with its method in capitals; one without a method is meant for all of them."""
    method, space, path = glob.strip().partition(" ")
    if not space:
        return f"* {glob.strip()}" if glob.strip().startswith("/") else glob.strip()
    return f"{method.upper()} {path.strip()}"


def _check(option: str, globs: Iterable[str], labels: Sequence[str]) -> None:
    for glob in globs:
        if not any(_matches(label, [glob]) for label in labels):
            hint = did_you_mean(_pattern(glob), labels) or f" Operations are called as {labels[0]!r} is."
            raise OptionError(f"{option}: {glob!r} matches no operation.{hint}")


def _touched(changes: Iterable[Change], labels: Sequence[str]) -> Iterator[str]:
    """Yield what changes touch; a promise made at the root of the document is made for all operations."""
    for change in changes:
        if not change.operations and change.kind.startswith("promise-"):
            yield from labels
        yield from change.operations
