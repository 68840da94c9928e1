"""Problem details, validators and the Link header: what breaks their RFCs, and what only looks odd."""

from __future__ import annotations

import json
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

from specproof.checks import problems, validators, web_links
from specproof.checks.context import Context
from specproof.model.exchange import Exchange
from specproof.model.field_values import as_http_date, entity_tag, http_date

PROBLEM = "application/problem+json"
XML = "application/problem+xml"


def problem(body: Any, status: int = 404, *, schema: Any = None, documented: str = PROBLEM) -> Any:
    """Return a context that documents problem details, and an answer that holds some."""
    media = XML if isinstance(body, bytes) else PROBLEM
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    operation = make_operation(make_response_doc("4XX", (documented, schema or {})))
    return make_context(operation), make_exchange(status, body=raw, media_type=media)


def details(context: Context, exchange: Exchange) -> list[str]:
    return [b.detail for check in (problems.members, problems.same_status) for b in check(context, exchange)]


RIGHT: list[Any] = [
    {},
    {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "gone", "instance": "/x#y"},
    {"type": "https://api.example/errors?no=1", "status": 404.0, "balance": 30},
    b'<problem xmlns="urn:ietf:rfc:7807"><type>/p</type><title>t</title><status>404</status></problem>',
]
WRONG: list[tuple[Any, list[str]]] = [
    ([], ["404 object"]),
    ("not found", ["404 object"]),
    ({"type": "not found"}, ["404 type"]),
    ({"type": None}, ["404 type"]),
    ({"title": 7}, ["404 title"]),
    ({"detail": {"why": "x"}}, ["404 detail"]),
    ({"instance": "<here>"}, ["404 instance"]),
    ({"status": "404"}, ["404 status"]),
    ({"status": True}, ["404 status"]),
    ({"status": 400}, ["404"]),
    (b"<problem>", ["404 object"]),
    (b"<problem/>", ["404 object"]),
    (b'<problem xmlns="urn:ietf:rfc:7807"><status>500</status></problem>', ["404"]),
    (b'<problem xmlns="urn:ietf:rfc:7807"><type>a b</type><status>no</status></problem>',
     ["404 type", "404 status"]),
]  # fmt: skip


@pytest.mark.parametrize("body", RIGHT, ids=range(len(RIGHT)))
def test_right_problem_details_are_silent(body: Any) -> None:
    """All members may be missing, and others may be there."""
    context, exchange = problem(body, documented=XML if isinstance(body, bytes) else PROBLEM)

    assert problems.is_problem(context, exchange)
    assert details(context, exchange) == []


@pytest.mark.parametrize(("body", "wrong"), WRONG, ids=[str(row[0])[:40] for row in WRONG])
def test_what_is_wrong_is_named(body: Any, wrong: list[str]) -> None:
    context, exchange = problem(body, documented=XML if isinstance(body, bytes) else PROBLEM)

    assert details(context, exchange) == wrong


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        ({"title": None}, {"properties": {"title": {"type": "string", "nullable": True}}}),
        ({"status": "404"}, {"allOf": [{"properties": {"status": {"enum": ["404"]}}}]}),
        ({"type": "not found"}, {"properties": {"type": {"format": "uri"}}}),
    ],
)
def test_what_the_schema_says_is_left_to_the_schema(body: Any, schema: Any) -> None:
    assert details(*problem(body, schema=schema)) == []


def test_only_documented_problem_details_are_judged() -> None:
    """Not another media type, another status, another method or an answer to HEAD."""
    wrong = {"type": "not found", "status": 1}
    context, exchange = problem(wrong)
    others = [
        problem(wrong, documented="application/json"),
        problem(wrong, status=500),
        (context, make_exchange(404, wrong)),
        (context, make_exchange(404, wrong, media_type=PROBLEM, request=make_request("POST"))),
        (context, make_exchange(404, body=b"", media_type=PROBLEM)),
    ]

    assert len(details(context, exchange)) == 2
    assert [details(*each) for each in others] == [[]] * len(others)


def headed(name: str, value: str, *, schema: Any = None, deprecated: bool = False, **more: str) -> Any:
    """Return a context that documents a header, and an answer that has it."""
    doc = make_header_doc(name, schema or {"type": "string"})
    operation = make_operation(make_response_doc("200", headers=(doc,)), deprecated=deprecated)
    headers = ((name, value), *more.items())
    return make_context(operation), make_exchange(200, {}, headers=headers)


DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("name", "value", "more", "wrong"),
    [
        ("ETag", '"a1"', {}, []),
        ("ETag", 'W/"a1"', {}, []),
        ("ETag", '""', {}, []),
        ("etag", '"\u00e9,!"', {}, []),
        ("ETag", "a1", {}, ["etag"]),
        ("ETag", 'w/"a1"', {}, ["etag"]),
        ("ETag", '"a 1"', {}, ["etag"]),
        ("ETag", '"a1", "a2"', {}, ["etag"]),
        ("Last-Modified", DATE, {"Date": DATE}, []),
        ("Last-Modified", DATE, {}, []),
        ("Last-Modified", "Thu, 01 Jan 2026 00:14:59 GMT", {"Date": DATE}, []),
        ("Last-Modified", "Thu, 01 Jan 2026 00:15:01 GMT", {"Date": DATE}, ["future"]),
        ("Last-Modified", "2026-01-01T00:00:00Z", {"Date": DATE}, ["last-modified"]),
        ("Last-Modified", "2026-01-01T00:00:00Z", {"Date": "now"}, ["last-modified"]),
    ],
)
def test_validators_have_their_form(name: str, value: str, more: dict[str, str], wrong: list[str]) -> None:
    context, exchange = headed(name, value, **more)

    assert validators.is_named(context, exchange)
    assert [b.detail for b in validators.valid(context, exchange)] == wrong


@pytest.mark.parametrize("schema", [{"pattern": "^[0-9]+$"}, {"type": "integer"}, {"format": "uuid"}])
def test_a_schema_may_describe_another_etag(schema: Any) -> None:
    context, exchange = headed("ETag", "17", schema=schema)

    assert not validators.is_named(context, exchange)
    assert list(validators.valid(context, exchange)) == []


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ('</a>; rel="next", </b>; rel=prev; title="x, y"', False),
        ('<https://a.example/?q=a,b>; rel="item"', False),
        ("/a; rel=next", True),
        ("</a>", True),
        ("", True),
    ],
)
def test_a_link_header_is_a_list_of_links(value: str, broken: bool) -> None:
    context, exchange = headed("Link", value)

    assert web_links.has_links(context, exchange)
    assert [b.promise for b in web_links.valid(context, exchange)] == ["link-header.valid"] * broken


@pytest.mark.parametrize(("schema", "deprecated"), [({"enum": ["/a"]}, False), ({}, True)])
def test_links_are_judged_once(schema: Any, deprecated: bool) -> None:
    """By the schema where it lists them, and with the other headers of deprecation."""
    assert not web_links.has_links(*headed("Link", "/a", schema=schema, deprecated=deprecated))


def test_a_date_reads_as_it_was_written() -> None:
    assert as_http_date(http_date(DATE) or pytest.fail("no date")) == DATE


@pytest.mark.parametrize(("value", "weak"), [('"a"', False), ('W/"a"', True)])
def test_a_tag_reads_as_it_was_written(value: str, weak: bool) -> None:
    tag = entity_tag(value)

    assert tag is not None
    assert (tag.value, tag.opaque, tag.weak) == (value, '"a"', weak)
