"""Errors tell nothing of the inside of a server, and name the member that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import BASE, make_context, make_exchange, make_operation, make_request

from specproof.checks.errors import blames_one, names_offender, unknown_path
from specproof.checks.internals import no_internals
from specproof.model.exchange import Exchange
from specproof.model.operation import MediaType, RequestBody

PROMISED = {"message": "/message", "required": ["/message"], "fields": "/fields"}
CONTEXT = make_context(make_operation("200"), error=PROMISED)
JAVA = "java.lang.NullPointerException\n\tat com.example.things.Store.find(Store.java:42)"
INSIDES = [
    'Traceback (most recent call last):\n  File "/app/things.py", line 3, in find',
    '  File "things.py", line 3, in find',
    JAVA,
    "   at Things.Store.Find(String id) in /src/Store.cs:line 42",
    "Error: oops\n    at Store.find (/usr/src/app/store.js:42:7)",
    "    at node:internal/process/task_queues:95:5",
    "things.rb:42:in `find'",
    "Fatal error: Uncaught Exception in /var/www/html/index.php on line 42",
    "goroutine 1 [running]:\nmain.main()",
    'SQLSTATE[42P01]: relation "things" does not exist',
    "ORA-00942: table or view does not exist",
    "sqlite3.OperationalError: no such table: things",
    'ERROR: syntax error at or near "x"',
    "You have an error in your SQL syntax; check the manual",
    "UNIQUE constraint failed: things.key",
    'duplicate key value violates unique constraint "things_key"',
    "SELECT id, name FROM things WHERE key = ?",
    "INSERT INTO things VALUES (?)",
    "refused by /srv/app/things/store.py",
    r"refused by C:\inetpub\things\Store.cs",
]
HARMLESS = [
    "No such thing.",
    "Select a value from the list.",
    "The file things.py line 3 is too long",
    "Look at /docs/things or at https://api.example/home/errors.html",
    "Expected one of: created, updated. Update the set of values.",
    "Syntax error near character 7",
    "at most 100 (things)",
    "The path /usr is not allowed",
    "error in field 12:30:15",
]


@pytest.mark.parametrize("text", INSIDES)
@pytest.mark.parametrize("status", [400, 500])
def test_the_inside_of_a_server_is_found(text: str, status: int) -> None:
    """In JSON, where it is escaped, and as plain text."""
    for exchange in (
        make_exchange(status, {"message": "no", "details": [{"trace": text}]}),
        make_exchange(status, body=f"<pre>{text}</pre>".encode(), media_type="text/html"),
    ):
        assert [breach.promise for breach in no_internals(CONTEXT, exchange)] == ["errors.no-internals"]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_silent(text: str) -> None:
    assert list(no_internals(CONTEXT, make_exchange(400, {"message": text}))) == []


@pytest.mark.parametrize(
    "request_parts",
    [
        {"body": json.dumps({"value": JAVA}).encode()},
        {"body": JAVA.encode()},
        {"url": f"{BASE}/things?q=com.example.things.Store.find%28Store.java%3A42%29+at"},
        {"headers": (("X-Note", "at com.example.things.Store.find(Store.java:42)"),)},
    ],
)
def test_what_the_client_sent_may_come_back(request_parts: dict[str, Any]) -> None:
    trace = "at com.example.things.Store.find(Store.java:42)"
    request = make_request(**request_parts)
    exchange = make_exchange(400, {"message": f"invalid: {trace}"}, request=request)
    sent_all = "url" not in request_parts

    assert (list(no_internals(CONTEXT, exchange)) == []) is sent_all


# --- fields --------------------------------------------------------------------------------------------

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
}
BODY = RequestBody(
    required=True,
    content=(MediaType(name="application/json", schema=SCHEMA, pointer="#/x"),),
    pointer="#/x",
)
CREATES = make_context(make_operation("201", "400", method="POST", request_body=BODY), error=PROMISED)


def refused(sent: Any, fields: Any, *, status: int = 400, url: str = f"{BASE}/things") -> Exchange:
    """Return a refusal of a body."""
    headers = (("Content-Type", "application/json"),)
    request = make_request("POST", url, body=json.dumps(sent).encode(), headers=headers)
    body = {"message": "no"} | ({} if fields is None else {"fields": fields})
    return make_exchange(status, body, request=request)


@pytest.mark.parametrize(
    ("sent", "fields", "expected"),
    [
        ({"name": 5}, {"name": ["no"]}, []),
        ({"name": 5}, {"/Name": ["no"]}, []),
        ({"name": 5}, ["name"], []),
        ({"name": 5}, [{"field": "thing.name"}], []),
        ({"name": 5}, {"name": [], "size": []}, []),
        ({}, {"name": ["required"]}, []),
        ({"name": 5}, {"size": ["no"]}, ["name"]),
        ({"name": 5}, {}, ["name"]),
        ({"name": 5}, {"body": ["no"]}, ["name"]),
        ({}, {"body": ["no"]}, ["name"]),
        ({"name": "x", "size": "x"}, {"name": ["no"]}, ["size"]),
    ],
)
def test_a_refusal_names_the_member_that_is_wrong(sent: Any, fields: Any, expected: list[str]) -> None:
    assert blames_one(CREATES, refused(sent, fields))
    assert [breach.detail for breach in names_offender(CREATES, refused(sent, fields))] == expected


@pytest.mark.parametrize(
    "exchange",
    [
        refused({"name": 5}, None),
        refused({"name": 5, "size": "x"}, {"body": []}),
        refused({"name": "fine"}, {"body": []}),
        refused([1], {"body": []}),
        refused({"name": 5}, {"body": []}, status=409),
        refused({"name": 5}, {"body": []}, url=f"{BASE}/things?x=1"),
    ],
    ids=["names none", "two are wrong", "nothing is wrong", "no object", "another refusal", "a query, too"],
)
def test_where_it_is_not_clear_who_is_to_blame(exchange: Exchange) -> None:
    assert not blames_one(CREATES, exchange)
    assert list(names_offender(CREATES, exchange)) == []


def test_without_the_promise_nobody_need_be_named() -> None:
    mute = replace(CREATES, error={"message": "/message"})

    assert not blames_one(mute, refused({"name": 5}, {"body": []}))


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, {"message": "no"}, []),
        (404, {"error": "Not Found"}, ["404 /message"]),
        (200, {}, []),
        (302, {}, []),
    ],
)
def test_an_unknown_address_is_refused_like_anything_else(
    status: int, body: Any, expected: list[str]
) -> None:
    """A server may also have something there."""
    breaches = list(unknown_path(CONTEXT, make_exchange(status, body)))

    assert [breach.detail for breach in breaches] == expected
    assert {breach.promise for breach in breaches} <= {"errors.unknown-path"}
