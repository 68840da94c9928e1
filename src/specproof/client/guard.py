"""When to stop: the budget of a run is spent, or the service is failing."""

from __future__ import annotations

from collections import deque
from threading import Lock

from specproof.errors import Stopped

WINDOW = 50  # answers; the share of failures is that of the last so many
_CLEANING = frozenset({"DELETE", "GET", "HEAD"})  # what removes, and what looks whether it is gone


class Guard:
    """Counts what goes out and watches what comes back.

    Args:
        source: The profile, for the messages.
        max_requests: How many requests may go over the wire; ``None``: no limit.
        whole: The budget that this is a part of, where several processes share it; for the messages.
        error_share: Above this share of failures among the last ``WINDOW`` answers something is wrong.
    """

    def __init__(
        self, *, source: str, max_requests: int | None, error_share: float, whole: int | None = None
    ) -> None:
        self._source, self._most, self._limit = source, max_requests, error_share
        self._whole = max_requests if whole is None else whole
        self._lock, self._window = Lock(), deque[bool](maxlen=WINDOW)
        self.cleaning = False
        self.spent = 0
        self.stopped = ""
        self.failing_since: int | None = None  # number of the first exchange of the failing window

    def take(self, method: str, *, named: bool = False, number: int = 1) -> None:
        """Let a request pass, or several of one kind, and count them.

        Args:
            method: Of the request.
            named: The profile names its URL beside the API: a token is asked for.
            number: How many.

        Raises:
            Stopped: The run is over: then only what cleans up may pass, once cleaning has begun.
        """
        with self._lock:
            if self.cleaning:
                if named or method in _CLEANING:
                    return
                raise Stopped(f"{self._source}: only what cleans up is sent at the end of a run, no {method}")
            if not self.stopped and self._most is not None and self.spent + number > self._most:
                self.stopped = f"{self._source}: max_requests = {self._whole}: the run stopped there"
            if self.stopped:
                raise Stopped(self.stopped)
            self.spent += number

    def begin_cleaning(self) -> None:
        """Let through what removes and looks, whatever was spent, and nothing else any more."""
        self.cleaning = True

    def note(self, *, failed: bool) -> bool:
        """Take in one answer; tell whether too many of the last ones were failures (5xx, or none came)."""
        self._window.append(failed)
        return (
            failed
            and not self.cleaning
            and not self.stopped
            and len(self._window) == WINDOW
            and sum(self._window) > self._limit * WINDOW
        )

    def find_alive(self) -> None:
        """Begin anew: a request that always worked still does, so only some operations fail."""
        self._window.clear()

    def find_failing(self, last: int) -> None:
        """Stop the run: what worked at the start fails now.

        Args:
            last: Number of the exchange that was the last one of the window.
        """
        self.failing_since = max(1, last - WINDOW + 1)
        share = f"{sum(self._window)} of the last {WINDOW} requests"
        self.stopped = (
            f"{self._source}: stop_at_error_share: {share} got a 5xx or no answer, and so did one that had "
            "worked: the service is failing, the run stopped there"
        )
