"""A request that gets no answer: something in between, or the server that fails at this very request?"""

from __future__ import annotations

from collections.abc import Callable

from specproof.errors import TargetError, Unreachable
from specproof.model.exchange import NO_ANSWER, Exchange, Request, Response

_TIMES = 2  # more; by chance, a network breaks three times for the same request hardly ever


def never_answered(
    request: Request, error: Unreachable, harmless: Request | None, send: Callable[[Request], Exchange]
) -> bool:
    """Tell whether the connection breaks each time that a request is sent, while another one is answered.

    Time-outs are left alone: they say that an answer is late, not that none comes.

    Args:
        request: What was sent.
        error: How that ended.
        harmless: A request that was answered at the start; without one nothing is said.
        send: Sends again.
    """
    if not error.broken or harmless is None or request == harmless:
        return False
    for _ in range(_TIMES):
        if not _is_answered(harmless, send):
            return False
        try:
            send(request)
        except Unreachable as again:
            if not again.broken:
                return False
        except TargetError:
            return False
        else:
            return False
    return _is_answered(harmless, send)


def without_answer(request: Request, error: Unreachable, number: int) -> Exchange:
    """Return the evidence that no answer came.

    Args:
        request: What was sent.
        error: How that ended.
        number: Of the request, in the order of sending.
    """
    nothing = Response(status=NO_ANSWER, headers=(), body=b"", seconds=0.0, reason=str(error))
    return Exchange(request=request, response=nothing, number=number)


def _is_answered(request: Request, send: Callable[[Request], Exchange]) -> bool:
    try:
        return send(request).response.status < 500
    except TargetError:
        return False
