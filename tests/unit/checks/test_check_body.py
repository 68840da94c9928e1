"""A body has a documented media type and is valid, as far as anything is said about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    make_context,
    make_exchange,
    make_operation,
    make_parameter,
    make_request,
    make_response_doc,
)

from specproof.checks.body import body_schema, media_type_documented
from specproof.checks.context import Context
from specproof.contract.languages import selects
from specproof.model.operation import Operation

THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "born": {"type": "string", "format": "date"},
    },
}
GOOD = {"id": 1, "name": "kettle"}


def context(*media: str, schema: Any = None, **more: Any) -> Context:
    """Build the context of an operation that documents these media types for 200."""
    doc = make_response_doc("200", *((name, schema or THING) for name in media or ("application/json",)))
    return make_context(make_operation(doc, "204", **more))


@pytest.mark.parametrize(
    ("documented", "received"),
    [
        ("application/json", "application/json"),
        ("application/json", "Application/JSON; charset=utf-8"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/*", "application/json"),
        ("*/*", "application/json"),
        ("application/problem+json", "application/problem+json;profile=x"),
    ],
)
def test_a_documented_media_type_is_silent(documented: str, received: str) -> None:
    """Parameters and the case of letters do not matter; wildcards cover what they say."""
    exchange = make_exchange(200, GOOD, media_type=received)
    assert list(media_type_documented(context(documented), exchange)) == []


@pytest.mark.parametrize(
    ("documented", "received"),
    [
        ("application/json", "text/html"),
        ("application/json", "application/problem+json"),
        ("text/*", "application/json"),
        ("application/json", None),
        ("*/*", None),
    ],
)
def test_another_media_type_is_found(documented: str, received: str | None) -> None:
    exchange = make_exchange(200, GOOD, media_type=received)
    [breach] = media_type_documented(context(documented), exchange)
    got = received or "no Content-Type"
    assert (breach.promise, breach.detail) == ("media-type.documented", f"200 {got}")
    assert breach.summary == f"expected {documented} with status 200; got {got}"
    assert list(body_schema(context(documented), exchange)) == []


def test_the_most_specific_media_type_judges() -> None:
    """Source: OpenAPI 3.0.4, Response Object: ``text/plain`` overrides ``text/*``."""
    doc = make_response_doc("200", ("*/*", False), ("application/*", False), ("application/json", THING))
    specific = make_context(make_operation(doc))
    assert list(body_schema(specific, make_exchange(200, GOOD))) == []
    assert list(body_schema(specific, make_exchange(200, {"id": 1}))) != []


def test_a_valid_body_is_silent() -> None:
    assert list(body_schema(context(), make_exchange(200, {**GOOD, "born": "2026-01-02"}))) == []


@pytest.mark.parametrize(
    ("document", "pointer", "place"),
    [
        ({"id": 1}, "/required name", "the body"),
        ({"id": "1", "name": "x"}, "/properties/id/type", "/id"),
        ({"id": 1, "name": "x", "born": "yesterday"}, "/properties/born/format", "/born"),
        ([], "/type", "the body"),
        (None, "/type", "the body"),
    ],
)
def test_a_broken_rule_is_found_with_its_place(document: Any, pointer: str, place: str) -> None:
    [breach] = body_schema(context(), make_exchange(200, document))
    assert (breach.promise, breach.detail) == ("body.schema", f"200 {pointer}")
    assert breach.summary.startswith(f"expected a valid {place} with status 200; got: ")
    assert breach.source.endswith("/responses/200/content/application/json/schema")


def test_one_rule_is_found_once_and_twenty_at_most() -> None:
    """A list of a hundred bad items breaks one rule; a body that breaks everything is cut short."""
    bad_items = context(schema={"type": "array", "items": {"type": "integer"}})
    assert len(list(body_schema(bad_items, make_exchange(200, ["x"] * 100)))) == 1
    many = {f"m{number}": {"type": "integer"} for number in range(30)}
    bad_members = context(schema={"properties": many})
    assert len(list(body_schema(bad_members, make_exchange(200, dict.fromkeys(many, "x"))))) == 20


@pytest.mark.parametrize("body", [b"{", b"{'id': 1}", b"\xff\xfe", b"[" * 100_000, b"kettle"])
def test_a_body_that_cannot_be_parsed_is_found(body: bytes) -> None:
    exchange = make_exchange(200, body=body, media_type="application/json")
    [breach] = body_schema(context(), exchange)
    assert breach.detail == "200 parse"


def test_no_body_where_json_is_documented_is_found() -> None:
    [breach] = body_schema(context(), make_exchange(200))
    assert (breach.detail, list(media_type_documented(context(), make_exchange(200)))) == ("200 empty", [])


def test_no_body_where_only_a_file_is_documented_is_silent() -> None:
    """An empty file is a file."""
    assert list(body_schema(context("application/octet-stream"), make_exchange(200))) == []


def test_other_media_than_json_are_not_judged_by_the_schema() -> None:
    exchange = make_exchange(200, body=b"<a/>", media_type="application/xml")
    assert list(body_schema(context("application/xml"), exchange)) == []


@pytest.mark.parametrize(
    ("method", "status", "why"),
    [
        ("HEAD", 200, "the answer to HEAD has no body"),
        ("GET", 204, "no content"),
        ("GET", 205, "reset content"),
        ("GET", 304, "not modified"),
        ("PUT", 200, "the method is another operation's"),
        ("GET", 418, "the status is not documented, which another check tells"),
    ],
)
def test_answers_that_nothing_is_said_about_are_silent(method: str, status: int, why: str) -> None:
    docs = [make_response_doc(code, ("application/json", THING)) for code in ("200", "204", "205", "304")]
    documented = make_context(make_operation(*docs))
    exchange = make_exchange(status, body=b"", request=make_request(method))
    breaches = [*body_schema(documented, exchange), *media_type_documented(documented, exchange)]
    assert breaches == [], why


def partial_operation() -> Operation:
    """Build an operation whose ``fields`` parameter reduces the answer."""
    fields = make_parameter("fields", {"type": "string"}, extensions={"x-partial-response": {}})
    return make_operation(make_response_doc("200", ("application/json", THING)), parameters=(fields,))


@pytest.mark.parametrize(
    ("query", "partial"), [("", False), ("?fields=id", True), ("?fields=", True), ("?field=id", False)]
)
def test_a_reduced_answer_requires_nothing(query: str, partial: bool) -> None:
    """Only where it was asked for; the types of what is there are judged all the same."""
    operation = partial_operation()
    request = make_request(url=f"http://api.example/v1/things{query}")
    lacking, wrong = (make_exchange(200, document, request=request) for document in ({"id": 1}, {"id": "1"}))
    assert selects(operation, request.url) is partial
    assert bool(list(body_schema(make_context(operation), lacking))) is not partial
    assert "200 /properties/id/type" in [b.detail for b in body_schema(make_context(operation), wrong)]


def test_a_page_after_a_reduced_one_requires_nothing() -> None:
    """The link to it is opaque: it need not show that it selects."""
    request = replace(make_request(url="http://api.example/v1/things?more=x7"), selected=True)
    lacking = make_exchange(200, {"id": 1}, request=request)

    assert list(body_schema(make_context(partial_operation()), lacking)) == []
