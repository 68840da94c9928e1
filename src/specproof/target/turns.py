"""One request at a time: bodies are awaited side by side, answers are made one after another.

Answering takes a fraction of a millisecond, most of it in Python. Several threads that do so at once
only hand the interpreter lock to each other: two threads halve the throughput. A single thread, on the
other hand, would stand still while one slow client sends its body. So threads wait for bodies freely
and then take turns.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Turns:
    """WSGI middleware that reads the body first and then lets one request at a time through.

    Args:
        app: The application behind it.
        body_maximum: A longer body is not read to its end; the application refuses it by its length.
    """

    def __init__(self, app: WSGIApplication, body_maximum: int) -> None:
        self._app = app
        self._body_maximum = body_maximum
        self._turn = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if "HTTP_TRANSFER_ENCODING" in environ or environ.get("CONTENT_LENGTH"):
            self._read_body(environ)
        with self._turn:
            return self._app(environ, start_response)

    def _read_body(self, environ: WSGIEnvironment) -> None:
        announced = str(environ.get("CONTENT_LENGTH") or "0")
        if announced.isdecimal() and int(announced) > self._body_maximum:
            return
        source, body = environ["wsgi.input"], b""
        while len(body) <= self._body_maximum:
            part = source.read(self._body_maximum + 1 - len(body))
            if not part:
                break
            body += part
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
