"""What must hold for lists that were filtered.

Each function takes everything that was asked of one collection and yields the breaches of one promise.
Callers run them only where the collection was the same before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from specproof.invariants.conditions import Reader
from specproof.model.condition import Comparison, Condition, Filtered, FilterEvidence, comparisons
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.traps import traps
from specproof.model.walk import Page, Walk

PASSING = {429, 503}  # the server is busy: nothing is learnt about the filter
OPPOSITES = {
    "equals": "not_equals",
    "contains": "not_contains",
    "greater": "less_or_equal",
    "less": "greater_or_equal",
}


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


def _name(each: Filtered) -> str:
    """Name operator and kind of a comparison, which tell two faults apart."""
    condition = each.question.condition
    if isinstance(condition, Comparison):
        return f"{condition.operator} {condition.operand.kind}"
    return condition.how


def _refused(context: FilterContext, topic: str, each: Filtered) -> Iterator[Breach]:
    first = each.walk.pages[0]
    if not first.readable:
        status = first.exchange.response.status
        text = f"expected a list for {context.parameter}={each.question.text}; got status {status}"
        yield context.breach(topic, text, first.exchange, detail=f"{_name(each)} status {status}")


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
    refused = list(_refused(context, topic, each))
    yield from refused or _sound(context, topic, each, each.walk)
    if not refused:
        yield from _complete(context, topic, plain, each)


def _sound(context: FilterContext, topic: str, each: Filtered, walk: Walk) -> Iterator[Breach]:
    """Judge by what the answer itself shows."""
    condition = each.question.condition
    for page in walk.pages:
        for identity, item in zip(page.identities, page.items, strict=True):
            if context.reader.holds(condition, item) is False:
                text = f"expected only what {each.question.text} holds for{_traps(condition)}; "
                text += f"got {identity}{_shown(context, condition, item)}"
                yield context.breach(topic, text, page.exchange, detail=f"{_name(each)} extra")
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
            yield context.breach(topic, text, *evidence, detail=f"{_name(each)} offset")
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
            yield context.breach(topic, text, page, *exchanges_of(walk), detail=f"{_name(each)} missing")
            return
    stranger = next((identity for identity in walk.identities if identity not in everything), None)
    if stranger is not None:
        text = f"expected only items of the list for {each.question.text}; got {stranger}, which is not in it"
        evidence = (*exchanges_of(plain), shown_on(walk, stranger).exchange)
        yield context.breach(topic, text, *evidence, detail=f"{_name(each)} stranger")


def clipped(values: Any) -> str:
    """Show values in a sentence, long ones not whole."""
    shown = ", ".join(repr(value) for value in values or ()) or "absent"
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def complement(context: FilterContext, seen: FilterEvidence) -> Iterator[Breach]:
    """A comparison and its opposite list every item that has a value, each exactly once."""
    by_condition = {_meant(each.question.condition): each for each in seen.asked.values()}
    for each in seen.asked.values():
        condition = each.question.condition
        if not isinstance(condition, Comparison) or condition.operator not in OPPOSITES:
            continue
        opposite = Comparison(
            field=condition.field, operator=OPPOSITES[condition.operator], operand=condition.operand
        )
        other = by_condition.get(_meant(opposite))
        if other is None or not (seen.plain.complete and each.walk.complete and other.walk.complete):
            continue
        listed, others = each.listed, other.listed
        for identity, item in items_of(seen.plain).items():
            values = context.reader.known(condition.field, item)
            if (
                values is None
                or len(values) != 1
                or (values[0] is None and condition.operand.value is not None)
            ):
                continue
            times = (identity in listed) + (identity in others)
            if times != 1:
                texts = f"{each.question.text} and {other.question.text}"
                text = (
                    f"expected {identity} under one of {texts}; got it under {'both' if times else 'neither'}"
                )
                page = shown_on(seen.plain, identity).exchange
                evidence = (page, *exchanges_of(each.walk), *exchanges_of(other.walk))
                yield context.breach("complement", text, *evidence, detail=f"{_name(each)} {times}")
                break


def _meant(condition: Condition) -> Condition:
    """Return a comparison without the way in which its literal is written."""
    if not isinstance(condition, Comparison):
        return condition
    return replace(condition, operand=replace(condition.operand, written=""))


def _expected(condition: Condition, listed: Mapping[Condition, frozenset[str]], every: frozenset[str]) -> Any:
    """Return the set of identities that a joined condition stands for; ``None`` where a part is not known."""
    if isinstance(condition, Comparison):
        return listed.get(condition)
    parts = [_expected(part, listed, every) for part in condition.parts]
    if any(part is None for part in parts):
        return None
    if condition.how == "not":
        return every - parts[0]
    join = frozenset.intersection if condition.how == "and" else frozenset.union
    return join(*parts)


def joined(topic: str) -> Judge:
    """Return the judge of joined conditions: they list what the lists of their parts make."""

    def judge(context: FilterContext, seen: FilterEvidence) -> Iterator[Breach]:
        known = [each for each in seen.asked.values() if each.walk.complete]
        listed = {each.question.condition: each.listed for each in known}
        every = frozenset(seen.plain.identities)
        for each in seen.joined:
            expected = _expected(each.question.condition, listed, every)
            if each.question.topic != topic or expected is None or is_passing(each.walk):
                continue
            refused = list(_refused(context, topic, each))
            yield from refused
            if refused or not each.walk.complete or each.listed == expected:
                continue
            wrong = "extra" if each.listed - expected else "missing"
            text = f"expected {len(expected)} items for {each.question.text}, as its parts alone make; "
            text += f"got {len(each.listed)}"
            parts = [exchange for part in _parts(each, seen) for exchange in exchanges_of(part.walk)]
            evidence = (*parts, *exchanges_of(each.walk))
            yield context.breach(topic, text, *evidence, detail=f"{_name(each)} {wrong}")

    return judge


def _parts(each: Filtered, seen: FilterEvidence) -> list[Filtered]:
    wanted = list(comparisons(each.question.condition))
    return [one for one in seen.asked.values() if one.question.condition in wanted]


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
