"""What the judgement of a life may know, and how it says what is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.invariants.members import Known
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.life import Act, Life
from specproof.model.operation import Operation, Resource

STORY = "story"  # the name of the life in which every act is played


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeContext:
    """What the judgement may know: the resource and its operations."""

    resource: Resource
    operations: Mapping[str, Operation]  # verb -> operation
    known: Known
    exclusive: bool = False  # nobody else changes anything meanwhile
    described: Callable[[Exchange], Any] = lambda exchange: exchange.response.document

    def breach(self, name: str, verb: str, summary: str, *acts: Act | None, detail: str = "") -> Breach:
        """Return a breach of a life cycle promise on the operation of a verb."""
        evidence = sorted({a.exchange.number: a.exchange for a in acts if a is not None}.items())
        return Breach(
            promise=f"lifecycle.{name}",
            operation=self.operations[verb].label,
            summary=summary,
            evidence=tuple(exchange for _, exchange in evidence),
            detail=detail,
        )


Judge = Callable[[LifeContext, Life], Iterator[Breach]]


def status_of(act: Act) -> int:
    """Return how an act was answered."""
    return act.exchange.response.status
