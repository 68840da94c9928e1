"""The process that serves an application.

It says on standard output, in one line of JSON, where it listens or why it cannot. What the application
itself writes goes to standard error. It ends with its standard input.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from functools import partial
from typing import IO

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from specproof.serving.application import UnusableError, find_application, interface_of

_HOST = "127.0.0.1"
_THREADS = 4  # of a WSGI application
_POLL_S = 0.01
_STOP_TIMEOUT_S = 5


def main() -> None:
    """Serve ``sys.argv[1]`` by the interface ``sys.argv[2]``, which may be ``auto``, until stdin ends."""
    target, wanted = sys.argv[1:3]
    announcement = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        application = find_application(target)
        interface = Interfaces(interface_of(application) if wanted == "auto" else wanted)
    except UnusableError as error:
        _say(announcement, error=str(error))
        sys.exit(1)
    with _reserved() as reservation:
        port = reservation.getsockname()[1]
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
        threading.Thread(target=_announce, args=(announcement, port), daemon=True).start()
        # The worker imports the application anew: threads and connections of this import are not its own.
        multiprocessing.set_start_method("spawn", force=True)
        Granian(
            target,
            address=_HOST,
            port=port,
            interface=interface,
            blocking_threads=_THREADS if interface is Interfaces.WSGI else None,
            http=HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.error,
            workers_kill_timeout=_STOP_TIMEOUT_S,
        ).serve(target_loader=partial(find_application, target), wrap_loader=False)


def _reserved() -> socket.socket:
    """Bind a free port without listening; the worker shares it."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind((_HOST, 0))
    return held


def _announce(announcement: IO[str], port: int) -> None:
    """Say where the application is once it listens."""
    while True:
        try:
            socket.create_connection((_HOST, port), timeout=1).close()
            break
        except OSError:
            time.sleep(_POLL_S)
    _say(announcement, origin=f"http://{_HOST}:{port}")


def _say(announcement: IO[str], **facts: str) -> None:
    announcement.write(json.dumps(facts) + "\n")
    announcement.flush()


def _stop_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
