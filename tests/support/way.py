"""What lies between a run and a server: a proxy on loopback that records, and that disturbs as it is told."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from recording import Headers, Seen


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What the server said, or what is said in its place."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def with_header(self, name: str, value: str) -> Answered:
        """Return the answer with one header replaced."""
        others = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*others, (name, value)))


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """What happens to one request.

    Args:
        reaches: Whether the server gets it.
        change: What becomes of the answer.
        cut: ``reset``: the connection is reset instead of an answer; ``half``: in the middle of it.
    """

    reaches: bool = True
    change: Callable[[Answered], Answered] = lambda answer: answer
    cut: str = ""


def says(status: int, *headers: tuple[str, str], body: bytes = b"") -> Disturbance:
    """Answer in place of the server, which gets nothing."""
    answer = Answered(status=status, headers=headers, body=body)
    return Disturbance(reaches=False, change=lambda _: answer)


@dataclass
class Way:
    """A running proxy; ``disturb`` is asked about every request, with its number from 1."""

    upstream: str
    disturb: Callable[[Seen, int], Disturbance | None] = lambda seen, number: None
    origin: str = ""
    seen: list[Seen] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def through(self, url: str) -> str:
        """Return a URL of the server as it is reached through the proxy."""
        return url.replace(self.upstream, self.origin)


@contextmanager
def way_to(url: str) -> Iterator[Way]:
    """Serve on a free port of loopback until the block ends."""
    parts = urlsplit(url)
    way = Way(upstream=f"{parts.scheme}://{parts.netloc}")

    class Handler(_Handler):
        here = way

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        way.origin = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield way
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    here: Way
    _upstream: HTTPConnection | None = None

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(1 << 20)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._pass_on()
        except OSError:
            self.close_connection = True  # the client has gone

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.requestline.split(" ")[1]
        seen = Seen(self.command, target, tuple(self.headers.items()), body)
        with self.here.lock:
            self.here.seen.append(seen)
            number = len(self.here.seen)
        what = self.here.disturb(seen, number) or Disturbance()
        answer = self._ask(seen) if what.reaches else Answered(status=599)
        answer = what.change(answer)
        if what.cut == "reset":
            self._reset()
            return
        self._say(answer, half=what.cut == "half")

    def _ask(self, seen: Seen) -> Answered:
        """Send a request as it came; once more where the server had closed an idle connection."""
        for attempt in (1, 2):
            try:
                return self._ask_once(seen)
            except (HTTPException, OSError):
                if self._upstream is not None:
                    self._upstream.close()
                self._upstream = None
                if attempt == 2:
                    raise OSError("the server does not answer") from None
        raise AssertionError

    def _ask_once(self, seen: Seen) -> Answered:
        if self._upstream is None:
            self._upstream = HTTPConnection(self.here.upstream.partition("://")[2], timeout=30)
        connection = self._upstream
        connection.putrequest(seen.method, seen.target, skip_host=True, skip_accept_encoding=True)
        for name, value in seen.headers:
            if name.lower() != "connection":
                connection.putheader(name, value.encode("latin-1"))
        connection.endheaders(seen.body or None)
        got = connection.getresponse()
        kept = [
            pair for pair in got.getheaders() if pair[0].lower() not in {"connection", "transfer-encoding"}
        ]
        return Answered(status=got.status, headers=tuple(kept), body=got.read())

    def _say(self, answer: Answered, *, half: bool) -> None:
        lines = [f"HTTP/1.1 {answer.status} Status"]
        told = {name.lower() for name, _ in answer.headers}
        bare = self.command == "HEAD" or answer.status in {204, 304}
        if "content-length" not in told and answer.status not in {204, 304}:
            lines.append(f"Content-Length: {len(answer.body)}")
        lines += [f"{name}: {value}" for name, value in answer.headers]
        text = "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if bare else answer.body)
        if half:
            self.wfile.write(text[: max(20, len(text) // 2)])
            self.close_connection = True
            return
        self.wfile.write(text)

    def _reset(self) -> None:
        """Close so that the other side sees a reset and not an end."""
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def finish(self) -> None:
        """Close the connection to the server too."""
        if self._upstream is not None:
            self._upstream.close()
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
