"""A life cycle: what a client sees of things that it creates, changes and deletes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specproof.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One step of a life cycle.

    ``kind`` is one of create, create-chosen, location, read, list, duplicate, update, delete, delete-again
    and clear.
    ``moment`` tells which one where there are several: "after create", "after update".
    """

    kind: str
    subject: str  # which of the run's things: "first", "second", ...
    exchange: Exchange
    moment: str = ""
    sent: Any = None  # the body, parsed
    identity: str | None = None  # of the subject
    listed: Mapping[str, Any] = field(default_factory=dict)  # what a list act met: identity -> item

    @property
    def accepted(self) -> bool:
        """Whether the answer was a success."""
        return 200 <= self.exchange.response.status < 300

    @property
    def shown(self) -> Any:
        """The representation that came back, or ``MISSING``."""
        return self.exchange.response.document


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """All acts of one sequence, in order."""

    name: str  # "story", "echo: CR LF in value"
    acts: tuple[Act, ...]

    def find(self, kind: str, *, subject: str | None = None, moment: str | None = None) -> Act | None:
        """Return the first act of a kind (and subject, and moment)."""
        for act in self.acts:
            if act.kind == kind and subject in {None, act.subject} and moment in {None, act.moment}:
                return act
        return None

    def all(self, kind: str, *, subject: str | None = None) -> list[Act]:
        """Return every act of a kind (and subject)."""
        return [act for act in self.acts if act.kind == kind and subject in {None, act.subject}]
