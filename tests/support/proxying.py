"""A real HTTP proxy on loopback: plain requests and tunnels, and a list of what it was asked for."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """What a proxy was asked for."""

    url: str = ""
    asked: list[str] = field(default_factory=list)  # "GET http://…" or "CONNECT host:port"
    credentials: list[str | None] = field(default_factory=list)


@contextmanager
def proxy_server() -> Iterator[Proxy]:
    """Serve on a free port of loopback until the block ends."""
    proxy = Proxy()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _note(self) -> None:
            proxy.asked.append(f"{self.command} {self.path}")
            proxy.credentials.append(self.headers.get("Proxy-Authorization"))

        def do_GET(self) -> None:
            self._note()
            parts = urlsplit(self.path)
            goal = HTTPConnection(parts.hostname or "", parts.port or 80)
            goal.request("GET", parts.path, headers={"Host": self.headers["Host"]})
            answer = goal.getresponse()
            body = answer.read()
            goal.close()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            self._note()
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host, int(port))) as goal:
                self.send_response(200)
                self.end_headers()
                ends = {self.connection: goal, goal: self.connection}
                while True:
                    for end in select.select(list(ends), [], [])[0]:
                        data = end.recv(65536)
                        if not data:
                            self.close_connection = True
                            return
                        ends[end].sendall(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
