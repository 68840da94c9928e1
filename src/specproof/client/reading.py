"""Read the body of an answer: all of it, or as much of one without an end as is enough."""

from __future__ import annotations

import time

from urllib3.exceptions import ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from specproof.model.media import is_stream

_MOST_BYTES = 16 * 1024 * 1024
_AT_ONCE_BYTES = 1024 * 1024  # a body of a known length up to this is read in one go
_STREAM_BYTES = 256 * 1024
_STREAM_S = 2.0
_SLOW = 3  # times the timeout: a body that takes longer is not read to its end


def read_body(answer: BaseHTTPResponse, *, seconds: float) -> tuple[bytes, bool]:
    """Read a body; a stream for two seconds and 256 KiB at most, since it may have no end.

    Where not everything was read, the connection is closed: half an answer is in it.

    Args:
        answer: Its head was read.
        seconds: How long to wait for the next piece.

    Returns:
        The bytes, without content coding, and whether there may be more.

    Raises:
        HTTPError: The connection failed, or the next piece did not come in time.
    """
    streams = is_stream(answer.headers.get("Content-Type", ""))
    chunks: list[bytes] = []
    try:
        stopped = _collect(answer, chunks, streams=streams, seconds=seconds)
    except ReadTimeoutError:
        answer.close()
        if not streams:
            raise
        stopped = True  # nothing happens that the stream could tell about
    except BaseException:
        answer.close()
        raise
    if stopped:
        answer.close()
    return b"".join(chunks), stopped


def _collect(answer: BaseHTTPResponse, chunks: list[bytes], *, streams: bool, seconds: float) -> bool:
    """Read pieces until the end or a bound; tell whether it was a bound."""
    most_bytes = _STREAM_BYTES if streams else _MOST_BYTES
    length = answer.headers.get("Content-Length", "")
    if not streams and length.isascii() and length.isdigit() and int(length) <= _AT_ONCE_BYTES:
        chunks.append(answer.read(most_bytes, decode_content=True))
        return len(chunks[0]) == most_bytes
    until = time.monotonic() + (_STREAM_S if streams else seconds * _SLOW)
    size = 0
    while size < most_bytes and time.monotonic() < until:
        chunk = answer.read1(_AT_ONCE_BYTES, decode_content=True)
        if not chunk:
            return False
        chunks.append(chunk)
        size += len(chunk)
    return True
