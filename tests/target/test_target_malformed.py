"""Whatever is sent, the answer is a refusal with the error object, never a failure of the server."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from target_client import JSON, SEARCH, VARIABLES, Answer, Client

KEY = {"key": "NEVER MADE", "value": "v"}


def assert_refused(answer: Answer, *statuses: int) -> None:
    """Check status and error object."""
    assert answer.status in statuses
    assert answer.headers["content-type"] == JSON
    assert answer.json["type"] == "error"
    assert answer.json["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"key": "a"',
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b"[" * 100_000,
        b'{"key":' * 100_000,
        b'{"key": "a", "value": NaN}',
        b'{"key": "a", "value": "v", "more": Infinity}',
        b'{"key": "a", "value": "v", "more": ' + b"9" * 10_000 + b"}",
        b'{"key": "a", "value": "\\ud800"}',
        b'{"key": "\\udfff\\ud800", "value": "v"}',
        b'{"key": "a\\u0000", "value": "v"}',
        b'{"key": "a", "value": "\\u0000"}',
        b'{"key": "a", "value": "\xff"}',
        b'\xef\xbb\xbf{"key": "a", "value": "v"}',
        '{"key": "a", "value": "v"}'.encode("utf-16"),
        b"{'key': 'a', 'value': 'v'}",
        b'{"key": "a", "value": "v"} more',
        b"\x00",
    ],
    ids=range(22),
)
def test_bad_json_is_refused(shared: Client, body: bytes) -> None:
    assert_refused(shared.send("POST", VARIABLES, body=body, headers={"Content-Type": JSON}), 400)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": "k" * 256}, "key"),
        ({"key": 5}, "key"),
        ({"key": None}, "key"),
        ({"key": ["a"]}, "key"),
        ({"value": "v" * 4_097}, "value"),
        ({"value": 5}, "value"),
        ({"value": True}, "value"),
        ({"value": {}}, "value"),
        ({"secured": "true"}, "secured"),
        ({"secured": 1}, "secured"),
        ({"secured": None}, "secured"),
        ({"type": "variable"}, "type"),
        ({"type": None}, "type"),
    ],
)
def test_the_member_at_fault_is_named(shared: Client, change: dict[str, object], field: str) -> None:
    item = shared.get(f"{VARIABLES}?q=key+%3D+%22ONE%22").json["values"][0]
    created = shared.send("POST", VARIABLES, document=KEY | change)
    updated = shared.send("PUT", shared.of(item), document=change)
    for answer in (created, updated):
        assert_refused(answer, 400)
        assert list(answer.json["error"]["fields"]) == [field]
    assert shared.get(shared.of(item)).json == item


def test_every_complaint_comes_at_once(shared: Client) -> None:
    answer = shared.send("POST", VARIABLES, document={"secured": "no"})
    assert set(answer.json["error"]["fields"]) == {"key", "value", "secured"}


def test_the_last_of_two_equal_names_wins(shared: Client) -> None:
    body = b'{"key": 5, "key": "TWICE", "value": "v"}'
    answer = shared.send("POST", VARIABLES, body=body, headers={"Content-Type": JSON})
    assert (answer.status, answer.json["key"]) == (201, "TWICE")
    shared.send("DELETE", shared.of(answer.json))


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/xml",
        "application/vnd.api+json",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "json",
        "/",
        ";",
        "\xff\xfe",
        "",
    ],
)
def test_other_media_types_are_refused(shared: Client, media_type: str) -> None:
    fields = {"Content-Type": media_type} if media_type else {}
    answer = shared.send("POST", VARIABLES, body=json.dumps(KEY).encode(), headers=fields)
    assert_refused(answer, 415)


@pytest.mark.parametrize(
    "media_type", ["APPLICATION/JSON", 'application/json; charset="utf-8"', "application/json;v=1"]
)
def test_spellings_of_the_media_type_are_understood(shared: Client, media_type: str) -> None:
    answer = shared.send("POST", VARIABLES, body=b"{}", headers={"Content-Type": media_type})
    assert_refused(answer, 400)
    assert set(answer.json["error"]["fields"]) == {"key", "value"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"key",
        b"key=%ff&value=v",
        b"key=%zz&value=v",
        b"key=\xff&value=v",
        b"key=a&key=b&value=v",
        b"key=a",
    ],
)
def test_bad_forms_are_refused(shared: Client, body: bytes) -> None:
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    assert_refused(shared.send("POST", VARIABLES, body=body, headers=fields), 400)


def test_a_body_is_required(shared: Client) -> None:
    assert_refused(shared.send("POST", VARIABLES), 400)


def test_large_bodies_are_refused(shared: Client) -> None:
    fields = {"Content-Type": JSON}
    assert_refused(shared.send("POST", VARIABLES, body=b" " * (1024 * 1024 + 1), headers=fields), 413)
    assert_refused(shared.send("POST", VARIABLES, body=b" " * (1024 * 1024), headers=fields), 400)


@pytest.mark.parametrize("path", [VARIABLES, f"{VARIABLES}/%7Bx%7D", SEARCH, "/2.0/nothing"])
def test_long_addresses_are_refused(shared: Client, path: str) -> None:
    assert_refused(shared.get(f"{path}?fields={'x' * 8_192}"), 414)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2.0",
        "/2.0/",
        "/1.0/teams/acme/pipelines_config/variables",
        "/2.0/teams",
        f"{VARIABLES}/",
        "/2.0//teams/acme/pipelines_config/variables",
        "/2.0/teams//pipelines_config/variables",
        "/2.0/teams/%2F/pipelines_config/variables",
        "/2.0/teams/%FF%FE/pipelines_config/variables",
        "/2.0/teams/%00/pipelines_config/variables",
        "/2.0/teams/acme%/pipelines_config/variables",
        "/2.0/teams/%zz/pipelines_config/variables",
        "/2.0/teams/" + "x" * 4_000 + "/pipelines_config/variables",
        "/2.0/teams/{}/pipelines_config/variables",
        "/2.0/teams/ACME/pipelines_config/variables",
    ],
)
def test_unknown_addresses_are_not_found(shared: Client, path: str) -> None:
    assert_refused(shared.get(path), 404)


@pytest.mark.parametrize("query", ["x=%ff", "x=%zz", "x=%", "page=%", "q=%C3", "%ff=1"])
def test_broken_query_strings_are_refused(shared: Client, query: str) -> None:
    assert_refused(shared.get(f"{VARIABLES}?{query}"), 400)


@pytest.mark.parametrize("host", ["a b", "<x>", "h:port", "h:1:2", "[::1", "h/x", "h" * 300])
def test_a_host_that_is_none_is_refused(shared: Client, host: str) -> None:
    assert_refused(shared.get(VARIABLES, headers={"Host": host}), 400)


@pytest.mark.parametrize("host", ["example.test", "example.test:81", "[::1]:82", "a_b"])
def test_links_have_the_origin_of_the_request(shared: Client, host: str) -> None:
    page = shared.get(VARIABLES, headers={"Host": host}).json
    assert page["next"].startswith(f"http://{host}/2.0/")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (VARIABLES, "GET, HEAD, OPTIONS, POST"),
        (f"{VARIABLES}/x", "DELETE, GET, HEAD, OPTIONS, PUT"),
        (SEARCH, "GET, HEAD, OPTIONS"),
        ("/2.0/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_other_methods_are_refused_and_the_known_ones_named(shared: Client, path: str, allowed: str) -> None:
    for method in ("PATCH", "TRACE", "QUERY", "PROPFIND", "X"):
        answer = shared.send(method, path, authorization=None)
        assert_refused(answer, 405)
        assert answer.headers["allow"] == allowed
    asked = shared.send("OPTIONS", path, authorization=None)
    assert (asked.status, asked.headers["allow"], asked.body) == (204, allowed, b"")
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in asked.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", [VARIABLES, f"{SEARCH}?search_query=parser", "/2.0/health", "/2.0/nothing"])
def test_head_is_get_without_a_body(shared: Client, path: str) -> None:
    got, head = shared.get(path), shared.send("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.body))


def raw(client: Client, data: bytes) -> bytes:
    """Send bytes and return the first bytes of the answer, up to its header's end."""
    with socket.create_connection((client.host, client.port), timeout=10) as connection:
        received = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while b"\r\n\r\n" not in received and (part := connection.recv(65_536)):
                received += part
        except TimeoutError:
            raise
        except OSError:  # it hung up before it had read everything
            pass
    return received


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 600_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 5_000 + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=range(9),
)
def test_what_is_not_http_is_a_client_error(shared: Client, data: bytes) -> None:
    """These never reach the application; the server itself answers, or hangs up."""
    status = raw(shared, data)[9:12]
    assert status == b"" or status.startswith(b"4")


def test_a_slow_client_does_not_stop_the_others(shared: Client) -> None:
    head = f"POST {VARIABLES} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{"
    with socket.create_connection((shared.host, shared.port)) as slow:
        slow.sendall(head.encode())
        assert shared.get("/2.0/health").status == 200


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@FUZZ
@given(
    body=st.binary(max_size=2_000),
    media_type=st.sampled_from([JSON, "application/x-www-form-urlencoded", "x"]),
)
def test_random_bodies_never_break_the_server(shared: Client, body: bytes, media_type: str) -> None:
    answer = shared.send("POST", VARIABLES, body=body, headers={"Content-Type": media_type})
    assert_refused(answer, 400, 415)


@FUZZ
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE"]),
    path=st.binary(max_size=60),
    query=st.binary(max_size=200),
)
def test_random_addresses_never_break_the_server(
    shared: Client, method: str, path: bytes, query: bytes
) -> None:
    """Every byte is percent-encoded, so that all of them arrive."""
    segments = "".join(f"%{byte:02x}" for byte in path)
    pairs = "".join(f"%{byte:02x}" if byte % 7 else "&=%+q("[byte % 6] for byte in query)
    answer = shared.send(
        method, f"{VARIABLES}/{segments}?{pairs}", body=b"{}", headers={"Content-Type": JSON}
    )
    assert_refused(answer, 400, 404, 405)


@FUZZ
@given(
    parameter=st.sampled_from(["q", "sort", "fields", "page", "pagelen"]),
    text=st.text(st.characters(codec="utf-8") | st.sampled_from('"()=~!<>-+*.,\\'), max_size=60),
)
def test_random_questions_never_break_the_server(shared: Client, parameter: str, text: str) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in text.encode())
    for path in (f"{VARIABLES}?{parameter}={encoded}", f"{SEARCH}?search_query={encoded}"):
        answer = shared.get(path)
        assert answer.status in {200, 400}
        assert isinstance(answer.json, dict)
