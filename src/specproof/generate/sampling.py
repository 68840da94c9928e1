"""Take some of many, so that a quick run tries other ones with each operation and each seed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """Chooses for one operation.

    Args:
        seed: Of the run: it shuffles what there is to choose from.
        turn: Number of the operation. One after the other takes what the ones before left over, so that the
            operations together try everything as soon as they are enough.
        turns: How many operations take turns.
        whole: Take everything.
    """

    seed: int = 0
    turn: int = 0
    turns: int = 1
    whole: bool = True

    def some(self, items: Iterable[T], most: int) -> list[T]:
        """Return at most so many of the items, in the order they came in."""
        found = list(items)
        if self.whole or len(found) <= most:
            return found
        order = random.Random(self.seed).sample(range(len(found)), len(found))  # noqa: S311  # no secret
        start = self.turn * most
        places = {order[place % len(found)] for place in range(start, start + most)}
        return [item for place, item in enumerate(found) if place in places]

    def share(self, items: Iterable[T], least: int) -> list[T]:
        """Return at least so many, and as many more as it takes for all turns to try everything."""
        found = list(items)
        return self.some(found, max(least, -(-len(found) // self.turns)))


EVERYTHING = Sampler()
