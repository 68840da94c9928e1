"""Make hostile text harmless: what a server sends must never break a report or fool its reader."""

from __future__ import annotations

import codecs
import re
import unicodedata

from specproof.model.exchange import Exchange, Pairs

BODY_LIMIT = 10_000  # characters of a body that a report shows
_PLAIN = frozenset("\n\t")
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})  # controls, bidi marks, surrogates, line ends
_SENSITIVE = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})


class _Escapes(dict[int, str | int]):
    """Translation table that is filled while it is used."""

    def __missing__(self, code: int) -> str | int:
        letter = chr(code)
        harmful = letter not in _PLAIN and unicodedata.category(letter) in _HARMFUL
        self[code] = escaped(letter) if harmful else code
        return self[code]


def escaped(letter: str) -> str:
    r"""Return the escape sequence of one character: ``\x00``, ``\u202e``, ``\U000e0001``."""
    code = ord(letter)
    width = 2 if code <= 0xFF else 4 if code <= 0xFFFF else 8
    return f"\\{'x' if width == 2 else 'u' if width == 4 else 'U'}{code:0{width}x}"


_TABLE = _Escapes()


def harmless(text: str) -> str:
    """Return the text with invisible and dangerous characters written as escapes.

    Line feeds and tabs stay. The result is legal in XML, can be encoded as UTF-8, and reads from left
    to right where it did before.
    """
    return text.translate(_TABLE)


def one_line(text: str) -> str:
    """Return harmless text on one line; line breaks become spaces, and spaces stay as many as they are."""
    return " ".join(harmless(text).strip().splitlines())


def cut(text: str, limit: int = BODY_LIMIT) -> str:
    """Return at most ``limit`` characters, and say how many were left out."""
    left = len(text) - limit
    return text if left <= 0 else f"{text[:limit]}\n… {left} more characters"


def charset(headers: Pairs) -> str | None:
    """Return the name of the character set that a content type declares, if Python knows it."""
    for name, value in headers:
        if name.lower() == "content-type" and (found := re.search(r"charset=\"?([\w.:-]+)", value, re.I)):
            try:
                return codecs.lookup(found[1]).name
            except (LookupError, ValueError):
                return None
    return None


def decoded(body: bytes, headers: Pairs) -> str:
    """Return a body as text: as declared where that loses nothing, else as UTF-8 with escapes."""
    if declared := charset(headers):
        try:
            text = body.decode(declared)
            if text.encode(declared) == body:
                return text
        except (UnicodeError, LookupError):  # LookupError: "hex" and the like are no text encodings
            pass
    return body.decode("utf-8", "surrogateescape")


def encoded(text: str, headers: Pairs) -> bytes:
    """Return what ``decoded`` turns into that text."""
    try:
        return text.encode(charset(headers) or "utf-8", "surrogateescape")
    except (UnicodeError, LookupError):
        return text.encode("utf-8", "surrogateescape")


def shown_headers(headers: Pairs) -> Pairs:
    """Return headers as reports show them; credentials and cookies keep only their scheme or name."""
    return tuple((name, _hidden(value) if name.lower() in _SENSITIVE else value) for name, value in headers)


def _hidden(value: str) -> str:
    scheme = re.match(r"[\w!#$%&'*+.^`|~-]+[ =]", value)
    return f"{scheme[0] if scheme else ''}***"


def headers_text(headers: Pairs) -> str:
    """Return header lines as reports show them."""
    return "\n".join(f"{one_line(name)}: {one_line(value)}" for name, value in shown_headers(headers))


def request_text(exchange: Exchange, limit: int = BODY_LIMIT) -> str:
    """Return a request as people write it down: request line, headers, so many characters of the body."""
    request = exchange.request
    first = f"{one_line(request.method)} {one_line(request.url)}"
    credential = [f"(sent as {one_line(request.credential)})"] if request.credential else []
    return _joined([first, *credential], request.headers, request.body or b"", limit)


def response_text(exchange: Exchange, limit: int = BODY_LIMIT) -> str:
    """Return a response as people write it down: status line, headers, so many characters of the body."""
    response = exchange.response
    first = f"{response.status} {one_line(response.reason)}".rstrip()
    return _joined([f"{first} ({response.seconds * 1000:.0f} ms)"], response.headers, response.body, limit)


def _joined(first: list[str], headers: Pairs, body: bytes, limit: int) -> str:
    head = "\n".join([*first, *([headers_text(headers)] if headers else [])])
    if not body:
        return f"{head}\n"
    text = decoded(body, headers)
    return f"{head}\n\n{harmless(cut(text, limit))}\n"
