"""What the document forbids is refused; what it shows as an example is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from specproof.checks.context import Context
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach

_READ = {"true": True, "false": False}
REFUSALS_OF_VALID = frozenset({400, 415, 422})


def invalid_refused(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A request that is invalid as it went over the wire gets no 2xx.

    ``Request.valid`` was judged on the wire form, so data that became valid by being serialised is not
    blamed on the server.
    """
    if exchange.request.valid is False and 200 <= exchange.response.status < 300:
        why = exchange.request.purpose
        text = f"expected a refusal ({why}); got status {exchange.response.status}"
        yield context.breach("input.invalid-refused", exchange, text, detail=why.partition(":")[0])


def media_type_refused(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A body of a media type that is not documented is refused, with 415 where that is documented.

    Authentication, absence and syntax may be judged before the media type: 400, 401, 403, 404 and 422 are
    refusals too. Source: RFC 9110 section 15.5.16.
    """
    status = exchange.response.status
    sent = exchange.request.header("Content-Type") or "no media type"
    if 200 <= status < 300:
        text = f"expected a body of {sent} to be refused; got status {status}"
        yield context.breach("input.media-type-refused", exchange, text, detail="accepted")


def media_type_read(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A body is not refused for the charset that its media type names.

    Source: RFC 8259 section 11.
    """
    status, sent = exchange.response.status, exchange.request.header("Content-Type") or ""
    if status in REFUSALS_OF_VALID:
        text = f"expected a body of {sent} to be taken as {sent.partition(';')[0]} is; got status {status}"
        yield context.breach("input.media-type-spelling", exchange, text, detail=f"parameter {status}")


def examples_accepted(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """The document's own example is not refused as malformed."""
    status = exchange.response.status
    if status in REFUSALS_OF_VALID:
        text = f"expected the document's own example to be accepted; got status {status}"
        yield context.breach("input.examples-accepted", exchange, text, detail=exchange.request.purpose)


def form_read(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A form is not refused as malformed, and what is shown of its members is what was sent."""
    status, shown = exchange.response.status, exchange.response.document
    if status in REFUSALS_OF_VALID:
        text = f"expected a form to be taken as JSON is; got status {status}"
        yield context.breach("input.form-bodies", exchange, text, detail="refused")
    if not 200 <= status < 300 or not isinstance(shown, dict):
        return
    pairs = parse_qsl((exchange.request.body or b"").decode(), keep_blank_values=True)
    flags = {name: _READ.get(sent, sent) for name, sent in pairs}
    hidden = {
        rule.member
        for rule in context.secrets
        if rule.when is None or rule.when[1] in (flags.get(rule.when[0]), shown.get(rule.when[0]))
    }
    for name, sent in pairs:
        if name not in hidden and shown.get(name) is not None and not _means(shown[name], sent):
            text = f"expected {name} = {sent[:40]!r} as it stands in the form; got {repr(shown[name])[:60]}"
            yield context.breach("input.form-bodies", exchange, text, detail=name)


def _means(shown: Any, sent: str) -> bool:
    """Tell whether a JSON value is what a text in a form stands for."""
    if isinstance(shown, bool):
        return _READ.get(sent) is shown
    return str(shown) == sent if isinstance(shown, str | int | float) else True
