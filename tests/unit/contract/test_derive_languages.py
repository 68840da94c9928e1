"""Partial responses, filters and orders promise what their words say, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.contract.derive import derive
from specproof.contract.languages import (
    declared_part,
    filtering,
    is_declared,
    is_unnamed,
    item_secrets,
    partial_response,
    sorting,
)
from specproof.contract.operations import read_operations
from specproof.contract.secret import SecretRule

PAGES = {
    "style": "page",
    "items": "/values",
    "next": "/next",
    "identity": "/id",
    "parameters": {"page": "page"},
}
FILTER = {"operators": {"equals": "="}, "fields": {"name": "string"}}
OPERATORS = {
    "equals": "=", "not_equals": "!=", "contains": "~", "not_contains": "!~", "greater": ">",
    "less_or_equal": "<=",
}  # fmt: skip
VARIABLE = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "value": {"type": "string", "x-secret": {"when": {"property": "locked", "equals": True}}},
        "links": {"properties": {"self": {"properties": {"href": {}}}}},
        "tags": {"type": "array", "items": {"properties": {"text": {}}}},
    },
}


def document(*, method: str = "get", pages: Any = PAGES, **parameters: Any) -> dict[str, Any]:
    """Return a document with a list whose query parameters have these extensions."""
    listed = [
        {"name": name, "in": "query", "schema": {"type": "string"}, f"x-{name}": said}
        for name, said in parameters.items()
    ]
    schema = {"properties": {"values": {"type": "array", "items": {"$ref": "#/components/schemas/V"}}}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    operation: dict[str, Any] = {"parameters": listed, "responses": answer, "x-pagination": pages}
    return {
        "openapi": "3.0.3",
        "paths": {"/x": {method: operation}},
        "components": {"schemas": {"V": VARIABLE}},
    }


def promised(area: str, **options: Any) -> set[str]:
    """Return what a list promises in an area."""
    names = {"fields": "partial-response"}
    given = {names.get(name, name): said for name, said in options.items()}
    said = document(**given)
    found = derive(said, read_operations(said))
    return {promise.id.partition(".")[2] for promise in found if promise.kind.area == area}


ALWAYS = {"equality", "spaces", "pages"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ALWAYS),
        ({"operators": OPERATORS}, ALWAYS | {"contains", "complement"}),
        ({"operators": OPERATORS, "collation": "codepoint"}, ALWAYS | {"contains", "complement", "order"}),
        ({"operators": {"greater": ">"}, "fields": {"n": "number"}}, {"order", "spaces", "pages"}),
        ({"operators": {"contains": "~"}, "fields": {"n": "number"}}, {"spaces", "pages"}),
        ({"fields": {"owner": "null"}}, {"absent", "spaces", "pages"}),
        ({"absent": "null"}, ALWAYS | {"absent"}),
        ({"combinators": {"and": "&"}, "parentheses": True}, ALWAYS | {"combinators"}),
        (
            {"combinators": {"and": "&", "or": "|"}, "parentheses": True, "binds_tighter": "and"},
            ALWAYS | {"combinators", "parentheses", "precedence"},
        ),
        ({"malformed": 400}, ALWAYS | {"malformed-refused"}),
        ({"fields": {"value": "string"}}, ALWAYS | {"secrets-hidden"}),
    ],
)
def test_a_filter_promises_what_its_extension_says(said: dict[str, Any], expected: set[str]) -> None:
    assert promised("filter", filter={**FILTER, **said}) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, {"order", "same-items", "pages"}),
        ({"descending": "-"}, {"order", "same-items", "pages", "descending"}),
        ({"unknown": 400}, {"order", "same-items", "pages", "unknown-refused"}),
        ({"fields": ["value"]}, {"order", "same-items", "pages", "secrets-hidden"}),
    ],
)
def test_an_order_promises_what_its_extension_says(said: dict[str, Any], expected: set[str]) -> None:
    assert promised("sort", sort={"fields": ["name"], **said}) == expected


def test_filter_and_order_promise_something_together() -> None:
    assert "with-filter" in promised("sort", sort={"fields": ["name"]}, filter=FILTER)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, {"include", "order", "pages"}),
        ({"include": False}, set()),
        ({"include": False, "exclude": "-"}, {"exclude", "order"}),
        ({"exclude": "-"}, {"include", "order", "pages", "exclude", "combined"}),
        ({"include": False, "exclude": "-", "add": "+"}, {"exclude", "order", "add", "combined"}),
        ({"wildcard": "*"}, {"include", "order", "pages", "wildcard"}),
        ({"unknown": "ignored"}, {"include", "order", "pages", "unknown"}),
    ],
)
def test_a_partial_response_promises(said: dict[str, Any], expected: set[str]) -> None:
    assert promised("partial-response", fields=said) == expected


def test_a_list_that_is_not_paged_promises_nothing_about_pages() -> None:
    assert promised("filter", filter=FILTER, pages=False) == {"equality", "spaces"}
    assert "pages" not in promised("sort", sort={"fields": ["name"]}, pages=False)
    assert promised("partial-response", fields={}, pages=False) == {"include", "order"}


@pytest.mark.parametrize("area", ["filter", "sort", "partial-response"])
def test_only_what_reads_can_be_compared(area: str) -> None:
    said = {"filter": FILTER, "sort": {"fields": ["name"]}, "fields": {}}

    assert promised(area, method="post", **said) == set()


def test_words_that_cannot_be_read_promise_nothing() -> None:
    """The mistake itself is a finding of the document."""
    broken = document(filter={"operators": {}}, sort={"fields": []}, **{"partial-response": {"add": 1}})
    [operation] = read_operations(broken)

    assert (filtering(operation), sorting(operation), partial_response(operation)) == (None, None, None)


def test_secrets_of_items_are_found() -> None:
    said = document(filter=FILTER)
    [operation] = read_operations(said)

    assert item_secrets(said, operation, {operation.label: operation}) == (
        SecretRule(member="value", when=("locked", True)),
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("values", "links", "self", "href"), True),
        (("values", "tags", "text"), True),
        (("values",), True),
        (("values", "row"), False),
        (("links",), False),
    ],
)
def test_members_are_declared(path: tuple[str, ...], expected: bool) -> None:
    said = document()
    schema = said["paths"]["/x"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert is_declared(said, schema, path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("values", "id"), False),
        (("values", "seen"), True),
        (("took", "ms"), True),
        (("any", "x"), False),
        ((), False),
    ],
)
def test_members_that_a_schema_leaves_out_are_told_apart(path: tuple[str, ...], expected: bool) -> None:
    """Where it names no members at all, none is left out."""
    page = {"properties": {"values": {"items": {"properties": {"id": {}}}}, "any": {"type": "object"}}}

    assert is_unnamed({}, page, path) is expected


def test_what_a_schema_names_is_what_can_be_compared() -> None:
    """Nested, in lists, and whole where it names nothing."""
    document = {"components": {"schemas": {"thing": {"properties": {"id": {}, "up": {"type": "object"}}}}}}
    thing = {"$ref": "#/components/schemas/thing"}
    page = {"properties": {"values": {"type": "array", "items": thing}, "any": {"type": "object"}}}
    value = {"values": [{"id": 1, "up": {"x": 2}, "seen": 3}], "any": {"y": 4}, "took": 5}

    assert declared_part(document, page, value) == {"values": [{"id": 1, "up": {"x": 2}}], "any": {"y": 4}}
    assert declared_part(document, None, value) == value
