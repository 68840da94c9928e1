"""What an environment allows to be sent. Every request passes here, whoever asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from specproof.errors import RefusedBySafety
from specproof.model.exchange import Request

_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f]|^[^/?#]*//[^/?#]*[@\\]")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110 section 9.2.1, without TRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """The rules of one environment."""

    base_url: str
    writes: bool
    source: str = "the profile"

    def check(self, request: Request) -> None:
        """Refuse what the environment forbids.

        Raises:
            RefusedBySafety: The method changes data and writes are forbidden, or the URL is on another
                origin than the base URL.
        """
        if request.method not in SAFE_METHODS and not self.writes:
            raise RefusedBySafety(f'{self.source}: writes = "forbidden": {request.method} was not sent')
        if origin(request.url) != origin(self.base_url):
            raise RefusedBySafety(
                f"{self.source}: base_url is on {_shown(self.base_url)}: "
                f"a request to {_shown(request.url)} was not sent"
            )


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
