"""What must hold over the pages of one collection.

Each function takes everything that was seen of the collection and yields the breaches of one promise.
Callers run them only where nobody else changes the data, or confirm a breach by looking again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from specproof.invariants import page_limits
from specproof.invariants.page_limits import exchanges_of, page_breach, sized
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.walk import Page, PagedEvidence, Walk

Invariant = Callable[[Operation, PagedEvidence], Iterator[Breach]]


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
                    yield page_breach(
                        "no-repeats",
                        operation,
                        f"expected every item once; got {identity} twice, on {where} with {sized(each)}",
                        *exchanges_of((each.pages[earlier], page)),
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
            yield page_breach(
                "no-gaps",
                operation,
                f"expected {len(set(reference.identities))} items as with {sized(reference)}; "
                f"got {len(set(each.identities))} with {sized(each)}, without {skipped[0]}",
                *exchanges_of(each.pages),
            )
            return


def stable_order(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """Two walks with one page size meet the items in the same order."""
    by_size: dict[int | None, Walk] = {}
    for each in seen.walks:
        other = by_size.setdefault(each.asked_size, each)
        if each is not other and _reordered(each, other):
            yield page_breach(
                "stable-order",
                operation,
                f"expected one order on every walk; got another one on the second, with {sized(each)}",
                *exchanges_of((*other.pages[:1], *each.pages[:1])),
            )
            return


def size_independent(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """Walks with different page sizes meet the same items in the same order.

    One that was given up meets those that the others meet first.
    """
    first = next((each for each in seen.walks if each.complete), None)
    for each in seen.walks if first else ():
        if first is None or each.ended not in {"last", "limit"} or each.asked_size == first.asked_size:
            continue
        few, expected = len(set(each.identities)), tuple(dict.fromkeys(first.identities))
        expected = expected if each.complete else expected[:few]
        if set(each.identities) != set(expected):
            which = "" if each.complete else "first "
            got = f"{few}" if each.complete else "others"
            text = (
                f"expected the {which}{len(expected)} items of {sized(first)}; got {got} with {sized(each)}"
            )
        elif _reordered(each, first):
            text = f"expected the order of {sized(first)}; got another one with {sized(each)}"
        else:
            continue
        yield page_breach("size-independent", operation, text, *exchanges_of((*first.pages, *each.pages)))
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
            yield page_breach(
                "last-page",
                operation,
                f"expected next to lead to a page; got status {answer.status} with {sized(each)}",
                *exchanges_of(each.pages[-2:]),
                detail="unreadable",
            )
            return
        for before, page in zip(each.pages, each.pages[1:], strict=False):
            if before.next is not None and page.readable and not page.items and page.next is None:
                yield page_breach(
                    "last-page",
                    operation,
                    "expected no next on the last page; got one that leads to an empty page, "
                    f"with {sized(each)}",
                    *exchanges_of((before, page)),
                    detail="next-on-last",
                )
                return
        if reference and each.complete:
            _, unreached = _misses(each, reference)
            if unreached:
                yield page_breach(
                    "last-page",
                    operation,
                    f"expected a next link, for {len(unreached)} items are still to come; "
                    f"got none on page {len(each.pages)} with {sized(each)}",
                    *exchanges_of(each.pages[-1:]),
                    detail="next-missing",
                )
                return


def previous(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """``previous`` is absent on the first page and inverts ``next`` elsewhere."""
    for each in seen.walks:
        if each.pages and each.pages[0].previous is not None:
            yield page_breach(
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
            yield page_breach(
                "previous",
                operation,
                f"expected previous to lead back to the page before; got {got}",
                *exchanges_of((before, page, back)),
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
                yield page_breach(
                    "total",
                    operation,
                    f"expected {expected} items in all, as met with {sized(each)}; got {page.total}",
                    page.exchange,
                )
                return


def _misses_any(each: Walk, reference: Walk | None) -> bool:
    """A walk that lost items is judged by the promises about gaps, not by its total."""
    return bool(reference) and set(each.identities) != set(reference.identities if reference else ())


def parameters_kept(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """A link that drops a parameter shows the effect: other items or another size than before."""
    reference = _reference(seen)
    for each in seen.walks:
        for before, page in zip(each.pages, each.pages[1:], strict=False):
            lost = _lost_parameters(operation, before) if before.next is not None else []
            if not lost:
                continue
            strangers = reference is not None and not set(page.identities) <= set(reference.identities)
            unlike = page.size not in {None, before.size} or len(page.items) > len(before.items)
            if strangers or unlike or not page.readable:
                yield page_breach(
                    "parameters-kept",
                    operation,
                    f"expected next to keep {' and '.join(lost)}; got a link without, which shows",
                    *exchanges_of((before, page)),
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
                    yield page_breach(
                        "same-origin",
                        operation,
                        f"expected {name} to stay on {here.scheme}://{here.netloc}; got {link[:120]}",
                        page.exchange,
                        detail=name,
                    )
                    return


def no_loops(operation: Operation, seen: PagedEvidence) -> Iterator[Breach]:
    """A walk comes to an end; one that still meets new items when it is given up is only long."""
    for each in seen.walks:
        met = [set(page.identities) for page in each.pages]
        if each.ended == "loop" or (each.ended == "limit" and met[-1] <= set[str]().union(*met[:-1])):
            how = "a link back" if each.ended == "loop" else f"no end after {len(each.pages)} pages"
            text = f"expected the walk to end; got {how} with {sized(each)}"
            yield page_breach("no-loops", operation, text, *exchanges_of(each.pages[-2:]))
            return


INVARIANTS: dict[str, Invariant] = {
    f"pagination.{check.__name__.replace('_', '-')}": check
    for check in (
        no_repeats,
        no_gaps,
        size_independent,
        stable_order,
        last_page,
        previous,
        total,
        page_limits.page_number,
        page_limits.page_size,
        page_limits.at_most_size,
        page_limits.size_default,
        page_limits.size_maximum,
        page_limits.size_minimum,
        page_limits.past_end,
        page_limits.non_integer_refused,
        parameters_kept,
        same_origin,
        no_loops,
    )
}
