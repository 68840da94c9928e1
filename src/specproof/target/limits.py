"""The rate limit of search: so many requests per period and credential."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from dataclasses import dataclass

from specproof.target.problems import MockTargetError

PERIODS_S = {"s": 1.0, "min": 60.0}
RATE = re.compile(r"([1-9][0-9]{0,6})/(s|min)")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` requests in any ``period_s`` seconds."""

    count: int
    period_s: float

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read ``5/s`` or ``100/min``.

        Raises:
            MockTargetError: It is neither.
        """
        found = RATE.fullmatch(text)
        if not found:
            raise MockTargetError(f"{text!r} is not a rate. Write for example 5/s or 100/min.")
        return cls(int(found[1]), PERIODS_S[found[2]])


class Limiter:
    """Remembers when each caller was let through; one per process."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._passed: dict[int, deque[float]] = {}

    def wait_s(self, caller: int, now: float | None = None) -> int:
        """Let the caller through (0), or tell after how many whole seconds to come back."""
        now = time.monotonic() if now is None else now
        with self._lock:
            passed = self._passed.setdefault(caller, deque())
            while passed and now - passed[0] >= self._rate.period_s:
                passed.popleft()
            if len(passed) < self._rate.count:
                passed.append(now)
                return 0
            return max(1, math.ceil(self._rate.period_s - (now - passed[0])))
