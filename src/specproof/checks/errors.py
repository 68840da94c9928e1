"""The error object that ``x-error`` promises for every 4xx."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.checks.context import Context
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.finding import Breach


def error_object(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A 4xx carries JSON with the required members and a message that is not empty."""
    response, promised = exchange.response, context.error
    if promised is None or not 400 <= response.status < 500 or exchange.request.method == "HEAD":
        return
    status = response.status
    if response.document is MISSING or not response.is_json:
        got = response.media_type or ("a body without Content-Type" if response.body else "no body")
        text = f"expected the error object with status {status}; got {got}"
        yield context.breach("errors.object", exchange, text, detail=f"{status} no-json", source="#/x-error")
        return
    message = promised.get("message")
    for pointer in dict.fromkeys([*(promised.get("required") or ()), *([message] if message else [])]):
        found = resolve_pointer(response.document, pointer)
        empty = pointer == message and (not isinstance(found, str) or not found.strip())
        if found is MISSING or empty:
            got = "nothing" if found is MISSING else f"{found!r}"[:60]
            text = f"expected {pointer} in the error object with status {status}; got {got}"
            yield context.breach(
                "errors.object", exchange, text, detail=f"{status} {pointer}", source="#/x-error"
            )
