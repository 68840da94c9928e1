"""Long chains and circles of schemas are read like short ones."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.contract.contract import build_contract

LONG = 3_000  # schemas, each of which refers to the next; far more than the interpreter's stack is deep


def chain(last: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose answer is the first schema of a long chain."""
    schemas: dict[str, Any] = {
        f"S{n}": {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}}
        for n in range(LONG)
    }
    schemas[f"S{LONG}"] = last
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    get = {"responses": {"200": {"description": "an answer", "content": answer}}}
    return {"openapi": "3.1.0", "paths": {"/a": {"get": get}}, "components": {"schemas": schemas}}


@pytest.mark.parametrize(
    ("last", "tells"),
    [
        ({"properties": {"created_at": {"type": "string", "format": "date-time"}}}, True),
        ({"properties": {"created_at": {"type": "string"}}}, False),
        ({"$ref": "#/components/schemas/S0"}, False),
    ],
    ids=["a moment at its end", "none", "a circle"],
)
def test_a_long_chain_of_schemas_is_followed_to_its_end(last: dict[str, Any], tells: bool) -> None:
    contract = build_contract(chain(last), source="a", sha256="", place=str)

    assert ("timestamps.not-in-future" in {promise.id for promise in contract.promises}) is tells
