"""The error object that ``x-error`` promises for every 4xx, and what it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from specproof.checks.context import Context
from specproof.checks.internals import strings
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


def blames_one(context: Context, exchange: Exchange) -> bool:
    """Tell whether a body was refused that has one wrong member, and the refusal names members."""
    promised = (context.error or {}).get("fields")
    named = resolve_pointer(exchange.response.document, promised) if promised else MISSING
    return named is not MISSING and named is not None and _offender(context, exchange) is not None


def names_offender(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Where a refusal names members of the body, the one that is wrong is among them."""
    if not blames_one(context, exchange):
        return
    offender = str(_offender(context, exchange))
    named = resolve_pointer(exchange.response.document, (context.error or {})["fields"])
    names = list(named) if isinstance(named, Mapping) else list(strings(named))
    if not any(offender.casefold() in str(name).casefold() for name in names):
        got = ", ".join(map(str, names)) or "nothing"
        text = f"expected the refusal to name {offender}, which is wrong; got {got[:80]}"
        yield context.breach("errors.fields", exchange, text, detail=offender, source="#/x-error")


def _offender(context: Context, exchange: Exchange) -> str | None:
    """Return the one member of a body that breaks its schema; ``None`` where there is none, or several."""
    request, body = exchange.request, context.operation.request_body
    if exchange.response.status not in {400, 422} or body is None or "?" in request.url:
        return None
    if request.method != context.operation.method or "json" not in (request.header("Content-Type") or ""):
        return None
    try:
        sent = json.loads(request.body or b"")
    except (ValueError, RecursionError):
        return None
    schema = next((media.schema for media in body.content if media.is_json), None)
    if not isinstance(sent, Mapping) or schema is None:
        return None
    members: set[str] = set()
    for error in context.schemas.errors(schema, sent, direction="request"):
        step = error.instance_path.split("/")[1:2]
        missing = re.match(r'"([^"]+)" is a required property', error.message)
        members.add(step[0] if step else missing[1] if missing else "")
    return members.pop() if len(members) == 1 and members != {""} else None


def unknown_path(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """An address that the API does not have is refused with the same error object."""
    for breach in error_object(context, exchange):
        yield context.breach(
            "errors.unknown-path", exchange, breach.summary, detail=breach.detail, source=breach.source
        )
