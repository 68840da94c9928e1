"""Every promise about pages has a paginator that breaks it, and is the one to say so."""

from __future__ import annotations

from typing import Any

import pytest
from paginator import Change, Paginator

from specproof.generate.explore import explore
from specproof.invariants.pagination import INVARIANTS
from specproof.model.finding import Breach

Body = dict[str, Any]
Query = dict[str, str]


def breaches(paginator: Paginator, depth: str = "standard") -> dict[str, list[Breach]]:
    """Explore a paginator and return what broke, by promise."""
    seen = explore(paginator.collection(), paginator.send, depth=depth)
    found = {name: list(check(paginator.operation(), seen)) for name, check in INVARIANTS.items()}
    assert all(breach.promise == name for name, each in found.items() for breach in each)
    return {name.partition(".")[2]: each for name, each in found.items() if each}


def repeat_the_last(pages: Paginator, query: Query, body: Body) -> None:
    """Begin every page but the first with the last item of the page before."""
    start = pages._start(query)
    if start and body["values"]:
        body["values"] = [{"id": pages.items[start - 1]}, *body["values"][1:]]


def repeat_on_the_page(_: Paginator, query: Query, body: Body) -> None:
    """Show the first item of each page twice."""
    body["values"] = body["values"][:1] + body["values"]


def skip_the_first(pages: Paginator, query: Query, body: Body) -> None:
    """Lose the first item of every page but the first."""
    body["values"] = body["values"][1:] if pages._start(query) else body["values"]


def lose_in_small_pages(pages: Paginator, query: Query, body: Body) -> None:
    """Lose the last item of the collection where pages are small."""
    if int(query.get("limit", pages.default)) < 8:
        body["values"] = [item for item in body["values"] if item["id"] != pages.items[-1]]


def shuffle(pages: Paginator, query: Query, body: Body) -> None:
    """Turn the order around on every second request."""
    body["values"] = body["values"][::-1] if len(pages.numbers) % 2 else body["values"]


def next_on_the_last(pages: Paginator, query: Query, body: Body) -> None:
    """Give a next link to an empty page."""
    size, start = pages._size(query), pages._start(query)
    if "next" not in body and body["values"]:
        body["next"] = pages._link(query, start + size, size)


def next_to_nothing(_: Paginator, query: Query, body: Body) -> None:
    """Let every next link lead to a refusal."""
    if "next" in body:
        body["next"] += "&limit=0"


def no_next_on_the_second(pages: Paginator, query: Query, body: Body) -> None:
    """End the walk too early where a size was asked for."""
    if "limit" in query and pages._start(query):
        body.pop("next", None)


def previous_on_the_first(pages: Paginator, query: Query, body: Body) -> None:
    """Give a previous link on the first page."""
    body.setdefault("previous", pages._link(query, 0, 10))


def previous_to_the_first(pages: Paginator, query: Query, body: Body) -> None:
    """Let previous always lead to the first page."""
    if "previous" in body:
        body["previous"] = pages._link(query, 0, pages._size(query))


def one_too_many(_: Paginator, query: Query, body: Body) -> None:
    """Count the next page too."""
    body["total"] += 1


def total_of_the_page(_: Paginator, query: Query, body: Body) -> None:
    """Count the page in place of the collection."""
    body["total"] = len(body["values"])


def pages_from_zero(_: Paginator, query: Query, body: Body) -> None:
    """Count pages from another number than documented."""
    body["page"] -= 1


def size_of_one(_: Paginator, query: Query, body: Body) -> None:
    """Tell another size than was asked for or is shown."""
    body["size"] = 1


def one_item_more(pages: Paginator, query: Query, body: Body) -> None:
    """Show one item of the next page too."""
    start = pages._start(query) + len(body["values"])
    body["values"] = [*body["values"], *({"id": item} for item in pages.items[start : start + 1])]


def another_default(pages: Paginator, query: Query, body: Body) -> None:
    """Show fewer items where no size is asked for."""
    if "limit" not in query:
        body["values"] = body["values"][:4]


def first_page_again(pages: Paginator, query: Query, body: Body) -> None:
    """Show the first page for every number past the end."""
    if not body["values"]:
        body["values"] = [{"id": item} for item in pages.items[:3]]


def drop_the_query(_: Paginator, query: Query, body: Body) -> None:
    """Forget the size in the next link."""
    if "next" in body:
        body["next"] = body["next"].partition("?")[0] + f"?page={body['page'] + 1}"


def leave_the_host(_: Paginator, query: Query, body: Body) -> None:
    """Link to the server behind the proxy."""
    if "next" in body:
        body["next"] = body["next"].replace("api.example", "backend.internal:8080")


def leave_the_scheme(_: Paginator, query: Query, body: Body) -> None:
    """Link backwards over another scheme."""
    if "previous" in body:
        body["previous"] = body["previous"].replace("http://", "https://")


def link_to_itself(pages: Paginator, query: Query, body: Body) -> None:
    """Let every next link lead to the first page."""
    if "next" in body:
        body["next"] = pages._link(query, 0, pages._size(query))


BROKEN: list[tuple[str, Change, str]] = [
    # promise, what breaks it, a part of what is said
    ("no-repeats", repeat_the_last, "twice, on pages 1 and 2 with the default page size"),
    ("no-repeats", repeat_on_the_page, "twice, on page 1 with the default page size"),
    ("no-gaps", skip_the_first, "expected 25 items as with page size"),
    ("size-independent", lose_in_small_pages, "expected the 25 items of the default page size; got 24"),
    ("stable-order", shuffle, "expected one order on every walk"),
    ("last-page", next_on_the_last, "got one that leads to an empty page"),
    ("last-page", next_to_nothing, "expected next to lead to a page; got status 400"),
    ("last-page", no_next_on_the_second, "items are still to come; got none on page 2"),
    ("previous", previous_on_the_first, "expected no previous on the first page"),
    (
        "previous",
        previous_to_the_first,
        "expected previous to lead back to the page before; got another page",
    ),
    ("total", one_too_many, "expected 25 items in all, as met with the default page size; got 26"),
    ("total", total_of_the_page, "expected 25 items in all, as met with the default page size; got 10"),
    ("page-number", pages_from_zero, "expected page 1; got 0"),
    ("page-size", size_of_one, "expected 10, as asked for, or 10, as shown; got 1"),
    ("at-most-size", one_item_more, "expected at most"),
    ("size-default", another_default, "expected 10 items on the first page, the default being 10; got 4"),
    ("past-end", first_page_again, "expected nothing past the end; got 3 items for page="),
    ("parameters-kept", drop_the_query, "expected next to keep limit"),
    (
        "same-origin",
        leave_the_host,
        "expected next to stay on http://api.example; got http://backend.internal",
    ),
    ("same-origin", leave_the_scheme, "expected previous to stay on http://api.example; got https://"),
    ("no-loops", link_to_itself, "expected the walk to end; got a link back with the default page size"),
]


@pytest.mark.parametrize(
    ("promise", "change", "said"), BROKEN, ids=[f"{r[0]}: {r[1].__name__}" for r in BROKEN]
)
def test_what_breaks_a_promise_is_found_by_it(promise: str, change: Change, said: str) -> None:
    found = breaches(Paginator(list(range(25)), maximum=25, break_body=change))
    assert promise in found
    assert any(said in breach.summary for breach in found[promise]), found[promise]
    assert all(breach.evidence and breach.operation == "GET /things" for breach in found[promise])


ALONE = [
    repeat_on_the_page, next_on_the_last, previous_on_the_first, previous_to_the_first, one_too_many,
    pages_from_zero, size_of_one, leave_the_scheme,
]  # fmt: skip


@pytest.mark.parametrize("change", ALONE, ids=lambda change: change.__name__)
def test_a_fault_of_one_kind_is_told_by_few_promises(change: Change) -> None:
    """One cause is one finding, or two where it shows in a size too."""
    found = set(breaches(Paginator(list(range(25)), maximum=25, break_body=change)))
    told = {promise for promise, broken, _ in BROKEN if broken is change}
    assert told <= found
    assert found - told <= {"at-most-size", "size-default"}


def test_sizes_beyond_the_bounds_are_refused_where_the_schema_says_so() -> None:
    """The operation documents ``minimum`` and ``maximum``; the server cuts silently."""
    lenient = Paginator(list(range(25)), maximum=20, strict=False)
    seen = explore(lenient.collection(), lenient.send)
    strict = Paginator(list(range(25)), maximum=20).operation()
    for which in ("minimum", "maximum"):
        found = list(INVARIANTS[f"pagination.size-{which}"](strict, seen))
        assert {breach.detail for breach in found} == {"beyond"}
        assert list(INVARIANTS[f"pagination.size-{which}"](lenient.operation(), seen)) == []


def test_a_bound_itself_is_accepted() -> None:
    narrow = Paginator(list(range(25)), maximum=19)
    documented = Paginator([], maximum=20)
    collection = documented.collection()
    seen = explore(collection, narrow.send)
    [breach] = INVARIANTS["pagination.size-maximum"](documented.operation(), seen)
    assert breach.summary == "expected limit=20, the maximum, to be accepted; got status 400"


def test_more_than_the_maximum_is_not_given() -> None:
    generous = Paginator(list(range(200)), maximum=100, strict=False)
    documented = Paginator([], maximum=20, strict=False)
    seen = explore(documented.collection(), generous.send)
    found = list(INVARIANTS["pagination.size-maximum"](documented.operation(), seen))
    assert [breach.summary for breach in found] == [
        "expected at most 20 items; got 21 for limit=21",
        "expected at most 20 items; got 100 for limit=20000",
    ]


@pytest.mark.parametrize(("promised", "kept"), [("empty", "error"), ("error", "empty")])
def test_a_page_past_the_end_is_what_was_promised(promised: str, kept: str) -> None:
    server = Paginator(list(range(25)), past_end=kept)
    documented = Paginator([], past_end=promised)
    seen = explore(documented.collection(), server.send)
    [breach] = INVARIANTS["pagination.past-end"](documented.operation(), seen)
    assert breach.detail == "status"


def test_words_are_no_numbers() -> None:
    class Careless(Paginator):
        def _size(self, query: Query) -> int:
            return super()._size({name: value for name, value in query.items() if value.isdigit()})

        def _start(self, query: Query) -> int:
            return super()._start({name: value for name, value in query.items() if value.isdigit()})

    found = breaches(Careless(list(range(25)), strict=False))
    assert {breach.detail for breach in found["non-integer-refused"]} == {"limit", "page"}
    assert set(found) == {"non-integer-refused"}


def test_a_walk_that_meets_nothing_new_has_no_end() -> None:
    """Pages with ever new links and the same items; the walk is given up."""

    def for_ever(pages: Paginator, query: Query, body: Body) -> None:
        body["values"] = [{"id": item} for item in pages.items[:3]]
        body["next"] = pages._link(query, pages._start(query) + pages._size(query), pages._size(query))

    found = breaches(Paginator(list(range(25)), break_body=for_ever))
    assert "no end after 500 pages" in found["no-loops"][0].summary


def next_behind_a_full_page(pages: Paginator, query: Query, body: Body) -> None:
    """Give a next link to an empty page where the last page is full."""
    if len(body["values"]) == pages._size(query):
        next_on_the_last(pages, query, body)


def lose_the_last_of_few(pages: Paginator, query: Query, body: Body) -> None:
    """Lose the last item of each page of two to four items."""
    size = pages._size(query)
    body["values"] = body["values"][: size - 1] if 1 < size < 5 else body["values"]


@pytest.mark.parametrize("count", [4, 9, 25, 37, 39, 94])
def test_a_quick_look_fills_the_last_page(count: int) -> None:
    """Be the number of items prime or not."""
    found = breaches(Paginator(list(range(count)), break_body=next_behind_a_full_page), "quick")

    assert {breach.detail for breach in found["last-page"]} == {"next-on-last"}


@pytest.mark.parametrize("count", [4, 9, 25, 37, 39, 94])
def test_a_quick_look_begins_with_small_pages(count: int) -> None:
    """It need not come to their end to see that an item is not where it was."""
    paginator = Paginator(list(range(count)), break_body=lose_the_last_of_few)

    assert "size-independent" in breaches(paginator, "quick")


def test_a_quick_look_at_a_long_list_asks_for_few_pages() -> None:
    paginator = Paginator(list(range(95)), default=20)

    walks = explore(paginator.collection(), paginator.send, depth="quick").walks

    assert [(each.asked_size, len(each.pages)) for each in walks] == [
        (None, 5), (None, 5), (100, 1), (19, 5), (3, 3),
    ]  # fmt: skip
