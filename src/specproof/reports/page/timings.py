"""How long the answers of each operation took, as numbers and as a small picture."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from specproof.model.verdict import Run

WIDTH = 200  # of the picture, in pixels
_LEAST_MS = 0.1  # the left end of the scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The answers of one operation; durations in milliseconds, places in pixels."""

    operation: str
    requests: int
    share_2xx: str
    p50: float
    p95: float
    longest: float
    at: tuple[float, float, float]  # of the three, on a logarithmic scale that all operations share


def bars(run: Run) -> tuple[Bar, ...]:
    """Return the operations that have answers, the slowest first."""
    timings = [(label, timing) for label in run.operations if (timing := run.traffic.timing(label))]
    if not timings:
        return ()
    most = max(timing.longest for _, timing in timings) * 1000
    found = []
    for label, timing in sorted(timings, key=lambda pair: (-pair[1].p95, pair[0])):
        statuses = run.traffic.statuses.get(label, {})
        good = sum(count for status, count in statuses.items() if 200 <= status < 300)
        requests = sum(statuses.values())
        spans = (timing.p50 * 1000, timing.p95 * 1000, timing.longest * 1000)
        found.append(
            Bar(
                operation=label,
                requests=requests,
                share_2xx=f"{good / requests:.0%}" if requests else "–",
                p50=spans[0],
                p95=spans[1],
                longest=spans[2],
                at=_places(spans, most),
            )
        )
    return tuple(found)


def _places(spans_ms: Iterable[float], most_ms: float) -> tuple[float, float, float]:
    whole = math.log(max(most_ms, 2 * _LEAST_MS) / _LEAST_MS)
    first, second, third = (
        round(math.log(max(span, _LEAST_MS) / _LEAST_MS) / whole * (WIDTH - 8) + 4, 1) for span in spans_ms
    )
    return first, second, third
