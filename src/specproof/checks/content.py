"""Bodies that are no JSON text: what their media type makes of them, as far as that is certain."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from specproof.checks.body import documented_for, matching
from specproof.checks.context import Check, Context
from specproof.checks.elements import XmlError, read_elements, wrong_elements
from specproof.checks.sequences import items_of, judge_item
from specproof.contract.contents import (
    SIGNATURES,
    has_form,
    items_schema,
    says_elements,
    says_table,
    says_text,
    widths,
)
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.media import is_sequence, is_xml, parameter_of
from specproof.model.operation import MediaType

_MOST = 5  # findings in one answer; more help nobody
_PDF_HEAD_BYTES = 1024  # something may stand before the head (ISO 32000-1, annex H.3.4)
_UTF_8_ALONE = frozenset({"text/event-stream", "application/json-seq"})  # WHATWG HTML 9.2.3, RFC 7464


def answered(context: Context, exchange: Exchange) -> MediaType | None:
    """Return the documented media type of a body by its own name; ``None`` for JSON and what is not named."""
    media = matching(documented_for(context.operation, exchange), exchange.response.media_type)
    exact = media is not None and media.base == exchange.response.media_type
    return media if exact and media is not None and not media.is_json else None


def is_readable(context: Context, exchange: Exchange) -> bool:
    """Tell whether the media type of an answer says something about its bytes."""
    media = answered(context, exchange)
    return media is not None and has_form(media)


def readable(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A body is what its Content-Type says: text of its charset, XML, JSON texts, an image."""
    media, response = answered(context, exchange), exchange.response
    if media is None:
        return
    why = (
        _not_text(exchange)
        or _no_xml(media, exchange)
        or _no_file(media, response.body)
        or _no_sequence(media, exchange)
    )
    if why is not None:
        text = f"expected {media.base} with status {response.status}; got a body that is none: {why}"
        detail = f"{response.status} {media.base}"
        yield context.breach("content.readable", exchange, text, detail=detail, source=media.pointer)


def has_items(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer is a sequence with items whose schema is documented."""
    media, response = answered(context, exchange), exchange.response
    if media is None or items_schema(context.schemas.document, media) is None:
        return False
    return next(items_of(media.base, response.body, stopped=response.stopped), None) is not None


def items(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Every item of a sequence that can be read is valid against its schema."""
    media, response = answered(context, exchange), exchange.response
    schema = items_schema(context.schemas.document, media) if media is not None else None
    if media is None or schema is None:
        return
    seen: set[str] = set()
    for item in items_of(media.base, response.body, stopped=response.stopped):
        for message, where in judge_item(context.schemas, schema, item):
            if where not in seen and len(seen) < _MOST:
                seen.add(where)
                text = f"expected a valid item {item.number} with status {response.status}; got: {message}"
                detail = f"{response.status} {where}"
                yield context.breach("content.items", exchange, text, detail=detail, source=media.pointer)


def has_text(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer is a plain text with a schema, read to its end."""
    media = answered(context, exchange)
    whole = not exchange.response.stopped
    return media is not None and whole and says_text(context.schemas.document, media)


def plain_text(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A plain text is valid against its schema; white space around it may belong to it or not."""
    media, response, text = answered(context, exchange), exchange.response, _decoded(exchange)
    if media is None or text is None or not has_text(context, exchange):
        return
    attempts = [
        list(context.schemas.errors(media.schema, each, direction="response")) for each in _readings(text)
    ]
    if all(attempts):
        error = min(attempts, key=lambda errors: ("type" in {e.keyword for e in errors}, len(errors)))[0]
        summary = f"expected a valid text with status {response.status}; got: {error.message}"
        detail, source = f"{response.status} {error.schema_path}", f"{media.pointer}/schema"
        yield context.breach("content.text", exchange, summary, detail=detail, source=source)


def _readings(text: str) -> Iterator[Any]:
    """Yield a text as it is, without what may stand around it, and as a boolean or a number."""
    plain = text.strip()
    yield from dict.fromkeys((text, text.rstrip("\r\n"), plain))
    if plain in {"true", "false"}:
        yield plain == "true"
    for kind in (int, float):
        try:
            yield kind(plain)
        except ValueError:
            continue


def has_table(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer is CSV that the document announces as a table, read to its end."""
    media = answered(context, exchange)
    return media is not None and says_table(media) and not exchange.response.stopped


def table(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Every record of a CSV table has as many fields as the others (RFC 4180 section 2, rule 4)."""
    media, status, text = answered(context, exchange), exchange.response.status, _decoded(exchange)
    found = widths(text) if text is not None and has_table(context, exchange) else set()
    if media is not None and len(found) > 1:
        got = " and ".join(map(str, sorted(found)[:3]))
        summary = f"expected records of the same length with status {status}; got {got} fields"
        yield context.breach("content.table", exchange, summary, detail=str(status), source=media.pointer)


def has_elements(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer is XML whose schema names elements, read to its end."""
    media = answered(context, exchange)
    whole = not exchange.response.stopped
    return media is not None and whole and says_elements(context.schemas.document, media)


def elements(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """An XML body has the root element and the required elements that its schema names."""
    media, status = answered(context, exchange), exchange.response.status
    if media is None or not has_elements(context, exchange):
        return
    try:
        found = read_elements(exchange.response.body)
    except (XmlError, ValueError, LookupError):
        return  # that is another promise, or an encoding that is not known here
    for name, message in wrong_elements(context.schemas.document, media.schema, found):
        summary, detail = f"expected {message} with status {status}", f"{status} {name}"
        source = f"{media.pointer}/schema"
        yield context.breach("content.elements", exchange, summary, detail=detail, source=source)


def _charset(exchange: Exchange) -> str | None:
    """Return the charset that a body surely has, by a name that is known here."""
    media = exchange.response.media_type or ""
    if media in _UTF_8_ALONE or is_sequence(media):
        return "utf-8"
    said = parameter_of(exchange.response.header("Content-Type") or "", "charset")
    if said is None or not (media.startswith("text/") or is_xml(media)):
        return None
    try:
        return codecs.lookup(said.strip()).name
    except LookupError:
        return None


def _decoded(exchange: Exchange) -> str | None:
    try:
        return exchange.response.body.decode(_charset(exchange) or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return None


def _not_text(exchange: Exchange) -> str | None:
    charset, response = _charset(exchange), exchange.response
    if charset is None:
        return None
    try:
        codecs.getincrementaldecoder(charset)().decode(response.body, final=not response.stopped)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is no {charset}"
    except LookupError:
        return None  # a codec that makes no texts
    return None


def _no_xml(media: MediaType, exchange: Exchange) -> str | None:
    if not is_xml(media.base) or exchange.response.stopped:
        return None
    try:
        read_elements(exchange.response.body)
    except XmlError as error:
        return str(error)
    except (ValueError, LookupError):
        return None  # an encoding that the reader does not know
    return None


def _no_file(media: MediaType, body: bytes) -> str | None:
    wanted = SIGNATURES.get(media.base)
    if wanted is None or (media.base == "application/pdf" and wanted[0] in body[:_PDF_HEAD_BYTES]):
        return None
    return None if body.startswith(wanted) else f"it begins with {body[:8]!r}" if body else "it is empty"


def _no_sequence(media: MediaType, exchange: Exchange) -> str | None:
    if not is_sequence(media.base):
        return None
    response = exchange.response
    for item in items_of(media.base, response.body, stopped=response.stopped):
        if item.why:
            return f"item {item.number} is no JSON: {item.why}"
    return None


CONTENT_CHECKS: dict[str, tuple[Check, Any]] = {
    "content.readable": (readable, is_readable),
    "content.items": (items, has_items),
    "content.text": (plain_text, has_text),
    "content.table": (table, has_table),
    "content.elements": (elements, has_elements),
}
"""Each with what tells whether an answer is of the kind that it is about."""
