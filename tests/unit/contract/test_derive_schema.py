"""Instances are judged by the dialect of the document, and by the direction in which they travel."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from specproof.contract.schema import Schemas

OLD, NEW = "3.0.3", "3.1.0"


def keywords(
    version: str,
    schema: Any,
    instance: Any,
    *,
    direction: Literal["request", "response"] = "response",
    partial: bool = False,
    components: dict[str, Any] | None = None,
) -> list[str]:
    """Return the keywords that an instance breaks."""
    schemas = Schemas({"openapi": version, "components": {"schemas": components or {}}})
    return [e.keyword for e in schemas.errors(schema, instance, direction=direction, partial=partial)]


ROWS = [
    # version, schema, valid instances, invalid instances
    (OLD, {"type": "string", "nullable": True}, ["x", None], [1]),
    (OLD, {"type": "string", "nullable": False}, ["x"], [None]),
    (OLD, {"type": "string", "nullable": True, "enum": ["a"]}, ["a", None], ["b"]),
    (OLD, {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True}, ["x", 1, None], [1.5]),
    (OLD, {"allOf": [{"type": "string"}], "nullable": True}, ["x", None], [1]),
    (OLD, {"allOf": [{"type": "string"}]}, ["x"], [None, 1]),
    (NEW, {"type": "string", "nullable": True}, ["x"], [None]),
    (NEW, {"type": ["string", "null"]}, ["x", None], [1]),
    (OLD, {"type": "integer", "minimum": 1, "exclusiveMinimum": True}, [2], [1]),
    (NEW, {"type": "integer", "exclusiveMinimum": 1}, [2], [1]),
    (NEW, {"const": "a"}, ["a"], ["b"]),
    (OLD, {"type": "string", "format": "date-time"}, ["2026-01-02T03:04:05Z"], ["2026-01-02"]),
    (OLD, {"type": "string", "format": "uuid"}, ["7d444840-9dc0-11d1-b245-5ffdce74fad2"], ["7"]),
    (NEW, {"type": "string", "format": "email"}, ["a@example.com"], ["a"]),
    (OLD, {"type": "string", "format": "of-our-own"}, ["x"], [1]),
    (OLD, {"type": "integer", "format": "int64"}, [2**40], [1.5]),
    (OLD, {"oneOf": [{"type": "string"}, {"type": "integer"}]}, ["x", 1], [None, 1.5]),
    (OLD, {"type": "array", "items": {"type": "string"}, "uniqueItems": True}, [["a"]], [["a", "a"]]),
    (OLD, {"additionalProperties": {"type": "integer"}}, [{"a": 1}], [{"a": "1"}]),
    (OLD, None, [1, None, "x"], []),
    (OLD, True, [1, None], []),
    (OLD, False, [], [1, None]),
]


def test_what_is_wrong_beside_null_is_told_where_it_is() -> None:
    inside = {"type": "object", "properties": {"a": {"type": "string"}}}
    schema = {"properties": {"u": {"allOf": [inside], "nullable": True}}}
    found = list(Schemas({"openapi": OLD}).errors(schema, {"u": {"a": 1}}, direction="response"))
    assert [(error.keyword, error.instance_path) for error in found] == [("type", "/u/a")]


@pytest.mark.parametrize(("version", "schema", "valid", "invalid"), ROWS, ids=[str(row[1]) for row in ROWS])
def test_both_dialects_say_what_they_mean(
    version: str, schema: Any, valid: list[Any], invalid: list[Any]
) -> None:
    assert [each for each in valid if keywords(version, schema, each)] == []
    assert [each for each in invalid if not keywords(version, schema, each)] == []


USER = {
    "type": "object",
    "required": ["id", "name", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"type": "string", "writeOnly": True},
    },
}


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize("schema", [USER, {"$ref": "#/components/schemas/User"}, {"allOf": [USER]}])
def test_a_member_is_required_only_where_it_travels(version: str, schema: Any) -> None:
    """``readOnly`` members need not be sent, ``writeOnly`` members need not come back."""
    request, response = {"name": "ada", "password": "x"}, {"id": 1, "name": "ada"}
    more = {"components": {"User": USER}}
    assert keywords(version, schema, request, direction="request", **more) == []
    assert keywords(version, schema, response, direction="response", **more) == []
    assert keywords(version, schema, response, direction="request", **more) == ["required"]
    assert keywords(version, schema, request, direction="response", **more) == ["required"]


OWN_ID = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}}}
APART = {
    "beside allOf": {"allOf": [{"$ref": "#/components/schemas/Own"}], "required": ["id", "name"]},
    "in another part": {"allOf": [OWN_ID, {"required": ["id", "name"]}]},
    "two levels down": {"allOf": [{"allOf": [OWN_ID]}, {"allOf": [{"required": ["id", "name"]}]}]},
    "behind a reference": {
        "required": ["id", "name"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}},
    },
}


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize("schema", APART.values(), ids=APART.keys())
def test_required_and_read_only_may_stand_apart(version: str, schema: Any) -> None:
    more: Any = {"components": {"Own": OWN_ID, "Id": {"type": "integer", "readOnly": True}}}
    assert keywords(version, schema, {"name": "ada"}, direction="request", **more) == []
    assert keywords(version, schema, {}, direction="request", **more) == ["required"]
    assert keywords(version, schema, {"name": "ada"}, direction="response", **more) == ["required"]


def test_a_circular_schema_can_be_prepared() -> None:
    loop = {"allOf": [{"$ref": "#/components/schemas/Loop"}], "required": ["id"]}
    schemas = Schemas({"openapi": OLD, "components": {"schemas": {"Loop": loop}}})
    assert schemas.is_valid({"type": "object"}, {}, direction="request")


def test_what_a_client_puts_into_a_read_only_member_is_nobodys_fault() -> None:
    sent = {"id": "mine", "name": "ada", "password": "x"}
    assert keywords(OLD, USER, sent, direction="request") == []
    assert keywords(OLD, USER, {"id": "1", "name": "ada"}, direction="response") == ["type"]


def test_a_partial_answer_requires_nothing_at_any_depth() -> None:
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/User"}}
    more: Any = {"components": {"User": USER}, "partial": True}
    assert keywords(OLD, schema, [{}, {"name": "ada"}], **more) == []
    assert keywords(OLD, schema, [{"name": 1}], **more) == ["type"]


def test_references_may_be_circular() -> None:
    tree = {"properties": {"kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}
    reference = {"$ref": "#/components/schemas/Tree"}
    assert keywords(OLD, reference, {"kids": [{"kids": []}]}, components={"Tree": tree}) == []
    assert keywords(OLD, reference, {"kids": [{"kids": 1}]}, components={"Tree": tree}) == ["type"]


def test_members_may_be_called_like_keywords() -> None:
    """``required``, ``nullable``, ``example`` and ``properties`` are names like any other."""
    names = ("required", "nullable", "example", "properties", "readOnly", "enum")
    schema = {"properties": {name: {"type": "integer"} for name in names}, "additionalProperties": False}
    assert keywords(OLD, schema, dict.fromkeys(names, 1)) == []
    assert keywords(OLD, schema, dict.fromkeys(names, "x")) == ["type"] * len(names)


@pytest.mark.parametrize("name", ["example", "examples"])
def test_a_member_called_example_may_be_a_reference(name: str) -> None:
    schema = {
        "properties": {name: {"$ref": "#/components/schemas/Word"}},
        "additionalProperties": False,
    }
    more: Any = {"components": {"Word": {"enum": ["a"]}}}
    assert keywords(OLD, schema, {name: "a"}, **more) == []
    assert keywords(OLD, schema, {name: "b"}, **more) == ["enum"]


def test_an_error_says_where_and_in_few_words() -> None:
    schemas = Schemas({"openapi": OLD})
    schema = {"properties": {"a/b": {"items": {"enum": ["x" * 500]}}}}
    [error] = schemas.errors(schema, {"a/b": [1]}, direction="response")
    assert (error.instance_path, error.schema_path) == ("/a~1b/0", "/properties/a~1b/items/enum")
    assert len(error.message) <= 200


@pytest.mark.parametrize("instance", ["\ud800", {"\udfff": 1}, ["\ud83d"], json.loads('"\\ud800"')])
def test_half_a_character_can_be_judged(instance: Any) -> None:
    """JSON can spell a lone surrogate; it must not end the run."""
    assert keywords(OLD, {"type": "integer"}, instance) == ["type"]


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_deep_nesting_ends_no_run(depth: int) -> None:
    """Beyond what can be followed, nothing is said."""
    instance = json.loads("[" * depth + "]" * depth)
    assert keywords(OLD, {"type": "array"}, instance) == []


def test_a_validator_belongs_to_its_schema_for_ever() -> None:
    """Schemas that are made and forgotten do not lend their verdict to others."""
    schemas = Schemas({"openapi": OLD})
    for _ in range(200):
        assert schemas.is_valid({"type": "integer"}, 1, direction="response")
        assert not schemas.is_valid({"type": "string"}, 1, direction="response")
