"""A schema before and after, and what rules about schemas yield."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from specproof.contract.diff.view import Sub, View

Side = Literal["request", "response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One schema in both documents, on its way to the server or back."""

    old: View
    new: View
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A difference; its kind is the side of the pair and the aspect."""

    aspect: str  # "maximum-lowered"
    said: str  # what was, what is
    old: str | None = None  # pointers: the new one counts, if there is one
    new: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A schema inside both, to be compared next; no parts allow everything."""

    step: str  # "name", "[]"
    old: tuple[Sub, ...]
    new: tuple[Sub, ...]


Rule: TypeAlias = Callable[[Pair], Iterator[Found | Inner]]


def shown(value: object, limit: int = 60) -> str:
    """Return a value as a sentence can hold it."""
    text = "none" if value is None else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
