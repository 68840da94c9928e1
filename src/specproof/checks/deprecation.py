"""The headers that say that an operation is deprecated: judged by their RFCs where they are documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from specproof.checks.context import Context
from specproof.checks.headers import decides
from specproof.model.exchange import Exchange
from specproof.model.field_values import http_date
from specproof.model.finding import Breach
from specproof.model.operation import HeaderDoc

USUAL = {
    "deprecation": "@1688169599",
    "sunset": "Sat, 31 Dec 2022 23:59:59 GMT",
    "link": '<https://api.example/v2>; rel="successor-version"',
}
"""The headers, each with a value as its RFC has it."""
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # RFC 9110 section 5.6.2
_DATE_ITEM = re.compile(r"@(-?\d{1,15})(\s*;.*)?")  # RFC 9651 section 3.3.7
_PARAMETER = rf'\s*;\s*(?:{_TOKEN}\*?(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"<>]+))?)?'
_LINK = re.compile(rf"\s*<[^<>\s\"]*>((?:{_PARAMETER})*)\s*")  # RFC 8288 section 3
_RELATION = re.compile(r";\s*rel\s*=", re.IGNORECASE)


def documented(context: Context, exchange: Exchange) -> dict[str, HeaderDoc]:
    """Return the headers of deprecation that are documented for an answer, by their names in lower case.

    A schema that lists its values or names a format, or a boolean as in an early draft, says itself what is
    right; so does a pattern that forbids what the RFC asks for.
    """
    found = context.operation.response_for(exchange.response.status)
    if found is None or not context.operation.deprecated:
        return {}
    if exchange.request.method != context.operation.method:
        return {}
    return {
        name: header
        for header in found.headers
        if (name := header.name.lower()) in USUAL and not decides(context, header, usual=USUAL[name])
    }


def is_announced(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer carries one of the documented headers."""
    return any(exchange.response.header(name) is not None for name in documented(context, exchange))


def valid(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Deprecation is a date item, Sunset an HTTP-date, Link a list of links with relations.

    Source: RFC 9745 section 2.1, RFC 8594 section 3, RFC 8288 section 3.
    """
    forms = {
        "deprecation": ("a moment such as @1688169599", since),
        "sunset": ("an HTTP-date", http_date),
        "link": ('links such as <https://api.example/v2>; rel="successor-version"', links),
    }
    for name, header in documented(context, exchange).items():
        value, (form, read) = exchange.response.header(name), forms[name]
        if value is not None and read(value) is None:
            text = f"expected {header.name} to be {form}; got {value[:100]!r}"
            yield context.breach("deprecation.valid", exchange, text, detail=name, source=header.pointer)


def ordered(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """The end is not before the beginning. Source: RFC 9745 section 4."""
    said = documented(context, exchange)
    if {"deprecation", "sunset"} <= said.keys():
        begin = since(exchange.response.header("Deprecation") or "")
        end = http_date(exchange.response.header("Sunset") or "")
        if begin is not None and end is not None and end < begin:
            text = f"expected Sunset not before Deprecation, {begin:%Y-%m-%d}; got {end:%Y-%m-%d}"
            source = said["sunset"].pointer
            yield context.breach("deprecation.ordered", exchange, text, detail="order", source=source)


def has_both(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer carries both moments, and both are documented."""
    named = {"deprecation", "sunset"} & documented(context, exchange).keys()
    return len(named) == 2 and all(exchange.response.header(name) is not None for name in named)


def since(value: str) -> datetime | None:
    """Read a Deprecation header."""
    found = _DATE_ITEM.fullmatch(value.strip())
    try:
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None
    except (ValueError, OverflowError, OSError):
        return None


def links(value: str) -> list[str] | None:
    """Return the parameters of each link in a Link header; ``None`` where it is no list of links."""
    found, position = [], 0
    while True:
        link = _LINK.match(value, position)
        if link is None or not _RELATION.search(link[1]):
            return None
        found.append(link[1])
        if link.end() == len(value):
            return found
        if value[link.end()] != ",":
            return None
        position = link.end() + 1
