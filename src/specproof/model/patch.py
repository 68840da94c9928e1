"""Patches as they were tried: what was there, what was asked for, what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specproof.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One patch of a thing.

    Args:
        promise: Which promise it is about: merge, removes, json, test, atomic, partial.
        moment: What it does, in words.
        member: Whose value it is about.
        expected: What the members that it names must be afterwards; ``MISSING`` for one that is removed.
        sure: The document surely allows it, so a refusal as malformed breaks the promise.
        default: What a removed member may be shown with.
        before: The thing was read.
        patch: It was patched.
        after: It was read again.
    """

    promise: str
    moment: str
    member: str
    expected: Mapping[str, Any]
    sure: bool
    default: Any = None
    before: Exchange
    patch: Exchange
    after: Exchange

    @property
    def accepted(self) -> bool:
        """Whether the answer was a success."""
        return 200 <= self.patch.response.status < 300
