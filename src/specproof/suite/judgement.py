"""What was found out about the promises of one area of one operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach


@dataclass(slots=True)
class Judgement:
    """Breaches and counts, by promise id."""

    counts: dict[str, int] = field(default_factory=dict)  # how many times a promise was judged
    why_not: dict[str, str] = field(default_factory=dict)  # why a promise was not exercised
    breaches: dict[tuple[str, str], Breach] = field(default_factory=dict)  # by promise and detail
    told: int = 0  # breaches that were told, repeated ones included

    def judge(self, promise: str, breaches: Iterable[Breach], *, times: int = 1) -> None:
        """Note what a check or an invariant said; of equal breaches the shortest evidence stays."""
        self.counts[promise] = self.counts.get(promise, 0) + times
        for breach in breaches:
            self.told += 1
            key = (breach.promise, breach.detail)
            if key not in self.breaches or _weight(breach) < _weight(self.breaches[key]):
                self.breaches[key] = breach

    def skip(self, promise: str, why: str) -> None:
        """Note why a promise was not exercised."""
        self.why_not.setdefault(promise, why)

    def of(self, promise: str) -> Iterator[Breach]:
        """Yield the breaches of one promise."""
        return (breach for (name, _), breach in self.breaches.items() if name == promise)


def _weight(breach: Breach) -> tuple[int, int]:
    """Short evidence is better evidence."""
    return len(breach.evidence), sum(map(_length, breach.evidence))


def _length(exchange: Exchange) -> int:
    request = exchange.request
    return len(request.url) + len(request.body or b"") + sum(len(k) + len(v) for k, v in request.headers)
