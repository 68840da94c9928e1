"""The access log: a line of JSON for each request, and no secret in any of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from target_client import JSON, SEARCH, VARIABLES, Answer, Client

from specproof.target.access_log import LONGEST, shown_path, shown_query
from specproof.target.process import start

SECRET = "geheim-4711-geheim"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PIPE_BUF = 4_096  # bytes that POSIX lets several writers append without mixing them
TARGET = [sys.executable, "-m", "specproof.target", "--port", "0", "--ephemeral"]


class Log:
    """The log of a target that runs. A line is written before its answer goes out, so nobody has to wait."""

    def __init__(self, path: Path, client: Client) -> None:
        self.client = client
        self._path = path
        self._read = 0

    def text(self) -> str:
        """Return what came since the last time."""
        data = self._path.read_bytes()
        text, self._read = data[self._read :].decode("ascii"), len(data)
        return text

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines that came since the last time."""
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """One target that logs, for all tests."""
    path = tmp_path_factory.mktemp("log") / "log"
    with start(arguments=("--access-log", str(path))) as running:
        yield Log(path, Client(running.base_url, running.variables))


@pytest.fixture
def log(running: Log) -> Log:
    """Its log, from here on."""
    running.text()
    return running


def test_a_request_is_one_line_with_these_members(log: Log) -> None:
    answer = log.client.get(f"{VARIABLES}?page=2&pagelen=5")

    [line] = log.lines()
    members = "time request_id method path query status bytes duration_ms credential worker"
    assert " ".join(line) == members
    assert {name: line[name] for name in ("method", "path", "query", "status", "bytes", "credential")} == {
        "method": "GET",
        "path": VARIABLES,
        "query": "page=2&pagelen=5",
        "status": 200,
        "bytes": len(answer.body),
        "credential": "acme-admin",
    }
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["duration_ms"] > 0


@pytest.mark.parametrize(
    ("send", "status", "credential"),
    [
        (lambda client: client.get(VARIABLES, authorization=None), 401, None),
        (lambda client: client.get(VARIABLES, authorization="Bearer x"), 401, None),
        (lambda client: client.get(VARIABLES.replace("acme", "rival")), 404, "acme-admin"),
        (lambda client: client.get("/2.0/nothing"), 404, None),
        (lambda client: client.send("BREW", VARIABLES), 405, None),
        (lambda client: client.send("POST", VARIABLES, document=[]), 400, "acme-admin"),
        (lambda client: client.send("POST", VARIABLES, body=b"x" * 2_000_000), 413, "acme-admin"),
    ],
    ids=["stranger", "wrong", "foreign", "nowhere", "method", "body", "large"],
)
def test_refusals_are_logged_with_who_asked(
    log: Log, send: Callable[[Client], Answer], status: int, credential: str | None
) -> None:
    assert send(log.client).status == status

    [line] = log.lines()
    assert (line["status"], line["credential"]) == (status, credential)


def test_no_body_counts_no_bytes(log: Log) -> None:
    log.client.send("HEAD", VARIABLES)
    log.client.send("DELETE", log.client.of(log.client.create("GONE", "v")))

    assert [(line["method"], line["bytes"] > 0) for line in log.lines()] == [
        ("HEAD", False),
        ("POST", True),
        ("DELETE", False),
    ]


def test_a_credential_is_named_however_it_was_sent_and_its_secret_is_not_there(log: Log) -> None:
    token = log.client.secret("acme-workspace-token")
    body = f"key=LOGGED&value=v&access_token={token}".encode()
    answers = [
        log.client.get(VARIABLES, authorization=f"Bearer {token}"),
        log.client.get(f"{VARIABLES}?access_token={token}", authorization=None),
        log.client.send("POST", VARIABLES, body=body, headers=FORM, authorization=None),
    ]
    text = log.text()

    assert [answer.status for answer in answers] == [200, 200, 201]
    assert [json.loads(line)["credential"] for line in text.splitlines()] == ["acme-workspace-token"] * 3
    assert token not in text


@pytest.mark.parametrize("value", [f"Bearer {SECRET}", f"Basic {SECRET}", SECRET])
def test_no_header_is_in_the_log(log: Log, value: str) -> None:
    others = {"Cookie": SECRET, "X-Request-Id": SECRET, "Referer": SECRET, "User-Agent": SECRET}
    log.client.get(VARIABLES, authorization=value, headers=others)

    text = log.text()
    assert text.count("\n") == 1
    assert SECRET not in text


@pytest.mark.parametrize(
    "query",
    [
        f"access_token={SECRET}",
        f"ACCESS_TOKEN={SECRET}",
        f"access%5Ftoken={SECRET}",
        f"page=1;access_token={SECRET}",
        f"page=1%26access_token%3D{SECRET}",
        f"client_secret={SECRET}",
        SECRET,
        f"{SECRET}=1",
        f"q=value=%22{SECRET}%22",
        f"search_query={SECRET}",
        f"&&=&={SECRET}",
    ],
)
def test_no_secret_of_a_query_is_in_the_log(log: Log, query: str) -> None:
    log.client.get(f"{VARIABLES}?{query}")

    text = log.text()
    assert text.count("\n") == 1
    assert SECRET not in text


@pytest.mark.parametrize("mark", ["%3F", ";", "/", "%3Fpage=1%26"])
def test_no_token_that_slipped_into_the_path_is_in_the_log(log: Log, mark: str) -> None:
    log.client.get(f"{VARIABLES}{mark}access_token={SECRET}")

    text = log.text()
    assert text.count("\n") == 1
    assert SECRET not in text


@pytest.mark.parametrize(
    ("method", "body", "headers"),
    [
        (
            "POST",
            json.dumps({"key": f"{SECRET} KEY", "value": SECRET, "secured": True}),
            {"Content-Type": JSON},
        ),
        ("POST", f"key=A+FORM&value={SECRET}", FORM),
        ("POST", SECRET, FORM),
        ("POST", SECRET, {"Content-Type": JSON}),
        ("PUT", json.dumps({"value": SECRET}), {"Content-Type": JSON}),
    ],
)
def test_no_body_is_in_the_log(log: Log, method: str, body: str, headers: dict[str, str]) -> None:
    path = VARIABLES if method == "POST" else f"{VARIABLES}/%7Bx%7D"
    log.client.send(method, path, body=body.encode(), headers=headers)

    text = log.text()
    assert text.count("\n") == 1
    assert SECRET not in text


@pytest.mark.parametrize(
    "path",
    [
        '/2.0/x%0A{"status":200}',
        "/2.0/x%0D%0A%00%1B[31m%7F",
        "/2.0/%E2%80%A8%F0%9F%8C%8A%ED%A0%80%FF",
        '/2.0/"\\',
        f"/2.0/{'%0A' * 2_000}",
        f"/2.0/{'x' * 60_000}",
        f"{SEARCH}?page={'%0A' * 2_000}&fields={'%22' * 2_000}",
        f"{SEARCH}?{'page=1&' * 5_000}",
        f"{SEARCH}?{'&' * 50_000}",
    ],
    ids=["newline", "control", "unicode", "quotes", "newlines", "long", "values", "pairs", "empty"],
)
def test_hostile_addresses_stay_one_short_line_of_ascii(log: Log, path: str) -> None:
    log.client.get(path)

    text = log.text()
    line = json.loads(text)
    assert text.count("\n") == 1
    assert len(text) < PIPE_BUF
    assert not {letter for letter in line["path"] + line["query"] if letter < " " or letter > "~"} - {"…"}


def test_what_is_shown_can_be_read() -> None:
    assert shown_path("/2.0/teams/{x}/a b/\xc3\xa9") == "/2.0/teams/{x}/a%20b/%C3%A9"
    assert shown_query("page=2&sort=-key&fields=values.key%2Cnext&q=x") == (
        "page=2&sort=-key&fields=values.key,next&q=***"
    )
    assert shown_path("x" * (LONGEST + 1)) == "x" * LONGEST + "…"


def test_a_log_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("what was there\n")
    with start(arguments=("--access-log", str(path))) as running:
        Client(running.base_url, running.variables).get("/2.0/health")

    assert [line[:9] for line in path.read_text().splitlines()] == ["what was ", '{"time": ']


def test_standard_output_can_be_the_log() -> None:
    command = [*TARGET, "--json", "--access-log", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            facts = json.loads(process.stdout.readline())
            Client(facts["base_url"], facts["variables"]).get(VARIABLES)
            assert json.loads(process.stdout.readline())["path"] == VARIABLES
        finally:
            process.terminate()


def test_nothing_is_logged_unless_asked_for(shared: Client) -> None:
    assert "x-request-id" not in shared.get(VARIABLES).headers


def test_a_log_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    command = [*TARGET, "--access-log", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"specproof target: {tmp_path}: cannot be written as access log (Is a directory).\n"
    )
