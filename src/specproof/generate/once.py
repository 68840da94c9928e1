"""Send each request once: the same one again gets the answer that is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from specproof.model.exchange import Exchange, Pairs, Request

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_Key = tuple[str, str, Pairs, bytes | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Sends a request unless it only asks and the same one was sent before, which was answered alike.

    Good for a row of looks that change nothing, where nobody else does either. Where two answers shall show
    whether a server stays the same, both have to be asked for.

    Args:
        send: Sends one request.
    """

    send: Callable[[Request], Exchange]
    _known: dict[_Key, Exchange] = field(default_factory=dict)

    def __call__(self, request: Request) -> Exchange:
        """Return the answer to a request; what it is sent for makes no difference."""
        if request.method not in _SAFE:
            return self.send(request)
        key = (request.method, request.url, request.headers, request.body, request.credential)
        if key not in self._known:
            self._known[key] = self.send(request)
        return self._known[key]
