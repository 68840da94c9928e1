"""A page walk: what a client meets that follows a collection to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specproof.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as it came back."""

    exchange: Exchange
    readable: bool  # a success whose items could be found
    items: tuple[Any, ...] = ()
    identities: tuple[str, ...] = ()
    next: str | None = None
    previous: str | None = None
    total: int | None = None
    number: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Pages in walk order, and how the walk ended."""

    operation: str
    query: tuple[tuple[str, str], ...]
    asked_size: int | None
    pages: tuple[Page, ...]
    ended: str  # last | loop | limit | elsewhere | error
    back: Page | None = None  # what the previous link of the last page gave, where it was followed

    @property
    def strays_back(self) -> bool:
        """Whether that link led to other items than those of the page before."""
        return self.back is not None and self.back.identities != self.pages[-2].identities

    @property
    def identities(self) -> tuple[str, ...]:
        """Every identity in the order it was met, repeats included."""
        return tuple(identity for page in self.pages for identity in page.identities)

    @property
    def complete(self) -> bool:
        """Whether the collection itself said that this is the end."""
        return self.ended == "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One page that was asked for directly, not by a link."""

    kind: str  # size-maximum | size-minimum | above-maximum | below-minimum | past-end | not-an-integer | ...
    asked: str  # what was asked for, for people: "pagelen=101"
    page: Page
    number: int | None = None  # the page number or the size that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedEvidence:
    """Everything that was seen of one collection."""

    operation: str
    walks: tuple[Walk, ...]
    backward: tuple[tuple[Page, Page, Page], ...] = ()  # (page before, page, what its previous link gave)
    probes: tuple[Probe, ...] = ()
