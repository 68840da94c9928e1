"""What must hold for single pages: their numbers and sizes, and what lies beyond the bounds."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.walk import Page, PagedEvidence, Walk


def page_breach(
    name: str, operation: Operation, summary: str, *evidence: Exchange, detail: str = ""
) -> Breach:
    """Return a breach of a promise about pages."""
    return Breach(
        promise=f"pagination.{name}",
        operation=operation.label,
        summary=summary,
        evidence=evidence,
        detail=detail,
    )


def exchanges_of(pages: tuple[Page, ...]) -> tuple[Exchange, ...]:
    """Return the exchanges of some pages."""
    return tuple(page.exchange for page in pages)


def sized(each: Walk) -> str:
    """Name the page size of a walk."""
    return f"page size {each.asked_size}" if each.asked_size else "the default page size"


def page_number(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The number in the body is the position in the walk, and the number that was asked for."""
    pages = operation.pagination
    first = pages.first if pages else 1
    told = [(page, first + index) for each in seen.walks for index, page in enumerate(each.pages)]
    told += [(p.page, first + (p.number or 0)) for p in seen.probes if p.kind == "page"]
    for page, expected in told:
        if page.number is not None and page.number != expected:
            yield page_breach(
                "page-number", operation, f"expected page {expected}; got {page.number}", page.exchange
            )
            return


def page_size(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The size in the body is the one asked for, or the number of items on the page.

    On an empty page it may be the least that a size can be, which a schema may ask for.
    """
    pages = operation.pagination
    default, least = (pages.size_default, pages.size_minimum) if pages else (None, None)
    for each in seen.walks:
        asked = each.asked_size or default
        for page in each.pages:
            fitting = {asked, len(page.items)} | ({least} if not page.items else set())
            if asked is not None and page.size is not None and page.size not in fitting:
                yield page_breach(
                    "page-size",
                    operation,
                    f"expected {asked}, as asked for, or {len(page.items)}, as shown; got {page.size}",
                    page.exchange,
                )
                return


def at_most_size(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """No page has more items than were asked for."""
    for each in seen.walks:
        for page in each.pages:
            if each.asked_size is not None and len(page.items) > each.asked_size:
                yield page_breach(
                    "at-most-size",
                    operation,
                    f"expected at most {each.asked_size} items; got {len(page.items)}",
                    *exchanges_of((page,)),
                )
                return


def size_default(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """Asking for the default size gives the same first page as asking for none."""
    pages = operation.pagination
    default = pages.size_default if pages else None
    bare = next((e for e in seen.walks if e.asked_size is None and e.pages and e.pages[0].readable), None)
    asked = next((e for e in seen.walks if e.asked_size == default and e.pages and e.pages[0].readable), None)
    if default is None or bare is None:
        return
    count = len(bare.pages[0].items)
    if count > default or (asked and count != len(asked.pages[0].items)):
        expected = min(default, len(asked.pages[0].items) if asked else default)
        yield page_breach(
            "size-default",
            operation,
            f"expected {expected} items on the first page, the default being {default}; got {count}",
            bare.pages[0].exchange,
        )


def size_maximum(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The maximum is accepted; more is refused or cut."""
    yield from _bound(operation, seen, "maximum")


def size_minimum(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The minimum is accepted; less is refused or raised."""
    yield from _bound(operation, seen, "minimum")


def _bound(operation: Operation, seen: PagedEvidence, which: str) -> Iterator[Breach]:
    pages = operation.pagination
    limit = pages.size_maximum if pages else None
    parameter = operation.parameter(pages.size_parameter, "query") if pages and pages.size_parameter else None
    schema = parameter.schema if parameter and isinstance(parameter.schema, dict) else {}
    for probe in seen.probes:
        status, count = probe.page.exchange.response.status, len(probe.page.items)
        if probe.kind == f"size-{which}" and 400 <= status < 500 and status != 429:
            text = f"expected {probe.asked}, the {which}, to be accepted; got status {status}"
            yield page_breach(f"size-{which}", operation, text, probe.page.exchange, detail="accepted")
        if probe.kind != f"beyond-{which}" or not probe.page.readable:
            continue
        if which in schema:
            text = f"expected {probe.asked} to be refused, as the schema says; got status {status}"
            yield page_breach(f"size-{which}", operation, text, probe.page.exchange, detail="beyond")
        elif limit is not None and count > limit:
            text = f"expected at most {limit} items; got {count} for {probe.asked}"
            yield page_breach(f"size-{which}", operation, text, probe.page.exchange, detail="beyond")


def past_end(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """A page past the end has no items and no next link, or is refused where that is documented."""
    pages = operation.pagination
    for probe in seen.probes:
        if probe.kind != "past-end" or pages is None:
            continue
        status = probe.page.exchange.response.status
        if probe.page.items or (probe.page.readable and probe.page.next is not None):
            shown = f"{len(probe.page.items)} items" if probe.page.items else "a next link"
            text = f"expected nothing past the end; got {shown} for {probe.asked}"
            yield page_breach("past-end", operation, text, probe.page.exchange, detail="items")
            return
        if pages.past_end == "empty" and status not in {200, 429}:
            text = f"expected an empty page for {probe.asked}; got status {status}"
            yield page_breach("past-end", operation, text, probe.page.exchange, detail="status")
            return
        if pages.past_end == "error" and probe.page.readable:
            text = f"expected a 4xx for {probe.asked}; got status {status}"
            yield page_breach("past-end", operation, text, probe.page.exchange, detail="status")
            return


def non_integer_refused(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """What is no integer is refused as a number or a size."""
    for probe in seen.probes:
        if probe.kind == "no-integer" and 200 <= probe.page.exchange.response.status < 300:
            text = f"expected {probe.asked} to be refused; got status {probe.page.exchange.response.status}"
            name = probe.asked.partition("=")[0]
            yield page_breach("non-integer-refused", operation, text, probe.page.exchange, detail=name)
