"""Rules about operations as such: added, removed, moved, announced to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from specproof.contract.diff.outline import Note, Outlined
from specproof.contract.diff.view import canonical
from specproof.contract.extensions import EXTENSIONS

_SAYS_WHENCE = {"x-promise-source", "x-specproof-infer", "x-secret"}


def removed(old: Outlined, moved_to: str, today: date) -> Note:
    """Return what it means that an operation is gone."""
    sunset = day_of(old.raw.get("x-sunset"))
    said, kind = f"{old.label} is gone", "operation-removed"
    if moved_to:
        kind, said = "operation-moved", f"{old.label} is {moved_to} now"
    elif sunset is not None and today < sunset:
        kind, said = "operation-removed-before-sunset", f"{said}; it was promised until {sunset}"
    elif sunset is not None:
        kind, said = "operation-removed-after-sunset", f"{said}; it was announced for {sunset}"
    elif old.raw.get("deprecated") is True:
        kind, said = "operation-removed-after-deprecation", f"{said}; it was deprecated"
    return Note(kind=kind, said=said, old=old.pointer)


def day_of(value: object) -> date | None:
    """Return the day that ``x-sunset`` names (RFC 3339), or ``None``."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def life(old: Outlined, new: Outlined) -> Iterator[Note]:
    """Deprecation, the day it goes, its id."""
    was, now = old.raw.get("deprecated") is True, new.raw.get("deprecated") is True
    if was != now:
        kind = "operation-deprecated" if now else "operation-no-longer-deprecated"
        yield Note(kind=kind, said=f"deprecated was {was}, is {now}", new=new.pointer)
    yield from _sunset(old, new)
    before, after = old.raw.get("operationId"), new.raw.get("operationId")
    if before is not None and before != after:
        kind = "operation-id-removed" if after is None else "operation-id-changed"
        yield Note(kind=kind, said=f"operationId was {before!r}, is {after!r}", new=new.pointer)


def _sunset(old: Outlined, new: Outlined) -> Iterator[Note]:
    before, after = day_of(old.raw.get("x-sunset")), day_of(new.raw.get("x-sunset"))
    if before == after:
        return
    if before is None or after is None:
        kind = "sunset-announced" if before is None else "sunset-withdrawn"
    else:
        kind = "sunset-moved-later" if after > before else "sunset-moved-earlier"
    yield Note(
        kind=kind, said=f"x-sunset was {before or 'not said'}, is {after or 'not said'}", new=new.pointer
    )


At = Callable[[str], str]  # the name of a member -> its pointer


def inside(pointer: str) -> At:
    """Return where the members of an object stand."""
    return lambda name: f"{pointer}/{name}"


def of_operation(operation: Outlined) -> At:
    """Return where what an operation says stands: in itself, or in its path item."""
    return lambda name: f"{operation.pointer if name in operation.raw else operation.item_pointer}/{name}"


def promises(old: Mapping[str, Any], new: Mapping[str, Any], was_at: At, at: At) -> Iterator[Note]:
    """Extensions of the vocabulary on any object."""
    names = [key for key in dict.fromkeys((*old, *new)) if key in EXTENSIONS and key not in _SAYS_WHENCE]
    for name in names:
        if name not in new:
            yield Note(kind="promise-removed", said=f"{name} is gone", old=was_at(name))
        elif name not in old:
            yield Note(kind="promise-added", said=f"{name} is new", new=at(name))
        elif canonical(old[name]) != canonical(new[name]):
            said = f"{name} says something else: {_differing(old[name], new[name])}"
            yield Note(kind="promise-changed", said=said, new=at(name))


def _differing(old: Any, new: Any) -> str:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return f"was {old!r}, is {new!r}"
    keys = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    return ", ".join(f"{key} was {old.get(key)!r}, is {new.get(key)!r}" for key in keys)
