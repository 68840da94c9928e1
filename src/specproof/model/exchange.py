"""One request and its response, as sent and received."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from specproof.model.media import is_sequence

Pairs = tuple[tuple[str, str], ...]

NO_ANSWER = 0  # the status of an answer that never came, or not to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that is ready to be sent.

    ``credential`` names who sends it; the secret itself is added by the client on the wire and
    never stands here, so that a request can be shown, stored and replayed.
    """

    method: str
    url: str  # absolute, percent-encoded, with the query
    headers: Pairs = ()
    body: bytes | None = None
    credential: str | None = None
    operation: str | None = None  # label of the operation it is meant for
    purpose: str = ""  # a few words for people: "third page", "create again"
    valid: bool | None = None  # True: the contract allows it; False: it forbids it; None: not judged
    selected: bool = False  # by a link out of an answer of which only some members had been asked for

    def header(self, name: str) -> str | None:
        """Return the first value of a header, in any case of letters."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back."""

    status: int
    headers: Pairs
    body: bytes
    seconds: float
    reason: str = ""
    stopped: bool = False  # there may be more: the client has read enough

    def header(self, name: str) -> str | None:
        """Return the values of a header joined by a comma, or ``None`` (RFC 9110 section 5.3)."""
        return self._by_name.get(name.lower())

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in self.headers:
            name = key.lower()
            found[name] = f"{found[name]}, {value}" if name in found else value
        return found

    @cached_property
    def media_type(self) -> str | None:
        """The media type in lower case and without parameters, or ``None``."""
        value = self.header("Content-Type")
        return value.partition(";")[0].strip().lower() if value else None

    @cached_property
    def is_json(self) -> bool:
        """Whether the media type is JSON or has the ``+json`` suffix (RFC 6839)."""
        media = self.media_type or ""
        return media.endswith(("/json", "+json")) and not is_sequence(media)

    @cached_property
    def document(self) -> Any:
        """The parsed JSON body; ``MISSING`` where the body is no JSON."""
        try:
            return _JSON.decode(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            return MISSING


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON (RFC 8259 section 6)."""
    raise ValueError(f"{name} is no JSON")


def _number(text: str) -> float | int:
    """Read a number with a point or an exponent; some servers write integers beyond 2^53 in this way."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) >= _EXACT else value


_EXACT = 2**53  # above it neighbouring integers are no longer told apart
_JSON = json.JSONDecoder(parse_float=_number, parse_constant=_refuse_constant)


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"  # stays one object when it is sent between processes

    def __bool__(self) -> bool:
        return False


MISSING: Any = _Missing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response."""

    request: Request
    response: Response
    number: int = 0  # order of sending within one process
    started: float = field(default=0.0, compare=False)  # Unix time in seconds; 0.0 where it is not known
    tags: frozenset[str] = field(default_factory=frozenset)


def resolve_pointer(document: Any, pointer: str) -> Any:
    """Return what an RFC 6901 pointer leads to, or ``MISSING``."""
    for token in _tokens(pointer):
        if isinstance(document, dict) and token in document:
            document = document[token]
        elif isinstance(document, list) and token.isdigit() and int(token) < len(document):
            document = document[int(token)]
        else:
            return MISSING
    return document


@lru_cache(maxsize=4096)
def _tokens(pointer: str) -> tuple[str, ...]:
    tokens = pointer.lstrip("#").split("/")[1:]
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)
