"""What must hold over the pages of one collection.

Each function takes everything that was seen of the collection and yields the breaches of one promise.
Callers run them only where nobody else changes the data, or confirm a breach by looking again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.walk import Page, PagedEvidence, Walk

Invariant = Callable[[Operation, PagedEvidence], Iterator[Breach]]


def _breach(name: str, operation: Operation, summary: str, *evidence: Exchange, detail: str = "") -> Breach:
    return Breach(
        promise=f"pagination.{name}",
        operation=operation.label,
        summary=summary,
        evidence=evidence,
        detail=detail,
    )


def _exchanges(pages: tuple[Page, ...]) -> tuple[Exchange, ...]:
    return tuple(page.exchange for page in pages)


def _sized(each: Walk) -> str:
    return f"page size {each.asked_size}" if each.asked_size else "the default page size"


def no_repeats(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """No identity is met twice on one walk."""
    for each in seen.walks:
        first_met: dict[str, int] = {}
        for number, page in enumerate(each.pages):
            for identity in page.identities:
                earlier = first_met.setdefault(identity, number)
                if earlier != number or page.identities.count(identity) > 1:
                    where = (
                        f"pages {earlier + 1} and {number + 1}" if earlier != number else f"page {number + 1}"
                    )
                    yield _breach(
                        "no-repeats",
                        operation,
                        f"expected every item once; got {identity} twice, on {where} with {_sized(each)}",
                        *_exchanges((each.pages[earlier], page)),
                    )
                    return


def _reference(seen: PagedEvidence) -> Walk | None:
    """The complete walk that met most: what the others are measured by."""
    complete = [each for each in seen.walks if each.complete]
    return max(complete, key=lambda each: len(set(each.identities)), default=None)


def _misses(each: Walk, reference: Walk) -> tuple[list[str], list[str]]:
    """Return what a walk skipped, and what it did not reach, compared with the reference."""
    order = {identity: index for index, identity in enumerate(reference.identities)}
    met = {identity for identity in each.identities if identity in order}
    furthest = max((order[identity] for identity in met), default=-1)
    missing = [identity for identity in order if identity not in met]
    return [i for i in missing if order[i] < furthest], [i for i in missing if order[i] > furthest]


def no_gaps(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """No walk skips an item that another walk met in between."""
    reference = _reference(seen)
    for each in seen.walks if reference else ():
        skipped, _ = _misses(each, reference) if reference and each.complete else ([], [])
        if skipped and reference:
            yield _breach(
                "no-gaps",
                operation,
                f"expected {len(set(reference.identities))} items as with {_sized(reference)}; "
                f"got {len(set(each.identities))} with {_sized(each)}, without {skipped[0]}",
                *_exchanges(each.pages),
            )
            return


def stable_order(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """Two walks with one page size meet the items in the same order."""
    by_size: dict[int | None, Walk] = {}
    for each in seen.walks:
        other = by_size.setdefault(each.asked_size, each)
        if each is not other and _reordered(each, other):
            yield _breach(
                "stable-order",
                operation,
                f"expected the same order on every walk; got another one on the second walk with {_sized(each)}",
                *_exchanges((*other.pages[:1], *each.pages[:1])),
            )
            return


def size_independent(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """Complete walks with different page sizes meet the same items in the same order."""
    first = next((each for each in seen.walks if each.complete), None)
    for each in seen.walks if first else ():
        if first is None or not each.complete or each.asked_size == first.asked_size:
            continue
        few, many = len(set(each.identities)), len(set(first.identities))
        if set(each.identities) != set(first.identities):
            text = f"expected the {many} items of {_sized(first)}; got {few} with {_sized(each)}"
        elif _reordered(each, first):
            text = f"expected the order of {_sized(first)}; got another one with {_sized(each)}"
        else:
            continue
        yield _breach("size-independent", operation, text, *_exchanges((*first.pages, *each.pages)))
        return


def _reordered(left: Walk, right: Walk) -> bool:
    """Tell whether two walks disagree on the order of what both met once."""
    common = set(left.identities) & set(right.identities)
    one = list(dict.fromkeys(i for i in left.identities if i in common))
    other = list(dict.fromkeys(i for i in right.identities if i in common))
    return one != other


def last_page(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """``next`` is absent exactly on the last page."""
    reference = _reference(seen)
    for each in seen.walks:
        if each.ended == "error" and len(each.pages) > 1:
            answer = each.pages[-1].exchange.response
            yield _breach(
                "last-page",
                operation,
                f"expected next to lead to a page; got status {answer.status} with {_sized(each)}",
                *_exchanges(each.pages[-2:]),
                detail="unreadable",
            )
            return
        for before, page in zip(each.pages, each.pages[1:], strict=False):
            if before.next is not None and page.readable and not page.items and page.next is None:
                yield _breach(
                    "last-page",
                    operation,
                    f"expected no next on the last page; got one that leads to an empty page, with {_sized(each)}",
                    *_exchanges((before, page)),
                    detail="next-on-last",
                )
                return
        if reference and each.complete:
            _, unreached = _misses(each, reference)
            if unreached:
                yield _breach(
                    "last-page",
                    operation,
                    f"expected a next link, for {len(unreached)} items are still to come; "
                    f"got none on page {len(each.pages)} with {_sized(each)}",
                    *_exchanges(each.pages[-1:]),
                    detail="next-missing",
                )
                return


def previous(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """``previous`` is absent on the first page and inverts ``next`` elsewhere."""
    for each in seen.walks:
        if each.pages and each.pages[0].previous is not None:
            yield _breach(
                "previous",
                operation,
                f"expected no previous on the first page; got {each.pages[0].previous}",
                each.pages[0].exchange,
                detail="first",
            )
            break
    for before, page, back in seen.backward:
        if back.identities != before.identities:
            got = f"status {back.exchange.response.status}" if not back.readable else "another page"
            yield _breach(
                "previous",
                operation,
                f"expected previous to lead back to the page before; got {got}",
                *_exchanges((before, page, back)),
                detail="inverse",
            )
            return


def total(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The total is the number of different items that a complete walk meets."""
    reference = _reference(seen)
    for each in seen.walks if reference else ():
        expected = len(set(reference.identities)) if reference else 0
        for page in each.pages:
            if page.total is not None and page.total != expected and not _misses_any(each, reference):
                yield _breach(
                    "total",
                    operation,
                    f"expected {expected} items in all, as met with {_sized(each)}; got {page.total}",
                    page.exchange,
                )
                return


def _misses_any(each: Walk, reference: Walk | None) -> bool:
    """A walk that lost items is judged by the promises about gaps, not by its total."""
    return bool(reference) and set(each.identities) != set(reference.identities if reference else ())


def page_number(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The number in the body is the position in the walk, and the number that was asked for."""
    pages = operation.pagination
    first = pages.first if pages else 1
    told = [(page, first + index) for each in seen.walks for index, page in enumerate(each.pages)]
    told += [(p.page, first + (p.number or 0)) for p in seen.probes if p.kind == "page"]
    for page, expected in told:
        if page.number is not None and page.number != expected:
            yield _breach(
                "page-number", operation, f"expected page {expected}; got {page.number}", page.exchange
            )
            return


def page_size(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """The size in the body is the one asked for, or the number of items on the page."""
    pages = operation.pagination
    default = pages.size_default if pages else None
    for each in seen.walks:
        asked = each.asked_size or default
        for page in each.pages:
            if asked is not None and page.size is not None and page.size not in {asked, len(page.items)}:
                yield _breach(
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
                yield _breach(
                    "at-most-size",
                    operation,
                    f"expected at most {each.asked_size} items; got {len(page.items)}",
                    *_exchanges((page,)),
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
        yield _breach(
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
            yield _breach(f"size-{which}", operation, text, probe.page.exchange, detail="accepted")
        if probe.kind != f"beyond-{which}" or not probe.page.readable:
            continue
        if which in schema:
            text = f"expected {probe.asked} to be refused, as the schema says; got status {status}"
            yield _breach(f"size-{which}", operation, text, probe.page.exchange, detail="beyond")
        elif limit is not None and count > limit:
            text = f"expected at most {limit} items; got {count} for {probe.asked}"
            yield _breach(f"size-{which}", operation, text, probe.page.exchange, detail="beyond")


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
            yield _breach("past-end", operation, text, probe.page.exchange, detail="items")
            return
        if pages.past_end == "empty" and status != 200 and status != 429:
            text = f"expected an empty page for {probe.asked}; got status {status}"
            yield _breach("past-end", operation, text, probe.page.exchange, detail="status")
            return
        if pages.past_end == "error" and probe.page.readable:
            text = f"expected a 4xx for {probe.asked}; got status {status}"
            yield _breach("past-end", operation, text, probe.page.exchange, detail="status")
            return


def non_integer_refused(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """What is no integer is refused as a number or a size."""
    for probe in seen.probes:
        if probe.kind == "no-integer" and 200 <= probe.page.exchange.response.status < 300:
            text = f"expected {probe.asked} to be refused; got status {probe.page.exchange.response.status}"
            name = probe.asked.partition("=")[0]
            yield _breach("non-integer-refused", operation, text, probe.page.exchange, detail=name)


def parameters_kept(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """A link that drops a parameter shows the effect: other items or another size than before."""
    reference = _reference(seen)
    for each in seen.walks:
        for before, page in zip(each.pages, each.pages[1:], strict=False):
            lost = _lost_parameters(operation, before)
            if not lost:
                continue
            strangers = reference is not None and not set(page.identities) <= set(reference.identities)
            unlike = page.size not in {None, before.size} or len(page.items) > len(before.items)
            if strangers or unlike or not page.readable:
                yield _breach(
                    "parameters-kept",
                    operation,
                    f"expected next to keep {' and '.join(lost)}; got a link without, and a page that shows it",
                    *_exchanges((before, page)),
                    detail=lost[0],
                )
                return


def _lost_parameters(operation: Operation, page: Page) -> list[str]:
    pages = operation.pagination
    moving = {pages.page_parameter, pages.offset_parameter, pages.cursor_parameter} if pages else set()
    asked = dict(parse_qsl(urlsplit(page.exchange.request.url).query, keep_blank_values=True))
    given = dict(parse_qsl(urlsplit(page.next or "").query, keep_blank_values=True))
    return [name for name, value in asked.items() if name not in moving and given.get(name) != value]


def same_origin(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """Links have the scheme, host and port of the page that gave them."""
    for each in seen.walks:
        for page in each.pages:
            for name, link in (("next", page.next), ("previous", page.previous)):
                here = urlsplit(page.exchange.request.url)
                there = urlsplit(urljoin(page.exchange.request.url, link or ""))
                if link and (here.scheme, here.netloc) != (there.scheme, there.netloc):
                    yield _breach(
                        "same-origin",
                        operation,
                        f"expected {name} to stay on {here.scheme}://{here.netloc}; got {link[:120]}",
                        page.exchange,
                        detail=name,
                    )
                    return


def no_loops(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """A walk comes to an end."""
    for each in seen.walks:
        if each.ended in {"loop", "limit"}:
            how = "a link back" if each.ended == "loop" else f"no end after {len(each.pages)} pages"
            text = f"expected the walk to end; got {how} with {_sized(each)}"
            yield _breach("no-loops", operation, text, *_exchanges(each.pages[-2:]))
            return


INVARIANTS: dict[str, Invariant] = {
    f"pagination.{check.__name__.replace('_', '-')}": check
    for check in (
        no_repeats, no_gaps, size_independent, stable_order, last_page, previous, total, page_number, page_size,
        at_most_size, size_default, size_maximum, size_minimum, past_end, non_integer_refused, parameters_kept,
        same_origin, no_loops,
    )
}  # fmt: skip
