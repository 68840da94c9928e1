"""An order that looks random and is the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def shuffle(items: Iterable[T], seed: str) -> list[T]:
    """Return items in an order that only the seed and they themselves decide."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed} {item}".encode()).digest())
