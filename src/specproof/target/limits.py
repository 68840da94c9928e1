"""The rate limit of search: so many requests per period and credential."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from specproof.target.problems import MockTargetError
from specproof.target.store import Store

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
    """Remembers when each caller was let through: in the database, so that every process of it counts.

    Args:
        store: The data.
        rate: What is allowed to each caller.
    """

    def __init__(self, store: Store, rate: Rate) -> None:
        self._store = store
        self._rate = rate

    def wait_s(self, caller: int, clock: Callable[[], float] = time.time) -> int:
        """Let the caller through (0), or tell after how many whole seconds to come back.

        Args:
            caller: Id of the credential.
            clock: Tells the seconds since 1970.
        """
        with self._store.writing() as connection:
            # Read only now that nobody else may write: whoever waited for the lock with an earlier reading
            # would take what was written meanwhile for the future.
            now = clock()
            # What lies in the future was written before the clock was put back.
            connection.execute(
                "DELETE FROM search_pass WHERE credential_id = ? AND NOT (passed > ? AND passed <= ?)",
                (caller, now - self._rate.period_s, now),
            )
            count, oldest = connection.execute(
                "SELECT count(*), min(passed) FROM search_pass WHERE credential_id = ?", (caller,)
            ).fetchone()
            if count < self._rate.count:
                connection.execute("INSERT INTO search_pass VALUES (?, ?)", (caller, now))
                return 0
        wait_s: float = oldest + self._rate.period_s - now
        return max(1, math.ceil(wait_s))
