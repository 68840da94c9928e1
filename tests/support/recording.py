"""A real HTTP server on loopback that remembers every request as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seen:
    """One request: the target is the raw second word of the request line."""

    method: str
    target: str
    headers: Headers
    body: bytes

    def values(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(frozen=True)
class Answer:
    """What the server says."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b"{}"
    length: int | None = None  # to be told in place of the true one; then the connection is closed
    stream: Callable[[Callable[[bytes], object]], None] | None = None  # writes pieces until it returns


@dataclass
class Recorder:
    """The requests that came, in order, and how they are answered."""

    respond: Callable[[Seen], Answer]
    origin: str = ""
    seen: list[Seen] = field(default_factory=list)


def always_fine(_: Seen) -> Answer:
    """Answer 200."""
    return Answer()


@contextmanager
def recording_server(respond: Callable[[Seen], Answer] = always_fine) -> Iterator[Recorder]:
    """Serve on a free port of loopback until the block ends."""
    recorder = Recorder(respond)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(1 << 20)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target = self.requestline.split(" ")[1]
            seen = Seen(self.command, target, tuple(self.headers.items()), body)
            recorder.seen.append(seen)
            answer = recorder.respond(seen)
            if answer.stream is not None:
                self.stream(answer)
                return
            shown = b"" if self.command == "HEAD" or answer.status in {204, 304} else answer.body
            told = answer.body if self.command == "HEAD" else shown  # RFC 9110 section 8.6
            head = [f"HTTP/1.1 {answer.status} Status", f"Content-Length: {answer.length or len(told)}"]
            head += [f"{name}: {value}" for name, value in answer.headers]
            self.close_connection = self.close_connection or answer.length is not None
            self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + shown)

        def stream(self, answer: Answer) -> None:
            head = [f"HTTP/1.1 {answer.status} Status", "Connection: close"]
            head += [f"{name}: {value}" for name, value in answer.headers]
            self.close_connection = True
            with suppress(OSError):  # whoever has read enough hangs up
                self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1"))
                if answer.stream is not None and self.command != "HEAD":
                    answer.stream(self.wfile.write)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        recorder.origin = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield recorder
        finally:
            server.shutdown()
            thread.join()
