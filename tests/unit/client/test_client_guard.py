"""A run ends where its budget is spent or the service fails; what cleans up still passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Lock

import pytest
from recording import Answer, Recorder, Seen, recording_server

from specproof.client.client import Client
from specproof.client.connections import Network
from specproof.client.guard import WINDOW
from specproof.client.safety import Safety
from specproof.client.settings import Settings
from specproof.client.throttle import spread
from specproof.errors import Forbidden, RefusedBySafety, Stopped
from specproof.model.exchange import Request


@pytest.fixture
def server() -> Iterator[Recorder]:
    """A server whose ``respond`` a test may replace."""
    with recording_server() as recorder:
        yield recorder


def client_for(origin: str, *, methods: frozenset[str] | None = None, **more: object) -> Client:
    """Build a client that may write."""
    safety = Safety(base_url=origin, writes=True, source="staging.toml", methods=methods)
    return Client(Settings(safety=safety, **more))  # type: ignore[arg-type]


def get(server: Recorder, path: str = "/x") -> Request:
    """Build a request that reads."""
    return Request(method="GET", url=f"{server.origin}{path}")


# --- the budget --------------------------------------------------------------------------------------


def test_no_request_passes_the_budget(server: Recorder) -> None:
    client = client_for(server.origin, max_requests=3)
    for _ in range(3):
        client.send(get(server))
    for _ in range(2):
        with pytest.raises(Stopped, match=r"staging\.toml: max_requests = 3: the run stopped there"):
            client.send(get(server))
    assert len(server.seen) == 3


def test_a_part_of_a_budget_is_told_by_the_whole(server: Recorder) -> None:
    """Where several processes share it; the profile has no other number."""
    with pytest.raises(Stopped, match="max_requests = 60: the run stopped there"):
        client_for(server.origin, max_requests=0, budget=60).send(get(server))


def test_what_is_sent_again_counts_too(server: Recorder) -> None:
    """Each attempt goes over the wire, whoever asked for it."""
    server.respond = lambda _: Answer(429, (("Retry-After", "0"),))
    with pytest.raises(Stopped, match="max_requests = 2"):
        client_for(server.origin, max_requests=2).send(get(server))
    assert len(server.seen) == 2


def test_of_requests_that_belong_together_all_or_none_are_sent(server: Recorder) -> None:
    """Half a race would show nothing, and what it made would not be known."""
    client = client_for(server.origin, max_requests=3)
    with pytest.raises(Stopped, match="max_requests = 3"):
        client.send_together([get(server)] * 4)
    assert server.seen == []


def test_cleaning_up_is_not_counted_and_nothing_else_passes(server: Recorder) -> None:
    client = client_for(server.origin, max_requests=1)
    client.send(get(server))
    client.begin_cleaning()
    client.send(Request(method="DELETE", url=f"{server.origin}/x"))
    client.send(get(server))
    with pytest.raises(Stopped, match="only what cleans up is sent at the end of a run, no POST"):
        client.send(Request(method="POST", url=f"{server.origin}/x"))
    assert [seen.method for seen in server.seen] == ["GET", "DELETE", "GET"]


# --- a failing service -------------------------------------------------------------------------------


def answering(server: Recorder, client: Client, times: int) -> int:
    """Send requests until the run is stopped; return how many were answered."""
    for number in range(times):
        try:
            client.send(get(server, "/faulty"))
        except Stopped:
            return number
    return times


def test_a_service_that_begins_to_fail_stops_the_run(server: Recorder) -> None:
    """More than half of the window failed, and so does the request that had worked."""
    client = client_for(server.origin)
    client.feel_pulse_with(get(server, "/pulse"))
    assert answering(server, client, WINDOW) == WINDOW
    server.respond = lambda _: Answer(503)
    assert answering(server, client, WINDOW) == WINDOW // 2 + 1
    assert client.failing_since is not None
    with pytest.raises(Stopped, match=r"stop_at_error_share: 26 of the last 50 requests got a 5xx"):
        client.send(get(server))


def test_one_faulty_operation_does_not_stop_the_run(server: Recorder) -> None:
    """It is for the run to find; the service is alive."""
    client = client_for(server.origin)
    client.feel_pulse_with(get(server, "/pulse"))
    server.respond = lambda seen: Answer(200 if seen.target == "/pulse" else 500)
    assert answering(server, client, 4 * WINDOW) == 4 * WINDOW
    assert client.failing_since is None


def test_a_service_that_never_worked_is_not_taken_for_one_that_fails(server: Recorder) -> None:
    """Without a request that had worked there is nothing to tell the two apart by."""
    server.respond = lambda _: Answer(500)
    assert answering(server, client_for(server.origin), 2 * WINDOW) == 2 * WINDOW


def test_the_share_is_the_profile_s(server: Recorder) -> None:
    client = client_for(server.origin, error_share=0.1)
    client.feel_pulse_with(get(server, "/pulse"))
    assert answering(server, client, WINDOW) == WINDOW
    server.respond = lambda _: Answer(500)
    assert answering(server, client, WINDOW) == WINDOW // 10 + 1


# --- ways --------------------------------------------------------------------------------------------


def test_only_the_methods_of_the_profile_are_sent(server: Recorder) -> None:
    client = client_for(server.origin, methods=frozenset({"GET", "POST", "DELETE"}))
    client.send(Request(method="POST", url=f"{server.origin}/x"))
    for method, words in (("PUT", "writes are forbidden with PUT: "), ("HEAD", "")):
        told = f"{words}staging.toml: methods: {method} is not among them and was not sent"
        with pytest.raises(Forbidden, match=f"^{re.escape(told)}$"):
            client.send(Request(method=method, url=f"{server.origin}/x"))
    assert [seen.method for seen in server.seen] == ["POST"]


@pytest.mark.parametrize(
    ("methods", "makes"),
    [
        (None, True),
        ({"GET", "POST", "DELETE"}, True),
        ({"GET", "PUT", "DELETE"}, True),
        ({"GET", "POST", "PUT"}, False),
        ({"GET", "DELETE"}, False),
    ],
)
def test_nothing_is_made_that_could_not_be_removed(methods: set[str] | None, makes: bool) -> None:
    allowed = frozenset(methods) if methods is not None else None
    assert client_for("http://api.example", methods=allowed).writes is makes


def test_links_may_lead_to_named_hosts_and_to_no_others(server: Recorder) -> None:
    with recording_server() as named, recording_server() as other:
        safety = Safety(base_url=server.origin, writes=False, hosts=(named.origin,))
        client = Client(Settings(safety=safety))
        client.send(Request(method="GET", url=f"{named.origin}/next"))
        led = [client.may_be_led_to(f"{each.origin}/next") for each in (server, named, other)]
        assert led == [True, True, False]
        with pytest.raises(RefusedBySafety, match=r"base_url is on .*: a request to .* was not sent"):
            client.send(Request(method="GET", url=f"{other.origin}/next"))
        with pytest.raises(Forbidden, match='writes = "forbidden": POST was not sent'):
            client.send(Request(method="POST", url=f"{named.origin}/next"))
        assert [seen.target for seen in named.seen] == ["/next"]
        assert (server.seen, other.seen) == ([], [])


def test_no_more_requests_are_under_way_than_allowed(server: Recorder) -> None:
    lock, under_way, most = Lock(), 0, 0

    def slowly(_: Seen) -> Answer:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        with lock:
            under_way -= 1
        return Answer()

    server.respond = slowly
    client = client_for(server.origin, network=Network(concurrency=1))
    exchanges = client.send_together([get(server)] * 12)
    assert ([each.number for each in exchanges], most) == (list(range(1, 13)), 1)


def test_of_requests_that_are_sent_together_one_that_shall_wait_comes_later(server: Recorder) -> None:
    waited = [Answer(status=429, headers=(("Retry-After", "0"),))]
    server.respond = lambda seen: waited.pop() if waited else Answer()
    exchanges = client_for(server.origin).send_together([get(server)] * 3)
    assert [each.response.status for each in exchanges] == [200, 200, 200]
    assert len(server.seen) == 4


def test_what_must_not_go_out_is_judged_before_it_does(server: Recorder) -> None:
    """Whatever a check says of its request: the client asks where it goes and what it holds."""
    client = client_for(server.origin, forbids=lambda request: "it is odd" if "odd" in request.url else "")
    client.send(get(server))
    for send in (client.send, lambda request: client.send_together([request])):
        with pytest.raises(Forbidden, match='negative_data = "forbidden": it is odd; nothing was sent'):
            send(get(server, "/odd"))
    assert [seen.target for seen in server.seen] == ["/x"]


def test_every_request_says_whose_it_is(server: Recorder) -> None:
    client_for(server.origin, run_id="1a2b3c4d").send(get(server))
    [seen] = server.seen
    assert seen.values("User-Agent") == ["specproof (run 1a2b3c4d)"]
    assert seen.values("X-Specproof-Run") == ["1a2b3c4d"]


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 10.0), (0.5, 10.5), (1.0, 11.0)])
def test_a_wait_is_spread_and_never_shorter(chance: float, wait: float) -> None:
    assert spread(10.0, chance=chance) == wait
