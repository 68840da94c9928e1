"""What must hold for the pages of a filtered list."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.invariants.filter_context import FilterContext, exchanges_of, is_passing
from specproof.model.condition import Filtered, FilterEvidence
from specproof.model.finding import Breach
from specproof.model.walk import Walk


def pages(context: FilterContext, seen: FilterEvidence) -> Iterator[Breach]:
    """A filtered list tells its own total, and small pages list the same items."""
    for each in (*seen.asked.values(), *seen.joined):
        yield from _totals(context, each)
    wholes = {each.question.text: each.walk for each in (*seen.joined, *seen.asked.values())}
    for each in seen.paged:
        whole = wholes[each.question.text]
        if is_passing(each.walk):
            continue
        wrong = _difference(whole, each.walk)
        if wrong:
            text = f"expected {len(whole.identities)} items for {each.question.text} over "
            text += f"{len(each.walk.pages)} pages; got {wrong}"
            evidence = (*exchanges_of(whole), *exchanges_of(each.walk))
            yield context.breach("pages", text, *evidence, detail="walk")
        elif each.walk.back is not None and each.walk.strays_back:
            text = f"expected previous to lead back to the page before for {each.question.text}; got another"
            evidence = (*exchanges_of(each.walk), each.walk.back.exchange)
            yield context.breach("pages", text, *evidence, detail="previous")
        else:
            yield from _totals(context, each)


def _totals(context: FilterContext, each: Filtered) -> Iterator[Breach]:
    count, total = len(each.walk.identities), each.walk.pages[-1].total
    if each.walk.complete and total not in {None, count}:
        text = f"expected a total of {count} for {each.question.text}; got {total}"
        yield context.breach("pages", text, *exchanges_of(each.walk), detail="total")


def _difference(whole: Walk, walk: Walk) -> str:
    """Say what is wrong with a walk with small pages; nothing where it lists the same items."""
    last = walk.pages[-1]
    if not last.readable:
        return f"status {last.exchange.response.status} on page {len(walk.pages)}"
    if len(walk.identities) != len(set(walk.identities)):
        return "one of them twice"
    if set(walk.identities) - set(whole.identities):
        return "others"
    if set(whole.identities) - set(walk.identities) and walk.ended != "elsewhere":
        return f"{len(walk.identities)}"
    return ""
