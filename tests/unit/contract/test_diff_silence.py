"""What is written in another way and means the same is no change; what is shared is one change."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from diff_pairs import SCHEMAS, TEXT, TODAY, having, loaded, skeleton, with_operation, with_schema
from hypothesis import given
from hypothesis import strategies as st

from specproof.contract.diff.compare import compare
from specproof.contract.load import Document, load_document
from specproof.contract.syntax import parse
from specproof.model.change import Change

ROOT = Path(__file__).parents[3]
DAY = date.fromisoformat(TODAY)
ANIMAL = {"type": "object", "title": "Animal", "required": ["name"], "properties": {"name": TEXT}}
AGE = having(age={"type": "integer"})
TREE = having(children={"type": "array", "items": {"$ref": "#/components/schemas/Tree"}})
COMPONENTS = {"schemas": {"Animal": ANIMAL, "Tree": TREE}}


def told(schema: Any, openapi: str = "3.1.0", **components: Any) -> dict[str, Any]:
    """Return a document with that schema in a request and, among the components, some others."""
    schemas = {"schemas": {**COMPONENTS["schemas"], **components}}
    return with_schema(schema, "request", openapi=openapi, components=schemas)


def found(old: dict[str, Any], new: dict[str, Any], folder: Path) -> list[Change]:
    """Compare two documents."""
    return list(compare(loaded(old, folder, "old"), loaded(new, folder, "new"), today=DAY))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"$ref": "#/components/schemas/Animal"}, ANIMAL),
        ({"allOf": [{"$ref": "#/components/schemas/Animal"}]}, {"$ref": "#/components/schemas/Animal"}),
        (
            {"allOf": [{"$ref": "#/components/schemas/Animal"}, AGE]},
            {**ANIMAL, "properties": {**AGE["properties"], **ANIMAL["properties"]}},
        ),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, TEXT]}),
        ({"oneOf": [TEXT, {"type": "integer"}]}, {"type": ["integer", "string"]}),
        ({"type": ["integer", "number"]}, {"type": "number"}),
        ({"enum": ["a", "b"]}, {"oneOf": [{"const": "b", "title": "B"}, {"const": "a"}]}),
        ({"type": "integer", "maximum": 9}, {"type": "integer", "exclusiveMaximum": 10}),
        ({**TEXT, "minLength": 0, "description": "old"}, {**TEXT, "title": "T", "example": "a"}),
        ({"$ref": "#/components/schemas/Tree"}, {"allOf": [{"$ref": "#/components/schemas/Tree"}]}),
        ({"additionalProperties": True, "type": "object"}, {"type": "object"}),
        ({"oneOf": [ANIMAL, AGE]}, {"oneOf": [AGE, {"$ref": "#/components/schemas/Animal"}]}),
        (
            having(a={**TEXT, "readOnly": True}),
            {**having(a={**TEXT, "readOnly": True}, b={**TEXT, "readOnly": True}), "required": ["a", "b"]},
        ),
    ],
    ids=[
        "a reference written out", "allOf of one", "allOf merged", "null in another way",
        "alternatives of types", "integers are numbers", "values with titles", "bounds of integers",
        "descriptions", "circles", "what is so by default", "alternatives in another order",
        "members that only the server writes",
    ],
)  # fmt: skip
def test_another_way_to_say_the_same_is_no_change(old: Any, new: Any, tmp_path: Path) -> None:
    """In both directions."""
    assert found(told(old), told(new), tmp_path) == []
    assert found(told(new), told(old), tmp_path) == []


def test_a_document_of_3_0_says_null_and_exclusive_bounds_in_its_own_way(tmp_path: Path) -> None:
    old = told({"type": "integer", "nullable": True, "maximum": 5, "exclusiveMaximum": True}, "3.0.3")
    new = told({"type": ["integer", "null"], "exclusiveMaximum": 5})

    assert found(old, new, tmp_path) == []


def test_in_3_0_nothing_counts_beside_a_reference(tmp_path: Path) -> None:
    old = told({"$ref": "#/components/schemas/Animal", "maxProperties": 1}, "3.0.3")
    new = told({"$ref": "#/components/schemas/Animal"}, "3.0.3")

    assert found(old, new, tmp_path) == []
    old["openapi"] = new["openapi"] = "3.1.0"
    assert [change.kind for change in found(old, new, tmp_path)] == ["request-max-properties-raised"]


def test_a_path_parameter_may_be_called_anything(tmp_path: Path) -> None:
    def of(name: str) -> dict[str, Any]:
        parameter = {"name": name, "in": "path", "required": True, "schema": TEXT}
        data = with_operation()
        data["paths"] = {f"/things/{{{name}}}": {"parameters": [parameter], **data["paths"]["/things"]}}
        return data

    assert found(of("id"), of("thing_id"), tmp_path) == []


def test_parameters_of_the_path_item_are_parameters_of_its_operations(tmp_path: Path) -> None:
    parameter = {"name": "a", "in": "query", "schema": TEXT}
    old, new = with_operation(parameters=[parameter]), with_operation()
    new["paths"]["/things"]["parameters"] = [parameter]

    assert found(old, new, tmp_path) == []


def test_the_order_of_everything_is_no_change(tmp_path: Path) -> None:
    def turned(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: turned(child) for key, child in reversed(node.items())}
        return node

    old = load_document(str(ROOT / "spec" / "bitbucket-teams.yaml"))
    new = loaded(turned(old.data), tmp_path, "new")

    assert compare(old, new, today=DAY) == ()


@pytest.mark.parametrize("name", ["bitbucket-teams.yaml", "bitbucket-workspaces.yaml"])
def test_what_ships_does_not_differ_from_itself(name: str) -> None:
    document = load_document(str(ROOT / "spec" / name))

    assert compare(document, document, today=DAY) == ()


def test_a_status_that_a_range_covers_is_still_there(tmp_path: Path) -> None:
    old, new = (with_operation(responses={s: {"description": "an answer"}}) for s in ("200", "2XX"))

    assert [change.kind for change in found(old, new, tmp_path)] == ["success-status-added"]


def test_a_change_of_a_shared_schema_is_one_change_of_all_its_operations(tmp_path: Path) -> None:
    """It is said once, at the schema, and names both; so is one at the bottom of a circle."""
    old = told({"$ref": "#/components/schemas/Tree"})
    old["paths"]["/more"] = deepcopy(old["paths"]["/things"])
    new = deepcopy(old)
    new["components"]["schemas"]["Tree"]["required"] = ["children"]

    (change,) = found(old, new, tmp_path)

    assert change.kind == "request-property-became-required"
    assert change.operations == ("GET /things", "GET /more")
    assert change.pointer == "#/components/schemas/Tree/required/0"
    assert change.said == "schema Tree: 'children' was optional, is required"


def test_a_plain_schema_that_becomes_one_of_several_is_widened(tmp_path: Path) -> None:
    old, new = told(ANIMAL), told({"oneOf": [{"type": "array", "items": AGE}, ANIMAL]})

    assert [change.kind for change in found(old, new, tmp_path)] == ["request-alternative-added"]
    assert [change.kind for change in found(new, old, tmp_path)] == ["request-alternative-removed"]


def test_what_a_webhook_sends_is_judged_as_an_answer(tmp_path: Path) -> None:
    def of(schema: Any) -> dict[str, Any]:
        body = {"content": {"application/json": {"schema": schema}}}
        call = {"post": {"requestBody": body, "responses": {"200": {"description": "taken"}}}}
        return {**skeleton(), "webhooks": {"done": call}}

    (change,) = found(of(having(a=TEXT)), of(having()), tmp_path)

    assert (change.kind, change.operations) == ("response-property-removed", ())


def test_a_changed_scheme_touches_the_operations_that_need_it(tmp_path: Path) -> None:
    def of(scheme: str) -> dict[str, Any]:
        components = {"securitySchemes": {"token": {"type": "http", "scheme": scheme}}}
        return with_operation(security=[{"token": []}], components=components)

    (change,) = found(of("basic"), of("bearer"), tmp_path)

    assert change.operations == ("GET /things",)


def test_a_reference_that_leads_nowhere_is_compared_as_anything(tmp_path: Path) -> None:
    document = told({"$ref": "#/components/schemas/Nobody"})

    assert found(document, document, tmp_path) == []


LEAVES = st.sampled_from([pair[0] for pair in SCHEMAS.values()]) | st.just({
    "$ref": "#/components/schemas/Tree"
})
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from("abcd"), inner, min_size=1).map(lambda said: having(**said)),
        st.lists(inner, min_size=1, max_size=3).map(lambda said: {"allOf": said}),
        st.lists(inner, min_size=1, max_size=3).map(lambda said: {"oneOf": said}),
        inner.map(lambda said: {"type": "array", "items": said}),
        inner.map(lambda said: {"type": "object", "additionalProperties": said}),
    ),
    max_leaves=8,
)


def document_of(data: dict[str, Any]) -> Document:
    """Return a document that was never in a file."""
    text = json.dumps(data)
    parsed = parse(text, "generated.json")
    return Document(source="generated.json", data=parsed.data, text=text, sha256="", spot=parsed.spot)


@given(schema=TREES, side=st.sampled_from(["request", "response"]))
def test_no_schema_differs_from_itself_written_out_elsewhere(schema: Any, side: str) -> None:
    """Inline, and behind a reference."""
    inline = document_of(with_schema(schema, side, components=COMPONENTS))
    apart = {"schemas": {**COMPONENTS["schemas"], "Apart": schema}}
    behind = document_of(with_schema({"$ref": "#/components/schemas/Apart"}, side, components=apart))

    assert compare(inline, inline, today=DAY) == ()
    assert compare(inline, behind, today=DAY) == ()


@given(old=TREES, new=TREES)
def test_what_one_way_forbids_the_other_way_allows(old: Any, new: Any) -> None:
    """A change is there in both directions, or in none."""
    one, other = (document_of(with_schema(s, "request", components=COMPONENTS)) for s in (old, new))

    assert bool(compare(one, other, today=DAY)) == bool(compare(other, one, today=DAY))
