"""Which read showed an ETag that stands in a later If-Match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specproof.model.exchange import Exchange


@dataclass(kw_only=True, slots=True)
class TagsSeen:
    """Remembers which read showed an ETag: whoever shows a finding again has to read it anew."""

    _reads: dict[tuple[str, str], Exchange] = field(default_factory=dict)

    def note(self, exchange: Exchange) -> None:
        """Take in an answer."""
        tag = exchange.response.header("ETag")
        if tag is not None and exchange.request.method == "GET" and 200 <= exchange.response.status < 300:
            self._reads[_place(exchange), tag] = exchange

    def led_to(self, evidence: Sequence[Exchange]) -> tuple[Exchange, ...]:
        """Return evidence in which every If-Match comes after a read that shows its tag, where one did."""
        found: list[Exchange] = []
        for exchange in evidence:
            tag = exchange.request.header("If-Match")
            read = self._reads.get((_place(exchange), tag)) if tag is not None else None
            if read is not None and not any(_shows(each, _place(exchange), tag) for each in found):
                found.append(read)
            found.append(exchange)
        return tuple(found)


def _place(exchange: Exchange) -> str:
    return exchange.request.url.partition("?")[0]


def _shows(exchange: Exchange, place: str, tag: str | None) -> bool:
    request, response = exchange.request, exchange.response
    return request.method == "GET" and _place(exchange) == place and response.header("ETag") == tag
