"""Conditions of many parts and deep ones, made of comparisons whose lists are known: every part counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, permutations

from specproof.contract.vocabulary import Filter
from specproof.model.condition import Comparison, Filtered, Joined, Question

_PARTS = {"quick": 10, "standard": 10, "deep": 25}  # conditions that are joined
_DEEP = {"quick": 8, "standard": 8, "deep": 15}  # parentheses inside each other
_LONGEST = 1500  # characters of a condition: longer ones make the address too long for some servers
_LONGEST_PART = 140  # characters of one of them
_PAIRS = 400  # pairs of items among which those are chosen that a long condition tells apart


def long_conditions(terms: Filter, asked: Sequence[Filtered], depth: str) -> Iterator[Question]:
    """Yield conditions of which the last part, or the innermost, decides what is listed.

    Args:
        terms: The language.
        asked: Single comparisons with what was listed for them.
        depth: ``quick``, ``standard`` or ``deep``: how long they are.
    """
    known = _short_first(asked)
    if len(known) < 3:
        return
    words = terms.combinators
    for how, word in (("and", words.and_), ("or", words.or_)):
        parts = _row(known, how, _PARTS[depth]) if word is not None else []
        if parts:
            yield _joined("combinators", how, f" {word} ", parts)
    if words.and_ is None or words.or_ is None:
        return
    if terms.parentheses:
        yield from _nested(known, {"and": words.and_, "or": words.or_}, _DEEP[depth])
    if terms.binds_tighter == "and":
        yield _mixed(known, words.and_, words.or_, _PARTS[depth])


def _short_first(asked: Sequence[Filtered]) -> list[Filtered]:
    """Return comparisons that list some items but not all, one for each list, the shortest first."""
    everything = frozenset[str]().union(*(each.listed for each in asked))
    found: dict[frozenset[str], Filtered] = {}
    for each in sorted(asked, key=lambda each: (len(each.question.text), each.question.text)):
        single = isinstance(each.question.condition, Comparison)
        short = len(each.question.text) <= _LONGEST_PART
        if single and short and each.walk.complete and 0 < len(each.listed) < len(everything):
            found.setdefault(each.listed, each)
    return list(found.values())


def _row(known: Sequence[Filtered], how: str, number: int) -> list[Question]:
    """Return parts of which all but the last agree about two items, and the last tells them apart.

    A server that forgets the last one lists another set.
    """
    best: list[Filtered] = []
    items = sorted(frozenset[str]().union(*(each.listed for each in known)))
    for one, other in islice(permutations(items, 2), _PAIRS):
        last = next((each for each in known if one in each.listed and other not in each.listed), None)
        same = [
            each for each in known if {one, other} & each.listed == ({one, other} if how == "and" else set())
        ]
        if last is not None and len(same) > len(best[:-1]):
            best = [*same[: number - 1], last]
    if len(best) < 3:
        return []
    front, end = [each.question for each in best[:-1]], best[-1].question
    while len(front) < number - 1:  # where there are not enough, they are asked again
        front = [*front, *front][: number - 1]
    while len(front) > 1 and sum(len(each.text) + 5 for each in (*front, end)) > _LONGEST:
        front.pop()
    return [*front, end]


def _joined(topic: str, how: str, between: str, parts: Sequence[Question]) -> Question:
    condition = Joined(how=how, parts=tuple(part.condition for part in parts))
    return Question(topic=topic, condition=condition, text=between.join(part.text for part in parts))


def _nested(known: Sequence[Filtered], words: dict[str, str], deep: int) -> Iterator[Question]:
    """Yield ``a AND (b OR (c AND …))`` of which the innermost part decides about two items.

    What is joined by AND lists both of them, and what is joined by OR none, so whoever loses a part from some
    depth on lists another set.
    """
    inner, parts = _deciding(known)
    if inner is None:
        return
    for level in range(deep):
        how = ("and", "or")[level % 2]
        part = parts[how][level // 2 % len(parts[how])]
        text = f"{part.text} {words[how]} ({inner.text})"
        if len(text) > _LONGEST:
            break
        condition = Joined(how=how, parts=(part.condition, inner.condition))
        inner = Question(topic="parentheses", condition=condition, text=text)
    yield inner


def _deciding(known: Sequence[Filtered]) -> tuple[Question | None, dict[str, list[Question]]]:
    """Return a comparison that tells two items apart, with those that list both and those that list none."""
    best: tuple[int, Question | None, dict[str, list[Question]]] = (0, None, {})
    items = sorted(frozenset[str]().union(*(each.listed for each in known)))
    for one, other in islice(permutations(items, 2), _PAIRS):
        last = next((each for each in known if one in each.listed and other not in each.listed), None)
        both = [each.question for each in known if {one, other} <= each.listed]
        none = [each.question for each in known if not {one, other} & each.listed]
        fewest = min(len(both), len(none))
        if last is not None and fewest > best[0]:
            best = (fewest, last.question, {"and": both, "or": none})
    return best[1:]


def _mixed(known: Sequence[Filtered], and_: str, or_: str, number: int) -> Question:
    """Return ``a AND b OR c AND d OR …`` without parentheses."""
    chosen = [known[place % len(known)].question for place in range(number)]
    while len(chosen) > 4 and sum(len(each.text) + 5 for each in chosen) > _LONGEST:
        chosen = chosen[:-2]
    pairs = [chosen[place : place + 2] for place in range(0, len(chosen), 2)]
    groups = [_joined("precedence", "and", f" {and_} ", pair) if len(pair) > 1 else pair[0] for pair in pairs]
    return _joined("precedence", "or", f" {or_} ", groups)
