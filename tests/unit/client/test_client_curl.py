"""A curl line sends what the client sent: method, target, headers and body, byte for byte."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recording import Recorder, Seen, recording_server
from shell import run_lines

from specproof.client.client import Client
from specproof.client.curl import Captured, curl
from specproof.client.safety import Safety
from specproof.client.settings import Settings, Signature
from specproof.model.exchange import Pairs, Request

LONG = "x" * 150_000


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    """One server for all lines; each test looks at its last requests."""
    with recording_server() as recorder:
        yield recorder


def both(server: Recorder, request: Request, folder: Path) -> tuple[Seen, Seen]:
    """Send a request by the client and by its curl line; return what came each time."""
    client = Client(Settings(safety=Safety(base_url=server.origin, writes=True)))
    server.seen.clear()
    client.send(request)
    run_lines([curl(request)], folder)
    sent, replayed = server.seen
    return sent, replayed


def assert_same(server: Recorder, request: Request, folder: Path) -> None:
    """Compare everything that the request says."""
    sent, replayed = both(server, request, folder)
    assert (replayed.method, replayed.target) == (sent.method, sent.target)
    assert replayed.body == sent.body == (request.body or b"")
    for name in {name.lower() for name, _ in request.headers} | {"content-type", "content-length"}:
        assert replayed.values(name) == sent.values(name)


TARGETS = [
    "", "/", "/x", "/x?", "?q=1", "/a/../b", "/a/./b/", "/..", "/a%2Fb", "/a%2fb", "//a//b", "/%2e%2e/x",
    "/{a}[b]", "/x?q=[1-3]&r={a,b}", "/x?q=a%20b+c&&=&d", "/x?q=it's", '/x?q="$HOME`id`\\"', "/x?a;b|c^d",
    "/\u00e9?\u20ac=\U0001f600", "/100%", "/%zz%2f", "/x?q=a/../b", "/a b?c d", "/x?q=<>&~!*()", "/x@y:z",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_arrives_alike(server: Recorder, tmp_path: Path, target: str) -> None:
    assert_same(server, Request(method="GET", url=server.origin + target), tmp_path)


@pytest.mark.parametrize(
    "target", ["/a/../b", "/a/./b/", "/..", "/a%2Fb", "//a//b", "/%2E%2E/x?q=%7E&&=", "/x?"]
)
def test_a_raw_target_arrives_as_it_is(server: Recorder, tmp_path: Path, target: str) -> None:
    sent, replayed = both(server, Request(method="GET", url=server.origin + target), tmp_path)
    assert (sent.target, replayed.target) == (target, target)


BODIES = {
    "empty": b"",
    "json": b'{"a": [1, null, "x"]}',
    "quotes": b'it\'s "quoted" `id` $HOME \\ \\n !',
    "newlines": b"one\ntwo\r\nthree\r\t\x0b\x1b[0m\n",
    "at": b"@/etc/hostname",
    "less than": b"<file",
    "minus": b"-",
    "option": b"--data x",
    "NUL": b"a\x00b\x000\x00",
    "percent": b"%s %d %% \\101",
    "unicode": "stra\u00dfe \u20ac \U0001f600 \u202e \ufeff \x85\x9f".encode(),
    "no UTF-8": b"\xff\xfe\x80 caf\xe9",
    "DEL": b"\x7f0f",
    "only line feeds": b"\n\n\n",
    "long": LONG.encode(),
    "long and quoted": ("it's\n" * 30_000).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(
    "headers", [(), (("Content-Type", "text/plain; charset=utf-8"),)], ids=["bare", "typed"]
)
def test_a_body_arrives_alike(server: Recorder, tmp_path: Path, headers: Pairs, body: bytes) -> None:
    assert_same(
        server, Request(method="POST", url=f"{server.origin}/x", headers=headers, body=body), tmp_path
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND"])
def test_every_method_arrives_alike(server: Recorder, tmp_path: Path, method: str) -> None:
    assert_same(server, Request(method=method, url=f"{server.origin}/x"), tmp_path)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_every_method_may_have_a_body(server: Recorder, tmp_path: Path, method: str) -> None:
    assert_same(server, Request(method=method, url=f"{server.origin}/x", body=b'{"a":1}'), tmp_path)


@pytest.mark.parametrize(
    "headers",
    [
        (("X-Empty", ""),),
        (("X-Quote", 'it\'s "x" $HOME `id` \\ {a}'),),
        (("X-Latin", "caf\u00e9 \u00ff"),),
        (("X-Twice", "1"), ("X-Twice", "2")),
        (("Accept", "application/json"), ("User-Agent", "mine")),
        (("Content-Type", "application/json"), ("If-Match", '"a", W/"b"')),
        (("Cookie", "a=1; b=2"),),
        (("X-Tab", "a\tb"),),
    ],
)
def test_headers_arrive_alike(server: Recorder, tmp_path: Path, headers: Pairs) -> None:
    request = Request(method="PUT", url=f"{server.origin}/x", headers=headers, body=b"{}")
    assert_same(server, request, tmp_path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=40) | st.text(max_size=20).map(str.encode))
def test_any_body_arrives_alike(server: Recorder, tmp_path: Path, body: bytes) -> None:
    assert_same(server, Request(method="POST", url=f"{server.origin}/x", body=body), tmp_path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(target=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20))
def test_any_target_arrives_alike(server: Recorder, tmp_path: Path, target: str) -> None:
    assert_same(server, Request(method="GET", url=f"{server.origin}/{target}"), tmp_path)


SECRET = "p'w\"$0rd"
BASIC = base64.b64encode(f"ada:{SECRET}".encode()).decode()
SIGNATURES = {
    "basic": (
        Signature(where="header", name="Authorization", value=f"Basic {BASIC}", shell=("-u", 'ada:"$PW"')),
        "Authorization",
    ),
    "bearer": (
        Signature(
            where="header", name="Authorization", value=f"Bearer {SECRET}",
            shell=("-H", "'Authorization: Bearer '\"$PW\""),
        ),
        "Authorization",
    ),
    "cookie": (Signature(where="cookie", name="sid", value=SECRET, shell=("-b", 'sid="$PW"')), "Cookie"),
    "query": (
        Signature(where="query", name="key", value=SECRET, shell=("--url-query", 'key="$PW"')), "Host",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("signature", "header"), SIGNATURES.values(), ids=SIGNATURES.keys())
@pytest.mark.parametrize("target", ["/x", "/x?flag&a=%7E+b"])
def test_a_secret_travels_by_the_environment_only(
    server: Recorder, tmp_path: Path, signature: Signature, header: str, target: str
) -> None:
    """The line names a variable; with its value the same credential arrives."""
    request = Request(method="GET", url=server.origin + target, credential="admin")
    safety = Safety(base_url=server.origin, writes=False)
    client = Client(Settings(safety=safety, signatures={"admin": signature}))
    line = curl(request, authorization=client.shell_words("admin"))
    server.seen.clear()
    client.send(request)
    run_lines([line], tmp_path, PW=SECRET)
    sent, replayed = server.seen
    assert replayed.values(header) == sent.values(header)
    assert replayed.target == sent.target
    assert SECRET not in line
    assert SECRET not in repr(signature)


@pytest.mark.parametrize(
    ("captured", "replay", "arrives"),
    [
        ("7d44", "9e55", ("/things/9e55?next=9e55", b'{"id":"9e55","text":"x7d44"}')),
        (
            "{7d44}",
            "{9e 55}",
            ("/things/%7B9e%2055%7D?next=%7B9e%2055%7D", b'{"id":"{9e 55}","text":"x{7d44}"}'),
        ),
        ("1", "5", ("/things/5?next=5", b'{"id":"1","text":"x1"}')),
    ],
)
def test_captured_values_are_replaced_where_they_stand_alone(
    server: Recorder, tmp_path: Path, captured: str, replay: str, arrives: tuple[str, bytes]
) -> None:
    """Never in the host, and never inside a longer word; what is short stays in a body."""
    plain, encoded = captured, quote(captured, safe="")
    request = Request(
        method="PUT",
        url=f"{server.origin}/things/{encoded}?next={encoded}",
        body=f'{{"id":"{plain}","text":"x{plain}"}}'.encode(),
    )
    known = (Captured(value=encoded, variable="ID"), Captured(value=plain, variable="ID_PLAIN"))
    server.seen.clear()
    run_lines([curl(request, captured=known)], tmp_path, ID=quote(replay, safe=""), ID_PLAIN=replay)
    assert (server.seen[-1].target, server.seen[-1].body) == arrives


def test_a_token_in_a_header_is_replaced(server: Recorder, tmp_path: Path) -> None:
    """Behind the scheme; elsewhere a blank is no delimiter."""
    request = Request(
        method="POST",
        url=f"{server.origin}/things",
        headers=(("Authorization", "Bearer token-1"), ("Content-Type", "text/plain")),
        body=b"the token-1",
    )
    server.seen.clear()
    run_lines([curl(request, captured=(Captured(value="token-1", variable="TOKEN"),))], tmp_path, TOKEN="new")
    assert server.seen[-1].values("Authorization") == ["Bearer new"]
    assert server.seen[-1].body == b"the token-1"


def test_a_command_may_stand_in_place_of_a_secret(server: Recorder, tmp_path: Path) -> None:
    """Quotes inside it do no harm."""
    request = Request(method="GET", url=f"{server.origin}/things?key=secret-1")
    known = (Captured(value="secret-1", command="""printf %s 'a"b' | tr -d '"'"""),)
    server.seen.clear()
    line = curl(request, captured=known)
    run_lines([line], tmp_path)
    assert "secret-1" not in line
    assert server.seen[-1].target == "/things?key=ab"


def test_an_ordinary_line_is_easy_to_read() -> None:
    request = Request(
        method="POST", url="https://api.example/v1/things", headers=(("Content-Type", "application/json"),),
        body=b'{"name":"kettle"}',
    )  # fmt: skip
    assert curl(request) == (
        "curl -sS -i -X POST -H 'Content-Type: application/json' "
        """--data-raw '{"name":"kettle"}' https://api.example/v1/things"""
    )
