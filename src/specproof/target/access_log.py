"""The access log: one line of JSON for each request, and nothing in it that somebody should not read.

What a client sent is shown as far as it cannot be a secret: no header, no body, and of the query string
the values of a few parameters that choose pages and members.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus

from specproof.target.problems import MockTargetError
from specproof.target.store import timestamp

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CREDENTIAL = "specproof.credential"
"""Where in the WSGI environment the name of the credential stands that was recognised."""
STANDARD_OUTPUT = "-"
SHOWN = frozenset({"page", "pagelen", "sort", "fields", "grant_type", "response_type", "service"})
PARAMETER = re.compile(r"[A-Za-z_]{1,24}")
TOKEN = re.compile(r"(access_token(?:=|%3D))[^&;/]*", re.IGNORECASE)
BODILESS = (204, 304)
HIDDEN = "***"
LONGEST = 1_000  # characters of a path, or of a query string
LONGEST_METHOD = 20
UNRESERVED = "/~!$&'()*+,;=:@{}"

_LOG = logging.getLogger(__name__)


def shown_path(path: str) -> str:
    """Return a path in ASCII, percent-encoded and cut.

    Args:
        path: Decoded, as WSGI has it: one character per byte.
    """
    return cut(_without_token(quote(path, safe=UNRESERVED, encoding="latin-1", errors="replace")))


def shown_query(query: str) -> str:
    """Return a query string with its values hidden, but for those that cannot be a secret.

    Args:
        query: As it was sent.
    """
    return cut("&".join(_shown_pair(pair) for pair in query[: 4 * LONGEST].split("&")))


def _shown_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not pair:
        return ""
    if not equals or not PARAMETER.fullmatch(name):
        return HIDDEN
    if name not in SHOWN:
        return f"{name}={HIDDEN}"
    return f"{name}={_without_token(quote(unquote_plus(value), safe=UNRESERVED, errors='replace'))}"


def _without_token(text: str) -> str:
    """Hide what looks like a token, whatever the place it was written to by mistake."""
    return TOKEN.sub(rf"\1{HIDDEN}", text)


def cut(text: str) -> str:
    """Shorten what is too long, and show that it was."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def open_log(place: str) -> Callable[[str], None]:
    """Open the log, and return what writes a line to it: whole, also beside other processes.

    Args:
        place: A file, which is appended to, or ``-``: standard output.

    Raises:
        MockTargetError: The file cannot be written.
    """
    if place == STANDARD_OUTPUT:
        file = 1
    else:
        try:
            file = os.open(Path(place), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        except OSError as error:
            raise MockTargetError(f"{place}: cannot be written as access log ({error.strerror}).") from error

    def write(line: str) -> None:
        try:
            os.write(file, f"{line}\n".encode())
        except OSError as error:  # a full disk is no reason to answer nobody
            _LOG.error("access log: %s", error.strerror)

    return write


class AccessLog:
    """WSGI middleware that writes a line for each answer, before the last of it goes out.

    Args:
        app: The application behind it.
        write: Takes a line.
    """

    def __init__(self, app: WSGIApplication, write: Callable[[str], None]) -> None:
        self._app = app
        self._write = write

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; its id goes back as ``X-Request-Id``."""
        record = Record(environ, self._write)

        def begin(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            record.begin(int(status[:3]), headers)
            return start_response(status, [*headers, ("X-Request-Id", record.identity)], exc_info)

        try:
            parts = self._app(environ, begin)
        except BaseException:
            record.finish(0)
            raise
        body = _counted(parts, record)
        return body if record.is_streamed else list(body)


def _counted(parts: Iterable[bytes], record: Record) -> Iterator[bytes]:
    """Yield the parts of a body; the line is written when the last one is known, or nobody wants more."""
    length, held = 0, b""
    try:
        for part in parts:
            if held:
                yield held
            length, held = length + len(part), part
    finally:
        record.finish(length)
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    if held:
        yield held


class Record:
    """What is known of one request; the status stays ``None`` where there was no answer."""

    def __init__(self, environ: WSGIEnvironment, write: Callable[[str], None]) -> None:
        self.identity = secrets.token_hex(8)
        self.is_streamed = False
        self._status: int | None = None
        self._environ = environ
        self._write = write
        self._time = timestamp()
        self._started = time.perf_counter()

    def begin(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Remember how the answer begins; a body without a length is made while it goes out."""
        self._status = status
        has_length = any(name.lower() == "content-length" for name, _ in headers)
        self.is_streamed = not has_length and status not in BODILESS

    def finish(self, length: int) -> None:
        """Write the line.

        Args:
            length: Bytes of the body.
        """
        environ = self._environ
        line = {
            "time": self._time,
            "request_id": self.identity,
            "method": str(environ["REQUEST_METHOD"])[:LONGEST_METHOD],
            "path": shown_path(environ["PATH_INFO"]),
            "query": shown_query(environ.get("QUERY_STRING") or ""),
            "status": self._status,
            "bytes": length,
            "duration_ms": round((time.perf_counter() - self._started) * 1000, 3),
            "credential": environ.get(CREDENTIAL),
            "worker": os.getpid(),
        }
        self._write(json.dumps(line))
