"""Keep to the environment's rate, and obey ``Retry-After``."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrate_limiter import Limiter

from specproof.model.exchange import Response

_LONGEST_WAIT_S = 60.0


class Throttle:
    """Lets at most so many requests pass per unit of time; without a rate it never waits."""

    def __init__(self, rate: tuple[int, float] | None) -> None:
        """Take a rate as ``(requests, period in seconds)``."""
        self._limiter = _limiter(*rate) if rate else None

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        if self._limiter is not None:
            self._limiter.try_acquire("request", blocking=True)


def _limiter(requests: int, period_s: float) -> Limiter:
    from pyrate_limiter import Limiter, Rate  # noqa: PLC0415  # few environments have a rate

    return Limiter(Rate(requests, round(period_s * 1000)))


def spread(wait_s: float, *, chance: float) -> float:
    """Return a wait that is up to a tenth longer, so that clients refused together come back one by one.

    Args:
        wait_s: Seconds that the server asks for.
        chance: From 0 to 1, drawn anew for each wait; it changes when a request is sent, never which.
    """
    return wait_s * (1 + chance / 10)


def retry_after_s(header: str, *, now: datetime) -> float:
    """Turn a ``Retry-After`` value into a wait.

    Args:
        header: Raw field value: a delay in whole seconds, or an HTTP-date.
        now: Aware UTC time of receipt.

    Returns:
        Seconds to wait, ``>= 0``; a date in the past gives ``0.0``.

    Raises:
        ValueError: Neither form, e.g. ``"soon"`` or ``"-5"``.

    Source:
        RFC 9110 section 10.2.3.
    """
    if header.isascii() and header.isdigit():
        return float(header)
    date = parsedate_to_datetime(header)
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)  # the asctime form names no zone: it is UTC
    return max(0.0, (aware - now).total_seconds())


def asked_to_wait_s(response: Response, *, now: datetime) -> float | None:
    """Return how many seconds an answer asks to wait before the request is sent again.

    Args:
        response: The answer.
        now: Aware UTC time of receipt.

    Returns:
        ``None`` where it asks for nothing that can be read, or for more than a minute.

    Source:
        RFC 6585 section 4 (429), RFC 9110 section 15.6.4 (503).
    """
    value = response.header("Retry-After")
    if response.status not in {429, 503} or value is None:
        return None
    try:
        wait_s = retry_after_s(value, now=now)
    except (ValueError, OverflowError):
        return None
    return wait_s if wait_s <= _LONGEST_WAIT_S else None
