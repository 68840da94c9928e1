"""Bodies that are made are valid, hold no secret, and break one rule at a time where they should."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_operation, make_parameter
from hypothesis import given
from hypothesis import strategies as st
from things import contract_of

from specproof.contract.contract import Contract
from specproof.generate.bodies import HARD_TEXTS, BodyPlan, hard_texts, instance, plan_body
from specproof.generate.mutations import (
    extreme_queries,
    invalid_bodies,
    invalid_queries,
)
from specproof.generate.names import Names
from specproof.generate.sampling import Sampler

TEXT = {"type": "string"}


def planned(schema: Any, **media: Any) -> tuple[Contract, BodyPlan | None]:
    """Plan the body of ``POST /x``."""
    body = {"content": {"application/json": {"schema": schema, **media}}}
    contract = contract_of({"openapi": "3.0.3", "paths": {"/x": {"post": {"requestBody": body}}}})
    return contract, plan_body(contract, contract.operation("POST /x"))


def plan_of(schema: Any, **media: Any) -> BodyPlan:
    """Plan a body that there must be."""
    _, plan = planned(schema, **media)
    assert plan is not None
    return plan


def members(**schemas: Any) -> dict[str, Any]:
    """Describe an object that requires all of its members."""
    return {"type": "object", "required": list(schemas), "properties": schemas}


def test_an_example_is_preferred() -> None:
    schema = members(name=TEXT)
    assert plan_of(schema, example={"name": "kettle"}).base == {"name": "kettle"}
    assert plan_of({**schema, "example": {"name": "pot"}}).base == {"name": "pot"}


def test_an_example_of_a_schema_that_is_referred_to_counts() -> None:
    """The usual place of an example is the schema under components."""
    thing = {**members(name=TEXT), "example": {"name": "pot"}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    contract = contract_of({
        "openapi": "3.0.3",
        "paths": {"/x": {"post": {"requestBody": body}}},
        "components": {"schemas": {"Thing": thing}},
    })
    plan = plan_body(contract, contract.operation("POST /x"))
    assert plan is not None
    assert plan.base == {"name": "pot"}


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({}, False),
        ({"additionalProperties": True}, True),
        ({"additionalProperties": {}}, True),
        ({"additionalProperties": False}, False),
        ({"allOf": [{"additionalProperties": True}]}, True),
    ],
    ids=["nothing", "any", "any schema", "none", "any, of a part"],
)
def test_other_members_are_taken_where_the_document_says_so(said: dict[str, Any], taken: bool) -> None:
    """A schema that is silent takes them, too; but that may be an oversight."""
    assert plan_of({**members(name=TEXT), **said}).takes_more is taken


def test_an_invalid_example_is_passed_over() -> None:
    plan = plan_of(members(size={"type": "integer"}), example={"size": "big"})
    assert plan.base == {"size": 1}


def test_what_only_the_server_gives_is_not_sent() -> None:
    schema = members(id={**TEXT, "readOnly": True}, name=TEXT)
    plan = plan_of(schema, example={"id": "7", "name": "kettle"})
    assert (plan.base, plan.read_only, set(plan.members)) == ({"name": "kettle"}, {"id"}, {"name"})


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ({"when": {"property": "locked", "equals": True}}, {"name": "a", "value": "v", "locked": False}),
        (True, {"name": "a", "locked": True}),
    ],
)
def test_a_plain_body_holds_no_secret(said: Any, base: dict[str, Any]) -> None:
    schema = {
        "properties": {"name": TEXT, "value": {**TEXT, "x-secret": said}, "locked": {"type": "boolean"}}
    }
    plan = plan_of(schema, example={"name": "a", "value": "v", "locked": True})
    assert plan.base == base
    assert not any(rule.applies(plan.base) for rule in plan.secrets)


SIMPLE = [
    {"type": "integer", "minimum": 5}, {"type": "number", "exclusiveMinimum": True, "minimum": 5},
    {"type": "boolean"}, {"enum": ["b", "c"]}, {"type": "array", "items": {"type": "integer"}, "minItems": 2},
    {"type": "string", "minLength": 12}, {"type": "string", "maxLength": 3},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "date-time"}, {"type": "string", "format": "uri"}, members(a=TEXT, b=TEXT),
    {"allOf": [members(a=TEXT), members(b={"type": "integer"})]}, {"default": 3}, {"example": "x"},
]  # fmt: skip


@pytest.mark.parametrize("schema", SIMPLE, ids=str)
def test_an_instance_of_a_simple_schema_is_valid(schema: Any) -> None:
    contract, _ = planned({})
    assert contract.schemas.is_valid(schema, instance(contract, schema), direction="request")


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"oneOf": [TEXT]}, members(a={"pattern": "^z$", **TEXT})]
)
def test_no_plan_is_made_where_no_body_can_be(schema: Any) -> None:
    assert planned(schema)[1] is None


@given(st.integers(0, 5000))
def test_hard_texts_reach_the_maximum_and_do_not_pass_it(longest: int) -> None:
    made = [text for _, text in hard_texts({"type": "string", "maxLength": longest})][len(HARD_TEXTS) :]
    assert all(len(text) <= longest for text in made)
    assert longest in {len(text) for text in made}


def test_hard_texts_have_names_of_their_own() -> None:
    for schema in ({}, {"maxLength": 255}, {"maxLength": 1000, "minLength": 3}, {"maxLength": 30_000}):
        names = [name for name, _ in hard_texts(schema)]
        assert len(names) == len(set(names))


def test_unique_values_are_unique_and_tell_where_they_come_from() -> None:
    names = Names("ab12")
    made = [names.next() for _ in range(100)]
    assert len(set(made)) == 100
    assert all(name.startswith("SPECPROOF_ab12_") for name in made)


def test_each_invalid_body_breaks_one_rule() -> None:
    """All but one member are fresh and valid."""
    schema = members(
        name={**TEXT, "minLength": 1, "maxLength": 9},
        size={"type": "integer", "minimum": 0},
        kind={"enum": ["a"]},
    )
    contract, plan = planned(schema)
    assert plan is not None
    count = iter(range(1000))
    bodies = list(invalid_bodies(plan, lambda: {"name": f"n{next(count)}", "size": 1, "kind": "a"}))
    assert [body for body in bodies if contract.schemas.is_valid(schema, body, direction="request")] == []
    objects = [body for body in bodies if isinstance(body, dict)]
    assert {frozenset(body) for body in objects} >= {
        frozenset({"size", "kind"}), frozenset({"name", "kind"}), frozenset({"name", "size"}),
    }  # fmt: skip
    for body in objects:
        errors = list(contract.schemas.errors(schema, body, direction="request"))
        assert len({error.instance_path for error in errors}) == 1
    fresh = [body["name"] for body in objects if str(body.get("name")).startswith("n")]
    assert len(fresh) == len(set(fresh))


def test_queries_break_one_rule_or_go_to_the_limits() -> None:
    operation = make_operation(
        parameters=(
            make_parameter("size", {"type": "integer", "minimum": 1, "maximum": 50}),
            make_parameter("q", {"type": "string"}, required=True),
            make_parameter("id", {"type": "integer"}, "path"),
        )
    )
    invalid = [(parameter.name, value) for parameter, value in invalid_queries(operation)]
    extreme = [(parameter.name, value) for parameter, value in extreme_queries(operation)]
    assert {("size", "0"), ("size", "51"), ("size", "word"), ("q", None)} <= set(invalid)
    assert {("size", str(2**63)), ("q", '"')} <= set(extreme)
    assert {name for name, _ in invalid + extreme} == {"size", "q"}


def test_two_operations_of_a_quick_run_try_every_wrong_type() -> None:
    """Each of them half; what breaks a limit comes once."""
    _, plan = planned(members(flag={"type": "boolean"}, name={**TEXT, "maxLength": 9, "pattern": "^[a-z]*$"}))
    assert plan is not None
    tried = [
        [body for body in invalid_bodies(plan, dict, Sampler(seed=1, turn=turn, whole=False)) if body != [{}]]
        for turn in (0, 1)
    ]

    flags = [[body["flag"] for body in bodies if "flag" in body] for bodies in tried]
    names = [[body["name"] for body in bodies if "name" in body] for bodies in tried]
    assert sorted(map(repr, flags[0] + flags[1])) == sorted(map(repr, ("true", 2, None, [True])))
    assert {repr(name) for name in names[0] + names[1]} >= {"1", "None", "True", "['x']"}
    assert [[name for name in each if isinstance(name, str)] for each in names] == [
        ["x" * 10, "specproof\0"], ["x" * 10, "specproof\0"],
    ]  # fmt: skip


def test_a_quick_run_goes_to_limits_where_the_document_has_none() -> None:
    """Beyond a limit is tried anyway, so that all numbers are left for parameters without one."""
    operation = make_operation(
        "200",
        parameters=(
            make_parameter("page", schema={"type": "integer", "minimum": 1}),
            make_parameter("size", schema={"type": "integer", "minimum": 1, "maximum": 50}),
        ),
    )
    quick = Sampler(seed=1, whole=False)

    extreme = [(parameter.name, int(value)) for parameter, value in extreme_queries(operation, quick)]
    invalid = [(parameter.name, value) for parameter, value in invalid_queries(operation, quick)]

    assert [name for name, _ in extreme] == ["page", "page"]
    assert max(value for _, value in extreme) >= 2**31
    assert {("page", "0"), ("page", "-999"), ("size", "51")} <= set(invalid)
