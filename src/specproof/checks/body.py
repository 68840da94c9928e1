"""Bodies: a documented media type, and valid against the schema."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.checks.context import Context
from specproof.contract.languages import selects
from specproof.model.exchange import MISSING, Exchange
from specproof.model.finding import Breach
from specproof.model.operation import MediaType, Operation

_MOST_ERRORS = 20  # of one answer; more help nobody
_WITHOUT_BODY = frozenset({204, 205, 304})  # RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5


def media_type_documented(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A body that has documented content comes with one of the documented media types."""
    response, documented = exchange.response, documented_for(context.operation, exchange)
    if not documented or not response.body:
        return
    if matching(documented, response.media_type) is None:
        names = ", ".join(media.name for media in documented)
        got = response.media_type or "no Content-Type"
        text = f"expected {names} with status {response.status}; got {got}"
        yield context.breach("media-type.documented", exchange, text, detail=f"{response.status} {got}")


def body_schema(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A JSON body can be parsed and is valid against the schema of its status."""
    response, documented = exchange.response, documented_for(context.operation, exchange)
    media = matching(documented, response.media_type)
    json_alone = all(each.is_json for each in documented) if media is None else media.is_json
    if documented and not response.body and json_alone:
        text = f"expected a JSON body with status {response.status}; got none"
        yield context.breach("body.schema", exchange, text, detail=f"{response.status} empty")
    if media is None or not response.body or not response.is_json or response.stopped:
        return
    if response.document is MISSING:
        text = f"expected JSON with status {response.status}; got a body that cannot be parsed"
        yield context.breach("body.schema", exchange, text, detail=f"{response.status} parse")
        return
    request = exchange.request
    partial = request.selected or selects(context.operation, request.url)
    seen: set[str] = set()
    for error in context.schemas.errors(
        media.schema, response.document, direction="response", partial=partial
    ):
        detail = f"{response.status} {error.schema_path} {error.member}".rstrip()
        if detail not in seen and len(seen) < _MOST_ERRORS:
            seen.add(detail)
            where = error.instance_path or "the body"
            yield context.breach(
                "body.schema",
                exchange,
                f"expected a valid {where} with status {response.status}; got: {error.message}",
                detail=detail,
                source=f"{media.pointer}/schema",
            )


def documented_for(operation: Operation, exchange: Exchange) -> tuple[MediaType, ...]:
    """Return the content that is documented for an answer; nothing where it has none."""
    if exchange.request.method == "HEAD" or exchange.response.status in _WITHOUT_BODY:
        return ()
    if exchange.request.method != operation.method:
        return ()
    found = operation.response_for(exchange.response.status)
    return found.content if found else ()


def matching(documented: tuple[MediaType, ...], media_type: str | None) -> MediaType | None:
    """Return the documented media type that covers the one received; the most specific one counts.

    Source: OpenAPI 3.0.4 section 4.8.17 (Response Object, ``content``).
    """
    by_name = {media.base: media for media in reversed(documented)}
    covering = (media_type, f"{media_type.partition('/')[0]}/*", "*/*") if media_type else ()
    return next((by_name[name] for name in covering if name in by_name), None)
