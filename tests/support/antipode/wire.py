"""HTTP by hand over asyncio: lower-case header names, chunked and compressed answers, HTTP/1.0 on request."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

_LONGEST_TARGET, _LONGEST_BODY = 8_000, 262_144


@dataclass
class Request:
    """What came in; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; the last of each name counts."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def steps(self) -> list[str]:
        """The decoded segments of the path."""
        return [unquote(step) for step in self.path.split("/")[1:]]


@dataclass
class Answer:
    """What goes out."""

    status: int
    body: bytes = b""
    media: str = "application/json"
    headers: list[tuple[str, str]] = field(default_factory=list)


Handler = Callable[[Request], Awaitable[Answer]]


async def _read(reader: asyncio.StreamReader) -> Request | Answer | None:
    line = (await reader.readline()).decode("latin-1").strip()
    if not line:
        return None
    method, _, rest = line.partition(" ")
    target = rest.rpartition(" ")[0]
    headers: dict[str, str] = {}
    while head := (await reader.readline()).decode("latin-1").strip():
        name, _, value = head.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "0")
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int((await reader.readline()).strip() or b"0", 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        body = await reader.readexactly(int(length)) if length.isdecimal() else b""
    if len(target) > _LONGEST_TARGET:
        return Answer(414)
    return Answer(413) if len(body) > _LONGEST_BODY else Request(method, target, headers, body)


def _head(answer: Answer, headers: list[tuple[str, str]], version: str) -> bytes:
    reason = HTTPStatus(answer.status).phrase
    lines = [f"HTTP/{version} {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _packed(request: Request | Answer, answer: Answer, *, chunked: bool, old: bool) -> bytes:
    """Return the whole answer as bytes, as this server likes to send it."""
    headers, body = list(answer.headers), answer.body
    bodiless = answer.status in (204, 304)
    if body:
        headers.append(("content-type", answer.media))
    if isinstance(request, Request):
        packs = chunked and len(body) > 400 and "gzip" in request.headers.get("accept-encoding", "")
        if packs:
            body = gzip.compress(body, 1)
            headers += [("content-encoding", "gzip"), ("vary", "accept-encoding")]
    parted = chunked and not old and len(body) > 200
    if parted:
        headers.append(("transfer-encoding", "chunked"))
    elif not bodiless:
        headers.append(("content-length", str(len(body))))
    headers.append(("connection", "close" if old else "keep-alive"))
    head = _head(answer, headers, "1.0" if old else "1.1")
    if bodiless or (isinstance(request, Request) and request.method == "HEAD"):
        return head
    if not parted:
        return head + body
    pieces = [body[start : start + 150] for start in range(0, len(body), 150)]
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


async def _serve(  # noqa: PLR0917
    handle: Handler, refuse: Callable[[int], Answer], chunked: bool, old: bool,
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
) -> None:  # fmt: skip
    with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
        while (request := await _read(reader)) is not None:
            answer = refuse(request.status) if isinstance(request, Answer) else await handle(request)
            writer.write(_packed(request, answer, chunked=chunked, old=old))
            await writer.drain()
            if old:
                break
    with suppress(ConnectionError, RuntimeError):
        writer.close()


@contextmanager
def listening(handle: Handler, refuse: Callable[[int], Answer], *, chunked: bool, old: bool) -> Iterator[int]:
    """Serve on a free port of loopback in a thread of its own; yields the port."""
    loop = asyncio.new_event_loop()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(
            lambda r, w: _serve(handle, refuse, chunked, old, r, w), "127.0.0.1", 0, limit=1 << 20
        )

    server = loop.run_until_complete(begin())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
