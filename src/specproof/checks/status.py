"""Statuses: documented, and never the server's own failure."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.checks.context import Context
from specproof.model.exchange import NO_ANSWER, Exchange
from specproof.model.finding import Breach

# Answered by the layers around an application, whatever the operation is (RFC 9110, RFC 6585).
LAYERS = frozenset({405, 406, 408, 411, 413, 414, 415, 417, 421, 426, 429, 431, 502, 503, 504})

# What the conditions of a request may be answered with (RFC 9110 section 13.2.2).
_CONDITIONAL = {
    304: frozenset({"if-none-match", "if-modified-since"}),
    412: frozenset({"if-match", "if-none-match", "if-unmodified-since"}),
}


def no_server_error(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """No answer has a status of 500 or above that the operation does not document by its number.

    Source: RFC 9110 section 15.6. 502, 503 and 504 speak of other servers or of overload. A connection that
    ends before the answer does, each time, is a failure as well.
    """
    status = exchange.response.status
    if status == NO_ANSWER:
        text = "expected an answer; got the connection closed before its end, whenever this is sent"
        yield context.breach("status.no-server-error", exchange, text, detail="no answer")
    if status == 501 and exchange.request.method not in context.methods:
        return  # the right answer for a method that the server does not know (section 15.6.2)
    if status >= 500 and status not in {502, 503, 504} and str(status) not in context.operation.responses:
        text = f"expected no server error; got status {status}"
        yield context.breach("status.no-server-error", exchange, text, detail=str(status))


def status_documented(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """The status is listed as an exact code, a range or ``default``.

    A protected operation may answer 401 and 403, one with path parameters 404, unlisted. Where an operation
    documents no 4xx at all, the refusal of a request that the document forbids may have any. A request
    without a body that names the media type of one may be refused as malformed (RFC 9110 section 8.3). A
    condition that the operation takes may be answered with 304 or 412. An undocumented method may be refused
    in any way.
    """
    operation, status = context.operation, exchange.response.status
    if operation.response_for(status) is not None or status >= 500 or status in LAYERS:
        return
    if status in {401, 403} and operation.security:
        return
    if status == 404 and "{" in operation.path:
        return
    if 400 <= status < 500 and exchange.request.method not in context.methods:
        return  # no operation of the document is asked for
    if status in {400, 422} and _names_a_body_that_is_not_there(context, exchange):
        return
    if status in _CONDITIONAL and _has_condition(context, exchange, _CONDITIONAL[status]):
        return
    lists_errors = any(code.startswith("4") for code in operation.responses)
    if 400 <= status < 500 and exchange.request.valid is not True and not lists_errors:
        return
    documented = ", ".join(operation.responses) or "nothing"
    text = f"expected a documented status ({documented}); got {status}"
    yield context.breach("status.documented", exchange, text, detail=str(status))


def _names_a_body_that_is_not_there(context: Context, exchange: Exchange) -> bool:
    request = exchange.request
    bodiless = context.operation.request_body is None and not request.body
    return bodiless and request.header("Content-Type") is not None


def _has_condition(context: Context, exchange: Exchange, names: frozenset[str]) -> bool:
    """Tell whether a request has one of these headers, and the document says that the operation takes it."""
    taken = {each.name.lower() for each in context.operation.parameters if each.location == "header"}
    return any(name in taken and exchange.request.header(name) is not None for name in names)
