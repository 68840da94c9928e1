"""Contract coverage: what a contract lets one see, and what of it a run saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Ratio = tuple[int, int]  # seen, all


class PointKind(StrEnum):
    """What a point is about; the values are names of members of ``verdict.json``."""

    PARAMETERS = "parameters"
    REQUEST_MEDIA_TYPES = "request_media_types"
    STATUSES = "statuses"
    RESPONSE_MEDIA_TYPES = "response_media_types"
    SCHEMAS = "schemas"
    SECURITY = "security"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that can be seen of a contract."""

    kind: PointKind
    operation: str  # label; "" where it is about a schema, which many operations may share
    what: str  # "query parameter page: at its minimum 1"
    seen: bool = False
    why: str = ""  # why it was not seen; empty where that is not known

    @property
    def key(self) -> tuple[PointKind, str, str]:
        """What identifies it in a contract."""
        return self.kind, self.operation, self.what


def ratios_of(points: Iterable[Point]) -> Mapping[str, Ratio]:
    """Return for every kind how much was seen, and of how much; ``(0, 0)`` where there is nothing to see."""
    seen, known = dict.fromkeys(PointKind, 0), dict.fromkeys(PointKind, 0)
    for point in points:
        known[point.kind] += 1
        seen[point.kind] += point.seen
    return {kind.value: (seen[kind], known[kind]) for kind in PointKind}


def merge_points(parts: Sequence[Sequence[Point]], *, elsewhere: tuple[str, ...] = ()) -> tuple[Point, ...]:
    """Add up what several processes or machines saw of one contract.

    A point that one of them saw is seen. One that nobody saw has a reason only if everybody gave one: where
    somebody looked and just did not see it, the reasons of the others for not looking explain nothing.

    Args:
        parts: The points of each.
        elsewhere: What reasons start with that are true of one part only: another one looked.
    """
    found: dict[tuple[PointKind, str, str], list[Point]] = {}
    for points in parts:
        for point in points:
            found.setdefault(point.key, []).append(point)
    return tuple(_joined(same, elsewhere) for same in found.values())


def _joined(same: Sequence[Point], elsewhere: tuple[str, ...]) -> Point:
    seen = next((point for point in same if point.seen), None)
    if seen is not None:
        return seen
    unexplained = next((point for point in same if not point.why), None)
    lasting = (point for point in same if not (elsewhere and point.why.startswith(elsewhere)))
    return unexplained or next(lasting, same[0])
