"""The checks that a user brings along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.checks.context import Context
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach

OWN_CHECKS = "own.checks"


def own_checks(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Yield what the user's own checks found in an answer; each says how bad it is."""
    for found in context.own(exchange, context.operation) if context.own is not None else ():
        breach = context.breach(
            OWN_CHECKS,
            exchange,
            f"{found.check}: {found.summary}",
            detail=f"{found.check} {found.detail}".rstrip(),
        )
        yield replace(breach, severity=found.severity)


def has_own(context: Context, _: Exchange) -> bool:
    """Tell whether there are any."""
    return context.own is not None
