"""The client sends what it is given, once, and says in one line why nothing came back."""

from __future__ import annotations

import gzip
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from threading import Event, Thread, current_thread

import pytest
from recording import Answer, Recorder, Seen, recording_server

from specproof.client.client import Client
from specproof.client.connections import Network
from specproof.client.safety import Safety
from specproof.client.settings import Settings, Signature
from specproof.errors import RefusedBySafety, Unreachable
from specproof.model.exchange import Exchange, Request

RETRY = (("Retry-After", "0"),)


def client_for(origin: str, **more: object) -> Client:
    """Build a client that may write."""
    return Client(Settings(safety=Safety(base_url=origin, writes=True), **more))  # type: ignore[arg-type]


@pytest.fixture
def server() -> Iterator[Recorder]:
    """A server whose ``respond`` a test may replace."""
    with recording_server() as recorder:
        yield recorder


def test_an_exchange_holds_what_was_sent_and_what_came(server: Recorder) -> None:
    recorded: list[Exchange] = []
    client = client_for(server.origin + "/")
    client.add_recorder(recorded.append)
    server.respond = lambda _: Answer(201, (("X-A", "1"), ("x-a", "2")), b"made")
    request = Request(method="POST", url=f"{server.origin}/x", body=b"body")
    exchange = client.send(request)
    assert exchange.request is request
    assert (exchange.response.status, exchange.response.body) == (201, b"made")
    assert exchange.response.header("X-A") == "1, 2"
    assert (recorded, exchange.number, client.sent, client.base_url) == ([exchange], 1, 1, server.origin)


def test_every_header_is_sent_once(server: Recorder) -> None:
    """The client's own headers give way to those of the request, in any case of letters."""
    signature = Signature(where="header", name="Authorization", value="Bearer right")
    client = client_for(server.origin, signatures={"admin": signature}, run_id="r1", marker="specproof/1")
    headers = (("accept", "text/plain"), ("USER-AGENT", "mine"), ("content-type", "text/css"),
               ("authorization", "Bearer wrong"))  # fmt: skip
    client.send(
        Request(method="POST", url=f"{server.origin}/x", headers=headers, body=b"x", credential="admin")
    )
    client.send(Request(method="GET", url=f"{server.origin}/x"))
    first, second = server.seen
    assert set(Counter(name.lower() for name, _ in first.headers).values()) == {1}
    assert [first.values(n) for n in ("Accept", "User-Agent", "Content-Type", "Authorization")] == [
        ["text/plain"], ["mine"], ["text/css"], ["Bearer right"],
    ]  # fmt: skip
    assert [second.values(n) for n in ("Accept", "User-Agent", "X-Specproof-Run", "Authorization")] == [
        ["*/*"], ["specproof/1 (run r1)"], ["r1"], [],
    ]  # fmt: skip


def test_a_secret_never_enters_the_exchange(server: Recorder) -> None:
    signatures = {
        "query": Signature(where="query", name="key", value="hush"),
        "cookie": Signature(where="cookie", name="sid", value="hush"),
    }
    client = client_for(server.origin, signatures=signatures)
    for name in signatures:
        exchange = client.send(Request(method="GET", url=f"{server.origin}/x?a=1", credential=name))
        assert "hush" not in repr(exchange)
    assert (server.seen[0].target, server.seen[1].values("Cookie")) == ("/x?a=1&key=hush", ["sid=hush"])


def answers(server: Recorder, *statuses: int, last: int = 200) -> None:
    """Let the server answer with these statuses, all with ``Retry-After: 0``, and then with the last."""
    sequence = chain(statuses, repeat(last))
    server.respond = lambda _: Answer(next(sequence), RETRY)


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_asked_for_is_obeyed(server: Recorder, status: int) -> None:
    """Every attempt is recorded; the last answer is the answer."""
    recorded: list[Exchange] = []
    answers(server, status, status)
    exchange = Client(Settings(safety=Safety(base_url=server.origin, writes=False)), [recorded.append]).send(
        Request(method="GET", url=f"{server.origin}/x")
    )
    assert exchange.response.status == 200
    assert [each.response.status for each in recorded] == [status, status, 200]
    assert [each.number for each in recorded] == [1, 2, 3]


def test_patience_ends_after_three_waits(server: Recorder) -> None:
    answers(server, last=429)
    exchange = client_for(server.origin).send(Request(method="GET", url=f"{server.origin}/x"))
    assert (exchange.response.status, len(server.seen)) == (429, 4)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, ()),
        (429, (("Retry-After", "soon"),)),
        (429, (("Retry-After", "-5"),)),
        (429, (("Retry-After", "3600"),)),
        (500, RETRY),
        (200, RETRY),
        (301, RETRY),
    ],
)
def test_other_answers_are_taken_as_they_are(
    server: Recorder, status: int, headers: tuple[tuple[str, str], ...]
) -> None:
    """Without a wait that can be understood and is short enough, nothing is sent again."""
    server.respond = lambda _: Answer(status, headers)
    exchange = client_for(server.origin).send(Request(method="GET", url=f"{server.origin}/x"))
    assert (exchange.response.status, len(server.seen)) == (status, 1)


def test_a_redirect_is_an_answer(server: Recorder) -> None:
    server.respond = lambda _: Answer(302, (("Location", f"{server.origin}/y"),))
    exchange = client_for(server.origin).send(Request(method="GET", url=f"{server.origin}/x"))
    assert (exchange.response.status, [seen.target for seen in server.seen]) == (302, ["/x"])


def test_a_compressed_body_is_unpacked(server: Recorder) -> None:
    server.respond = lambda _: Answer(200, (("Content-Encoding", "gzip"),), gzip.compress(b"hello"))
    exchange = client_for(server.origin).send(Request(method="GET", url=f"{server.origin}/x"))
    assert exchange.response.body == b"hello"


def test_a_server_that_is_away_is_one_line() -> None:
    """Method, URL without the query, reason; nothing of the library's own words."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody listens here
        origin = f"http://127.0.0.1:{held.getsockname()[1]}"
        client = client_for(origin)
        with pytest.raises(Unreachable, match="Connection refused") as caught:
            client.send(Request(method="GET", url=f"{origin}/x?secret=1"))
    text = str(caught.value)
    assert text.startswith(f"GET {origin}/x: ")
    assert not {"\n", "HTTPConnection", "object at", "secret", "Max retries"} & {
        word for word in ("\n", "HTTPConnection", "object at", "secret", "Max retries") if word in text
    }
    assert client.sent == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, (("Content-Encoding", "gzip"),), b"no gzip"),
        Answer(200, (), b"short", length=100),
    ],
    ids=["broken compression", "cut short"],
)
def test_a_broken_answer_is_one_line(server: Recorder, answer: Answer) -> None:
    server.respond = lambda _: answer
    with pytest.raises(Unreachable, match=r"GET http://127\.0\.0\.1:\d+/x: ") as caught:
        client_for(server.origin).send(Request(method="GET", url=f"{server.origin}/x"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("headers", [(("X-A", "\u20ac"),), (("X-A", "a\r\nX-B: c"),), (("X A:", "b"),)])
def test_a_header_that_http_cannot_carry_is_not_sent(
    server: Recorder, headers: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(RefusedBySafety, match="cannot be sent over HTTP"):
        client_for(server.origin).send(Request(method="GET", url=f"{server.origin}/x", headers=headers))
    assert server.seen == []


def test_only_what_changes_nothing_is_sent_again_over_a_new_connection(server: Recorder) -> None:
    """An idle connection may be closed at any time (RFC 9112 section 9.3.1)."""

    def hang_up(seen: Seen) -> Answer:
        first = sum(each.method == seen.method for each in server.seen) == 1
        if first:
            raise ConnectionAbortedError
        return Answer()

    server.respond = hang_up
    client = client_for(server.origin)
    assert client.send(Request(method="GET", url=f"{server.origin}/x")).response.status == 200
    with pytest.raises(Unreachable, match="POST"):
        client.send(Request(method="POST", url=f"{server.origin}/x"))
    assert [seen.method for seen in server.seen] == ["GET", "GET", "POST"]


def test_a_stream_without_end_is_left_after_enough_bytes(server: Recorder) -> None:
    def flood(write: Callable[[bytes], object]) -> None:
        while True:
            write(b"data: x\n\n" * 1000)

    server.respond = lambda _: Answer(200, (("Content-Type", "text/event-stream"),), stream=flood)
    client = client_for(server.origin)

    response = client.send(Request(method="GET", url=f"{server.origin}/x")).response

    assert response.stopped
    assert response.body.startswith(b"data: x\n\ndata: x")
    assert len(response.body) < 4 * 1024 * 1024
    server.respond = lambda _: Answer()
    assert client.send(Request(method="GET", url=f"{server.origin}/x")).response.body == b"{}"


@pytest.mark.parametrize("media_type", ["text/event-stream", "application/x-ndjson"])
def test_a_stream_that_falls_silent_is_an_answer(server: Recorder, media_type: str) -> None:
    """Nothing happens that it could tell about; what came until then counts."""
    hung_up = Event()

    def first_alone(write: Callable[[bytes], object]) -> None:
        write(b"data: 1\n\n")
        hung_up.wait(20)

    server.respond = lambda _: Answer(200, (("Content-Type", media_type),), stream=first_alone)
    client = client_for(server.origin, network=Network(timeout_s=0.2))

    response = client.send(Request(method="GET", url=f"{server.origin}/x")).response
    hung_up.set()

    assert (response.body, response.stopped) == (b"data: 1\n\n", True)


def test_another_body_that_falls_silent_is_no_answer(server: Recorder) -> None:
    hung_up = Event()

    def half(write: Callable[[bytes], object]) -> None:
        write(b'{"half":')
        hung_up.wait(20)

    server.respond = lambda _: Answer(200, (("Content-Type", "application/json"),), stream=half)
    client = client_for(server.origin, network=Network(timeout_s=0.2))

    with pytest.raises(Unreachable, match="timed out"):
        client.send(Request(method="GET", url=f"{server.origin}/x"))
    hung_up.set()


def test_a_connection_is_not_used_again_after_the_server_failed(server: Recorder) -> None:
    """Servers close it then, often without having said so, and a creation would be lost in it."""
    connections: list[Thread] = []  # the server has a thread for each
    statuses = iter([200, 500, 200])

    def respond(_: Seen) -> Answer:
        connections.append(current_thread())
        return Answer(next(statuses))

    server.respond = respond
    client = client_for(server.origin)
    for _ in range(3):
        client.send(Request(method="POST", url=f"{server.origin}/x", body=b"x"))
    assert connections[0] is connections[1]
    assert connections[1] is not connections[2]


def test_nothing_that_no_header_may_hold_is_sent(server: Recorder) -> None:
    """Source: RFC 9110 section 5.5."""
    request = Request(method="GET", url=f"{server.origin}/x", headers=(("If-Match", "a\0b"),))
    with pytest.raises(RefusedBySafety, match="NUL in a header"):
        client_for(server.origin).send(request)
    assert server.seen == []
