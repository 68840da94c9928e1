"""What filtered lists must make together: opposites divide the items, joined conditions join the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from specproof.invariants.filter_context import (
    FilterContext,
    Judge,
    exchanges_of,
    is_passing,
    items_of,
    named,
    refused,
    shown_on,
)
from specproof.model.condition import Comparison, Condition, Filtered, FilterEvidence, comparisons
from specproof.model.finding import Breach

OPPOSITES = {
    "equals": "not_equals",
    "contains": "not_contains",
    "greater": "less_or_equal",
    "less": "greater_or_equal",
}


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
                yield context.breach("complement", text, *evidence, detail=f"{named(each)} {times}")
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
            refusals = list(refused(context, topic, each))
            yield from refusals
            if refusals or not each.walk.complete or each.listed == expected:
                continue
            wrong = "extra" if each.listed - expected else "missing"
            text = f"expected {len(expected)} items for {each.question.text}, as its parts alone make; "
            text += f"got {len(each.listed)}"
            parts = [exchange for part in _parts(each, seen) for exchange in exchanges_of(part.walk)]
            evidence = (*parts, *exchanges_of(each.walk))
            yield context.breach(topic, text, *evidence, detail=f"{named(each)} {wrong}")

    return judge


def _parts(each: Filtered, seen: FilterEvidence) -> list[Filtered]:
    wanted = list(comparisons(each.question.condition))
    return [one for one in seen.asked.values() if one.question.condition in wanted]
