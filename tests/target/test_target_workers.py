"""``--workers``: several processes answer, and nobody can tell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from target_client import SEARCH, VARIABLES, Client

from specproof.target.process import start

WORKERS = 4


@contextmanager
def several(folder: Path, *arguments: str) -> Iterator[Client]:
    """Run a target with four workers on one database, and a log that says who answered."""
    arguments = ("--workers", str(WORKERS), "--access-log", str(folder / "log"), *arguments)
    options = ("--database", str(folder / "data.sqlite"), *arguments)
    with start(ephemeral=False, arguments=options) as running:
        yield Client(running.base_url, running.variables)


def logged(folder: Path) -> list[dict[str, Any]]:
    """Read the log of a target that has stopped."""
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()]


def test_creating_the_same_key_at_once_succeeds_once(tmp_path: Path) -> None:
    def attempt(number: int) -> int:
        return client.send("POST", VARIABLES, document={"key": f"K{number % 5}", "value": "v"}).status

    with several(tmp_path) as client, ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(attempt, range(60)))

    assert sorted(statuses) == [201] * 5 + [409] * 55
    assert len({line["worker"] for line in logged(tmp_path)}) > 1


def test_what_one_worker_wrote_another_reads(tmp_path: Path) -> None:
    with several(tmp_path) as client:
        for number in range(24):
            made = client.create(f"W{number}", f"value {number}")
            assert client.get(client.of(made)).json["value"] == f"value {number}"

    answered = [line["worker"] for line in logged(tmp_path)]
    assert any(wrote != read for wrote, read in zip(answered[::2], answered[1::2], strict=True))


def test_a_revoked_credential_ends_in_every_worker(tmp_path: Path) -> None:
    """Whichever worker knows the secret from before: the state is read anew."""
    command = [sys.executable, "-m", "specproof.target", "credentials"]
    database = ("--database", str(tmp_path / "data.sqlite"))
    with several(tmp_path) as client:
        before = {client.get(VARIABLES).status for _ in range(16)}
        subprocess.run([*command, "revoke", "acme-admin", *database], check=True, stdout=subprocess.DEVNULL)
        after = {client.get(VARIABLES).status for _ in range(16)}

    assert (before, after) == ({200}, {401})


def test_the_rate_limit_holds_for_all_workers_together(tmp_path: Path) -> None:
    with several(tmp_path, "--rate-limit", "5/min") as client, ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: client.get(f"{SEARCH}?search_query=x").status, range(20))
        assert sorted(answers) == [200] * 5 + [429] * 15

    assert len({line["worker"] for line in logged(tmp_path)}) > 1


def test_they_announce_themselves_once_and_stop_together(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "specproof.target", "--port", "0", "--json", "--workers", str(WORKERS)]
    with subprocess.Popen(
        [*command, "--database", str(tmp_path / "data.sqlite")], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            announcement = process.stdout.readline()
        finally:
            process.terminate()
        rest = process.stdout.read()

    assert json.loads(announcement)["pid"] == process.pid
    assert (rest, process.returncode) == ("", 0)


def test_memory_cannot_be_shared() -> None:
    command = [sys.executable, "-m", "specproof.target", "--port", "0", "--ephemeral", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    reason = "--workers needs a --database: with --ephemeral each would have its own data."
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"specproof target: {reason}\n")
