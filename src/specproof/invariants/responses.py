"""What HTTP promises about several answers of one path: HEAD, OPTIONS, lists of nothing and of one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.walk import Page

REFUSED = frozenset({405, 501})  # RFC 9110 sections 15.5.6 and 15.6.2: the method itself is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A GET and the HEAD that asks for the same, a GET before and after it."""

    name: str  # what is asked for: "something that is there"
    get: Exchange
    head: Exchange
    again: Exchange


def _breach(name: str, operation: Operation, summary: str, *evidence: Exchange, detail: str) -> Breach:
    return Breach(
        promise=f"responses.{name}",
        operation=operation.label,
        summary=summary,
        evidence=evidence,
        detail=detail,
    )


def answers_head(twins: Sequence[Twin], *, documented: bool) -> bool:
    """Tell whether a server has HEAD: it documents it, or answers it where it answers GET."""
    return documented or any(_succeeded(twin.get) and _succeeded(twin.head) for twin in twins)


def head(operation: Operation, twins: Sequence[Twin]) -> Iterator[Breach]:
    """HEAD answers what GET answers, without the content.

    Header fields are compared where both answers have them, and the length only where two GETs agree.

    Source: RFC 9110 sections 8.6 and 9.3.2.
    """
    for twin in twins:
        get, other = twin.get.response, twin.head.response
        if twin.again.response.status != get.status:
            continue
        if other.status != get.status:
            text = f"expected status {get.status} for HEAD as for GET, of {twin.name}; got {other.status}"
            yield _breach("head", operation, text, twin.get, twin.head, detail=f"status of {twin.name}")
            continue
        if get.media_type and other.media_type and get.media_type != other.media_type:
            text = f"expected Content-Type {get.media_type} for HEAD as for GET; got {other.media_type}"
            yield _breach("head", operation, text, twin.get, twin.head, detail="content-type")
        length, told = get.header("Content-Length"), other.header("Content-Length")
        again = twin.again.response
        steady = length is not None and (again.header("Content-Length"), again.body) == (length, get.body)
        if steady and told is not None and told != length:
            text = f"expected Content-Length {length} for HEAD as for GET; got {told}"
            yield _breach("head", operation, text, twin.get, twin.head, detail="content-length")


def absent_found(operation: Operation, absent: Exchange) -> Iterator[Breach]:
    """What does not exist is not found; any refusal will do, but a success speaks of something.

    Source: RFC 9110 section 15.5.5, and the 404 that the operation documents.
    """
    if _succeeded(absent):
        text = f"expected 404 for what does not exist; got status {absent.response.status}"
        yield _breach("absent", operation, text, absent, detail="found")


def allowed(options: Exchange) -> frozenset[str] | None:
    """Return the methods that a success of OPTIONS names; ``None`` where it names none."""
    value = options.response.header("Allow")
    if not _succeeded(options) or value is None:
        return None
    return frozenset(method.strip().upper() for method in value.split(",") if method.strip())


def options_allow(
    operation: Operation, methods: frozenset[str], options: Exchange, tried: Sequence[Exchange]
) -> Iterator[Breach]:
    """OPTIONS names every documented method, and none that is refused.

    Args:
        operation: The one that speaks for its path.
        methods: Every method that the path documents.
        options: The answer to OPTIONS.
        tried: Answers to methods that it names.

    Source: RFC 9110 sections 9.3.7 and 10.2.1.
    """
    named = allowed(options)
    if named is None:
        return
    for method in sorted(methods - named):
        text = f"expected Allow to name {method}, which is documented; got {', '.join(sorted(named))}"
        yield _breach("options", operation, text, options, detail=f"lacks {method}")
    for exchange in tried:
        method, status = exchange.request.method, exchange.response.status
        if method in named and status in REFUSED:
            text = f"expected {method}, which Allow names, to be understood; got status {status}"
            yield _breach("options", operation, text, options, exchange, detail=f"refuses {method}")


def empty_list(operation: Operation, page: Page) -> Iterator[Breach]:
    """A collection without items is a page with an empty list."""
    response = page.exchange.response
    if response.status == 204 and "204" in operation.responses:
        return
    if not _succeeded(page.exchange):
        text = f"expected an empty page for a collection without items; got status {response.status}"
        yield _breach("empty-list", operation, text, page.exchange, detail="status")
    elif not page.readable:
        text = f"expected an empty list for a collection without items; got {_kind(operation, page)}"
        yield _breach("empty-list", operation, text, page.exchange, detail="list")
    elif page.next is not None and not page.items:
        text = "expected no next link where there are no items; got one"
        yield _breach("empty-list", operation, text, page.exchange, detail="next")


def single_item(operation: Operation, whole: Page, single: Page) -> Iterator[Breach]:
    """A page for one item is a list of one, which shows the item as larger pages do."""
    if not single.readable:
        text = f"expected a list of one item; got {_kind(operation, single)}"
        yield _breach("single-item", operation, text, single.exchange, detail="list")
    elif whole.items and single.items and whole.identities[0] == single.identities[0]:
        larger, smaller = whole.items[0], single.items[0]
        if isinstance(larger, dict) and isinstance(smaller, dict) and larger.keys() != smaller.keys():
            lacking = sorted(larger.keys() ^ smaller.keys())
            text = (
                f"expected the members of larger pages where a page holds one item; differing: {lacking[0]}"
            )
            yield _breach("single-item", operation, text, whole.exchange, single.exchange, detail="members")


def _kind(operation: Operation, page: Page) -> str:
    pages, status = operation.pagination, page.exchange.response.status
    found = resolve_pointer(page.exchange.response.document, pages.items if pages else "")
    names = {dict: "an object", str: "text", int: "a number", float: "a number", bool: "a boolean"}
    if page.exchange.response.document is MISSING:
        return f"status {status} without JSON"
    return "null" if found is None else names.get(type(found), f"nothing at {pages.items if pages else ''}")


def _succeeded(exchange: Exchange) -> bool:
    return 200 <= exchange.response.status < 300
