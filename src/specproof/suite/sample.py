"""Keep some exchanges of every kind, so that the reports can show how a run went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from specproof.model.exchange import Exchange

_OF_A_KIND = 2  # exchanges with the same operation and status
_LIMIT = 400  # exchanges of a run
_BODY_BYTES = 20_000  # what is larger is not kept: a run may meet thousands


@dataclass(slots=True)
class Sample:
    """A recorder of the client: the first exchanges of each operation and status."""

    _kept: dict[tuple[str, int], list[Exchange]] = field(default_factory=dict)
    _size: int = 0

    def __call__(self, exchange: Exchange) -> None:
        """Keep an exchange, if few of its kind were kept before."""
        kind = (exchange.request.operation or "", exchange.response.status)
        alike = self._kept.setdefault(kind, [])
        size = len(exchange.response.body) + len(exchange.request.body or b"")
        if len(alike) < _OF_A_KIND and self._size < _LIMIT and size <= _BODY_BYTES:
            alike.append(exchange)
            self._size += 1

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was kept, in the order of sending."""
        return _in_order(exchange for alike in self._kept.values() for exchange in alike)


def joined(samples: Iterable[tuple[Exchange, ...]]) -> tuple[Exchange, ...]:
    """Return one sample of the samples of several processes, no larger than that of one."""
    sample = Sample()
    for exchange in _in_order(exchange for each in samples for exchange in each):
        sample(exchange)
    return sample.exchanges


def _in_order(exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    return tuple(sorted(exchanges, key=lambda exchange: (exchange.started, exchange.number)))
