"""ETag and Last-Modified: judged by RFC 9110 where they are documented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from specproof.checks.context import Context
from specproof.checks.headers import decides
from specproof.model.exchange import Exchange
from specproof.model.field_values import as_http_date, entity_tag, http_date
from specproof.model.finding import Breach
from specproof.model.operation import HeaderDoc

_HEADERS = ("etag", "last-modified")
_SKEW = timedelta(minutes=15)  # as for other moments: Date may come from a gateway with a clock of its own


def documented(context: Context, exchange: Exchange) -> dict[str, HeaderDoc]:
    """Return the documented validators of an answer, by their names in lower case.

    Those are left out of which the schema says itself what is right.
    """
    operation, request = context.operation, exchange.request
    found = operation.response_for(exchange.response.status)
    if found is None or request.method != operation.method:
        return {}
    return {
        header.name.lower(): header
        for header in found.headers
        if header.name.lower() in _HEADERS and not decides(context, header)
    }


def is_named(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer carries one of the documented validators."""
    return any(exchange.response.header(name) is not None for name in documented(context, exchange))


def valid(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """ETag is one entity tag in quotes, Last-Modified an HTTP-date that is not in the future.

    Source: RFC 9110 sections 8.8.2 and 8.8.3.
    """
    for name, header in documented(context, exchange).items():
        value = exchange.response.header(name)
        wrong = None if value is None else _wrong(name, value, exchange.response.header("Date"))
        if wrong is not None:
            expected, detail = wrong
            text = f"expected {header.name} to be {expected}; got {value!r}"[:300]
            yield context.breach("validators.valid", exchange, text, detail=detail, source=header.pointer)


def _wrong(name: str, value: str, date: str | None) -> tuple[str, str] | None:
    """Return what was expected, and a name for the mistake; ``None`` where a value is right."""
    if name == "etag":
        return None if entity_tag(value) else ('an entity tag in quotes, such as "a1b2"', name)
    modified, now = http_date(value), http_date(date)
    if modified is None:
        return "an HTTP-date", name
    if now is not None and modified - now > _SKEW:
        return f"not after {as_http_date(now)}, when it was answered", "future"
    return None
