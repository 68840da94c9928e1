"""The example of docs/own-api.md, from its own files."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from pages import ROOT, blocks

PAGE = ROOT / "docs" / "own-api.md"
FILES = {
    first.removeprefix("# "): block.text
    for block in blocks(PAGE)
    if (first := block.text.partition("\n")[0]).startswith("# ")
}
FIRST, SECOND, _ = (block.text for block in blocks(PAGE) if block.text.startswith(("PASS  ", "FAIL  ")))
VARIES = re.compile(r"  curl|  \d+ requests in |.*…$")  # it has the port, the time, or is cut to the width
ENVIRON = {**os.environ, "ORDERS_TOKEN": "only-for-this-example"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The files of the page in a folder, and the server of the page on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    for name, text in FILES.items():
        (tmp_path / name).write_text(text.replace("8090", port), encoding="utf-8")
    server = subprocess.Popen([sys.executable, "orders.py"], cwd=tmp_path, env=ENVIRON)
    try:
        _wait_for(int(port))
        yield tmp_path
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int) -> None:
    """Ask until somebody answers; the client itself waits longer after each refusal."""
    patience = urllib3.Retry(connect=10, backoff_factor=0.05, backoff_max=1)
    urllib3.request("GET", f"http://127.0.0.1:{port}/", retries=patience)


def test_every_file_is_on_the_page() -> None:
    """The reader needs them all."""
    assert set(FILES) == {"openapi.yaml", "orders.py", "orders.toml", "promises.yaml", "disposable.toml"}


def run_and_compare(folder: Path, page: str, *arguments: str) -> tuple[int, list[str]]:
    """Run the suite; return its status and the lines of the page that it does not print."""
    command = [sys.executable, "-m", "pytest", str(ROOT / "tests" / "contract"), "-q"]
    command += ["-p", "no:cacheprovider", "--spec", "openapi.yaml", *arguments]
    environ = {**ENVIRON, "COLUMNS": "100"}
    run = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    printed = {line.rstrip() for line in run.stdout.splitlines()}
    return run.returncode, [x for x in page.splitlines() if x not in printed and not VARIES.match(x)]


def test_the_first_run_only_reads_and_passes(folder: Path) -> None:
    """Its numbers are those of the page."""
    assert run_and_compare(folder, FIRST, "--environment", "orders.toml") == (0, [])


def test_the_run_with_the_overlay_finds_the_two_bugs(folder: Path) -> None:
    """The findings are those of the page, word for word."""
    named = ("--overlay", "promises.yaml", "--environment", "disposable.toml")
    assert run_and_compare(folder, SECOND, *named) == (1, [])
