"""What must hold for lists that were filtered.

Each function takes everything that was asked of one collection and yields the breaches of one promise.
Callers run them only where the collection was the same before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specproof.invariants.filter_context import (
    PASSING,
    FilterContext,
    Judge,
    clipped,
    exchanges_of,
    is_passing,
    items_of,
    named,
    refused,
    shown_on,
)
from specproof.invariants.filter_pages import pages
from specproof.invariants.filter_sets import complement, joined
from specproof.model.condition import Comparison, Condition, Filtered, FilterEvidence
from specproof.model.finding import Breach
from specproof.model.traps import traps
from specproof.model.walk import Walk


def single(topic: str) -> Judge:
    """Return the judge of one kind of comparison: it lists all items for which it holds, and no other."""

    def judge(context: FilterContext, seen: FilterEvidence) -> Iterator[Breach]:
        found = [
            breach
            for each in seen.asked.values()
            if each.question.topic == topic
            for breach in _listed(context, topic, seen.plain, each)
        ]
        yield from found or (
            breach
            for each in seen.together
            if each.question.topic == topic
            for breach in _listed(context, topic, seen.plain, each)
        )
        yield from _spelt(context, topic, seen)

    return judge


def is_wrong(context: FilterContext, each: Filtered, plain: Walk) -> bool:
    """Tell whether a list shows that its condition was not understood, given the list without one."""
    return next(_listed(context, each.question.topic, plain, each), None) is not None


def _listed(context: FilterContext, topic: str, plain: Walk, each: Filtered) -> Iterator[Breach]:
    """Judge the answer to one condition by what the items show."""
    if is_passing(each.walk):
        return
    refusals = list(refused(context, topic, each))
    yield from refusals or _sound(context, topic, each, each.walk)
    if not refusals:
        yield from _complete(context, topic, plain, each)


def _sound(context: FilterContext, topic: str, each: Filtered, walk: Walk) -> Iterator[Breach]:
    """Judge by what the answer itself shows."""
    condition = each.question.condition
    for page in walk.pages:
        for identity, item in zip(page.identities, page.items, strict=True):
            if context.reader.holds(condition, item) is False:
                text = f"expected only what {each.question.text} holds for{_traps(condition)}; "
                text += f"got {identity}{_shown(context, condition, item)}"
                yield context.breach(topic, text, page.exchange, detail=f"{named(each)} extra")
                return


def _shown(context: FilterContext, condition: Condition, item: Any) -> str:
    """Say what an item shows of the member that is asked for, where it is one."""
    if not isinstance(condition, Comparison):
        return ""
    return f" with {condition.field} {clipped(context.reader.known(condition.field, item))}"


def _traps(condition: Condition) -> str:
    """Say what may have been the stumbling block in a text that has several."""
    value = condition.operand.value if isinstance(condition, Comparison) else None
    found = traps(value) if isinstance(value, str) else ()
    return f" (a text with {', '.join(found[:-1])} and {found[-1]})" if len(found) > 2 else ""


def _spelt(context: FilterContext, topic: str, seen: FilterEvidence) -> Iterator[Breach]:
    """One moment, written with two offsets, lists the same, however exactly the server knows its own."""
    first: dict[object, Filtered] = {}
    for each in seen.asked.values():
        condition = each.question.condition
        if each.question.topic != topic or not isinstance(condition, Comparison):
            continue
        operand = condition.operand
        if operand.kind != "datetime" or not each.walk.complete or is_passing(each.walk):
            continue
        meant = (condition.field, condition.operator, operand.value, operand.unit)
        other = first.setdefault(meant, each)
        if other.listed != each.listed:
            text = f"expected {each.question.text} to list what {other.question.text} lists; "
            text += f"got {len(each.listed)} items, not {len(other.listed)}"
            evidence = (*exchanges_of(other.walk), *exchanges_of(each.walk))
            yield context.breach(topic, text, *evidence, detail=f"{named(each)} offset")
            return


def _complete(context: FilterContext, topic: str, plain: Walk, each: Filtered) -> Iterator[Breach]:
    """Judge by the walk without a condition, where both walks came to their ends."""
    condition, walk = each.question.condition, each.walk
    if not (plain.complete and walk.complete):
        return
    everything, listed = items_of(plain), each.listed
    for identity, item in everything.items():
        if identity not in listed and context.reader.holds(condition, item):
            text = f"expected {identity}{_shown(context, condition, item)} for {each.question.text}"
            text += f"{_traps(condition)}; got {len(listed)} items without it"
            page = shown_on(plain, identity).exchange
            yield context.breach(topic, text, page, *exchanges_of(walk), detail=f"{named(each)} missing")
            return
    stranger = next((identity for identity in walk.identities if identity not in everything), None)
    if stranger is not None:
        text = f"expected only items of the list for {each.question.text}; got {stranger}, which is not in it"
        evidence = (*exchanges_of(plain), shown_on(walk, stranger).exchange)
        yield context.breach(topic, text, *evidence, detail=f"{named(each)} stranger")


def malformed_refused(context: FilterContext, seen: FilterEvidence) -> Iterator[Breach]:
    """A condition that nobody can read gets the documented status."""
    for text, wrong, walk in seen.refused:
        status = walk.pages[0].exchange.response.status
        if status not in {context.malformed, *PASSING}:
            summary = f"expected status {context.malformed} for {context.parameter}={text} ({wrong}); "
            evidence = walk.pages[0].exchange
            yield context.breach(
                "malformed-refused", f"{summary}got {status}", evidence, detail=f"{wrong} {status}"
            )


JUDGES: dict[str, Judge] = {
    "filter.equality": single("equality"),
    "filter.contains": single("contains"),
    "filter.order": single("order"),
    "filter.absent": single("absent"),
    "filter.complement": complement,
    "filter.combinators": joined("combinators"),
    "filter.parentheses": joined("parentheses"),
    "filter.precedence": joined("precedence"),
    "filter.spaces": joined("spaces"),
    "filter.pages": pages,
    "filter.malformed-refused": malformed_refused,
}
