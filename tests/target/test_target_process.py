"""Starting and stopping: what it announces, what survives, and how it says that it cannot start."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from target_client import SEARCH, VARIABLES, Client

from specproof import __version__
from specproof.target.administration import Wish, create, revoke
from specproof.target.announce import announcement, welcome
from specproof.target.app import Settings, open_store
from specproof.target.command import target
from specproof.target.faults import FAULTS
from specproof.target.problems import DidNotStart
from specproof.target.process import start
from specproof.target.seed import CREDENTIALS, variable_of
from specproof.target.seed_oauth import secret_names
from specproof.target.server import base_url
from specproof.target.store import Store

ADDRESSES = {
    "SPECPROOF_TARGET_URL",
    "SPECPROOF_TARGET_AUTHORIZE_URL",
    "SPECPROOF_TARGET_TOKEN_URL",
    "SPECPROOF_TARGET_GIT_URL",
}
COMMAND = [sys.executable, "-m", "specproof.target", "--port", "0", "--json"]


@contextmanager
def spawned(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command line itself, and end it whatever happens."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def connect(process: subprocess.Popen[str]) -> Client:
    """Read the announcement of a target and return a client."""
    assert process.stdout
    facts = json.loads(process.stdout.readline())
    return Client(facts["base_url"], facts["variables"])


def refused(client: Client) -> bool:
    """Tell whether nobody listens any more."""
    with socket.socket() as probe:
        return probe.connect_ex((client.host, client.port)) != 0


def test_it_announces_everything_a_profile_needs() -> None:
    with start() as running:
        assert running.variables["SPECPROOF_TARGET_URL"] == running.base_url
        names = (*(demo.name for demo in CREDENTIALS), *secret_names())
        assert set(running.variables) == {*ADDRESSES, *(variable_of(name) for name in names)}
        assert len(set(running.variables.values())) == len(running.variables)
        assert running.variables["SPECPROOF_TARGET_ACME_ADMIN"] not in repr(running)
        os.kill(running.pid, 0)
        client = Client(running.base_url, running.variables)
        assert client.send("GET", "/2.0/health", authorization=None).status == 200
    assert refused(client)


def test_health_tells_the_version(shared: Client) -> None:
    answer = shared.get("/2.0/health", authorization=None)

    assert (answer.status, answer.json) == (200, {"status": "ok", "version": __version__})


def test_health_is_503_while_the_data_cannot_be_read(tmp_path: Path, serve: Callable[..., Client]) -> None:
    """A file that was taken away is still open in the server: what it would answer from it will be lost."""
    path = tmp_path / "data.sqlite"
    client = serve(ephemeral=False, arguments=("--database", str(path)))
    before = client.get("/2.0/health").status
    path.rename(tmp_path / "elsewhere")
    away = client.get("/2.0/health")
    made_anew = path.exists()
    (tmp_path / "elsewhere").rename(path)

    assert (before, away.status, client.get("/2.0/health").status) == (200, 503, 200)
    assert away.json["error"] == {"message": "The data cannot be read", "data": {"version": __version__}}
    assert not made_anew


def test_secrets_are_the_same_everywhere_and_long() -> None:
    with start() as one, start() as other:
        first, second = dict(one.variables), dict(other.variables)
        for name in ADDRESSES:
            assert first.pop(name) != second.pop(name)
        assert first == second
        assert all(len(secret) >= 24 for secret in first.values())


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(sent: signal.Signals) -> None:
    with spawned("--ephemeral") as process:
        client = connect(process)
        process.send_signal(sent)
        assert process.wait(10) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
        assert refused(client)


def test_it_stops_when_standard_input_ends() -> None:
    with spawned("--ephemeral", "--stop-with-stdin") as process:
        client = connect(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0
        assert refused(client)


def test_no_worker_outlives_its_parent() -> None:
    """The pipe to the worker's output ends when the last process that holds it has ended."""
    with spawned("--ephemeral") as process:
        client = connect(process)
        process.kill()
        assert process.stdout
        assert process.stdout.read() == ""
        assert refused(client)


def test_data_survive_a_restart(tmp_path: Path, serve: Callable[..., Client]) -> None:
    arguments = ("--database", str(tmp_path / "data.sqlite"))
    with start(ephemeral=False, arguments=arguments) as running:
        client = Client(running.base_url, running.variables)
        kept = client.create("KEPT", "\U0001f30a\r\n", secured=False)
        gone = client.create("GONE", "v")
        client.send("DELETE", client.of(gone))
    client = serve(ephemeral=False, arguments=arguments)
    again = client.get(client.of(kept)).json
    assert {**again, "links": None} == {**kept, "links": None}
    assert client.get(client.of(gone)).status == 404
    assert client.get(f"{VARIABLES}?pagelen=100").json["size"] == 38
    assert client.get(f"{SEARCH}?search_query=parser").json["size"] == 34


def test_ephemeral_data_do_not(serve: Callable[..., Client]) -> None:
    client = serve()
    item = client.create("SHORT LIVED", "v")
    assert serve().get(client.of(item)).status == 404


def test_two_targets_may_share_a_database(tmp_path: Path, serve: Callable[..., Client]) -> None:
    arguments = ("--database", str(tmp_path / "data.sqlite"))
    one, other = (serve(ephemeral=False, arguments=arguments) for _ in range(2))
    item = one.create("SHARED", "v")
    assert other.get(other.of(item)).status == 200
    assert other.send("POST", VARIABLES, document={"key": "SHARED", "value": "v"}).status == 409


def test_many_clients_at_once_keep_keys_unique(serve: Callable[..., Client]) -> None:
    client = serve()

    def attempt(number: int) -> int:
        return client.send("POST", VARIABLES, document={"key": f"K{number % 5}", "value": "v"}).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(attempt, range(40)))
    assert sorted(statuses) == [201] * 5 + [409] * 35


def test_a_ready_file_holds_the_announcement(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with spawned("--ephemeral", "--ready-file", str(ready)) as process:
        assert process.stdout
        said = process.stdout.readline()
        process.terminate()
        process.wait(10)
    assert json.loads(ready.read_text()) == json.loads(said)


def complaint(*arguments: str) -> str:
    """Run the command line to its bad end and return its only line."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_port_in_use_is_one_line(serve: Callable[..., Client]) -> None:
    port = serve().port
    reason = f"cannot listen on 127.0.0.1:{port}: the port is in use. Try another --port, or 0."
    assert complaint("--ephemeral", "--port", str(port)) == f"specproof target: {reason}\n"


def test_an_unknown_fault_is_one_line() -> None:
    assert "Did you mean 'order-random'?" in complaint("--ephemeral", "--fault", "order-randon")


def test_a_bad_rate_is_one_line() -> None:
    assert "'5/h' is not a rate. Write for example 5/s or 100/min." in complaint(
        "--ephemeral", "--rate-limit", "5/h"
    )


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 40, b""])
def test_a_foreign_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    if not content:
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"import sqlite3; c = sqlite3.connect({str(path)!r}); "
                "c.execute('CREATE TABLE theirs (x)'); c.commit()",
            ],
            check=True,
        )
        content = path.read_bytes()
    assert "cannot be used as database" in complaint("--database", str(path))
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert "(unable to open database file)" in complaint("--database", str(tmp_path / "no" / "data.sqlite"))


def test_the_helper_passes_the_reason_on() -> None:
    with pytest.raises(DidNotStart, match=r"no fault is called 'x'\."), start("x"):
        pass


def test_faults_are_listed() -> None:
    done = CliRunner().invoke(target, ["--list-faults"])
    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert len(lines) == len(FAULTS) + 1
    for name, line in zip(FAULTS, lines[1:], strict=True):
        assert line.split()[:3] == [name, FAULTS[name].area, FAULTS[name].promise]


@pytest.fixture
def store() -> Iterator[Store]:
    """The demonstration data in memory."""
    store = open_store(Settings())
    yield store
    store.close()


def test_people_are_told_how_to_call_it(store: Store) -> None:
    text = welcome(Settings(faults=("order-random",)), "http://127.0.0.1:1/2.0", store)
    assert "listens on http://127.0.0.1:1/2.0" in text
    assert "Faults: order-random" in text
    assert "ada: admin of acme" in text
    assert text.splitlines()[-1].startswith("Try: curl -u ada:")
    assert announcement(Settings(), "x", store)["faults"] == []


def test_what_is_announced_is_what_is_in_the_data(store: Store) -> None:
    """After credentials have come and gone."""
    revoke(store, "acme-admin")
    made, _ = create(store, Wish(kind="api_key", owner="fallow"))
    text = welcome(Settings(), "http://127.0.0.1:1/2.0", store)
    assert re.search(r"^  acme-admin .*\[revoked\]$", text, re.MULTILINE)
    assert made.name not in text
    assert "\n  and 1 with secrets that are not kept: specproof target credentials list\n" in text
    assert text.splitlines()[-1].startswith("Try: curl -u ben:")


def test_a_line_to_try_is_there_even_if_no_secret_is_known(store: Store) -> None:
    with store.writing() as connection:
        connection.execute("DELETE FROM credential")
    assert welcome(Settings(), "http://h/2.0", store).splitlines()[-1] == "Try: curl 'http://h/2.0/health'"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1/2.0"),
        ("0.0.0.0", "http://127.0.0.1:1/2.0"),
        ("::", "http://[::1]:1/2.0"),
        ("localhost", "http://localhost:1/2.0"),
    ],
)
def test_the_address_can_be_called(host: str, url: str) -> None:
    assert base_url(host, 1) == url


def test_the_curl_line_works(store: Store) -> None:
    """Without curl itself: the same user, password and address."""
    with start() as running:
        client = Client(running.base_url, running.variables)
        line = welcome(Settings(), running.base_url, store).splitlines()[-1].split()
        user, password = line[3].split(":")
        address = line[4].strip("'").removeprefix(client.origin)
        assert client.get(address, authorization=client.app_password(user, "acme-admin")).status == 200
        assert password == client.secret("acme-admin")
