"""Running the target beside a test: started on a free port, stopped with the block, never left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from specproof.target.problems import DidNotStart

STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTarget:
    """A target that listens.

    Args:
        base_url: ``http://127.0.0.1:PORT/2.0``.
        pid: Process id of the server.
        variables: What a profile needs to reach it: ``SPECPROOF_TARGET_URL`` and one secret per credential.
    """

    base_url: str
    pid: int
    variables: Mapping[str, str] = field(repr=False)


@contextmanager
def start(*faults: str, ephemeral: bool = True, arguments: Sequence[str] = ()) -> Iterator[RunningTarget]:
    """Start a target in a process of its own, and wait until it listens.

    Args:
        faults: Names of the faults to switch on.
        ephemeral: Keep the data in memory. Otherwise give ``--database`` in ``arguments``.
        arguments: Further arguments of ``specproof target``.

    Raises:
        DidNotStart: The process ended before it listened; the text holds what it said.
    """
    with launch(*faults, ephemeral=ephemeral, arguments=arguments) as listening:
        yield listening()


@contextmanager
def launch(
    *faults: str, ephemeral: bool = True, arguments: Sequence[str] = ()
) -> Iterator[Callable[[], RunningTarget]]:
    """Begin to start a target, as ``start`` does; gives what waits until it listens, to be called once."""
    command = [sys.executable, "-m", "specproof.target", "--port", "0", "--json", "--stop-with-stdin"]
    command += ["--ephemeral"] if ephemeral else []
    command += [part for name in faults for part in ("--fault", name)] + list(arguments)
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,  # Ctrl-C is for the run, which still has to clean up here
        )
        try:
            yield lambda: _await_announcement(process, complaints)
        finally:
            _stop(process)


def _await_announcement(process: subprocess.Popen[str], complaints: IO[str]) -> RunningTarget:
    line = process.stdout.readline() if process.stdout else ""
    try:
        facts = json.loads(line)
        return RunningTarget(base_url=facts["base_url"], pid=facts["pid"], variables=facts["variables"])
    except (ValueError, KeyError, TypeError):
        _stop(process)
        complaints.seek(0)
        said = complaints.read().strip().splitlines()
        raise DidNotStart(said[-1] if said else f"it said {line!r} and ended") from None


def _stop(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
