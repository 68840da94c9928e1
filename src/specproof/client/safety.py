"""What an environment allows to be sent. Every request passes here, whoever asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from specproof.client.target import split_target
from specproof.errors import Forbidden, RefusedBySafety
from specproof.model.exchange import Request
from specproof.model.verdict import WRITES_FORBIDDEN

_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f]|^[^/?#]*//[^/?#]*[@\\]")
# RFC 9110 section 9.2.1, without TRACE; QUERY is safe by its definition (OpenAPI 3.2.0 section 4.9).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """One URL outside the API that the profile names, and what may be asked of it.

    It counts exactly as it is written, with any query. Its methods change nothing that the API keeps: POST
    is among them for a token endpoint, since getting a token is no writing, so ``writes`` does not matter.
    """

    url: str
    methods: frozenset[str]

    def is_asked(self, request: Request) -> bool:
        """Tell whether a request goes to this URL, by one of its methods."""
        place = _place(request.url)
        return request.method in self.methods and place is not None and place == _place(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """The rules of one environment.

    Args:
        base_url: Where the API is.
        writes: Whether a method may be sent that changes data.
        source: The file that says so, for the messages.
        elsewhere: Single URLs beside the API.
        methods: The only methods that may be sent; ``None`` for all that ``writes`` leaves.
        hosts: Further origins that links of the API may lead to.
    """

    base_url: str
    writes: bool
    source: str = "the profile"
    elsewhere: tuple[Elsewhere, ...] = ()
    methods: frozenset[str] | None = None
    hosts: tuple[str, ...] = ()

    def names(self, request: Request) -> str | None:
        """Return the URL beside the API that a request goes to, by one of its methods; else ``None``."""
        return next((each.url for each in self.elsewhere if each.is_asked(request)), None)

    def allows(self, method: str) -> bool:
        """Tell whether a method may be sent to the API."""
        return (self.writes or method in SAFE_METHODS) and (self.methods is None or method in self.methods)

    @property
    def makes_things(self) -> bool:
        """Whether things can be made, and removed again."""
        return self.allows("DELETE") and (self.allows("POST") or self.allows("PUT"))

    def door(self, request: Request) -> str:
        """Return the URL whose origin a request may be sent to.

        Raises:
            RefusedBySafety: The environment forbids it.
        """
        named = self.names(request)
        if named is not None:
            return named
        self._check_method(request.method)
        found = self.server_of(request.url)
        if found is None:
            raise RefusedBySafety(
                f"{self.source}: base_url is on {_shown(self.base_url)}: "
                f"a request to {_shown(request.url)} was not sent"
            )
        return found

    def check(self, request: Request) -> None:
        """Refuse what the environment forbids.

        Raises:
            RefusedBySafety: The method changes data and writes are forbidden, or the URL is on another
                origin than the base URL; and the profile does not name the URL for this method.
        """
        self.door(request)

    def server_of(self, url: str) -> str | None:
        """Return the server of the API, by its base URL or as the profile names it, that a URL is on."""
        wanted = origin(url)
        return next((each for each in (self.base_url, *self.hosts) if origin(each) == wanted), None)

    def _check_method(self, method: str) -> None:
        if method not in SAFE_METHODS and not self.writes:
            raise Forbidden(f'{self.source}: writes = "forbidden": {method} was not sent')
        if not self.allows(method):
            what = "" if method in SAFE_METHODS else f"{WRITES_FORBIDDEN} with {method}: "
            raise Forbidden(f"{what}{self.source}: methods: {method} is not among them and was not sent")


@lru_cache(maxsize=256)
def _place(url: str) -> tuple[tuple[str, str, int], str] | None:
    """Return origin and path of a URL, or ``None`` where it has no sure origin."""
    found = origin(url)
    return (found, split_target(url)[1].partition("?")[0]) if found[1] else None


@lru_cache(maxsize=256)
def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host in lower case and port of a URL (RFC 6454 section 4).

    A URL without a host, with a port that is no number, or with something that two parsers may read in two
    ways (user names, backslashes, control characters) has an origin that equals no real one.
    """
    if _AMBIGUOUS.search(url):
        return "", "", -1
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return "", "", -1
    return parts.scheme.lower(), (parts.hostname or "").lower(), port


def _shown(url: str) -> str:
    scheme, host, port = origin(url)
    return f"{scheme}://{host}:{port}" if host else "no host"
