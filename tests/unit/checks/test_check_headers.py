"""Response headers: there when required, valid when there, read in the way that suits them best."""

from __future__ import annotations

from typing import Any

import pytest
from builders import (
    make_context,
    make_exchange,
    make_header_doc,
    make_operation,
    make_request,
    make_response_doc,
)
from hypothesis import given
from hypothesis import strategies as st

from specproof.checks.context import Context
from specproof.checks.headers import headers_documented

DOCUMENT = {
    "openapi": "3.0.3",
    "components": {
        "schemas": {"Count": {"type": "integer", "minimum": 0}, "Two": {"allOf": [{"type": "integer"}]}}
    },
}


def context(schema: Any, *, required: bool = False, document: Any = None) -> Context:
    """Build the context of an operation that documents ``X-Count``."""
    header = make_header_doc("X-Count", schema, required=required)
    return make_context(
        make_operation(make_response_doc("200", headers=(header,))), document=document or DOCUMENT
    )


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, "7"),
        ({"type": "number"}, "7.5"),
        ({"type": "boolean"}, "true"),
        ({"type": "string"}, "7"),
        ({"type": "string", "format": "date-time"}, "2026-01-02T03:04:05Z"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, "a, b"),
        ({"type": "array", "items": {"type": "integer"}}, "1, 2,3"),
        ({"type": "object", "properties": {"limit": {"type": "integer"}}, "required": ["limit"]}, "limit,5"),
        (
            {"type": "object", "properties": {"limit": {"type": "integer"}}, "required": ["limit"]},
            "limit=5,x=y",
        ),
        ({"$ref": "#/components/schemas/Count"}, "7"),
        ({"allOf": [{"$ref": "#/components/schemas/Two"}]}, "7"),
        ({"type": "integer", "nullable": True}, "7"),
        ({}, "anything"),
        (True, "anything"),
    ],
)
def test_a_valid_header_is_silent(schema: Any, value: str) -> None:
    exchange = make_exchange(200, headers=(("x-count", value),))
    assert list(headers_documented(context(schema), exchange)) == []


@pytest.mark.parametrize(
    ("schema", "value", "keyword"),
    [
        ({"type": "integer"}, "seven", "type"),
        ({"type": "integer", "minimum": 8}, "7", "minimum"),
        ({"type": "boolean"}, "yes", "type"),
        ({"type": "string", "enum": ["a"]}, "b", "enum"),
        ({"type": "array", "items": {"type": "integer"}}, "1,x", "type"),
        ({"type": "array", "maxItems": 1}, "a,b", "maxItems"),
    ],
)
def test_an_invalid_header_is_found(schema: Any, value: str, keyword: str) -> None:
    exchange = make_exchange(200, headers=(("X-Count", value),))
    [breach] = headers_documented(context(schema), exchange)
    assert (breach.promise, breach.detail) == ("headers.documented", f"200 x-count {keyword}")
    assert breach.source == "#/headers/X-Count"


def test_an_invalid_header_behind_a_reference_is_found() -> None:
    exchange = make_exchange(200, headers=(("X-Count", "-7"),))
    assert list(headers_documented(context({"$ref": "#/components/schemas/Count"}), exchange)) != []


@pytest.mark.parametrize("value", ["7", "seven"])
def test_a_list_of_types_is_understood(value: str) -> None:
    """OpenAPI 3.1 writes ``type: [integer, "null"]``."""
    modern = context({"type": ["integer", "null"]}, document={"openapi": "3.1.0"})
    found = list(headers_documented(modern, make_exchange(200, headers=(("X-Count", value),))))
    assert bool(found) is (value == "seven")


def test_only_a_required_header_may_not_be_missing() -> None:
    assert list(headers_documented(context({"type": "integer"}), make_exchange(200))) == []
    [breach] = headers_documented(context({"type": "integer"}, required=True), make_exchange(200))
    assert breach.detail == "200 x-count missing"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 404)])
def test_other_answers_need_no_header(method: str, status: int) -> None:
    exchange = make_exchange(status, request=make_request(method))
    assert list(headers_documented(context({}, required=True), exchange)) == []


@given(st.integers(0, 10**12))
def test_every_count_is_a_count(number: int) -> None:
    exchange = make_exchange(200, headers=(("X-Count", str(number)),))
    assert list(headers_documented(context({"$ref": "#/components/schemas/Count"}), exchange)) == []
