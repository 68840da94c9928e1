"""What a person sees while a run goes on, on a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from orders_api import orders_api, orders_yaml
from suite_runs import ROOT, write_profile

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


def _watch(folder: Path, base_url: str, *, leave_at: str = "") -> tuple[str, int]:
    """Run the suite on a terminal; return what it wrote there, and how it ended.

    Args:
        folder: Where the document, the profile and the reports go.
        base_url: The server.
        leave_at: A text; when it was written, the terminal is closed.
    """
    document = folder / "orders.yaml"
    document.write_text(orders_yaml())
    profile = write_profile(folder, base_url, writes="allowed", exclusive=True)
    screen, program = pty.openpty()  # not a controlling terminal: when it is closed, no signal comes
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--depth", "quick"),
            *("tests/contract/test_pagination.py", "tests/contract/test_lifecycle.py"),
            *("--reports-dir", str(folder / "reports"), "--spec", str(document)),
            *("--environment", str(profile)),
        ],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "CI": "", "COLUMNS": "100", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=program,
        stderr=program,
    )
    os.close(program)
    written = b""
    try:
        for part in _parts(screen):
            written += part
            if leave_at and leave_at.encode() in written:
                break
    finally:
        os.close(screen)
    return written.decode(), process.wait()


def _parts(screen: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(screen, 4096)
        except OSError:  # Linux says so where the other end is closed
            return
        if not part:
            return
        yield part


def test_a_run_tells_how_far_it_is(tmp_path: Path) -> None:
    with orders_api() as base_url:
        written, status = _watch(tmp_path, base_url)

    shown = _CODES.sub("", written)
    tests = json.loads((tmp_path / "reports" / "verdict.json").read_text())["coverage"]["promises"][0]
    assert status == 0, shown
    assert re.search(r"\d+ of 21 tests, \d+ requests?", shown), shown
    assert re.search(r" 11 tests +\d+ requests +\d+\.\d s  pagination\r\n", shown)
    assert re.search(r" 10 tests +\d+ requests +\d+\.\d s  lifecycle\r\n", shown)
    assert "[100%]" not in shown  # pytest's own lines would be in the way
    ending, _, summary = written.partition("= specproof =")
    assert ending.rindex("removing what was made") < ending.rindex("\x1b[2K")  # drawn over before the summary
    assert " tests, " not in summary
    assert tests == 21


def test_a_run_goes_on_where_its_terminal_goes_away(tmp_path: Path) -> None:
    with orders_api() as base_url:
        _watch(tmp_path, base_url, leave_at=" of 21 tests")

    verdict = json.loads((tmp_path / "reports" / "verdict.json").read_text())
    assert verdict["coverage"]["promises"][0] == 21
