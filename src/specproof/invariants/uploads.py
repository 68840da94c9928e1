"""What must hold for forms and uploads."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation

PROMISES = ("form.accepted", "form.missing-refused", "form.wrong-refused", "form.same-bytes")
_MALFORMED = frozenset({400, 415, 422})


def accepted(operation: Operation, exchange: Exchange, media: str, *, sure: bool) -> Iterator[Breach]:
    """A form of documented values is not refused as malformed, and no documented media type by 415."""
    status = exchange.response.status
    if (sure and status in _MALFORMED) or status == 415:
        text = f"expected {media} to be accepted, as the document says; got status {status}"
        yield _breach(operation, "accepted", text, media, exchange)


def refused(
    operation: Operation, whole: Exchange, lacking: Exchange, *, name: str, how: str
) -> Iterator[Breach]:
    """A form that lacks a required part, or has a wrong one, is refused where the whole one is accepted."""
    status = lacking.response.status
    if 200 <= whole.response.status < 300 and 200 <= status < 300:
        told = {"missing": f"without its required part {name}", "wrong": f"with a wrong {name}"}[how]
        text = f"expected a form {told} to be refused; got status {status}"
        yield _breach(operation, f"{how}-refused", text, name, lacking)


def same_bytes(operation: Operation, sent: bytes, upload: Exchange, read: Exchange) -> Iterator[Breach]:
    """What was uploaded is read byte for byte."""
    got = read.response.body
    if read.response.status != 200 or read.response.stopped or got == sent:
        return
    at = next(
        (n for n, (a, b) in enumerate(zip(sent, got, strict=False)) if a != b), min(len(sent), len(got))
    )
    text = f"expected the {len(sent)} bytes that were uploaded; got {len(got)}, other ones from byte {at} on"
    yield _breach(operation, "same-bytes", text, "bytes", upload, read)


def _breach(operation: Operation, name: str, summary: str, detail: str, *evidence: Exchange) -> Breach:
    return Breach(
        promise=f"form.{name}", operation=operation.label, summary=summary, evidence=evidence, detail=detail
    )
