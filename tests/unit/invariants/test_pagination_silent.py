"""A correct paginator breaks no promise, however it cuts and whatever it shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paginator import STYLES, Paginator

from specproof.generate.explore import explore
from specproof.generate.walks import walk
from specproof.invariants.pagination import INVARIANTS
from specproof.model.exchange import Exchange, Request

unique_ids = st.lists(
    st.integers(0, 10**6) | st.text(max_size=5).filter(str.strip), unique_by=str, max_size=40
)
paginators = st.builds(
    Paginator,
    items=unique_ids,
    style=st.sampled_from(STYLES),
    default=st.integers(1, 12),
    maximum=st.integers(12, 20),
    first=st.sampled_from([0, 1]),
    strict=st.booleans(),
    past_end=st.sampled_from(["empty", "error"]),
    optional=st.booleans(),
    kept=st.sampled_from([(), (("q", "a b&c"),)]),
)


@given(paginators, st.sampled_from(["quick", "standard", "deep"]))
def test_a_correct_paginator_breaks_no_promise(paginator: Paginator, depth: str) -> None:
    seen = explore(paginator.collection(), paginator.send, depth=depth)
    broken = {n: [b.summary for b in check(paginator.operation(), seen)] for n, check in INVARIANTS.items()}
    assert {name: found for name, found in broken.items() if found} == {}


@given(paginators, st.none() | st.integers(1, 12))
def test_a_walk_meets_everything_once_and_in_order(paginator: Paginator, size: int | None) -> None:
    seen = walk(paginator.collection(), paginator.send, size=size)
    assert seen.complete
    assert list(seen.identities) == [str(item) for item in paginator.items]
    assert all(0 < len(page.items) <= (size or paginator.default) for page in seen.pages[:-1])


@given(paginators)
def test_one_collection_is_explored_in_one_way(paginator: Paginator) -> None:
    """The same server gets the same requests in the same order."""
    first, second = (explore(paginator.collection(), paginator.send, depth="quick") for _ in range(2))
    urls = [
        [page.exchange.request.url for each in seen.walks for page in each.pages] for seen in (first, second)
    ]
    assert urls[0] == urls[1]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("count", [0, 1, 10, 11, 20, 95])
def test_the_usual_counts_are_silent(style: str, count: int) -> None:
    """Nothing, one thing, one full page, one more, two full pages, many."""
    paginator = Paginator(list(range(count)), style=style)
    seen = explore(paginator.collection(), paginator.send, depth="deep")
    assert [breach for check in INVARIANTS.values() for breach in check(paginator.operation(), seen)] == []


def test_a_long_collection_is_no_loop() -> None:
    """The explorer gives up after some hundred pages; that is no fault of the server."""
    paginator = Paginator(list(range(6000)), default=10)
    seen = walk(paginator.collection(), paginator.send)
    assert seen.ended == "limit"
    evidence = explore(paginator.collection(), paginator.send, depth="quick")
    assert [b.summary for check in INVARIANTS.values() for b in check(paginator.operation(), evidence)] == []


@pytest.mark.parametrize("relative", ["/v1/things?page=2", "?page=2", "things?page=2"])
def test_relative_links_are_followed(relative: str) -> None:
    """Both ways (RFC 3986 section 4.2)."""

    def shorten(_: Paginator, query: dict[str, str], body: dict[str, object]) -> None:
        for name in {"next", "previous"} & set(body):
            there = str(body[name]).rpartition("?")[2]
            body[name] = f"{relative.partition('?')[0]}?{there}"

    paginator = Paginator(list(range(25)), break_body=shorten)
    seen = explore(paginator.collection(), paginator.send)
    assert all(each.complete for each in seen.walks)
    assert seen.backward
    assert [b.summary for check in INVARIANTS.values() for b in check(paginator.operation(), seen)] == []


@pytest.mark.parametrize("name", ["next", "previous"])
def test_a_link_to_another_server_is_not_followed(name: str) -> None:
    def astray(_: Paginator, query: dict[str, str], body: dict[str, object]) -> None:
        if name in body:
            body[name] = f"http://evil.example{body[name]}"

    paginator = Paginator(list(range(25)), break_body=astray)
    seen = explore(paginator.collection(), paginator.send)
    urls = [page.exchange.request.url for each in seen.walks for page in each.pages]
    urls += [page.exchange.request.url for triple in seen.backward for page in triple]
    assert [url for url in urls if "evil" in url] == []


@pytest.mark.parametrize("style", STYLES)
def test_where_nobody_changes_anything_only_the_second_walk_asks_again(style: str) -> None:
    paginator = Paginator(list(range(35)), style=style)
    asked: list[str] = []

    def send(request: Request) -> Exchange:
        asked.append(request.url)
        return paginator.send(request)

    seen = explore(paginator.collection(), send, depth="quick", quiet=True)

    walked = [page.exchange.request.url for page in seen.walks[1].pages]
    assert len(walked) > 3
    assert sorted(url for url in set(asked) if asked.count(url) > 1) == sorted(walked)
    assert [breach for check in INVARIANTS.values() for breach in check(paginator.operation(), seen)] == []


def test_a_brief_look_at_nothing_is_one_page_and_one_past_the_end() -> None:
    nothing, something = Paginator([]), Paginator([1])
    for paginator in (nothing, something):
        explore(paginator.collection(), paginator.send, depth="quick", brief=True)

    assert (len(nothing.numbers), len(something.numbers)) == (2, 5)
