"""Long conditions: what they must list is known, and the last part of each decides it."""

from __future__ import annotations

import pytest
from builders import make_exchange

from specproof.contract.vocabulary import Filter
from specproof.generate.long_conditions import long_conditions
from specproof.model.condition import Comparison, Filtered, Joined, Operand, Question, comparisons
from specproof.model.walk import Page, Walk

LISTS = {"a": "1234", "b": "1235", "c": "1236", "d": "34567", "e": "127", "f": "4567"}


def _terms(**more: object) -> Filter:
    said = {
        "operators": {"equals": "="}, "combinators": {"and": "AND", "or": "OR"}, "binds_tighter": "and",
        "parentheses": True, "fields": {"name": "string"}, **more,
    }  # fmt: skip
    return Filter.model_validate(said)


def _asked(lists: dict[str, str]) -> list[Filtered]:
    found = []
    for name, listed in lists.items():
        operand = Operand(kind="string", value=name, written=f'"{name}"')
        condition = Comparison(field="name", operator="equals", operand=operand)
        page = Page(exchange=make_exchange(), readable=True, identities=tuple(listed))
        walk = Walk(operation="GET /things", query=(), asked_size=None, pages=(page,), ended="last")
        question = Question(topic="equality", condition=condition, text=f'name = "{name}"')
        found.append(Filtered(question=question, walk=walk))
    return found


def _lists(condition: Comparison | Joined) -> set[str]:
    if isinstance(condition, Comparison):
        return set(LISTS[condition.operand.value])
    parts = [_lists(part) for part in condition.parts]
    return set.intersection(*parts) if condition.how == "and" else set.union(*parts)


def _first(topic: str, how: str) -> Question:
    questions = long_conditions(_terms(), _asked(LISTS), "standard")
    return next(
        each
        for each in questions
        if each.topic == topic and isinstance(each.condition, Joined) and each.condition.how == how
    )


@pytest.mark.parametrize("how", ["and", "or"])
def test_without_its_last_part_a_row_lists_something_else(how: str) -> None:
    condition = _first("combinators", how).condition
    assert isinstance(condition, Joined)
    shorter = Joined(how=how, parts=condition.parts[:-1])

    assert len(condition.parts) == 10
    assert _lists(condition) != _lists(shorter)
    assert _lists(condition)


def test_parentheses_are_nested_as_deep_as_is_said() -> None:
    [question] = [q for q in long_conditions(_terms(), _asked(LISTS), "standard") if q.topic == "parentheses"]

    assert question.text.endswith(")" * 8)
    assert len(list(comparisons(question.condition))) == 9


def test_the_innermost_part_decides_about_two_items() -> None:
    """Who loses what is deep inside lists another one, be it joined by AND or by OR there."""
    [question] = [q for q in long_conditions(_terms(), _asked(LISTS), "quick") if q.topic == "parentheses"]
    node, whole = question.condition, _lists(question.condition)
    kept: list[Comparison | Joined] = []
    while isinstance(node, Joined):
        kept.append(node)
        node = node.parts[1]

    without = []
    for level in range(1, len(kept)):
        lists = _lists(kept[level].parts[0])
        for outer in kept[level - 1 :: -1]:
            part = _lists(outer.parts[0])
            lists = part & lists if outer.how == "and" else part | lists
        without.append(lists)

    assert len(without) == 7
    assert all(lists != whole for lists in without)


def test_a_mixture_has_no_parentheses() -> None:
    question = _first("precedence", "or")

    assert "(" not in question.text
    assert len(list(comparisons(question.condition))) == 10


def test_a_language_that_joins_nothing_gets_no_long_conditions() -> None:
    terms = _terms(combinators={}, parentheses=False, binds_tighter=None)

    assert list(long_conditions(terms, _asked(LISTS), "deep")) == []
    assert list(long_conditions(_terms(), _asked({"a": "12", "b": "1"}), "standard")) == []
