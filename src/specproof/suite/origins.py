"""What led to an exchange: whoever shows a finding again has to do that first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from specproof.model.exchange import Exchange, Request
from specproof.model.finding import Breach
from specproof.suite.tags_seen import TagsSeen

_REFUSED = 400  # the status from which on an answer may be about what is in the way


@dataclass(kw_only=True, slots=True)
class Origins:
    """Knows what made each thing and what removed it, and which read showed an ETag.

    Args:
        values_of: Gives the values of a request that no two things may share, by their JSON pointers.
    """

    values_of: Callable[[Request], Mapping[str, str]] = lambda request: {}
    made: dict[str, Exchange] = field(default_factory=dict)  # identity -> the exchange that created it
    ended: dict[str, Exchange] = field(default_factory=dict)  # identity -> the exchange that deleted it
    tags: TagsSeen = field(default_factory=TagsSeen)

    def note_end(self, exchange: Exchange) -> None:
        """Take in a deletion that worked."""
        identity = self._identity(exchange.request)
        if identity is not None:
            self.ended[identity] = exchange

    def put_before(self, breaches: Iterable[Breach]) -> Iterator[Breach]:
        """Put before an exchange what made its thing, what deleted that, and what is in its way.

        Where a condition holds an ETag, the read that showed it comes before, too.
        """
        for breach in breaches:
            first = breach.evidence[0]
            led = (self.origin_of(first), self.end_before(first), self.rival_of(first))
            before = [each for each in led if each is not None and each not in breach.evidence]
            before.sort(key=lambda each: each.number)
            yield replace(breach, evidence=self.tags.led_to((*before, *breach.evidence)))

    def origin_of(self, exchange: Exchange) -> Exchange | None:
        """Return what made the thing that an exchange is about."""
        return self.made.get(self._identity(exchange.request) or "")

    def end_before(self, exchange: Exchange) -> Exchange | None:
        """Return what deleted the thing that an exchange is about, if that was before it."""
        ended = self.ended.get(self._identity(exchange.request) or "")
        return ended if ended is not None and ended.number < exchange.number else None

    def rival_of(self, exchange: Exchange) -> Exchange | None:
        """Return what made the thing that has values which a refused request wanted for another one."""
        if exchange.response.status < _REFUSED:
            return None
        wanted, own = self.values_of(exchange.request).items(), self._identity(exchange.request)
        rivals = (
            made
            for identity, made in self.made.items()
            if identity != own and self._was_there(identity, exchange)
        )
        return next((made for made in rivals if wanted & self.values_of(made.request).items()), None)

    def _was_there(self, identity: str, exchange: Exchange) -> bool:
        ended = self.ended.get(identity)
        return self.made[identity].number < exchange.number and not (
            ended is not None and ended.number < exchange.number
        )

    def _identity(self, request: Request) -> str | None:
        return next((identity for identity in self.made if _mentions(request, identity)), None)


def _mentions(request: Request, identity: str) -> bool:
    return len(identity) > 3 and (
        f"/{quote(identity, safe='')}" in request.url or f"/{identity}" in request.url
    )
