"""Bodies that are no JSON text: what is said of them, and what is left alone."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from builders import make_context, make_exchange, make_operation, make_response_doc

from specproof.checks.content import CONTENT_CHECKS
from specproof.contract.derive.contents import derive
from specproof.contract.operations import read_operations
from specproof.model.operation import MediaType, Operation, ResponseDoc

ITEM = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
EVENT = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": ITEM},
        "event": {"enum": ["tick"]},
        "retry": {"type": "integer"},
    },
}
EVENTS = b': hello\n\ndata: {\ndata: "n": 1}\nretry: 5\n\ndata: cut'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
ORDER = {
    "type": "object",
    "required": ["id", "note", "lines"],
    "xml": {"name": "order"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "note": {"type": "string", "xml": {"name": "remark"}},
        "lines": {"type": "array", "items": {"type": "string"}},
    },
}


def operation_with(media: str, schema: Any = None, **more: Any) -> Operation:
    content = MediaType(name=media, schema=schema, pointer="#/media", **more)
    return make_operation(ResponseDoc(status="200", content=(content,), headers=(), pointer="#/200"))


def found(
    media: str, body: bytes, schema: Any = None, *, sent: str = "", stopped: bool = False, **more: Any
) -> list[str]:
    """Return ``promise: summary`` of everything that is said about one answer."""
    operation = operation_with(media, schema, **more)
    context = make_context(operation, document={"openapi": "3.2.0"})
    exchange = make_exchange(200, body=body, media_type=sent or media)
    object.__setattr__(exchange.response, "stopped", stopped)
    promised = {promise.id for promise in derive({"openapi": "3.2.0"}, operation, [operation])}
    return [
        f"{name}: {breach.summary}"
        for name, (check, relevant) in CONTENT_CHECKS.items()
        if name in promised and relevant(context, exchange)
        for breach in check(context, exchange)
    ]


@pytest.mark.parametrize(
    ("media", "body", "more"),
    [
        ("text/plain", "caf\u00e9".encode("latin-1"), {}),
        ("text/plain", "caf\u00e9".encode("latin-1"), {"sent": "text/plain; charset=iso-8859-1"}),
        ("text/plain", b"anything", {"sent": "text/plain; charset=klingon"}),
        ("text/plain", b"", {"sent": "text/plain; charset=utf-8"}),
        ("text/plain", b"42\n", {"schema": {"type": "integer", "minimum": 1}}),
        ("text/plain", b"ok\n", {"schema": {"type": "string", "enum": ["ok"]}}),
        ("text/plain", b"\xff", {"schema": {"type": "string", "format": "binary"}}),
        ("application/x-ndjson", b'{"n": 1}\n\n{"n": 2}', {"schema": ITEM}),
        ("application/x-ndjson", b'{"n": 1}\n', {"schema": {"type": "array", "items": ITEM}}),
        ("application/x-ndjson", b'{"n": 1}\n', {"schema": {"type": "string"}}),
        ("application/jsonl", b"", {"item_schema": ITEM}),
        ("application/jsonl", b'{"n": 1}\n{"n": 2', {"item_schema": ITEM, "stopped": True}),
        ("application/json-seq", b'\x1e{"n": 1}\n\x1e{"n": 2}\n', {"item_schema": ITEM}),
        ("text/event-stream", EVENTS, {"item_schema": EVENT}),
        ("text/event-stream", b"data: {}\n\n", {"schema": EVENT}),
        ("image/png", PNG, {}),
        ("image/*", b"no picture", {"sent": "image/png"}),
        ("application/pdf", b"\n\n%PDF-1.7", {}),
        ("application/octet-stream", b"", {}),
        ("text/csv", b"a,b\nc\n", {}),
        ("text/csv", b'a,"b\nb"\r\nc,d\r\n\r\n', {"examples": ("x,y\n1,2\n",)}),
        ("text/csv", b"a\nb,c\n", {"examples": ("only one column\nof text\n",)}),
        ("application/xml", b'<o:order xmlns:o="urn:o" id="1"><remark/></o:order>', {"schema": ORDER}),
        ("application/xml", b"<anything/>", {"schema": {"type": "object"}}),
        ("application/xml", b'<?xml version="1.0" encoding="x-klingon"?><a/>', {}),
        ("application/json", b'{"n"', {"schema": ITEM}),
    ],
)  # fmt: skip
def test_what_may_be_right_is_left_alone(media: str, body: bytes, more: dict[str, Any]) -> None:
    assert found(media, body, **more) == []


@pytest.mark.parametrize(
    ("media", "body", "more", "said"),
    [
        (
            "text/plain", b"\xe9", {"sent": "text/plain; charset=utf-8"},
            "content.readable: expected text/plain with status 200; got a body that is none: "
            "byte 0 is no utf-8",
        ),
        (
            "text/plain", b"many", {"schema": {"type": "integer"}},
            'content.text: expected a valid text with status 200; got: "many" is not of type "integer"',
        ),
        (
            "application/x-ndjson", b'{"n": 1}\n{"n": 2', {"schema": ITEM},
            "content.readable: expected application/x-ndjson with status 200; got a body that is none: "
            "item 2 is no JSON: Expecting ',' delimiter: line 1 column 8 (char 7)",
        ),
        (
            "application/x-ndjson", b'{"n": 1}\n{"n": "x"}\n{"n": "y"}', {"schema": ITEM},
            'content.items: expected a valid item 2 with status 200; got: "x" is not of type "integer"',
        ),
        (
            "application/json-seq", b'\x1e{"n": 1}\n\x1e{}\n', {"item_schema": ITEM},
            'content.items: expected a valid item 2 with status 200; got: "n" is a required property',
        ),
        (
            "application/jsonl", b'{"n": "x"}\n{"n": 2', {"item_schema": ITEM, "stopped": True},
            'content.items: expected a valid item 1 with status 200; got: "x" is not of type "integer"',
        ),
        (
            "text/event-stream", b"data: 1\nevent: tock\n\n", {"item_schema": EVENT},
            'content.items: expected a valid item 1 with status 200; got: "tock" is not one of "tick"',
        ),
        (
            "text/event-stream", b'event: tick\ndata: {"n": null}\n\n', {"item_schema": EVENT},
            "content.items: expected a valid item 1 with status 200; got: data: null is not of type "
            '"integer"',
        ),
        (
            "text/event-stream", b"data: \xff\n\n", {"item_schema": EVENT},
            "content.readable: expected text/event-stream with status 200; got a body that is none: "
            "byte 6 is no utf-8",
        ),
        (
            "image/png", b"<html>", {},
            "content.readable: expected image/png with status 200; got a body that is none: "
            "it begins with b'<html>'",
        ),
        (
            "image/png", b"", {},
            "content.readable: expected image/png with status 200; got a body that is none: it is empty",
        ),
        (
            "text/csv", b"a,b\nc\n", {"examples": ("x,y\n1,2\n",)},
            "content.table: expected records of the same length with status 200; got 1 and 2 fields",
        ),
        (
            "text/csv; header=present", b"a,b\nc,d,e\n", {"sent": "text/csv"},
            "content.table: expected records of the same length with status 200; got 2 and 3 fields",
        ),
        (
            "application/xml", b"<order>", {},
            "content.readable: expected application/xml with status 200; got a body that is none: "
            "no element found: line 1, column 7",
        ),
        (
            "application/xml", b'<Order id="1"><remark/></Order>', {"schema": ORDER},
            "content.elements: expected the root element order, got Order with status 200",
        ),
        (
            "image/svg+xml", b"<order><note/></order>", {"schema": ORDER},
            "content.elements: expected the attribute id in order, got none with status 200",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(media: str, body: bytes, more: dict[str, Any], said: str) -> None:
    assert found(media, body, **more)[0] == said


def test_only_what_the_document_says_is_promised() -> None:
    """A document that says nothing about a text, a table or items promises its form alone."""
    content = {name: {} for name in ("text/plain", "text/csv", "application/x-ndjson", "application/xml")}
    document = {
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"responses": {"200": {"description": "x", "content": content}}}}},
    }
    operations = read_operations(document)

    made = {promise.id for promise in derive(document, operations[0], operations)}

    assert made == {"content.readable"}


@pytest.mark.parametrize("media", ["application/json", "application/octet-stream", "*/*"])
def test_json_and_plain_bytes_promise_nothing_here(media: str) -> None:
    operation = operation_with(media, {"type": "string"})

    assert list(derive({"openapi": "3.1.0"}, operation, [operation])) == []


def test_a_bomb_of_entities_is_refused_in_time() -> None:
    """Expat itself bounds what entities may grow to."""
    levels = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 20}">' for n in range(8))
    body = f'<!DOCTYPE a [<!ENTITY l0 "{"x" * 100}">{levels}]><a>&l8;</a>'.encode()

    assert ["content.readable" in each for each in found("application/xml", body)] == [True]
    assert len(gzip.compress(body)) < 1000


def test_an_empty_sequence_is_no_missing_json() -> None:
    """Nothing happened: that is a sequence without items."""
    operation = make_operation(make_response_doc("200", ("application/x-ndjson", ITEM)))
    context = make_context(operation)
    exchange = make_exchange(200, body=b"", media_type="application/x-ndjson")

    check, relevant = CONTENT_CHECKS["content.readable"]

    assert relevant(context, exchange)
    assert list(check(context, exchange)) == []
