"""What differs between two versions of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What a change does to a client that keeps to the old document."""

    BREAKING = "breaking"  # it stops working
    RISKY = "risky"  # it may stop working, or work differently
    SAFE = "safe"  # it does not notice

    @property
    def rank(self) -> int:
        """0 is the worst, so that sorting by rank puts the worst first."""
        return ["breaking", "risky", "safe"].index(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two documents."""

    kind: str  # as the catalogue lists it, e.g. "request-property-removed"
    level: Level
    side: str  # "request", "response" or "api"
    said: str  # one sentence: what was, what is
    document: str  # "old" or "new": where the pointer and the place are
    pointer: str  # RFC 6901 with "#"
    place: str  # "file:line"
    operations: tuple[str, ...] = ()  # labels of the operations that it touches; none: the API as a whole

    @property
    def about(self) -> str:
        """The operation it touches, for people; how many others there are."""
        if not self.operations:
            return "API"
        others = len(self.operations) - 1
        return self.operations[0] + (f" and {others} more" if others else "")


def counted(changes: Sequence[Change]) -> str:
    """Return how many changes there are of each level, in words."""
    numbers = [(sum(change.level is level for change in changes), level.value) for level in Level]
    return ", ".join(f"{number} {word}" for number, word in numbers) + " changes"
