"""What judges of filtered lists share: the context, and how to read a walk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from specproof.invariants.conditions import Reader
from specproof.model.condition import Comparison, Filtered, FilterEvidence
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.walk import Page, Walk

PASSING = {429, 503}  # the server is busy: nothing is learnt about the filter


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterContext:
    """What the judgement may know: the operation, the name of the parameter, and how to read a condition."""

    operation: Operation
    parameter: str
    reader: Reader
    malformed: int | None = None

    def breach(self, topic: str, summary: str, *evidence: Exchange, detail: str) -> Breach:
        """Return a breach of one promise."""
        return Breach(
            promise=f"filter.{topic}",
            operation=self.operation.label,
            summary=summary,
            evidence=evidence,
            detail=detail,
        )


Judge = Callable[[FilterContext, FilterEvidence], Iterator[Breach]]


def exchanges_of(walk: Walk) -> tuple[Exchange, ...]:
    """Return the exchanges of a walk."""
    return tuple(page.exchange for page in walk.pages)


def shown_on(walk: Walk, identity: str) -> Page:
    """Return the page that shows an item."""
    return next(page for page in walk.pages if identity in page.identities)


def items_of(walk: Walk) -> dict[str, Any]:
    """Return the items of a walk by their identities."""
    pairs = [pair for page in walk.pages for pair in zip(page.identities, page.items, strict=True)]
    return dict(pairs)


def is_passing(walk: Walk) -> bool:
    """Tell whether the server was only busy."""
    return walk.pages[-1].exchange.response.status in PASSING


def named(each: Filtered) -> str:
    """Name operator and kind of a comparison, which tell two faults apart."""
    condition = each.question.condition
    if isinstance(condition, Comparison):
        return f"{condition.operator} {condition.operand.kind}"
    return condition.how


def refused(context: FilterContext, topic: str, each: Filtered) -> Iterator[Breach]:
    """Judge an answer that is no list by its status."""
    first = each.walk.pages[0]
    if not first.readable:
        status = first.exchange.response.status
        text = f"expected a list for {context.parameter}={each.question.text}; got status {status}"
        yield context.breach(topic, text, first.exchange, detail=f"{named(each)} status {status}")


def clipped(values: Any) -> str:
    """Show values in a sentence, long ones not whole."""
    shown = ", ".join(repr(value) for value in values or ()) or "absent"
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
