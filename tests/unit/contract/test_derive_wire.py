"""A request is judged as it goes over the wire: valid, invalid, or not to be told."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.contract.operations import read_operations
from specproof.contract.schema import Schemas
from specproof.contract.wire import Opinion, judge_request
from specproof.model.exchange import Pairs, Request

BASE = "http://api.example/v1"
THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "maxLength": 8},
        "size": {"type": "integer", "minimum": 0, "nullable": True},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
    },
    "additionalProperties": False,
}


def parameter(name: str, schema: Any, location: str = "query", **more: Any) -> dict[str, Any]:
    """Build a parameter of the document."""
    return {"name": name, "in": location, "schema": schema, "required": location == "path", **more}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "paths": {
        "/things/{number}": {
            "get": {
                "parameters": [
                    parameter("number", {"type": "integer"}, "path"),
                    parameter("size", {"type": "integer", "minimum": 1, "maximum": 50}),
                    parameter("ratio", {"type": "number"}),
                    parameter("deep", {"type": "boolean"}),
                    parameter("word", {"type": "string", "minLength": 2, "pattern": "^[a-z ]+$"}),
                    parameter("day", {"type": "string", "format": "date"}),
                    parameter("kind", {"type": "string", "enum": ["a", "b"]}),
                    parameter("tags", {"type": "array", "items": {"type": "string"}}),
                    parameter("X-Trace", {"type": "string"}, "header"),
                ]
            }
        },
        "/needs": {
            "get": {
                "parameters": [
                    parameter("q", {"type": "string"}, required=True),
                    parameter("X-Key", {"type": "string"}, "header", required=True),
                ]
            }
        },
        "/color": {
            "get": {"parameters": [parameter("c", {"$ref": "#/components/schemas/C"}, required=True)]}
        },
        "/filter": {
            "get": {"parameters": [parameter("f", {"type": "object"}, required=True, style="deepObject")]}
        },
        "/session": {"get": {"parameters": [parameter("sid", {"type": "string"}, "cookie", required=True)]}},
        "/things": {
            "post": {"requestBody": {"required": True, "content": {"application/json": {"schema": THING}}}},
            "put": {"requestBody": {"content": {"application/*": {"schema": THING}}}},
            "delete": {},
        },
    },
    "components": {"schemas": {"Thing": THING, "C": {"type": "object"}}},
}
OPERATIONS = {operation.label: operation for operation in read_operations(DOCUMENT)}
SCHEMAS = Schemas(DOCUMENT)
JSON = (("Content-Type", "application/json; charset=utf-8"),)


def judge(label: str, target: str, *, headers: Pairs = (), body: bytes | None = None) -> Opinion:
    """Judge a request with a target below the base URL."""
    request = Request(method=label.split(maxsplit=1)[0], url=BASE + target, headers=headers, body=body)
    return judge_request(OPERATIONS[label], SCHEMAS, request, base_url=BASE)


READ = "GET /things/{number}"
TARGETS = [
    # target, opinion
    ("/things/7", True),
    ("/things/-7?size=50&ratio=1e3&deep=true&word=a%20b&day=2026-01-02&kind=a", True),
    ("/things/7?unknown=x", True),
    ("/things/seven", False),
    ("/things/7?size=0", False),
    ("/things/7?size=51", False),
    ("/things/7?size=many", False),
    ("/things/7?ratio=x", False),
    ("/things/7?deep=maybe", False),
    ("/things/7?word=a", False),
    ("/things/7?word=A-B", False),
    ("/things/7?day=tomorrow", False),
    ("/things/7?kind=c", False),
    ("/things/7.0", None),
    ("/things/07", None),
    ("/things/%207", None),
    ("/things/", None),
    ("/things/..", None),
    ("/things/7/8", None),
    ("/things/%ff", None),
    ("/elsewhere", None),
    ("/things/7?size=", None),
    ("/things/7?size=1&size=99", None),
    ("/things/7?size=1_000", None),
    ("/things/7?size=%D9%A7", None),
    ("/things/7?ratio=Infinity", None),
    ("/things/7?ratio=NaN", None),
    ("/things/7?deep=1", None),
    ("/things/7?deep=TRUE", None),
    ("/things/7?word=%ff", None),
    ("/things/7?tags=a,b", None),
]


@pytest.mark.parametrize(("target", "valid"), TARGETS, ids=[target for target, _ in TARGETS])
def test_parameters_are_judged_where_every_reader_agrees(target: str, valid: bool | None) -> None:
    assert judge(READ, target).valid is valid


@pytest.mark.parametrize(
    ("label", "target", "headers", "valid"),
    [
        ("GET /needs", "/needs?q=x", (), False),
        ("GET /needs", "/needs", (("x-key", "k"),), False),
        ("GET /needs", "/needs?q=x", (("x-key", "k"),), None),
        (READ, "/things/7", (("X-Trace", "t"),), None),
        ("GET /color", "/color?R=1&G=2", (), None),
        ("GET /color", "/color", (), False),
        ("GET /filter", "/filter?f[x]=1", (), None),
        ("GET /filter", "/filter", (), None),
        ("GET /session", "/session", (), None),
    ],
)
def test_what_is_required_is_missed_only_where_it_cannot_hide(
    label: str, target: str, headers: Pairs, valid: bool | None
) -> None:
    """Members of an object travel under their own names; a cookie may be added by the client."""
    assert judge(label, target, headers=headers).valid is valid


BODIES = [
    # body, opinion, why
    (b'{"name": "kettle"}', True, ""),
    (b'{"name": "kettle", "size": null, "parts": [{"name": "lid"}]}', True, ""),
    (b'{"name": "kettle", "id": "anything"}', True, ""),
    (b' \n{"name": "\\u00e9"}\t', True, ""),
    (b"", False, "body: required, but missing"),
    (b"{", False, "body: not JSON"),
    (b"{'name': 1}", False, "body: not JSON"),
    (b"\xff", False, "body: not JSON"),
    (b"{}", False, "body, the whole: breaks required"),
    (b"[]", False, "body, the whole: breaks type"),
    (b'{"name": ""}', False, "body, name: breaks minLength"),
    (b'{"name": "x", "size": -1}', False, "body, size: breaks minimum"),
    (b'{"name": "x", "parts": [{"name": 1}]}', False, "body, parts: breaks type"),
    (b'{"name": "x", "colour": 1}', False, "body, the whole: breaks additionalProperties"),
    (b'{"name": "x", "name": 1}', None, ""),
    (b'{"name": "x", "size": NaN}', None, ""),
    (b'{"name": "\\ud800"}', None, ""),
    (b'\xef\xbb\xbf{"name": "x"}', None, ""),
    (b"[" * 100_000, None, ""),
    (b"[" * 300 + b"]" * 300, None, ""),
]


@pytest.mark.parametrize(("body", "valid", "why"), BODIES, ids=[repr(row[0][:30]) for row in BODIES])
def test_a_body_is_judged_where_every_reader_agrees(body: bytes, valid: bool | None, why: str) -> None:
    assert judge("POST /things", "/things", headers=JSON, body=body) == Opinion(valid=valid, why=why)


@pytest.mark.parametrize(
    ("label", "headers", "body", "valid"),
    [
        ("POST /things", (), b"{}", None),
        ("POST /things", (("Content-Type", "text/plain"),), b"{}", None),
        ("PUT /things", JSON, b"{}", None),
        ("PUT /things", (), None, None),
        ("DELETE /things", (), None, True),
    ],
)
def test_bodies_that_the_document_says_little_about(
    label: str, headers: Pairs, body: bytes | None, valid: bool | None
) -> None:
    assert judge(label, "/things", headers=headers, body=body).valid is valid


bodies = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=8)},
    optional={"size": st.none() | st.integers(min_value=0), "id": st.integers(), "parts": st.just([])},
)


@given(bodies, st.booleans())
def test_a_valid_body_is_never_called_invalid(body: dict[str, Any], escaped: bool) -> None:
    """However its characters are written."""
    sent = json.dumps(body, ensure_ascii=escaped).encode()
    assert judge("POST /things", "/things", headers=JSON, body=sent).valid is not False


@given(
    st.integers(),
    st.fixed_dictionaries(
        {},
        optional={
            "size": st.integers(1, 50).map(str),
            "ratio": st.floats(allow_nan=False).map(str),
            "deep": st.sampled_from(["true", "false"]),
            "word": st.text("abc ", min_size=2),
            "day": st.dates().map(str),
            "other": st.text(st.characters(codec="utf-8")),
        },
    ),
)
def test_a_valid_query_is_never_called_invalid(number: int, query: dict[str, str]) -> None:
    target = f"/things/{number}?{urlencode(query, quote_via=quote)}"
    assert judge(READ, target).valid is not False


@given(st.integers().filter(lambda number: not 1 <= number <= 50))
def test_a_size_beyond_its_bounds_is_never_called_valid(size: int) -> None:
    assert judge(READ, f"/things/7?size={size}").valid is not True


@given(st.binary(max_size=60))
def test_any_bytes_get_an_opinion(body: bytes) -> None:
    assert judge("POST /things", "/things", headers=JSON, body=body).valid in {True, False, None}


@given(st.text(st.characters(codec="ascii", exclude_characters="#"), max_size=40))
def test_any_target_gets_an_opinion(text: str) -> None:
    assert judge(READ, f"/things/{text}").valid in {True, False, None}


SPELT: dict[str, Any] = {
    "openapi": "3.0.3",
    "paths": {
        "/a": {
            "get": {
                "parameters": [
                    parameter("many", {"type": "array", "items": {"type": "integer"}, "maxItems": 2}),
                    parameter("csv", {"type": "array", "items": {"type": "integer"}}, explode=False),
                    parameter("words", {"type": "array", "items": {"enum": ["a", "b"], "type": "string"}},
                              explode=False, style="pipeDelimited"),
                    parameter("deep", {"type": "object", "properties": {"n": {"type": "integer"}}},
                              style="deepObject"),
                    {"name": "json", "in": "query", "content": {"application/json": {
                        "schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}}},
                    parameter("X-Count", {"type": "integer"}, "header"),
                    parameter("Range", {"type": "integer"}, "header"),
                ]
            }
        },
        "/l/{id}": {"get": {"parameters": [parameter("id", {"type": "integer"}, "path", style="label")]}},
        "/m/{ids}": {"get": {"parameters": [parameter(
            "ids", {"type": "array", "items": {"type": "integer"}}, "path", style="matrix", explode=True)]}},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("label", "target", "headers", "valid"),
    [
        ("GET /a", "/a?many=1&many=2", (), True),
        ("GET /a", "/a?many=1&many=word", (), False),
        ("GET /a", "/a?many=1&many=2&many=3", (), False),
        ("GET /a", "/a?many=1,2", (), None),
        ("GET /a", "/a?many=", (), None),
        ("GET /a", "/a?csv=1,word", (), False),
        ("GET /a", "/a?csv=1&csv=2", (), None),
        ("GET /a", "/a?words=a%7Cc", (), False),
        ("GET /a", "/a?words=a%7Cb", (), None),
        ("GET /a", "/a?deep[n]=1", (), True),
        ("GET /a", "/a?deep%5Bn%5D=word", (), False),
        ("GET /a", "/a?deep[n][m]=word", (), None),
        ("GET /a", "/a?deep[other]=word", (), None),
        ("GET /a", "/a?json=%7B%22n%22:1%7D", (), True),
        ("GET /a", "/a?json=word", (), False),
        ("GET /a", "/a?json=%7B%22n%22:true%7D", (), False),
        ("GET /a", "/a", (("X-Count", "word"),), False),
        ("GET /a", "/a", (("X-Count", " 7 "),), None),
        ("GET /a", "/a", (("Range", "word"),), None),
        ("GET /l/{id}", "/l/.7", (), True),
        ("GET /l/{id}", "/l/7", (), None),
        ("GET /l/{id}", "/l/.word", (), False),
        ("GET /m/{ids}", "/m/;ids=1;ids=2", (), True),
        ("GET /m/{ids}", "/m/;ids=1;ids=x", (), False),
    ],
)
def test_lists_and_objects_are_judged_in_their_style(
    label: str, target: str, headers: Pairs, valid: bool | None
) -> None:
    """Invalid only where every reading is; a header that HTTP says may be ignored is left alone."""
    operations = {operation.label: operation for operation in read_operations(SPELT)}
    request = Request(method="GET", url=BASE + target, headers=headers)

    assert judge_request(operations[label], Schemas(SPELT), request, base_url=BASE).valid is valid


def test_null_in_a_merge_patch_is_left_alone() -> None:
    """It removes a member, whatever the schema of the member says (RFC 7396)."""
    media = "application/merge-patch+json"
    body = {"content": {media: {"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"patch": {"requestBody": body}}}}
    [operation] = read_operations(document)

    def judged(value: Any) -> bool | None:
        sent = (("Content-Type", media),)
        request = Request(method="PATCH", url=f"{BASE}/a", headers=sent, body=json.dumps(value).encode())
        return judge_request(operation, Schemas(document), request, base_url=BASE).valid

    assert [judged({"n": 1}), judged({"n": None}), judged({"n": "x"})] == [True, None, False]
