"""Generated forms arrive as they were meant: werkzeug reads them."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from werkzeug.formparser import parse_form_data

from specproof.contract.contract import build_contract
from specproof.generate.cases import case_request, case_schema
from specproof.generate.uploads import any_body, part_type, sample_of, uploads
from specproof.model.exchange import Request

PARTS: dict[str, Any] = {
    "plain": {"type": "string"},
    "file": {"type": "string", "format": "binary"},
    "picture": {"type": "string", "format": "binary"},
    "thing": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 2},
}


def described(schema: Any, version: str = "3.1.0", **media: Any) -> dict[str, Any]:
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema, **media}}}
    post = {"requestBody": body, "responses": {"200": {"description": "x"}}}
    return {"openapi": version, "info": {"title": "a", "version": "1"}, "paths": {"/a": {"post": post}}}


def contract_of(document: dict[str, Any]) -> Any:
    return build_contract(document, source="", sha256="", place=str)


def parsed(content_type: str, body: bytes) -> tuple[Any, Any]:
    """Read a form as a server does."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    _, fields, files = parse_form_data(environ, stream_factory=lambda *_, **__: io.BytesIO())
    return fields, files


ALL = described(
    {"type": "object", "required": list(PARTS), "properties": PARTS},
    encoding={"picture": {"contentType": "image/png, image/jpeg"}},
)


def test_every_part_has_its_media_type_and_its_bytes() -> None:
    contract = contract_of(ALL)
    [upload] = uploads(contract, contract.operations[0])

    fields, files = parsed(upload.content_type, upload.body)

    assert fields.to_dict() == {"plain": "specproof", "thing": '{"n": 1}'}
    assert {name: file.mimetype for name, file in files.items()} == {
        "file": "application/octet-stream",
        "picture": "image/png",
        "files": "application/octet-stream",
    }
    assert files["file"].read() == sample_of("application/octet-stream")
    assert len(files.getlist("files")) == 2


def test_generated_parts_keep_their_media_types() -> None:
    """Those that schemathesis makes."""
    contract, seen = contract_of(ALL), list[Request]()
    schema = case_schema(ALL, seed=1, depth="quick")

    @given(case=schema["/a"]["POST"].as_strategy())
    @settings(max_examples=2, database=None, suppress_health_check=list(HealthCheck))
    def collect(case: Any) -> None:
        seen.append(case_request(case, contract.operations[0], base_url="http://a.example"))

    collect()
    assert seen
    for request in seen:
        _, files = parsed(request.header("Content-Type") or "", request.body or b"")
        assert {"file", "picture"} <= set(files)
        assert files["picture"].mimetype in {"image/png", "image/jpeg"}


@pytest.mark.parametrize(
    ("schema", "media_type"),
    [
        ({"type": "string"}, "text/plain"),
        ({"type": "object"}, "application/json"),
        ({"type": "array", "items": {"type": "object"}}, "application/json"),
        ({"type": "array", "items": {"type": "integer"}}, "text/plain"),
        ({"type": "string", "format": "binary"}, "application/octet-stream"),
        ({}, "application/octet-stream"),
        ({"contentMediaType": "image/gif"}, "image/gif"),
        (
            {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
            "application/octet-stream",
        ),
    ],
)
def test_a_part_has_the_media_type_of_its_schema(schema: Any, media_type: str) -> None:
    """Source: OpenAPI 3.1.1 section 4.8.15.1.1."""
    contract = contract_of(described({"type": "object", "properties": {"p": schema}}))
    [media] = contract.operations[0].request_body.content

    assert part_type(contract.document, media, "p", schema) == media_type


def test_a_json_patch_that_changes_nothing_is_a_valid_body() -> None:
    document = described({})
    media = {"application/json-patch+json": {"schema": {"type": "array"}}}
    document["paths"]["/a"]["post"]["requestBody"]["content"] = media
    contract = contract_of(document)

    assert any_body(contract, contract.operations[0]) == ("application/json-patch+json", b"[]")


def test_the_picture_is_one() -> None:
    """Its chunks end where they say, and its pixel can be read."""
    png = sample_of("image/png") or b""
    start = png.index(b"IDAT") + 4
    assert zlib.decompress(png[start : png.index(b"IEND") - 8]) == b"\x00\x80"


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/mixed"])
def test_the_same_seed_gives_the_same_bytes(media_type: str) -> None:
    """A form without parts, too, and whatever boundary schemathesis makes up."""
    document = described({"type": "object", "properties": {"plain": {"enum": ["x"]}}})
    content = document["paths"]["/a"]["post"]["requestBody"]["content"]
    document["paths"]["/a"]["post"]["requestBody"]["content"] = {media_type: content["multipart/form-data"]}
    contract, schema = contract_of(document), case_schema(document, seed=1, depth="quick")
    operation, made = contract.operations[0], schema["/a"]["POST"]

    def sent(body: Any) -> tuple[str | None, bytes | None]:
        case = made.Case(body=body, media_type=media_type)
        request = case_request(case, operation, base_url="http://a.example")
        return request.header("Content-Type"), request.body

    for body in ({}, {"plain": "x"}, "text"):
        assert sent(body) == sent(body)
        assert b"specproof-boundary" in (sent(body)[1] or b"")


def test_generated_cookies_are_sent() -> None:
    cookie = {"name": "sid", "in": "cookie", "required": True, "schema": {"enum": ["a"]}}
    document = described({})
    document["paths"]["/a"]["post"] = {"parameters": [cookie], "responses": {"200": {"description": "x"}}}
    contract, schema = contract_of(document), case_schema(document, seed=1, depth="quick")
    case = schema["/a"]["POST"].Case(cookies={"sid": "a"})

    request = case_request(case, contract.operations[0], base_url="http://a.example")

    assert request.header("Cookie") == "sid=a"
