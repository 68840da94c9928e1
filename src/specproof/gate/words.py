"""How the gate writes numbers and lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

_NAMED = 5  # operations listed by name in a reason


def count(number: int, noun: str) -> str:
    """Write a number of things: ``1 finding``, ``2 findings``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def be(number: int) -> str:
    """Return ``is`` or ``are``."""
    return "is" if number == 1 else "are"


def percent(share: float) -> str:
    """Write a share, cut off, never rounded up: 0.9999 is not yet 100%."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g}%"


def listed(labels: Sequence[str]) -> str:
    """Write the first few, and how many more there are."""
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return ", ".join(labels[:_NAMED]) + more
