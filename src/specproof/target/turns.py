"""One request at a time: bodies are awaited side by side, answers are made one after another.

Answering takes a fraction of a millisecond, most of it in Python. Several threads that do so at once
only hand the interpreter lock to each other: two threads halve the throughput. A single thread, on the
other hand, would stand still while one slow client sends its body. So threads wait for bodies freely
and then take turns.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHUNK = 256 * 1024
DISCARD_MAXIMUM = 16 * 1024 * 1024
"""So much more of a body is read although it is too long: who is cut off while sending may miss the 413."""


class Turns:
    """WSGI middleware that reads the body first and then lets one request at a time through.

    Args:
        app: The application behind it.
        body_maximum: Tells for a path how long a body may be. A longer one is thrown away; the application
            refuses it by its length.
    """

    def __init__(self, app: WSGIApplication, body_maximum: Callable[[str], int]) -> None:
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
        source, body, length = environ["wsgi.input"], io.BytesIO(), 0
        maximum = self._body_maximum(environ["PATH_INFO"])
        while length <= maximum + DISCARD_MAXIMUM and (part := source.read(CHUNK)):
            length += len(part)
            if length <= maximum:
                body.write(part)
            else:
                body = io.BytesIO()
        body.seek(0)
        environ["wsgi.input"] = body
        environ["CONTENT_LENGTH"] = str(length)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
