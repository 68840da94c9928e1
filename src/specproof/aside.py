"""Work that needs no server, done by a process of its own while this one does something else.

A run spends much of its time waiting for the server, and generating requests and validating the document
take seconds of computing; at the end some reports are written while others are. What is worked out does not
depend on where: the same functions run here where no process can be forked, and for whatever the other
process does not hand over.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import BinaryIO, NoReturn

if sys.platform == "linux":
    import fcntl

_PIPE_BYTES = 1024 * 1024  # as much as Linux lets everybody have: the other process need not wait to be read


class Aside:
    """Calls functions one after the other, in another process where that is safe and worth it."""

    def __init__(self, work: Mapping[str, Callable[[], object]]) -> None:
        """Begin at once.

        Args:
            work: What to call, by name, in this order. What they return is pickled.
        """
        self._work = dict(work)
        self._done: dict[str, object] = {}
        self._pipe: BinaryIO | None = None
        self._child = 0
        if self._work and _can_fork():
            self._fork()

    def _fork(self) -> None:
        reading, writing = os.pipe()
        if sys.platform == "linux":
            with suppress(OSError):
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._child = os.fork()
        if self._child == 0:
            os.close(reading)
            _work_off(self._work, writing)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")

    def take(self, name: str) -> object:
        """Return what a function returned; it is called here where the other process has not done it."""
        while name not in self._done and self._pipe is not None:
            try:
                done, found = pickle.load(self._pipe)  # noqa: S301  # from our own process over a pipe
            except (EOFError, OSError, pickle.UnpicklingError):
                self.close()
            else:
                self._done[done] = found
        if name not in self._done:
            self._done[name] = self._work[name]()
        return self._done[name]

    def close(self) -> None:
        """End the other process, whether or not it is ready."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)


def _can_fork() -> bool:
    """Tell whether forking is safe, which it is not beside threads, and whether there is a core for it."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1


def _work_off(work: Mapping[str, Callable[[], object]], writing: int) -> NoReturn:
    """Do everything and end, past all that pytest does at its end; the parent meets any mistake again."""
    status = 1
    try:
        with os.fdopen(writing, "wb") as pipe:
            for name, call in work.items():
                pickle.dump((name, call()), pipe)
                pipe.flush()
        status = 0
    finally:
        os._exit(status)
