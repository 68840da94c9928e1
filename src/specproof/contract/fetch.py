"""Get a document's text from a file or over HTTP."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
)

from specproof.errors import DocumentError

TIMEOUT_S = 10
MAX_BYTES = 64 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def is_url(source: str) -> bool:
    """Tell whether a source is an http(s) URL rather than a file."""
    return source.lower().startswith(("http://", "https://"))


def join(base: str, target: str) -> str:
    """Return the file or URL that ``target`` means when ``base`` says it."""
    if is_url(base) or is_url(target):
        return urljoin(base, target)
    path = Path(target.removeprefix("file://"))
    return str(path if path.is_absolute() else _normal(Path(base).parent / path))


def _normal(path: Path) -> Path:
    """Take out ``folder/..``, so that one file has one name."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in {"..", path.anchor}:
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def may_follow(source: str, uri: str) -> bool:
    """Tell whether a document from ``source`` may make us read ``uri``.

    A file leads to files, a URL to URLs of the same origin: a document from elsewhere cannot make this
    machine read its own files or call other servers.
    """
    if not is_url(source):
        return not is_url(uri)
    here, there = urlsplit(source), urlsplit(uri)
    return is_url(uri) and (here.scheme, here.netloc) == (there.scheme, there.netloc)


def read_text(source: str) -> str:
    """Return the text of a file or URL, unpacked.

    Raises:
        DocumentError: It cannot be read, is too large, or is no text.
    """
    raw = _download(source) if is_url(source) else _read_file(source)
    if raw.startswith(b"\x1f\x8b"):
        raw = _unpack(raw, source)
    text = _decode(raw, source)
    if not text.strip():
        raise DocumentError(f"{source}: is empty; give a file or URL that holds an OpenAPI document")
    if text.lstrip()[:1] == "<":
        mend = "give the address of the YAML or JSON itself, such as a raw or download link"
        raise DocumentError(f"{source}: is an HTML or XML page, not an OpenAPI document; {mend}")
    return text


def _read_file(source: str) -> bytes:
    try:
        with Path(source).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise DocumentError(f"{source}: does not exist; check the path") from error
    except IsADirectoryError as error:
        raise DocumentError(f"{source}: is a folder; give the file inside it") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"{source}: cannot be read: {reason}; check the path and its rights") from error
    return _bounded(raw, source)


def _download(source: str) -> bytes:
    opener = OpenerDirector()  # only http and https: no redirect leads to a file
    opener.addheaders = [
        ("User-Agent", "specproof"),
        ("Accept", "application/yaml, application/json, */*;q=0.5"),
    ]
    for handler in (
        ProxyHandler,
        HTTPHandler,
        HTTPSHandler,
        HTTPErrorProcessor,
        HTTPDefaultErrorHandler,
        HTTPRedirectHandler,
    ):
        opener.add_handler(handler())
    try:
        with opener.open(source, timeout=TIMEOUT_S) as answer:
            raw: bytes = answer.read(MAX_BYTES + 1)
    except HTTPError as error:
        error.close()
        mend = "check the URL, and whether it needs credentials"
        raise DocumentError(f"{source}: the server answers {error.code} {error.reason}; {mend}") from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        mend = f"check the URL and the network ({TIMEOUT_S} s are the limit)"
        raise DocumentError(f"{source}: cannot be fetched: {reason}; {mend}") from error
    return _bounded(raw, source)


def _unpack(raw: bytes, source: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            return _bounded(packed.read(MAX_BYTES + 1), source)
    except (OSError, EOFError, zlib.error) as error:
        raise DocumentError(f"{source}: is a broken gzip file: {error}; pack it again") from error


def _bounded(raw: bytes, source: str) -> bytes:
    if len(raw) > MAX_BYTES:
        raise DocumentError(f"{source}: is larger than {MAX_BYTES // 2**20} MiB; split the document")
    return raw


def _decode(raw: bytes, source: str) -> str:
    encoding = "utf-8"
    for mark, name in _BOMS:
        if raw.startswith(mark):
            raw, encoding = raw.removeprefix(mark), name
            break
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        mend = "save it as UTF-8 text"
        raise DocumentError(
            f"{source}:{line}: is not text: {error.reason} at byte {error.start}; {mend}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DocumentError(f"{source}:{line}: is binary, not YAML or JSON; give the OpenAPI document itself")
    return text
