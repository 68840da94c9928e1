"""Requests without a credential."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.checks.context import Context
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach


def authentication_required(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A protected operation gives nothing to a request without a credential, or with a wrong secret.

    404 hides what exists from strangers and 403 is what some servers answer (RFC 9110 section 15.5.4); both
    are refusals. A 401 names a scheme in WWW-Authenticate (section 15.5.2).
    """
    status, how = exchange.response.status, exchange.request.purpose or "without a credential"
    if status < 400:
        text = f"expected 401 {how}; got status {status}"
        yield context.breach("authentication.required", exchange, text, detail=how)
    elif status == 401 and not exchange.response.header("WWW-Authenticate"):
        text = "expected WWW-Authenticate with the 401; got none"
        yield context.breach("authentication.required", exchange, text, detail="www-authenticate")
