"""Whether a condition holds for an item: yes, no, or left open by the contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter
from specproof.invariants.conditions import Reader, folded, text_order, unanimous
from specproof.model.condition import Comparison, Joined, Operand, moment_of, values_at

FIELDS = {"name": "string", "a.b": "string", "n": "number", "ok": "boolean", "at": "datetime"}


def terms(**said: Any) -> Filter:
    """Return the words of a filter."""
    return Filter.model_validate({"operators": {"equals": "="}, "fields": FIELDS, **said})


def holds(item: Any, field: str, operator: str, value: Any, **said: Any) -> bool | None:
    """Tell whether a comparison holds; moments are given as ``(text, unit)``."""
    kinds = {str: "string", bool: "boolean", int: "number", Decimal: "number", type(None): "null"}
    if isinstance(value, tuple):
        moment, unit = datetime.fromisoformat(value[0]).astimezone(UTC), value[1]
        operand = Operand(kind="datetime", value=moment, written=value[0], unit=unit)
    else:
        operand = Operand(kind=kinds[type(value)], value=value, written=str(value))
    return Reader(terms=terms(**said)).holds(
        Comparison(field=field, operator=operator, operand=operand), item
    )


EXACT, LOOSE = {"collation": "codepoint"}, {"collation": "ignore-case"}
TEXTS: list[tuple[str, str, str, dict[str, Any], bool | None]] = [
    # shown, operator, literal, what the contract says, does it hold
    ("one", "equals", "one", {}, True),
    ("one", "equals", "two", {}, False),
    ("one", "not_equals", "two", {}, True),
    ("ONE", "equals", "one", {}, None),
    ("ONE", "equals", "one", EXACT, False),
    ("ONE", "equals", "one", LOOSE, True),
    ("stra\u00dfe", "equals", "STRASSE", LOOSE, None),
    ("caf\u00e9", "equals", "cafe\u0301", {}, None),
    ("caf\u00e9", "equals", "cafe\u0301", EXACT, False),
    (" one ", "equals", "one", {}, None),
    (" one ", "equals", "one", EXACT, False),
    ("one", "contains", "n", {}, True),
    ("one", "contains", "N", {}, None),
    ("one", "contains", "N", EXACT, False),
    ("one", "contains", "N", {"contains_ignores_case": True}, True),
    ("one", "not_contains", "N", {"contains_ignores_case": True}, False),
    ("\u00c9t\u00e9", "contains", "\u00e9T\u00c9", {"contains_ignores_case": True}, True),
    ("gr\u00fc\u00dfe", "contains", "SS", {"contains_ignores_case": True}, None),
    ("\u00e9t\u00e9", "contains", "e", {"contains_ignores_case": True}, None),
    ("\u00e9t\u00e9", "contains", "e", {"contains_ignores_case": True, **EXACT}, False),
    ("one", "contains", "two", {"contains_ignores_case": True}, False),
    ("b", "greater", "a", {}, None),
    ("b", "greater", "a", EXACT, True),
    ("B", "greater", "a", EXACT, False),
    ("B", "greater", "a", LOOSE, True),
    ("_", "greater", "a", LOOSE, None),
    ("a", "greater_or_equal", "a", {}, True),
    ("a", "less", "a", {}, False),
    ("\U0001f30a", "greater", "\ufffd", EXACT, True),
]


@pytest.mark.parametrize(("shown", "operator", "literal", "said", "expected"), TEXTS)
def test_texts_are_compared_as_the_extension_says(
    shown: str, operator: str, literal: str, said: dict[str, Any], expected: bool | None
) -> None:
    assert holds({"name": shown}, "name", operator, literal, **said) is expected


@pytest.mark.parametrize(
    ("shown", "operator", "literal", "expected"),
    [
        (3, "equals", 3, True),
        (3.0, "equals", 3, True),
        (3, "not_equals", 4, True),
        (3, "less", Decimal("3.5"), True),
        (2.5, "equals", Decimal("2.5"), True),
        (0.1, "equals", Decimal("0.1000000000000000055"), None),
        (2**60, "greater", 2**60 - 1, True),
        (True, "equals", 1, None),
        ("3", "equals", 3, None),
        (True, "equals", True, True),
        (True, "not_equals", True, False),
        (False, "equals", True, False),
        (True, "greater", False, None),
        (1, "equals", True, None),
    ],
)
def test_numbers_and_booleans_are_compared_with_their_own_kind(
    shown: Any, operator: str, literal: Any, expected: bool | None
) -> None:
    field = "ok" if isinstance(literal, bool) else "n"
    assert holds({field: shown}, field, operator, literal) is expected


DAY, SECOND, MS = timedelta(days=1), timedelta(seconds=1), timedelta(milliseconds=1)
NOON = "2024-03-05T12:00:00+00:00"
MOMENTS: list[tuple[str, str, tuple[str, timedelta], bool | None]] = [
    ("2024-03-05T12:00:00.000000+00:00", "equals", (NOON, SECOND), True),
    ("2024-03-05T14:00:00.000000+02:00", "equals", (NOON, SECOND), True),
    ("2024-03-05T12:00:00.000000Z", "less_or_equal", (NOON, SECOND), True),
    ("2024-03-05T12:00:00.000000Z", "greater", (NOON, SECOND), False),
    ("2024-03-05T12:00:00.500000Z", "equals", (NOON, SECOND), None),
    ("2024-03-05T12:00:00.500000Z", "greater", (NOON, SECOND), None),
    ("2024-03-05T12:00:00.500000Z", "greater_or_equal", (NOON, SECOND), True),
    ("2024-03-05T12:00:00.500000Z", "less", (NOON, SECOND), False),
    ("2024-03-05T12:00:01.000000Z", "greater", (NOON, SECOND), True),
    ("2024-03-05T11:59:59.999999Z", "less", (NOON, SECOND), True),
    ("2024-03-05T12:00:00Z", "equals", (NOON, SECOND), None),
    ("2024-03-05T12:00:00Z", "greater_or_equal", (NOON, SECOND), True),
    ("2024-03-05T12:00:00Z", "less", (NOON, SECOND), False),
    ("2024-03-05T12:00:00.123Z", "less_or_equal", ("2024-03-05T12:00:00.123+00:00", MS), None),
    ("2024-03-05T12:00:00.000000Z", "equals", ("2024-03-05T00:00:00+00:00", DAY), None),
    ("2024-03-05T12:00:00.000000Z", "less_or_equal", ("2024-03-05T00:00:00+00:00", DAY), None),
    ("2024-03-06T00:00:00.000000Z", "greater", ("2024-03-05T00:00:00+00:00", DAY), True),
    ("2024-03-04T23:59:59.999999Z", "less", ("2024-03-05T00:00:00+00:00", DAY), True),
    ("2024-03-05T12:00:00.000000", "equals", (NOON, SECOND), None),
    ("yesterday", "equals", (NOON, SECOND), None),
]


@pytest.mark.parametrize(("shown", "operator", "literal", "expected"), MOMENTS)
def test_moments_are_compared_as_exactly_as_they_are_written(
    shown: str, operator: str, literal: tuple[str, timedelta], expected: bool | None
) -> None:
    """What a literal does not say, such as the fraction of its second, is left open."""
    assert holds({"at": shown}, "at", operator, literal) is expected


@pytest.mark.parametrize(
    ("item", "operator", "expected"),
    [
        ({}, "equals", True),
        ({"name": None}, "equals", True),
        ({"name": ""}, "equals", False),
        ({"name": ""}, "not_equals", True),
        ({}, "not_equals", False),
        ({"name": [None, "x"]}, "equals", None),
        ({"name": []}, "equals", None),
        ({"name": ["x"]}, "not_equals", None),
    ],
)
def test_a_missing_member_is_null_and_an_empty_text_is_not(
    item: Any, operator: str, expected: bool | None
) -> None:
    assert holds(item, "name", operator, None) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("equals", False), ("contains", False), ("not_equals", None), ("not_contains", None), ("greater", None)],
)
@pytest.mark.parametrize("item", [{}, {"name": None}, {"name": []}])
def test_what_is_absent_equals_nothing_and_all_else_is_open(
    item: Any, operator: str, expected: bool | None
) -> None:
    assert holds(item, "name", operator, "x", **EXACT) is expected


def test_members_are_found_through_objects_and_lists() -> None:
    item = {"a": [{"b": "x"}, {"b": "x"}, {"c": 1}]}

    assert values_at(item, ("a", "b")) == ["x", "x"]
    assert holds(item, "a.b", "equals", "x") is True
    assert holds({"a": [{"b": "x"}, {"b": "y"}]}, "a.b", "equals", "x") is None


def test_a_secret_is_left_open() -> None:
    reader = Reader(terms=terms(), secrets=(SecretRule(member="name", when=("ok", True)),))
    comparison = Comparison(
        field="name", operator="equals", operand=Operand(kind="string", value="x", written='"x"')
    )

    assert reader.holds(comparison, {"name": "", "ok": True}) is None
    assert reader.holds(comparison, {"name": "", "ok": False}) is False


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("2024-03-05T12:00:00Z", 10**6),
        ("2024-03-05T12:00:00.5+01:00", 10**5),
        ("2024-03-05T12:00:00.123456Z", 1),
    ],
)
def test_a_moment_tells_how_exact_it_is(text: str, digits: int) -> None:
    found = moment_of(text)

    assert found is not None
    assert found[1] == timedelta(microseconds=digits)


@pytest.mark.parametrize("text", ["2024-03-05", "2024-03-05T12:00:00", "2024-13-05T12:00:00Z", 5, None])
def test_what_is_no_moment(text: Any) -> None:
    assert moment_of(text) is None


@pytest.mark.parametrize(
    ("answers", "said"), [([True, True], True), ([False], False), ([True, False], None), ([], None)]
)
def test_only_answers_that_agree_say_something(answers: list[bool], said: bool | None) -> None:
    assert unanimous(answers) is said


def test_folding_forgets_case_accents_and_spaces() -> None:
    assert folded("\u00c9 t\u00e9 ") == "ete"


def test_without_a_collation_texts_are_unequal_and_no_more() -> None:
    assert text_order("a", "b", None) == "unequal"


@pytest.mark.parametrize(
    ("how", "texts", "expected"),
    [
        ("or", ("one", "two"), True),
        ("or", ("two", "three"), False),
        ("or", ("two", "ONE"), None),
        ("or", ("ONE", "one"), True),
        ("and", ("one", "one"), True),
        ("and", ("one", "ONE"), None),
        ("and", ("ONE", "two"), False),
        ("not", ("one",), False),
        ("not", ("two",), True),
        ("not", ("ONE",), None),
    ],
)
def test_a_joined_condition_holds_as_its_parts_do(
    how: str, texts: tuple[str, ...], expected: bool | None
) -> None:
    """What one part leaves open, another may settle."""
    parts = tuple(
        Comparison(
            field="name",
            operator="equals",
            operand=Operand(kind="string", value=text, written=f'"{text}"'),
        )
        for text in texts
    )

    assert Reader(terms=terms()).holds(Joined(how=how, parts=parts), {"name": "one"}) is expected
