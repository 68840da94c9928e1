"""What one part of a contract lets one see, and what of it is still unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specproof.model.coverage import Point, PointKind


class Watch:
    """The points of one kind and operation; once all are seen, nothing has to be looked at any more."""

    def __init__(self, kind: PointKind, operation: str, points: Iterable[str]) -> None:
        """Take what can be seen, in words."""
        self._kind, self._operation = kind, operation
        self._all = tuple(dict.fromkeys(points))
        self.open = set(self._all)

    def see(self, *points: str) -> None:
        """Note what was seen; points that are not of this watch are ignored."""
        self.open.difference_update(points)

    def points(self) -> Iterator[Point]:
        """Yield every point, in the order of the contract."""
        for what in self._all:
            seen = what not in self.open
            yield Point(kind=self._kind, operation=self._operation, what=what, seen=seen)
