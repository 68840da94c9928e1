"""Moments of the past are not in the future."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from specproof.checks.context import Context
from specproof.contract.moments import is_past
from specproof.model.exchange import MISSING, Exchange
from specproof.model.finding import Breach

SKEW = timedelta(minutes=15)
"""How far the clocks of a server's machines may lie apart; no time zone is so narrow."""

_WRITTEN = re.compile(rb'"(\d{4}-?\d\d-?\d\d[^"]{0,60})"')


def tells_time(_: Context, exchange: Exchange) -> bool:
    """Tell whether an answer is JSON and says when it was given."""
    response = exchange.response
    return 200 <= response.status < 300 and response.is_json and response.header("Date") is not None


def not_in_future(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """What was created or changed was so before the answer was given.

    By the clock of the server itself, or by that of the run where it is later: ``Date`` may come from a
    gateway with a clock of its own.
    """
    response = exchange.response
    found = context.operation.response_for(response.status)
    now = _answered(response.header("Date") or "")
    if now is not None and exchange.started:
        now = max(now, datetime.fromtimestamp(exchange.started + response.seconds, UTC))
    if found is None or now is None or not _may_be_late(response.body, now) or response.document is MISSING:
        return
    reported: set[str] = set()
    for media in found.content if exchange.request.method == context.operation.method else ():
        for pointer, schema, value in context.schemas.places(media.schema, response.document):
            name = pointer.rpartition("/")[2]
            if name in reported or not is_past(name, schema):
                continue
            moment = _moment(value)
            if moment is not None and moment - now > SKEW:
                reported.add(name)
                text = (
                    f"expected {name} to lie in the past; got {value}, answered at {now:%Y-%m-%dT%H:%M:%SZ}"
                )
                yield context.breach("timestamps.not-in-future", exchange, text, detail=name)


def _may_be_late(body: bytes, now: datetime) -> bool:
    """Tell whether a body holds a moment after now at all: few do, and only they are worth a walk."""
    for text in set(_WRITTEN.findall(body)):
        moment = _moment(text.decode("ascii", "replace"))
        if b"\\" in text or (moment is not None and moment - now > SKEW):
            return True
    return False


def _answered(date: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _moment(value: object) -> datetime | None:
    """Read a moment; one without an offset is a matter of the schema."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
