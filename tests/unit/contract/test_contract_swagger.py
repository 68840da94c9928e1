"""Swagger 2.0 is read as OpenAPI 3, and what is said about it leads back to the original."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from diff_pairs import loaded
from orders_api import orders_document

from specproof.contract.diff.compare import compare
from specproof.contract.load import load_document
from specproof.contract.readable import readable
from specproof.contract.swagger import as_openapi_3
from specproof.contract.validate import problems
from specproof.model.exchange import MISSING, resolve_pointer

ORDERS = Path(__file__).parents[2] / "support" / "documents" / "orders-2.0.yaml"
DAY = date(2030, 1, 1)


def swagger(path: str = "/a", operation: Any = None, **root: Any) -> dict[str, Any]:
    """Return a document of version 2.0 with one operation."""
    said = {"responses": {"200": {"description": "an answer"}}, **(operation or {})}
    return {"swagger": "2.0", "info": {"title": "a", "version": "1"}, "paths": {path: {"post": said}}, **root}


def converted(**said: Any) -> dict[str, Any]:
    """Return what becomes of one operation."""
    document, _ = as_openapi_3(swagger(operation=said))
    found: dict[str, Any] = document["paths"]["/a"]["post"]
    return found


def test_it_says_what_the_same_api_says_in_3_1(tmp_path: Path) -> None:
    """Nothing differs but the address, which a run takes from its profile, and a status more."""
    changes = compare(loaded(orders_document(), tmp_path, "new"), load_document(str(ORDERS)), today=DAY)

    assert {change.kind for change in changes} == {"server-added", "success-status-added"}


def test_what_comes_out_is_valid(tmp_path: Path) -> None:
    original = load_document(str(ORDERS))
    document = loaded(dict(readable(original).data), tmp_path, "converted")

    assert problems(original) == []
    assert problems(document) == []


@pytest.mark.parametrize(
    ("pointer", "origin"),
    [
        ("#/components/schemas/Order/properties/id", "#/definitions/Order/properties/id"),
        ("#/paths/~1orders/get", "#/paths/~1orders/get"),
        ("#/paths/~1orders/get/parameters/0/schema/minimum", "#/parameters/offset/minimum"),
        ("#/paths/~1orders/get/parameters/1", "#/paths/~1orders/get/parameters/1"),
        ("#/paths/~1orders~1{orderId}/get/parameters/0", "#/paths/~1orders~1{orderId}/parameters/0"),
        ("#/paths/~1orders/post/requestBody/content/application~1json/schema", "#/parameters/order/schema"),
        ("#/paths/~1orders/post/responses/201/content/application~1json/schema", "#/responses/one/schema"),
        ("#/paths/~1orders/get/responses/200/content/application~1json/schema/required/1",
         "#/paths/~1orders/get/responses/200/schema/required/1"),
    ],
)  # fmt: skip
def test_pointers_lead_back(pointer: str, origin: str) -> None:
    whole = readable(load_document(str(ORDERS)))

    assert resolve_pointer(whole.data, pointer) is not MISSING
    assert whole.origin(pointer) == origin
    assert resolve_pointer(load_document(str(ORDERS)).data, origin) is not MISSING
    assert whole.place("#/components/schemas/Order") == f"{ORDERS}:10"


@pytest.mark.parametrize(
    ("location", "collection", "style", "explode"),
    [
        ("query", None, "form", False), ("query", "multi", "form", True),
        ("query", "ssv", "spaceDelimited", False),
        ("query", "pipes", "pipeDelimited", False), ("path", "csv", "simple", False),
        ("header", "csv", "simple", False),
    ],
)  # fmt: skip
def test_lists_are_written_as_they_were(
    location: str, collection: str | None, style: str, explode: bool
) -> None:
    entry = {"name": "a", "in": location, "type": "array", "items": {"type": "string", "maxLength": 3}}
    said = converted(parameters=[entry | ({"collectionFormat": collection} if collection else {})])

    (parameter,) = said["parameters"]
    assert (parameter["style"], parameter["explode"]) == (style, explode)
    assert parameter["schema"] == {"type": "array", "items": {"type": "string", "maxLength": 3}}


def test_form_fields_become_a_body() -> None:
    fields = [
        {"name": "a", "in": "formData", "type": "integer", "required": True},
        {
            "name": "b",
            "in": "formData",
            "type": "array",
            "items": {"type": "string"},
            "collectionFormat": "multi",
        },
    ]
    body = converted(parameters=fields, consumes=["application/x-www-form-urlencoded"])["requestBody"]

    assert body["required"] is True
    (media,) = body["content"].items()
    assert media[0] == "application/x-www-form-urlencoded"
    assert media[1]["schema"]["required"] == ["a"]
    assert media[1]["schema"]["properties"]["a"] == {"type": "integer"}
    assert media[1]["encoding"] == {"b": {"style": "form", "explode": True}}


def test_a_file_makes_a_form_of_several_parts() -> None:
    body = converted(parameters=[{"name": "a", "in": "formData", "type": "file"}])["requestBody"]

    assert body["content"]["multipart/form-data"]["schema"]["properties"]["a"] == {
        "type": "string",
        "format": "binary",
    }


def test_an_answer_whose_media_type_nobody_names_may_be_any() -> None:
    answer = {"description": "", "schema": {"type": "string"}}
    said = converted(responses={"200": answer, "204": {"description": ""}})

    assert said["responses"]["200"]["content"] == {"*/*": {"schema": {"type": "string"}}}
    assert "content" not in said["responses"]["204"]


def test_null_discriminators_headers_and_examples_are_kept() -> None:
    schema = {"discriminator": "kind", "properties": {"kind": {"type": "string", "x-nullable": True}}}
    headers = {"X-A": {"type": "integer", "description": "a number"}}
    answer = {
        "description": "", "schema": schema, "headers": headers,
        "examples": {"application/json": {"kind": "a"}},
    }  # fmt: skip
    found = converted(responses={"200": answer}, produces=["application/json"])["responses"]["200"]

    media = found["content"]["application/json"]
    assert media["schema"]["discriminator"] == {"propertyName": "kind"}
    assert media["schema"]["properties"]["kind"]["nullable"] is True
    assert media["example"] == {"kind": "a"}
    assert found["headers"]["X-A"] == {"description": "a number", "schema": {"type": "integer"}}


def test_security_schemes_are_translated() -> None:
    flow = {"type": "oauth2", "flow": "application", "tokenUrl": "https://a/token", "scopes": {"r": "read"}}
    key = {"type": "apiKey", "name": "X-Key", "in": "header"}
    schemes = {"basic": {"type": "basic"}, "key": key, "oauth": flow}
    document, _ = as_openapi_3(swagger(securityDefinitions=schemes, host="a.example", basePath="/v1"))

    assert document["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"},
        "key": key,
        "oauth": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "https://a/token", "scopes": {"r": "read"}}},
        },
    }
    assert document["servers"] == [{"url": "https://a.example/v1"}]
