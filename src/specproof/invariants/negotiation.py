"""A client that names a media type gets that one, or is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import MediaType, Operation


def is_telling(operation: Operation, media: MediaType, exchange: Exchange) -> bool:
    """Tell whether an answer says something: a success that documents the type and has a body, or a 406."""
    response = exchange.response
    found = operation.response_for(response.status)
    listed = found is not None and any(each.base == media.base for each in found.content)
    return response.status == 406 or (200 <= response.status < 300 and listed and bool(response.body))


def honoured(operation: Operation, asked: Sequence[tuple[MediaType, Exchange]]) -> Iterator[Breach]:
    """Every documented media type comes to who asks for it alone.

    Args:
        operation: What was asked.
        asked: Media types that stood in Accept, and the telling answers to them.

    Source: RFC 9110 section 12.5.1.
    """
    for media, exchange in asked:
        wanted, response = media.base, exchange.response
        got = "status 406" if response.status == 406 else response.media_type
        if got != wanted:
            text = f"expected {wanted}, which was asked for and is documented; got {got or 'no Content-Type'}"
            yield _breach("honoured", operation, text, exchange, wanted, source=media.pointer)


def refused(operation: Operation, exchange: Exchange) -> Iterator[Breach]:
    """A media type that cannot be had is refused, where the document says so.

    Source: RFC 9110 section 15.5.7.
    """
    status = exchange.response.status
    if 200 <= status < 300:
        text = f"expected 406 for a media type that nobody documents; got status {status}"
        yield _breach("refused", operation, text, exchange, "nothing")


def _breach(
    name: str, operation: Operation, summary: str, exchange: Exchange, detail: str, *, source: str = ""
) -> Breach:
    return Breach(
        promise=f"negotiation.{name}",
        operation=operation.label,
        summary=summary,
        evidence=(exchange,),
        detail=detail,
        source=source,
    )
