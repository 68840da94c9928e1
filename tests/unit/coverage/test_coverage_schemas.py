"""What answers show of their schemas: each keyword once, wherever the schema is used."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.contract.schema import Schemas
from specproof.coverage.schemas import NEVER_REACHED, ResponseSchemas

TREE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "kind": {"type": "string", "enum": ["leaf", "branch"]},
        "note": {"type": "string", "nullable": True},
        "secret": {"type": "string", "writeOnly": True},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/tree"}},
    },
}
AT = "#/components/schemas/tree"


def watch(schema: Any, **more: Any) -> ResponseSchemas:
    """Watch one schema of a document."""
    document = {"openapi": "3.0.3", "components": {"schemas": {"tree": schema, **more}}}
    schemas = ResponseSchemas(document, Schemas(document))
    schemas.add({"$ref": AT}, "#/answer")
    return schemas


def shown(schemas: ResponseSchemas, *values: Any, whole: bool = True) -> set[str]:
    """Show values; return what of the schema was seen, without where it stands."""
    for value in values:
        schemas.look({"$ref": AT}, "#/answer", value, whole=whole)
    return {
        point.what.removeprefix(AT).removeprefix("/properties") for point in schemas.points() if point.seen
    }


def test_members_values_and_lists_are_seen_one_by_one() -> None:
    seen = shown(watch(TREE), {"name": "a", "kind": "leaf", "note": None, "children": []})

    assert seen == {
        "/name: present", "/name: minLength 1", "/kind: present", '/kind: value "leaf"', "/note: present",
        "/note: null", "/children: present", "/children: empty",
    }  # fmt: skip


def test_what_is_required_cannot_be_absent_and_what_is_written_only_cannot_be_present() -> None:
    points = {point.what for point in watch(TREE).points()}

    assert f"{AT}/properties/kind: absent" in points
    assert f"{AT}/properties/name: absent" not in points
    assert not [what for what in points if "secret" in what]


def test_a_part_of_an_answer_shows_no_absence() -> None:
    assert shown(watch(TREE), {"name": "ab"}, whole=False) == {"/name: present"}


def test_a_schema_that_refers_to_itself_ends_and_is_seen_at_every_depth() -> None:
    seen = shown(watch(TREE), {"name": "a", "children": [{"name": "b", "kind": "branch"}]})

    assert {'/kind: value "branch"', "/kind: absent", "/children: absent", "/children: not empty"} <= seen


def test_what_no_answer_had_says_so() -> None:
    schemas = watch(TREE)
    shown(schemas, {"name": "a"})
    why = {point.what.removeprefix(f"{AT}/properties"): point.why for point in schemas.points()}

    assert why['/kind: value "leaf"'] == NEVER_REACHED
    assert why["/kind: present"] == ""


@pytest.mark.parametrize(
    ("schema", "value", "seen"),
    [
        ({"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 0}]}, 0,
         {": oneOf 1", "/oneOf/1: minimum 0"}),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, 1, {": anyOf 0", ": anyOf 1"}),
        ({"type": "boolean"}, True, {": value true"}),
        ({"type": "integer", "enum": [1, 2]}, True, set()),
        ({"type": "number", "maximum": 5}, 5.0, {": maximum 5"}),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": True}, 5.0, set()),
        ({"type": "array", "items": {}, "maxItems": 2}, [1, 2], {": not empty", ": maxItems 2"}),
        ({"additionalProperties": {"type": "boolean"}}, {"x": False},
         {": another member", "/additionalProperties: value false"}),
        ({"type": "string", "nullable": True}, "x", {": not null"}),
        (True, 1, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value)[:40],
)  # fmt: skip
def test_a_value_shows_the_keywords_that_it_meets(schema: Any, value: Any, seen: set[str]) -> None:
    assert shown(watch(schema), value) == seen


def test_parts_share_what_they_require() -> None:
    """``required`` beside ``allOf`` speaks of the members of its parts too."""
    part = {"properties": {"id": {"type": "integer"}}}
    schemas = watch({"allOf": [{"$ref": "#/components/schemas/part"}], "required": ["id"]}, part=part)

    assert [point.what for point in schemas.points()] == ["#/components/schemas/part/properties/id: present"]


trees = st.recursive(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "bc"])},
        optional={"kind": st.sampled_from(["leaf", "branch"]), "note": st.sampled_from([None, "x"])},
    ),
    lambda inner: st.fixed_dictionaries({"name": st.just("a"), "children": st.lists(inner, max_size=3)}),
    max_leaves=6,
)


@given(st.lists(trees, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(values: list[Any], random: Any) -> None:
    """Leaving alone what is done loses nothing."""
    others = [*values, *values]
    random.shuffle(others)

    assert shown(watch(TREE), *values) == shown(watch(TREE), *others)
