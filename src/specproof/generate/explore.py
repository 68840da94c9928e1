"""Decide which walks and which single pages show whether a collection keeps its promises."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from urllib.parse import urljoin

from specproof.errors import Forbidden
from specproof.generate.once import Once
from specproof.generate.walks import Collection, Send, read_page, same_host, walk
from specproof.model.walk import Page, PagedEvidence, Probe, Walk

_WALKS = {"standard": 7, "deep": 12}
_ODD_SIZE = 7
_SMALL_SIZE = 3
_MOST_FULL = 8  # pages that are all full
_FIRST_PAGES = 3  # of a quick walk with small pages
_LONGEST_WALK = 80  # pages; smaller page sizes are left out where a walk would be longer
_NO_INTEGERS = ("abc", "1.5")


def explore(
    collection: Collection,
    send: Send,
    *,
    depth: str = "standard",
    brief: bool = False,
    quiet: bool = False,
) -> PagedEvidence:
    """Walk a collection with several page sizes, step back, and ask for pages at the bounds.

    Args:
        collection: What to explore.
        send: Sends one request.
        depth: ``quick``, ``standard`` or ``deep``: how many page sizes are walked.
        brief: Ask for no other page size, and of single pages only for those past the end; where there is
            nothing, walk once and ask for one of them.
        quiet: Nobody else changes anything. At ``quick``, only the second walk then asks for pages again.

    Returns:
        Walks (of which the first two have the same page size), steps back, and single pages.
    """
    pages = collection.pagination
    again, send = send, Once(send=send) if quiet and depth == "quick" else send
    first = walk(collection, send, size=None)
    walks = [first, *([walk(collection, again, size=None)] if first.identities or not brief else [])]
    if pages.size_parameter and not brief:
        if depth == "quick":
            walks += _few_walks(collection, send, first)
        else:
            sizes = _sizes(collection, len(first.identities), depth)
            walks += [walk(collection, send, size=size) for size in sizes]
    beyond = _past_end(collection, send, first)
    asked = list(itertools.islice(beyond, 1)) if brief and not first.identities else [*beyond]
    if not brief:
        asked += [*_bound_probes(collection, send), *_number_probes(collection, send, first)]
    longest = max(walks, key=lambda each: len(each.pages))
    return PagedEvidence(
        operation=collection.operation.label,
        walks=tuple(walks),
        backward=tuple(_step_back(collection, send, longest)),
        probes=tuple(probe for probe in asked if probe is not None),
    )


def _sizes(collection: Collection, items: int, depth: str) -> list[int]:
    """Choose page sizes: the bounds, one that fills the last page exactly, and some that cut oddly."""
    pages = collection.pagination
    smallest, largest = pages.size_minimum or 1, pages.size_maximum or 100
    wanted = [pages.size_default, largest, 3, items // 3, items, _ODD_SIZE, items - 1, items // 2]
    wanted += [25, 50, 2, 1]
    divisors = [size for size in range(2, items) if items % size == 0]
    wanted[3:3] = divisors[len(divisors) // 2 :][:1]
    allowed = [s for s in wanted if s is not None and smallest <= s <= largest and items <= s * _LONGEST_WALK]
    return list(dict.fromkeys(allowed))[: _WALKS[depth]]


def _few_walks(collection: Collection, send: Send, first: Walk) -> Iterator[Walk]:
    """Walk with the largest pages and such as fill the last one exactly; begin to walk with small ones."""
    pages, items = collection.pagination, len(first.identities)
    smallest, largest = pages.size_minimum or 1, pages.size_maximum or 100
    full = next((items // n for n in range(2, _MOST_FULL + 1) if items % n == 0), items)
    several = items // 3 if len(first.pages) < 3 and full == items else largest
    for size in dict.fromkeys([largest, full, several]):
        if smallest <= size <= largest and items <= size * _LONGEST_WALK:
            yield walk(collection, send, size=size)
    if smallest <= _SMALL_SIZE <= largest:
        yield walk(collection, send, size=_SMALL_SIZE, max_pages=_FIRST_PAGES)


def _step_back(collection: Collection, send: Send, longest: Walk) -> Iterator[tuple[Page, Page, Page]]:
    """Follow ``previous`` from the second, a middle and the last page."""
    readable = [page for page in longest.pages if page.readable]
    chosen = sorted({1, len(readable) // 2, len(readable) - 1} & set(range(1, len(readable))))
    for index in chosen:
        page = readable[index]
        url = urljoin(page.exchange.request.url, page.previous or "")
        if page.previous is not None and same_host(url, collection.base_url):
            request = collection.linked(url, purpose=f"back from page {index + 1}")
            yield readable[index - 1], page, read_page(collection.pagination, send(request))


def _probe(
    collection: Collection, send: Send, kind: str, *extra: tuple[str, str], number: int | None = None
) -> Probe | None:
    """Ask for one page; ``None`` where the environment forbids the question."""
    asked = "&".join(f"{name}={value}" for name, value in extra)
    try:
        exchange = send(collection.request(*extra, purpose=f"asks for {asked}"))
    except Forbidden:
        return None
    page = read_page(collection.pagination, exchange)
    return Probe(kind=kind, asked=asked, page=page, number=number)


def _bound_probes(collection: Collection, send: Send) -> Iterator[Probe | None]:
    pages = collection.pagination
    if not pages.size_parameter:
        return
    for bound, beyond, kind in (
        (pages.size_minimum, -1, "minimum"),
        (pages.size_maximum, +1, "maximum"),
    ):
        if bound is not None:
            yield _probe(collection, send, f"size-{kind}", *collection.sized(bound), number=bound)
            past = bound + beyond
            yield _probe(collection, send, f"beyond-{kind}", *collection.sized(past), number=past)
    if pages.size_maximum is not None:
        far = pages.size_maximum * 1000
        yield _probe(collection, send, "beyond-maximum", *collection.sized(far), number=far)
    if pages.size_minimum is not None and pages.size_minimum >= 0:
        yield _probe(collection, send, "beyond-minimum", *collection.sized(-1), number=-1)
    for word in _NO_INTEGERS:
        yield _probe(collection, send, "no-integer", (pages.size_parameter, word))


def _past_end(collection: Collection, send: Send, first: Walk) -> Iterator[Probe | None]:
    pages = collection.pagination
    for index in (len(first.pages), len(first.pages) + 7, 10**6) if first.complete else ():
        extra = collection.numbered(index, pages.size_default or pages.size_maximum)
        if extra:
            yield _probe(collection, send, "past-end", *extra, number=index)


def _number_probes(collection: Collection, send: Send, first: Walk) -> Iterator[Probe | None]:
    pages = collection.pagination
    name = pages.page_parameter or pages.offset_parameter
    if not name:
        return
    size = pages.size_default or pages.size_maximum
    for index in sorted({1, 2, len(first.pages) - 1} & set(range(1, len(first.pages)))):
        extra = collection.numbered(index, size)
        if extra:
            yield _probe(collection, send, "page", *extra, number=index)
    for word in _NO_INTEGERS:
        yield _probe(collection, send, "no-integer", (name, word))
