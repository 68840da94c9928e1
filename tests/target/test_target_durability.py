"""What was acknowledged stays: through ``kill -9`` in the middle of writes, and through a stop."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from target_client import JSON, VARIABLES, Client

KILLS = 20
WRITERS = 4
MOST_STEPS = 300  # of each writer, should nobody ever kill


@contextmanager
def serving(database: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    """Run a target in a process group of its own, and end the group whatever happens."""
    command = [sys.executable, "-m", "specproof.target", "--port", "0", "--json", "--database", str(database)]
    with subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout
            facts = json.loads(process.stdout.readline())
            yield process, Client(facts["base_url"], facts["variables"])
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill the server and its workers at one blow, and wait until all of them are gone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdout
    process.stdout.read()
    process.wait()


@dataclass
class Ledger:
    """What the variables have to be.

    Args:
        known: Value by key, as it was acknowledged; ``None``: deleted.
        pending: Key, with the values before and after a step that nobody has acknowledged so far.
    """

    known: dict[str, str | None] = field(default_factory=dict)
    pending: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


def text(key: str, version: int) -> str:
    """Return a value that shows if half of it is missing, or if it belongs to another key."""
    return f"{key} begins {'.' * 2_000} version {version} of {key} ends"


class Writer:
    """Creates, changes and deletes variables until the server is gone."""

    def __init__(self, client: Client, ledger: Ledger) -> None:
        self.acknowledged = threading.Semaphore(0)
        self._client = client
        self._ledger = ledger

    def write(self, name: str) -> None:
        """Take steps under keys of one's own."""
        try:
            for number in range(MOST_STEPS):
                key = f"{name}.{number}"
                made = self._step("POST", VARIABLES, key, None, text(key, 1))
                path = self._client.of(made)
                if number % 2 == 0:
                    self._step("PUT", path, key, text(key, 1), text(key, 2))
                if number % 4 == 0:
                    self._step("DELETE", path, key, text(key, 2), None)
        except (OSError, http.client.HTTPException):
            return  # killed

    def _step(self, method: str, path: str, key: str, before: str | None, after: str | None) -> Any:
        self._ledger.pending[key] = (before, after)
        document = None if after is None else {"key": key, "value": after}
        answer = self._client.send(method, path, document=document)
        assert answer.status in {200, 201, 204}, answer
        self._ledger.known[key] = after
        del self._ledger.pending[key]
        self.acknowledged.release()
        return answer.json if answer.body else None


def stored(client: Client) -> dict[str, str]:
    """Read every variable of a writer through the API."""
    found: dict[str, str] = {}
    path = f"{VARIABLES}?pagelen=100"
    while path:
        page = client.get(path).json
        found |= {item["key"]: item["value"] for item in page["values"] if item["key"].startswith("round")}
        path = page.get("next", "")
    return found


def settle(ledger: Ledger, found: dict[str, str]) -> None:
    """Accept for each pending step that it was taken, or that it was not; nothing in between."""
    for key, states in ledger.pending.items():
        assert found.get(key) in states
        ledger.known[key] = found.get(key)
    ledger.pending.clear()


def verify(database: Path, client: Client, ledger: Ledger) -> None:
    """Compare what a restarted server has with what was acknowledged."""
    found = stored(client)
    settle(ledger, found)
    assert found == {key: value for key, value in ledger.known.items() if value is not None}
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def write_until_killed(process: subprocess.Popen[str], writer: Writer, name: str, enough: int) -> None:
    """Let writers write, and kill the server when so many steps were acknowledged."""
    with ThreadPoolExecutor(WRITERS) as pool:
        written = [pool.submit(writer.write, f"{name}.{number}") for number in range(WRITERS)]
        for _ in range(enough):
            assert writer.acknowledged.acquire(timeout=60)
        kill(process)
    for one in written:
        one.result()


def test_nothing_that_was_acknowledged_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    """Over and over on one database, at different moments, with one worker and with two."""
    database, ledger = tmp_path / "data.sqlite", Ledger()
    for number in range(KILLS):
        with serving(database, "--workers", str(1 + number % 2)) as (process, client):
            verify(database, client, ledger)
            write_until_killed(process, Writer(client, ledger), f"round {number}", 10 + 7 * number % 50)
    with serving(database) as (_, client):
        verify(database, client, ledger)
    assert len(ledger.known) > KILLS


def is_refused(client: Client) -> bool:
    """Tell whether nobody listens any more."""
    with socket.socket() as probe:
        return probe.connect_ex((client.host, client.port)) != 0


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_finished_before_it_stops(tmp_path: Path, sent: signal.Signals) -> None:
    """The server asks for the body, so it has the request; the body comes when nobody listens any more."""
    body = json.dumps({"key": "UNDER WAY", "value": "finished"}).encode()
    head = "\r\n".join([
        f"POST {VARIABLES} HTTP/1.1", "Host: target", "Expect: 100-continue", "Connection: close",
        "Authorization: {}", f"Content-Type: {JSON}", f"Content-Length: {len(body)}", "", "",
    ])  # fmt: skip
    with serving(tmp_path / "data.sqlite") as (process, client):
        with socket.create_connection((client.host, client.port), timeout=30) as connection:
            connection.sendall(head.format(client.app_password("ada", "acme-admin")).encode())
            assert connection.recv(4_096).startswith(b"HTTP/1.1 100 Continue\r\n")
            process.send_signal(sent)
            while not is_refused(client):
                pass
            connection.sendall(body)
            assert connection.makefile("rb").readline() == b"HTTP/1.1 201 Created\r\n"
        assert process.wait(30) == 0
    with serving(tmp_path / "data.sqlite") as (_, client):
        assert "UNDER WAY" in {
            item["key"] for item in client.get(f"{VARIABLES}?q=key=%22UNDER+WAY%22").json["values"]
        }


def test_a_connection_without_a_request_does_not_delay_the_stop(tmp_path: Path) -> None:
    """It is closed from this side."""
    with serving(tmp_path / "data.sqlite") as (process, client):
        connection = http.client.HTTPConnection(client.host, client.port, timeout=30)
        connection.request("GET", "/2.0/health")
        assert connection.getresponse().read()
        process.terminate()
        assert process.wait(30) == 0
        connection.close()
