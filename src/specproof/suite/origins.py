"""What led to an exchange: whoever shows a finding again has to do that first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from specproof.model.exchange import Exchange, Request
from specproof.model.finding import Breach
from specproof.suite.tags_seen import TagsSeen


@dataclass(kw_only=True, slots=True)
class Origins:
    """Knows what made each thing, and which read showed an ETag."""

    made: dict[str, Exchange] = field(default_factory=dict)  # identity -> the exchange that created it
    tags: TagsSeen = field(default_factory=TagsSeen)

    def put_before(self, breaches: Iterable[Breach]) -> Iterator[Breach]:
        """Put the exchange that created a thing before an exchange about that thing, and likewise a read."""
        for breach in breaches:
            first = breach.evidence[0]
            origin = next(
                (made for identity, made in self.made.items() if _mentions(first.request, identity)), None
            )
            before = (origin,) if origin is not None and origin not in breach.evidence else ()
            yield replace(breach, evidence=self.tags.led_to((*before, *breach.evidence)))


def _mentions(request: Request, identity: str) -> bool:
    return len(identity) > 3 and (
        f"/{quote(identity, safe='')}" in request.url or f"/{identity}" in request.url
    )
