"""Write a request as a shell line that sends exactly the same request."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from specproof.client.target import split_target
from specproof.model.exchange import Request

_LONGEST_ARGUMENT = 100_000  # bytes; Linux takes no argument of 128 KiB
# Of these the client says nothing about the length of a body that is not there (RFC 9110 section 8.6).
_BODILESS = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})
_SHORTEST = 4  # characters: shorter identities may stand in a body by chance
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A value that is another one on replay, or must not be shown, and what the shell puts in its place."""

    value: str  # as it stands in later URLs, headers or bodies
    variable: str = ""  # name of the shell variable that an earlier line sets, or that the user exports
    command: str = ""  # or: a command that prints it
    headers_only: bool = False  # elsewhere the same text has nothing to do with it

    @property
    def shown(self) -> str:
        """The shell word."""
        return f'"$({self.command})"' if self.command else f'"${{{self.variable}}}"'


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
        words += ["-H", quote(f"{name}: {value}" if value else f"{name};", captured, latin=True)]
    origin, target = split_target(request.url)
    captured = tuple(item for item in captured if not item.headers_only)
    url = quote(origin + target, captured, start=len(origin))
    if request.body is None:
        said = request.method in _BODILESS or "content-length" in names
        words += [] if said else ["-H", "'Content-Length: 0'"]  # curl would leave it out
        return " ".join([*words, url])
    if "content-type" not in names:
        words += ["-H", "'Content-Type:'"]  # curl would add a form media type of its own
    in_body = tuple(item for item in captured if len(item.value) >= _SHORTEST)
    text = _text(request.body)
    if text is None:
        return " ".join([f"printf {_octal(request.body)} |", *words, "--data-binary @-", url])
    if len(request.body) > _LONGEST_ARGUMENT:
        return " ".join([f"printf %s {quote(text, in_body)} |", *words, "--data-binary @-", url])
    # Unlike --data-binary, --data-raw reads no file where the body begins with "@".
    return " ".join([*words, "--data-raw", quote(text, in_body), url])


def needs_raw_path(url: str) -> bool:
    """Tell whether curl would change the URL: dot segments, or characters that it expands."""
    path = urlsplit(url).path
    return bool(re.search(r"/\.\.?(/|$)", path)) or any(mark in url for mark in "{}[]")


def quote(text: str, captured: tuple[Captured, ...] = (), *, latin: bool = False, start: int = 0) -> str:
    """Quote a text for bash, with captured values as variables.

    Args:
        text: What the shell shall see.
        captured: Values that stand in the text between delimiters, such as slashes or quotes.
        latin: The text travels as ISO 8859-1, as header values do; the line itself is UTF-8.
        start: Captured values are looked for from here on.
    """
    return "".join(
        _quoted(piece, latin=latin) if isinstance(piece, str) else piece.shown
        for piece in pieces(text, captured, latin=latin, start=start)
    )


def pieces(
    text: str, captured: tuple[Captured, ...] = (), *, latin: bool = False, start: int = 0
) -> Iterator[str | Captured]:
    """Yield what a text is made of: captured values, and the plain text before, between and after them.

    The arguments are those of :func:`quote`.
    """
    space = " " if latin else ""  # "Bearer TOKEN" in a header
    for item in captured:
        value = re.escape(item.value)
        delimited = re.compile(rf"(?<![^/\"=:,\[&?;{space}]){value}(?![^/\"=:,\]}}&?#;])")
        if item.value and (found := delimited.search(text, start)):
            yield from pieces(text[: found.start()], captured, latin=latin, start=start)
            yield item
            yield from pieces(text[found.end() :], captured, latin=latin)
            return
    yield text


def _quoted(text: str, *, latin: bool) -> str:
    if not text:
        return "''"
    if _CONTROL.search(text) or (latin and not text.isascii()):
        return "$'" + "".join(_ansi(char, latin=latin) for char in text) + "'"
    return shlex.quote(text)


def _ansi(char: str, *, latin: bool) -> str:
    if char in "\\'":
        return "\\" + char
    if _CONTROL.match(char) or (latin and "\x80" <= char <= "\xff"):
        return f"\\x{ord(char):02x}"
    return char


def _text(body: bytes) -> str | None:
    """Return the body as a text that a shell line can hold, or ``None``."""
    try:
        return None if b"\0" in body else body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _octal(body: bytes) -> str:
    return "'" + "".join(f"\\{byte:03o}" for byte in body) + "'"
