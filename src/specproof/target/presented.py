"""Where credentials travel in a request: a header, a form body, or the query string."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from flask import Request

from specproof.target.incoming import Query

TOKEN = "access_token"  # noqa: S105 - the name of the parameter (RFC 6750 sections 2.2 and 2.3)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """Everything in a request that may be a credential; what counts is the gate's to say."""

    method: str
    header: str | None
    query_token: str | None
    form_token: str | None


def presented(request: Request, query: Query) -> Presented:
    """Collect the credentials of a request.

    Raises:
        Problem: 400, the query names a token twice.
    """
    form = None
    if request.method == "POST" and request.mimetype == FORM:
        body = request.get_data(cache=True).decode("utf-8", "replace")
        form = next(iter(parse_qs(body, keep_blank_values=True).get(TOKEN, ())), None)
    return Presented(
        method=request.method,
        header=request.environ.get("HTTP_AUTHORIZATION"),
        query_token=query.one(TOKEN),
        form_token=form,
    )
