"""What must hold for lists that were sorted.

Each function takes everything that was sorted of one collection and yields the breaches of one promise.
Callers run them only where the collection was the same before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Sort
from specproof.invariants.conditions import folded, text_order
from specproof.invariants.filter_context import PASSING, clipped, exchanges_of, is_passing
from specproof.model.condition import Sorted, SortEvidence, moment_of, values_at
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.walk import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class SortContext:
    """What the judgement may know: the operation, the words of its parameter, which members are secret."""

    operation: Operation
    parameter: str
    terms: Sort
    secrets: tuple[SecretRule, ...] = ()

    def breach(self, topic: str, summary: str, *evidence: Exchange, detail: str) -> Breach:
        """Return a breach of one promise."""
        return Breach(
            promise=f"sort.{topic}",
            operation=self.operation.label,
            summary=summary,
            evidence=evidence,
            detail=detail,
        )

    def values(self, each: Sorted, walk: Walk) -> list[tuple[str, Any]]:
        """Return identity and value of every item that has one value and no secret, in the order listed."""
        path = tuple(each.field.split("."))
        found = []
        for page in walk.pages:
            for identity, item in zip(page.identities, page.items, strict=True):
                values = values_at(item, path)
                hidden = any(path == (rule.member,) and rule.applies(item) for rule in self.secrets)
                if len(values) == 1 and not hidden and isinstance(values[0], str | int | float):
                    found.append((identity, values[0]))
        return found


Judge = Callable[[SortContext, SortEvidence], Iterator[Breach]]


def order(context: SortContext, seen: SortEvidence) -> Iterator[Breach]:
    """Every item follows those that come before it in the order of the member."""
    yield from _orders(context, seen.whole, "order", descending=False)


def descending(context: SortContext, seen: SortEvidence) -> Iterator[Breach]:
    """With the sign for descending, every item precedes those that come before it otherwise."""
    yield from _orders(context, seen.whole, "descending", descending=True)
    up = {each.field: each for each in seen.whole if not each.descending}
    for each in seen.whole:
        other = up.get(each.field)
        if not each.descending or other is None or not (each.walk.complete and other.walk.complete):
            continue
        if _disorder(context, "descending", each):
            continue  # said already
        one, two = ([_fold(value) for _, value in context.values(e, e.walk)] for e in (other, each))
        if len(one) == len(two) and one[::-1] != two and one == two:
            text = f"expected {context.parameter}={each.text} to turn the order of {other.text} round; "
            text += "got the same order"
            evidence = (*exchanges_of(other.walk), *exchanges_of(each.walk))
            yield context.breach("descending", text, *evidence, detail="same order")


def _fold(value: Any) -> Any:
    return folded(value) if isinstance(value, str) else value


def _orders(
    context: SortContext, walks: Sequence[Sorted], topic: str, *, descending: bool
) -> Iterator[Breach]:
    for each in walks:
        if each.descending is descending and not is_passing(each.walk):
            yield from _refused(context, topic, each) or _disorder(context, topic, each)


def _refused(context: SortContext, topic: str, each: Sorted) -> list[Breach]:
    first = each.walk.pages[0]
    if first.readable:
        return []
    status = first.exchange.response.status
    text = f"expected a list for {context.parameter}={each.text}; got status {status}"
    return [context.breach(topic, text, first.exchange, detail=f"status {status}")]


def _disorder(context: SortContext, topic: str, each: Sorted) -> list[Breach]:
    """Return a breach for the first item that stands where it should not."""
    values = context.values(each, each.walk)
    wrong = misplaced([value for _, value in values], context.terms.collation, descending=each.descending)
    if wrong is None:
        return []
    (one, before), (two, after) = values[wrong - 1], values[wrong]
    text = f"expected {context.parameter}={each.text} to list {clipped([after])} before {clipped([before])}; "
    text += f"got {two} after {one}"
    shown = [page.exchange for page in each.walk.pages if {one, two} & set(page.identities)]
    return [context.breach(topic, text, *shown, detail=kind_of([value for _, value in values]))]


def kind_of(values: Sequence[Any]) -> str:
    """Name what the values of a member have in common."""
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    if all(moment_of(value) for value in values):
        return "datetime"
    return "string" if all(isinstance(value, str) for value in values) else "mixed"


def misplaced(values: Sequence[Any], collation: str | None, *, descending: bool) -> int | None:
    """Return the index of the first value that should stand before the one before it, or ``None``.

    Booleans only have to stand together, since nobody says which of them comes first; so has text whose
    order nobody described. Timestamps have to be out of order both in time and as text.
    """
    kind = kind_of(values)
    if kind == "boolean":
        changes = [index for index in range(1, len(values)) if values[index] is not values[index - 1]]
        return changes[1] if len(changes) > 1 else None
    if kind == "mixed" or (kind == "string" and collation is None):
        return None
    wrong = "less" if not descending else "greater"
    for index in range(1, len(values)):
        if wrong in {_step(values[index], values[index - 1], kind, collation)}:
            return index
    return None


def _step(value: Any, before: Any, kind: str, collation: str | None) -> str | None:
    """Return how a value stands to the one before it; ``None`` where that is open."""
    if kind == "string":
        return text_order(value, before, collation)
    if kind == "datetime":
        one, two = moment_of(value), moment_of(before)
        in_time = None if one is None or two is None else _sign(one[0], two[0])
        return in_time if in_time == _sign(value, before) else None
    return _sign(value, before)


def _sign(one: Any, other: Any) -> str:
    return "equal" if one == other else "less" if one < other else "greater"


def same_items(context: SortContext, seen: SortEvidence) -> Iterator[Breach]:
    """A sorted list meets what the unsorted one meets, each once."""
    if not seen.plain.complete:
        return
    for each in seen.whole:
        wrong = _other_items(seen.plain, each.walk) if each.walk.complete else ""
        if wrong:
            text = f"expected the {len(seen.plain.identities)} items of the list for "
            text += f"{context.parameter}={each.text}; got {wrong}"
            evidence = (*exchanges_of(seen.plain), *exchanges_of(each.walk))
            yield context.breach("same-items", text, *evidence, detail=wrong.partition(":")[0])


def _other_items(plain: Walk, walk: Walk) -> str:
    """Say what is wrong with the items of a walk; nothing where they are those of the other."""
    expected, got = set(plain.identities), Counter(walk.identities)
    repeated = next((identity for identity, times in got.items() if times > 1), None)
    missing = next((identity for identity in plain.identities if identity not in got), None)
    added = next((identity for identity in got if identity not in expected), None)
    if repeated is not None:
        return f"one twice: {repeated}"
    if missing is not None:
        return f"a list without: {missing}"
    return f"one more: {added}" if added is not None else ""


def pages(context: SortContext, seen: SortEvidence) -> Iterator[Breach]:
    """A sorted walk with small pages meets everything once, and in order over all pages."""
    for each in seen.paged:
        if is_passing(each.walk) or not each.walk.pages[0].readable:
            continue
        last, asked = each.walk.pages[-1], f"{context.parameter}={each.text}"
        if not last.readable:
            text = f"expected a page behind the first for {asked}; got status {last.exchange.response.status}"
            yield context.breach("pages", text, *exchanges_of(each.walk), detail="unreadable")
            continue
        wrong = _other_items(seen.plain, each.walk) if each.walk.complete else ""
        if wrong:
            text = f"expected {len(seen.plain.identities)} items over the pages for {asked}; got {wrong}"
            yield context.breach("pages", text, *exchanges_of(each.walk), detail=wrong.partition(":")[0])
            continue
        if each.walk.back is not None and each.walk.strays_back:
            text = f"expected previous to lead back to the page before for {asked}; got another page"
            evidence = (*exchanges_of(each.walk), each.walk.back.exchange)
            yield context.breach("pages", text, *evidence, detail="previous")
        for breach in _disorder(context, "pages", each):
            yield context.breach("pages", breach.summary, *exchanges_of(each.walk), detail="order")


def with_filter(context: SortContext, seen: SortEvidence) -> Iterator[Breach]:
    """A sorted and filtered list is in order, and lists what the condition alone lists."""
    for each, alone in seen.filtered:
        if is_passing(each.walk) or not alone.pages[0].readable:
            continue
        found = _refused(context, "with-filter", each) or _disorder(context, "with-filter", each)
        yield from found
        wrong = "" if found or not (alone.complete and each.walk.complete) else _other_items(alone, each.walk)
        if wrong:
            text = f"expected the {len(alone.identities)} items of the condition alone for "
            text += f"{context.parameter}={each.text}; got {wrong}"
            evidence = (*exchanges_of(alone), *exchanges_of(each.walk))
            yield context.breach("with-filter", text, *evidence, detail=wrong.partition(":")[0])


def unknown_refused(context: SortContext, seen: SortEvidence) -> Iterator[Breach]:
    """A member that is not there gets the documented status."""
    for text, walk in seen.unknown:
        status = walk.pages[0].exchange.response.status
        if status not in {context.terms.unknown, *PASSING}:
            summary = f"expected status {context.terms.unknown} for {context.parameter}={text}; got {status}"
            evidence = walk.pages[0].exchange
            yield context.breach("unknown-refused", summary, evidence, detail=f"status {status}")


JUDGES: dict[str, Judge] = {
    "sort.order": order,
    "sort.descending": descending,
    "sort.same-items": same_items,
    "sort.pages": pages,
    "sort.with-filter": with_filter,
    "sort.unknown-refused": unknown_refused,
}
