"""The Link header: judged by RFC 8288 where it is documented."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.checks.context import Context
from specproof.checks.deprecation import links
from specproof.checks.headers import lists_values
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import HeaderDoc


def documented(context: Context, exchange: Exchange) -> HeaderDoc | None:
    """Return what is documented of the Link header of an answer; ``None`` where a schema lists its values.

    Deprecated operations have a promise of their own about it.
    """
    operation, request = context.operation, exchange.request
    found = operation.response_for(exchange.response.status)
    if found is None or operation.deprecated or request.method != operation.method:
        return None
    header = next((each for each in found.headers if each.name.lower() == "link"), None)
    return None if header is None or lists_values(context, header) else header


def has_links(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer carries a documented Link header."""
    return exchange.response.header("Link") is not None and documented(context, exchange) is not None


def valid(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Link is a list of targets in angle brackets, each with the relation in which it stands.

    Source: RFC 8288 sections 3 and 3.3.
    """
    value, header = exchange.response.header("Link"), documented(context, exchange)
    if value is not None and header is not None and links(value) is None:
        text = f'expected {header.name} to be links such as </things/1>; rel="item"; got {value[:100]!r}'
        yield context.breach("link-header.valid", exchange, text, detail="form", source=header.pointer)
