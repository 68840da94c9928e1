"""``--latency``: every request waits, and none of them for another."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from target_client import VARIABLES, Client

from specproof.target.latency import Delay, Latency
from specproof.target.problems import MockTargetError
from specproof.target.process import start
from specproof.target.turns import Turns


@pytest.mark.parametrize(
    ("text", "latency"),
    [
        ("20ms", Latency(0.02, 0.02)),
        ("10ms-50ms", Latency(0.01, 0.05)),
        ("0ms-5ms", Latency(0.0, 0.005)),
        ("7ms-7ms", Latency(0.007, 0.007)),
    ],
)
def test_a_latency_is_a_time_or_a_span(text: str, latency: Latency) -> None:
    assert Latency.parse(text) == latency


@pytest.mark.parametrize("text", ["", "20", "20s", "50ms-10ms", "-5ms", "1.5ms", "10ms-", "999999ms"])
def test_what_is_no_latency_is_refused(text: str) -> None:
    with pytest.raises(MockTargetError, match=r"is not a latency\. Write for example 20ms or 10ms-50ms\."):
        Latency.parse(text)


def test_the_waits_lie_within_the_span_and_differ() -> None:
    waits: list[float] = []
    delay = Delay(lambda environ, respond: [b""], Latency(0.01, 0.05), waits.append)

    for _ in range(100):
        delay({}, lambda status, headers, exc_info=None: waits.append)

    assert 0.01 <= min(waits) < max(waits) <= 0.05


def test_nobody_waits_for_another() -> None:
    """Everybody waits until all of them wait: were they to take turns in it, none would ever come out."""
    together = threading.Barrier(8)
    app = Turns(lambda environ, respond: [b"answered"], lambda path: 0)
    delay = Delay(app, Latency(0.0, 0.0), lambda seconds: together.wait(timeout=30))

    def ask(number: int) -> list[bytes]:
        return list(delay({}, lambda status, headers, exc_info=None: lambda data: None))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[b"answered"]] * 8


def test_every_answer_of_the_server_takes_its_time(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with start(arguments=("--latency", "30ms-40ms", "--access-log", str(log))) as running:
        client = Client(running.base_url, running.variables)
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda _: client.get(VARIABLES).status, range(16)))

    assert statuses == [200] * 16
    assert min(json.loads(line)["duration_ms"] for line in log.read_text().splitlines()) >= 30
