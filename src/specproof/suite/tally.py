"""What came back so far, counted: the reports show it, and the suite goes by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from specproof.model.exchange import Exchange, Request
from specproof.model.verdict import Traffic


@dataclass(kw_only=True, slots=True)
class Tally:
    """A recorder of the client: statuses and times by operation, and what each credential was good for."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    durations: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds, by label
    endless: Counter[str] = field(default_factory=Counter)  # answers not read to their end, by label
    worked: dict[str, Request] = field(default_factory=dict)  # credential -> a request that it was good for
    _attempts: list[tuple[Request, int]] = field(default_factory=list)  # statuses of what is being sent

    def __call__(self, exchange: Exchange) -> None:
        """Count an exchange."""
        request, response = exchange.request, exchange.response
        self._attempts.append((request, response.status))
        if label := request.operation:
            self.statuses[label][response.status] += 1
            self.durations[label].append(response.seconds)
            self.endless[label] += response.stopped
        if request.method == "GET" and request.credential and 200 <= response.status < 300:
            self.worked.setdefault(request.credential, request)

    def begin(self) -> None:
        """Take what comes from now on for the attempts at what is sent next."""
        self._attempts.clear()

    @property
    def is_answered(self) -> bool:
        """Whether what is being sent had an answer, be it one that was not the last."""
        return bool(self._attempts)

    def earlier(self, request: Request) -> tuple[int, ...]:
        """Return the statuses of the attempts at a request before the last one."""
        return tuple(status for sent, status in self._attempts[:-1] if sent is request)

    def traffic(self, requests: int) -> Traffic:
        """Return what the reports show; ``requests`` is how many were sent."""
        return Traffic(
            requests=requests,
            statuses={label: dict(counts) for label, counts in self.statuses.items()},
            durations={label: tuple(seconds) for label, seconds in self.durations.items()},
        )

    def leave_out(self) -> None:
        """Leave what came so far out of the traffic that the reports show."""
        self.statuses.clear()
        self.durations.clear()
