"""Walk a paginated collection the way a client does: by following its links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from specproof.contract.languages import selects
from specproof.generate.request import build_request
from specproof.model.exchange import MISSING, Exchange, Request, resolve_pointer
from specproof.model.operation import Operation, Pagination
from specproof.model.walk import Page, Walk

Send = Callable[[Request], Exchange]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A paginated operation with everything that is needed to call it."""

    operation: Operation
    base_url: str
    path: dict[str, str]
    query: tuple[tuple[str, str], ...] = ()  # fixed parameters, such as a search query
    credential: str | None = None

    @property
    def pagination(self) -> Pagination:
        """How the collection is cut.

        Raises:
            ValueError: It is not.
        """
        if self.operation.pagination is None:
            raise ValueError(f"{self.operation.label} has no pagination")
        return self.operation.pagination

    def request(self, *extra: tuple[str, str], purpose: str = "") -> Request:
        """Return a request for the collection with more query parameters."""
        return build_request(
            self.operation,
            base_url=self.base_url,
            path=self.path,
            query=(*self.query, *extra),
            credential=self.credential,
            purpose=purpose,
        )

    def linked(self, url: str, *, purpose: str, selected: bool = False) -> Request:
        """Return a request for the page that a link of the collection leads to."""
        return Request(
            method="GET",
            url=url,
            credential=self.credential,
            operation=self.operation.label,
            purpose=purpose,
            selected=selected,
        )

    def sized(self, size: int | None) -> tuple[tuple[str, str], ...]:
        """Return the query parameter that asks for a page size."""
        name = self.pagination.size_parameter
        return ((name, str(size)),) if name and size is not None else ()

    def numbered(self, index: int, size: int | None) -> tuple[tuple[str, str], ...]:
        """Return the query parameter that asks for the page of an index counted from 0."""
        pages = self.pagination
        if pages.page_parameter:
            return ((pages.page_parameter, str(pages.first + index)),)
        if pages.offset_parameter and (step := size or pages.size_default):
            return ((pages.offset_parameter, str(index * step)),)
        return ()


def walk(collection: Collection, send: Send, *, size: int | None = None, max_pages: int = 500) -> Walk:
    """Follow a collection to its end.

    Args:
        collection: What to walk.
        send: Sends one request.
        size: The page size to ask for; ``None`` asks for none.
        max_pages: Stop there: ``Walk.ended`` is ``limit`` then.

    Returns:
        The pages in walk order. ``ended`` is ``last`` where the collection said so, ``loop`` where a link
        led to a page that was seen, ``error`` where a page could not be read.
    """
    request = collection.request(*collection.sized(size), purpose="first page")
    selected = selects(collection.operation, request.url)  # a link need not show that it selects
    pages: list[Page] = []
    seen: set[str] = set()
    ended = "limit"
    while len(pages) < max_pages:
        seen.add(request.url)
        page = read_page(collection.pagination, send(request))
        if pages and pages[-1].next is None and 400 <= page.exchange.response.status < 500:
            ended = "last"  # nobody promised this page: it was asked for by its number
            break
        pages.append(page)
        if not page.readable:
            ended = "error"
            break
        following = _following(collection, page, len(pages), size)
        if following is None:
            ended = "last"
            break
        if following in seen:
            ended = "loop"
            break
        if not same_host(following, collection.base_url):
            ended = "elsewhere"
            break
        request = collection.linked(
            following, purpose=f"page {len(pages) + 1}, by the next link", selected=selected
        )
    return Walk(
        operation=collection.operation.label,
        query=collection.query,
        asked_size=size,
        pages=tuple(pages),
        ended=ended,
    )


def read_page(pages: Pagination, exchange: Exchange) -> Page:
    """Read items, links and numbers out of one answer."""
    body = exchange.response.document
    items = resolve_pointer(body, pages.items) if pages.items else body
    readable = exchange.response.status in {200, 206} and isinstance(items, list)
    listed: list[Any] = items if readable else []
    return Page(
        exchange=exchange,
        readable=readable,
        items=tuple(listed),
        identities=tuple(_identity(item, pages.identity) for item in listed),
        next=_link(pages, body, exchange, "next"),
        previous=_link(pages, body, exchange, "previous"),
        total=_number(body, pages.total) if pages.total else _total_of(exchange, pages.total_header),
        number=_number(body, pages.page),
        size=_number(body, pages.size),
    )


def _identity(item: Any, pointer: str | None) -> str:
    found = resolve_pointer(item, pointer) if pointer else item
    return repr(item) if found is MISSING else str(found)


def _number(body: Any, pointer: str | None) -> int | None:
    found = resolve_pointer(body, pointer) if pointer else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _total_of(exchange: Exchange, header: str | None) -> int | None:
    """Return the number of all items that a header tells (``items 0-9/57`` in RFC 9110 section 14.4)."""
    said = (exchange.response.header(header) or "").rpartition("/")[2].strip() if header else ""
    return int(said) if said.isascii() and said.isdecimal() else None


def _link(pages: Pagination, body: Any, exchange: Exchange, which: str) -> str | None:
    pointer = pages.next if which == "next" else pages.previous
    if pages.style == "link-header":
        return _link_header(exchange, "prev" if which == "previous" else which)
    if which == "next" and pages.next_cursor and pages.cursor_parameter:
        cursor = resolve_pointer(body, pages.next_cursor)
        given = isinstance(cursor, str | int) and cursor not in ("", False)
        return _with_cursor(exchange.request.url, pages.cursor_parameter, str(cursor)) if given else None
    found = resolve_pointer(body, pointer) if pointer else None
    return found if isinstance(found, str) and found else None


def _with_cursor(url: str, name: str, cursor: str) -> str:
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*pairs, (name, cursor)])))


def _link_header(exchange: Exchange, relation: str) -> str | None:
    """Return the target of a web link (RFC 8288 section 3)."""
    for match in re.finditer(r"<([^>]*)>([^<]*)", exchange.response.header("Link") or ""):
        relations = re.search(r';\s*rel="?([^";,]+)', match[2])
        if relations and relation in relations[1].lower().split():
            return str(urljoin(exchange.request.url, match[1]))
    return None


def _following(collection: Collection, page: Page, walked: int, size: int | None) -> str | None:
    pages = collection.pagination
    if page.next is not None:
        return str(urljoin(page.exchange.request.url, page.next))
    if pages.next is not None or pages.style in {"cursor", "link-header"} or not page.items:
        return None
    step = size or pages.size_default
    if step and len(page.items) < step:
        return None
    number = collection.numbered(walked, size)
    if not number:
        return None  # the total is not trusted: it is one of the promises
    return collection.request(*collection.sized(size), *number).url


def back_again(collection: Collection, send: Send, walked: Walk) -> Walk:
    """Follow the previous link of the last page of a walk, if there is one; return what it gave with it."""
    last = walked.pages[-1]
    url = urljoin(last.exchange.request.url, last.previous or "")
    if len(walked.pages) < 2 or last.previous is None or not same_host(url, collection.base_url):
        return walked
    request = collection.linked(url, purpose="back from the last page")
    return replace(walked, back=read_page(collection.pagination, send(request)))


def same_host(url: str, base_url: str) -> bool:
    """Tell whether two URLs have one scheme, host and port."""
    here, there = urlsplit(url), urlsplit(base_url)
    return (here.scheme, here.netloc.lower()) == (there.scheme, there.netloc.lower())
