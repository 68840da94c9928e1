"""Answers that take as long as they do over a network: ``--latency``."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specproof.target.problems import MockTargetError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SPAN = re.compile(r"([0-9]{1,5})ms(?:-([0-9]{1,5})ms)?")


@dataclass(frozen=True, slots=True)
class Latency:
    """How long each request has to wait: anything between the two, in seconds."""

    least_s: float
    most_s: float

    @classmethod
    def parse(cls, text: str) -> Latency:
        """Read ``20ms`` or ``10ms-50ms``.

        Raises:
            MockTargetError: It is neither.
        """
        found = SPAN.fullmatch(text)
        least, most = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if least > most:
            raise MockTargetError(f"{text!r} is not a latency. Write for example 20ms or 10ms-50ms.")
        return cls(least / 1000, most / 1000)


class Delay:
    """WSGI middleware that lets each request wait on its own; it stands outside of the turns.

    Args:
        app: The application behind it.
        latency: How long.
        wait: Waits for so many seconds.
    """

    def __init__(
        self, app: WSGIApplication, latency: Latency, wait: Callable[[float], object] = time.sleep
    ) -> None:
        self._app = app
        self._latency = latency
        self._wait = wait

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        self._wait(random.uniform(self._latency.least_s, self._latency.most_s))  # noqa: S311 - no secret
        return self._app(environ, start_response)
