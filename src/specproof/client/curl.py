"""Write a request as a shell line that sends exactly the same request."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from urllib.parse import urlsplit

from specproof.model.exchange import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A value that an earlier answer gave, and the shell variable that holds it on replay."""

    value: str  # as it stands in later URLs or bodies
    variable: str


def curl(
    request: Request,
    *,
    authorization: tuple[str, ...] = (),
    captured: tuple[Captured, ...] = (),
    include: bool = True,
) -> str:
    """Return one shell line.

    Args:
        request: What was sent.
        authorization: Shell words that add the credential, e.g. ``('-u "ada:$ACME_ADMIN"',)``; secrets
            appear only as names of environment variables.
        captured: Values that differ on every run; they are replaced by shell variables.
        include: Print status and headers before the body.
    """
    words = ["curl", "-sS", *(["-i"] if include else [])]
    if request.method == "HEAD":
        words.append("-I")
    else:
        words += ["-X", request.method]
    words += ["--path-as-is", "-g"] if needs_raw_path(request.url) else []
    words += authorization
    names = {name.lower() for name, _ in request.headers}
    for name, value in request.headers:
        words += ["-H", quote(f"{name}: {value}" if value else f"{name};", captured)]
    if request.body is not None:
        if "content-type" not in names:
            words += ["-H", "'Content-Type:'"]  # curl would add a form media type of its own
        if b"\x00" in request.body:
            piped = [f"printf {_octal(request.body)} |", *words, "--data-binary @-"]
            return " ".join([*piped, quote(request.url, captured)])
        words += ["--data-binary", quote(_data(request.body), captured)]
    return " ".join([*words, quote(request.url, captured)])


def needs_raw_path(url: str) -> bool:
    """Tell whether curl would change the URL: dot segments, or characters that it expands."""
    path = urlsplit(url).path
    return bool(re.search(r"/\.\.?(/|$)", path)) or any(mark in url for mark in "{}[]")


def quote(text: str, captured: tuple[Captured, ...] = ()) -> str:
    """Quote a text for a POSIX shell, with captured values as variables."""
    for item in captured:
        if item.value and item.value in text:
            before, _, after = text.partition(item.value)
            return f'{quote(before, captured)}"${{{item.variable}}}"{quote(after, captured)}'
    if not text:
        return "''"
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return "$'" + "".join(_ansi(char) for char in text) + "'"
    return shlex.quote(text)


def _ansi(char: str) -> str:
    if char in "\\'":
        return "\\" + char
    return f"\\x{ord(char):02x}" if ord(char) < 32 or ord(char) == 127 else char


def _data(body: bytes) -> str:
    # A leading "@" would make curl read a file; "surrogateescape" keeps bytes that are no UTF-8.
    return body.decode("utf-8", "surrogateescape")


def _octal(body: bytes) -> str:
    return "'" + "".join(f"\\{byte:03o}" for byte in body) + "'"
