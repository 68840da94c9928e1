"""Rules about bounds: lengths, numbers of items and members, smallest and largest numbers, steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from specproof.contract.diff.pair import Found, Pair, shown
from specproof.contract.diff.view import View

_UPPER = {"maxLength": "max-length", "maxItems": "max-items", "maxProperties": "max-properties"}
_LOWER = {"minLength": "min-length", "minItems": "min-items", "minProperties": "min-properties"}


def counts(pair: Pair) -> Iterator[Found]:
    """``maxLength`` and its kin; nothing said is no bound, and a lower bound of 0 says nothing."""
    for keyword, word in _UPPER.items():
        old, new = _number(pair.old.says(keyword)), _number(pair.new.says(keyword))
        if old != new:
            lowered = new is not None and (old is None or new < old)
            yield _bound(pair, keyword, f"{word}-{'lowered' if lowered else 'raised'}", old, new)
    for keyword, word in _LOWER.items():
        old, new = _number(pair.old.says(keyword)) or 0, _number(pair.new.says(keyword)) or 0
        if old != new:
            yield _bound(pair, keyword, f"{word}-{'raised' if new > old else 'lowered'}", old, new)
    old_unique, new_unique = (view.says("uniqueItems") is True for view in (pair.old, pair.new))
    if old_unique != new_unique:
        aspect = "unique-items-added" if new_unique else "unique-items-removed"
        yield _bound(pair, "uniqueItems", aspect, old_unique, new_unique)


def ranges(pair: Pair) -> Iterator[Found]:
    """The largest and the smallest number, in whichever way a document of 3.0 or 3.1 says it."""
    old, new = _edge(pair.old, "aximum", 1), _edge(pair.new, "aximum", 1)
    if old != new:
        lowered = new is not None and (old is None or new < old)
        aspect = "maximum-lowered" if lowered else "maximum-raised"
        yield _bound(pair, "maximum", aspect, _words(old, "below"), _words(new, "below"))
    old, new = _edge(pair.old, "inimum", -1), _edge(pair.new, "inimum", -1)
    if old != new:
        raised = new is not None and (old is None or new > old)
        aspect = "minimum-raised" if raised else "minimum-lowered"
        yield _bound(pair, "minimum", aspect, _words(old, "above"), _words(new, "above"))


def steps(pair: Pair) -> Iterator[Found]:
    """``multipleOf``: a multiple of the old step is stricter."""
    old, new = _number(pair.old.says("multipleOf")), _number(pair.new.says("multipleOf"))
    if old == new:
        return
    if not old or not new:
        aspect = "multiple-of-narrowed" if new else "multiple-of-widened"
    elif (Fraction(str(new)) / Fraction(str(old))).denominator == 1:
        aspect = "multiple-of-narrowed"
    elif (Fraction(str(old)) / Fraction(str(new))).denominator == 1:
        aspect = "multiple-of-widened"
    else:
        aspect = "multiple-of-changed"
    yield _bound(pair, "multipleOf", aspect, old, new)


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _edge(view: View, name: str, sign: int) -> tuple[float, int] | None:
    """Return a bound as (number, tie-break): an exclusive bound lies just inside an inclusive one."""
    inclusive = _number(view.says("m" + name))
    said = view.says("exclusiveM" + name)
    exclusive = _number(said)
    if said is True:  # OpenAPI 3.0
        inclusive, exclusive = None, inclusive
    if exclusive is not None and view.types == frozenset({"integer"}) and exclusive == int(exclusive):
        inclusive, exclusive = _tighter(inclusive, exclusive - sign, sign), None
    found = [(inclusive, 0)] if inclusive is not None else []
    found += [(exclusive, -sign)] if exclusive is not None else []
    return (min(found) if sign > 0 else max(found)) if found else None


def _tighter(one: float | None, other: float, sign: int) -> float:
    return other if one is None else min(one, other) if sign > 0 else max(one, other)


def _words(edge: tuple[float, int] | None, word: str) -> str | float | None:
    return None if edge is None else edge[0] if not edge[1] else f"{word} {edge[0]}"


def _bound(pair: Pair, keyword: str, aspect: str, old: Any, new: Any) -> Found:
    def text(value: Any) -> str:
        return value if isinstance(value, str) else shown(value)

    said = f"{keyword} was {text(old)}, is {text(new)}"
    here, there = pair.new.keywords.get(keyword), pair.old.keywords.get(keyword)
    before = there.pointer if there is not None else pair.old.pointer
    if here is None and there is not None:
        return Found(aspect=aspect, said=said, old=before)
    return Found(aspect=aspect, said=said, old=before, new=here.pointer if here else pair.new.pointer)
