"""Start an application in a process of its own, and stop it with the block."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from specproof.errors import ProfileError

_STOP_TIMEOUT_S = 15.0
_LONGEST = 300  # characters of what an application said before it ended


@contextmanager
def serving(
    target: str, interface: str | None, *, source: str, mask: Callable[[str], str] = str
) -> Iterator[str]:
    """Serve an application on a free port of loopback; gives its origin, ``http://127.0.0.1:PORT``.

    Args:
        target: ``package.module:name``.
        interface: ``asgi`` or ``wsgi``; ``None`` to find out.
        source: The profile that names it, for the messages.
        mask: Keeps secrets out of what the application said before it ended.

    Raises:
        ProfileError: It cannot be served; one line says why.
    """
    command = [sys.executable, "-m", "specproof.serving", target, interface or "auto"]
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,  # Ctrl-C is for the run, which still has to clean up here
        )
        try:
            yield _origin(process, said, f'{source}: environment.app: "{target}"', mask)
        finally:
            _stop(process)


def _origin(process: subprocess.Popen[str], said: IO[str], place: str, mask: Callable[[str], str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    facts = json.loads(line) if line else {}
    if "origin" in facts:
        return str(facts["origin"])
    if "error" in facts:
        raise ProfileError(f"{place} {mask(facts['error'])}")
    said.seek(0)
    lines = [text.strip() for text in said.read().splitlines() if text.strip()]
    last = lines[-1][:_LONGEST] if lines else "it said nothing"
    raise ProfileError(f"{place} ended before it listened: {mask(last)}")


def _stop(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
