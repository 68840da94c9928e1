"""Bodies that differ in one member."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.generate.variations import variations

TEXT, LINKED = {"type": "string"}, {"$ref": "#/components/schemas/inner"}
DOCUMENT = {"components": {"schemas": {"inner": {"properties": {"note": TEXT}}}}}


@pytest.mark.parametrize(
    ("schema", "value", "others"),
    [
        (TEXT, "a", ["changed 1"]),
        ({"type": ["string", "null"]}, None, ["changed 1"]),
        ({"type": "string", "format": "date"}, "2026-01-01", []),
        ({"type": "string", "readOnly": True}, "a", []),
        ({"type": "integer", "minimum": 5}, 5, [6]),
        ({"type": "integer"}, 1, []),
        ({"type": "boolean"}, True, [False]),
        ({"enum": ["a", "b", "c"]}, "a", ["b"]),
        (LINKED, {"note": "a", "kept": 1}, [{"note": "changed 1", "kept": 1}]),
        (LINKED, None, [{"note": "changed 1"}]),
        ({"type": "object", "additionalProperties": True}, {"a": 1}, [{"a": 1, "specproof": "changed 1"}]),
        ({"type": "object", "additionalProperties": {}}, None, [{"specproof": "changed 1"}]),
        ({"type": "object"}, {}, []),
        ({"type": "array"}, [], []),
        (True, "a", []),
    ],
)
def test_a_member_gets_another_value_of_its_type(schema: Any, value: Any, others: list[Any]) -> None:
    found = [each["m"] for each in variations(DOCUMENT, {"m": schema}, {"m": value}, 1)]

    assert found == others


def test_what_shows_best_comes_first_and_the_rest_is_kept() -> None:
    members = {"flag": {"type": "boolean"}, "size": {"type": "integer"}, "note": TEXT, "key": TEXT}
    body = {"flag": True, "key": "k"}

    assert list(variations(DOCUMENT, members, body, 1, kept={"key"})) == [
        {**body, "note": "changed 1"},
        {**body, "size": 1},
        {**body, "flag": False},
    ]


def test_each_number_gives_other_texts() -> None:
    found = [next(variations(DOCUMENT, {"note": TEXT}, {}, number)) for number in (1, 2)]

    assert found == [{"note": "changed 1"}, {"note": "changed 2"}]
