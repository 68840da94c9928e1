"""Listening: granian workers on one address, announced when they answer, stopped on request."""

from __future__ import annotations

import errno
import json
import logging
import math
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from specproof.target.access_log import AccessLog, open_log
from specproof.target.announce import announcement, welcome
from specproof.target.app import Settings, body_maximum, create_app, open_store
from specproof.target.latency import Delay, Latency
from specproof.target.problems import AddressUnavailable, MockTargetError
from specproof.target.signals import heed_signals
from specproof.target.store import Store
from specproof.target.turns import Turns

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

    from _typeshed.wsgi import WSGIApplication

CONNECT_TIMEOUT_S = 5.0
POLL_S = 0.005
STOP_TIMEOUT_S = 5
BACKLOG = 1024
THREADS = 3
ON_STANDARD_ERROR = {  # granian warns on standard output, where the announcement and the access log go
    "handlers": {
        name: {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}
        for name in ("console", "access")
    }
}
WAITING_THREADS = 128
"""Per worker with a latency: a request that waits holds a thread, but must not hold up the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how to listen.

    Args:
        host: Address to bind; loopback unless the user says otherwise.
        port: Port, 0 for any free one.
        as_json: Announce for programs instead of people.
        ready_file: Where to leave the announcement as well, ``None`` for nowhere.
        stop_with_stdin: Stop when standard input ends.
        workers: Processes that answer, side by side.
        latency: What each request has to wait.
        access_log: The file that gets a line for each request; ``-``: standard output; ``None``: no log.
    """

    host: str
    port: int
    as_json: bool = False
    ready_file: Path | None = None
    stop_with_stdin: bool = False
    workers: int = 1
    latency: Latency | None = None
    access_log: str | None = None


def serve(settings: Settings, listening: Listening) -> None:
    """Serve until SIGTERM, SIGINT, or the end of standard input where that was asked for.

    Raises:
        MockTargetError: The address is taken, the database is not ours, a fault is unknown, the log cannot be
            written, several workers were to share what is in memory.
    """
    if listening.workers > 1 and settings.database is None:
        raise MockTargetError("--workers needs a --database: with --ephemeral each would have its own data.")
    if listening.access_log is not None:
        open_log(listening.access_log)  # each worker opens it for itself; here it is to fail early
    reservation = reserve(listening.host, listening.port)
    port = reservation.getsockname()[1]
    if settings.database is not None:
        open_store(settings).close()
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)  # the worker starts in milliseconds
    server = Granian(
        "specproof.target",
        address=listening.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=listening.workers,
        blocking_threads=WAITING_THREADS if listening.latency else THREADS,
        backlog=BACKLOG,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(),
        log_level=LogLevels.warning,
        log_dictconfig=ON_STANDARD_ERROR,
        workers_kill_timeout=STOP_TIMEOUT_S + math.ceil(listening.latency.most_s if listening.latency else 0),
    )
    if listening.stop_with_stdin:
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    heed_signals()
    missing = multiprocessing.Value("i", listening.workers)
    loader = partial(load_worker, settings, listening, port, missing)
    with reservation:
        server.serve(target_loader=loader, wrap_loader=False)


def reserve(host: str, port: int) -> socket.socket:
    """Bind, without listening, the address that the worker will share; a port of 0 becomes a real one.

    Raises:
        AddressUnavailable: Somebody has it, or it is not ours to take.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)  # without SO_REUSEPORT: fails where another server, even one of ours, listens
            address = probe.getsockname() if port == 0 else address
        held = socket.socket(family, kind, protocol)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(address)
        return held
    except OSError as error:
        reason = "the port is in use" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise AddressUnavailable(host, port, reason) from error


def load_worker(
    settings: Settings, listening: Listening, port: int, missing: Synchronized[int]
) -> WSGIApplication:
    """Build the application inside a worker, which ends with its parent; the last one announces them all.

    Args:
        settings: How the application behaves.
        listening: How it is reached.
        port: The real port.
        missing: How many workers, this one included, have not come so far; shared between them.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    heed_signals()
    flask = create_app(settings)
    app = surround(flask, listening)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_stop_after, args=(parent.sentinel,), daemon=True).start()
    with missing.get_lock():
        missing.value -= 1
        is_last = missing.value == 0
    if is_last:
        announce = partial(_announce_when_ready, settings, listening, port, flask.extensions["store"])
        threading.Thread(target=announce, daemon=True).start()
    return app


def surround(app: WSGIApplication, listening: Listening) -> WSGIApplication:
    """Put around the application what was asked for: who waits does so before it is its turn."""
    app = Turns(app, body_maximum)
    if listening.latency is not None:
        app = Delay(app, listening.latency)
    if listening.access_log is not None:
        app = AccessLog(app, open_log(listening.access_log))
    return app


def base_url(host: str, port: int) -> str:
    """Return the URL that clients use; the wildcard addresses are reached through loopback."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only compared with
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/2.0"


def _announce_when_ready(settings: Settings, listening: Listening, port: int, store: Store) -> None:
    url = base_url(listening.host, port)
    _await_socket(url, port)
    facts = json.dumps(announcement(settings, url, store))
    if listening.ready_file is not None:  # before the line is printed: who reads that may look for the file
        part = listening.ready_file.with_name(f"{listening.ready_file.name}.part")
        part.write_text(facts + "\n", encoding="utf-8")
        part.replace(listening.ready_file)
    click.echo(facts if listening.as_json else welcome(settings, url, store))


def _await_socket(url: str, port: int) -> None:
    """Return when the worker listens; the first request may then wait its turn, but is not refused."""
    host = url.removeprefix("http://").rpartition(":")[0].strip("[]")
    while True:
        try:
            socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_S).close()
            return
        except OSError:
            time.sleep(POLL_S)


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_at_end_of_input(terminate: Callable[[], None] = _terminate) -> None:
    while os.read(0, 4096):
        pass
    terminate()


def _stop_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    _terminate()
