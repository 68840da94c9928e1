"""What answers say about time: when things were made, since when and until when operations are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
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

from specproof.checks import deprecation
from specproof.checks.moments import not_in_future, tells_time
from specproof.contract.moments import tells_moments
from specproof.contract.operations import read_operations

DATE = (("Date", "Sun, 22 Nov 2026 12:00:00 GMT"),)
MOMENT = {"type": "string", "format": "date-time"}
THING = {
    "type": "object",
    "properties": {
        "created_on": {"$ref": "#/components/schemas/moment"},
        "updatedAt": MOMENT,
        "expires_on": MOMENT,
        "created": {"type": "string"},
        "parts": {"type": "array", "items": {"allOf": [{"properties": {"last_modified": MOMENT}}]}},
    },
}
DOCUMENT = {"openapi": "3.0.3", "components": {"schemas": {"moment": MOMENT}}}
CONTEXT = make_context(
    make_operation(make_response_doc("200", ("application/json", THING))), document=DOCUMENT
)


def late(body: Any, **more: Any) -> list[str]:
    """Return which members lie in the future."""
    return [b.detail for b in not_in_future(CONTEXT, make_exchange(200, body, **{"headers": DATE, **more}))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"created_on": "2026-11-22T12:00:00Z"}, []),
        ({"created_on": "2026-11-22T12:14:59+00:00"}, []),
        ({"created_on": "2026-11-22T13:00:00+01:00"}, []),
        ({"created_on": "2026-11-22T12:16:00+00:00"}, ["created_on"]),
        ({"created_on": "2026-11-22T13:00:00Z"}, ["created_on"]),
        ({"updatedAt": "2027-01-01T00:00:00Z"}, ["updatedAt"]),
        ({"parts": [{}, {"last_modified": "2027-01-01T00:00:00Z"}]}, ["last_modified"]),
        ({"expires_on": "2027-01-01T00:00:00Z"}, []),
        ({"created": "2027-01-01T00:00:00Z"}, []),
        ({"other": {"created_on": "2027-01-01T00:00:00Z"}}, []),
        ({"created_on": "2027-01-01T00:00:00"}, []),
        ({"created_on": None, "updatedAt": 5}, []),
        ([], []),
    ],
)
def test_what_was_made_was_made_in_the_past(body: Any, expected: list[str]) -> None:
    """By the clock of the server itself; what has no offset is a matter of the schema."""
    assert late(body) == expected


def test_a_moment_with_escapes_is_read() -> None:
    """JSON may write any character as an escape."""
    body = rb'{"updatedAt": "2027-01-01T00:00:00\u002b01:00"}'

    found = list(not_in_future(CONTEXT, make_exchange(200, body=body, headers=DATE)))

    assert [breach.detail for breach in found] == ["updatedAt"]


def test_a_gateway_with_a_slow_clock_makes_nothing_late() -> None:
    """The answer says 12:00 (see DATE), but the run got it at 13:00 by its own clock."""
    body = {"created_on": "2026-11-22T13:00:00Z"}
    received = datetime(2026, 11, 22, 13, 0, tzinfo=UTC).timestamp()
    exchange = replace(make_exchange(200, body, headers=DATE), started=received)

    assert list(not_in_future(CONTEXT, exchange)) == []
    assert [b.detail for b in not_in_future(CONTEXT, replace(exchange, started=1.0))] == ["created_on"]


def test_without_a_clock_nothing_is_judged() -> None:
    exchange = make_exchange(200, {"created_on": "2999-01-01T00:00:00Z"})

    assert not tells_time(CONTEXT, exchange)
    assert late({"created_on": "2999-01-01T00:00:00Z"}, headers=(("Date", "soon"),)) == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (THING, True),
        ({"type": "array", "items": THING}, True),
        ({"allOf": [{"$ref": "#/components/schemas/node"}]}, True),
        ({"properties": {"expires_on": MOMENT, "created": {"type": "string"}}}, False),
        ({"$ref": "#/components/schemas/loop"}, False),
        (None, False),
    ],
)
def test_where_moments_are_documented(schema: Any, expected: bool) -> None:
    """References are followed, also in circles."""
    node = {"properties": {"child": {"$ref": "#/components/schemas/node"}, "changed_at": MOMENT}}
    loop = {"properties": {"child": {"$ref": "#/components/schemas/loop"}}}
    content = {"application/json": {"schema": schema} if schema else {}}
    document = {
        "openapi": "3.0.3",
        "components": {"schemas": {"node": node, "loop": loop, "moment": MOMENT}},
        "paths": {"/x": {"get": {"responses": {"200": {"content": content}}}}},
    }

    assert tells_moments(document, read_operations(document)[0]) is expected


# --- deprecation ---------------------------------------------------------------------------------------


def announced(*, deprecated: bool = True, schema: Any = None, **headers: str) -> Any:
    """Return a context that documents the headers, and an answer that has them."""
    docs = tuple(make_header_doc(name, schema or {"type": "string"}) for name in headers)
    operation = make_operation(make_response_doc("200", headers=docs), deprecated=deprecated)
    return make_context(operation), make_exchange(200, {}, headers=tuple(headers.items()))


@pytest.mark.parametrize(
    ("header", "value", "valid"),
    [
        ("Deprecation", "@1688169599", True),
        ("Deprecation", "@-62135596800", True),
        ("Deprecation", "@1688169599;note=x", True),
        ("Deprecation", "true", False),
        ("Deprecation", "1688169599", False),
        ("Deprecation", "@1688169599.5", False),
        ("Deprecation", "@9999999999999999", False),
        ("Deprecation", "Fri, 01 Mar 2024 09:30:00 GMT", False),
        ("Sunset", "Wed, 31 Dec 2036 23:59:59 GMT", True),
        ("Sunset", "Sat, 31 Dec 2018 23:59:59 GMT", True),
        ("Sunset", "Sunday, 06-Nov-94 08:49:37 GMT", True),
        ("Sunset", "Sun Nov  6 08:49:37 1994", True),
        ("Sunset", "Wed, 31 Dec 2036 23:59:59 +0000", False),
        ("Sunset", "2036-12-31T23:59:59Z", False),
        ("Sunset", "@1688169599", False),
        ("Link", '<https://api.example/v2>; rel="successor-version"', True),
        ("Link", "</a>;rel=deprecation;type=text/html, </b,c>; rel=\"sunset\"; title*=UTF-8''x", True),
        ("Link", '</a> ; title="a, b; c" ; rel=x', True),
        ("Link", "https://api.example/v2; rel=x", False),
        ("Link", "</a>", False),
        ("Link", "</a>; rel=x </b>; rel=y", False),
        ("Link", "</a b>; rel=x", False),
    ],
)
def test_headers_of_deprecation_have_their_form(header: str, value: str, valid: bool) -> None:
    """The form that their RFCs give them; the day of the week is for people."""
    context, exchange = announced(**{header: value})

    assert deprecation.is_announced(context, exchange)
    assert [b.detail for b in deprecation.valid(context, exchange)] == ([] if valid else [header.lower()])


@pytest.mark.parametrize(
    ("sunset", "broken"),
    [
        ("Fri, 01 Mar 2024 09:30:00 GMT", False),
        ("Fri, 01 Mar 2024 09:29:59 GMT", True),
        ("Wed, 31 Dec 2036 23:59:59 GMT", False),
        ("2020-01-01", False),
    ],
)
def test_the_end_is_not_before_the_beginning(sunset: str, broken: bool) -> None:
    context, exchange = announced(Deprecation="@1709285400", Sunset=sunset)

    assert deprecation.has_both(context, exchange)
    assert [b.promise for b in deprecation.ordered(context, exchange)] == ["deprecation.ordered"] * broken


@pytest.mark.parametrize(
    ("deprecated", "schema"),
    [
        (False, None),
        (True, {"type": "boolean"}),
        (True, {"enum": ["true"]}),
        (True, {"const": "true"}),
        (True, {"format": "date-time"}),
        (True, {"allOf": [{"pattern": "^true$"}]}),
        (True, {"type": "integer"}),
    ],
)
def test_the_document_may_decide_otherwise(deprecated: bool, schema: Any) -> None:
    """A header of another operation, or one whose values are listed, is judged by its schema alone."""
    context, exchange = announced(deprecated=deprecated, schema=schema, Deprecation="true")

    assert not deprecation.is_announced(context, exchange)
    assert list(deprecation.valid(context, exchange)) == []


def test_a_pattern_that_takes_what_the_rfc_asks_for_decides_nothing() -> None:
    context, exchange = announced(schema={"pattern": "^@[0-9]+$"}, Deprecation="true")

    assert [b.promise for b in deprecation.valid(context, exchange)] == ["deprecation.valid"]


def test_a_header_that_is_not_documented_is_not_judged() -> None:
    context = make_context(make_operation("200", deprecated=True))
    exchange = make_exchange(200, {}, headers=(("Deprecation", "true"), ("Sunset", "soon")))

    assert list(deprecation.valid(context, exchange)) == []
    assert not deprecation.has_both(context, exchange)


def test_another_method_is_another_answer() -> None:
    context, exchange = announced(Sunset="soon")
    other = make_exchange(200, {}, headers=(("Sunset", "soon"),), request=make_request("OPTIONS"))

    assert len(list(deprecation.valid(context, exchange))) == 1
    assert list(deprecation.valid(context, other)) == []
