"""Numbered pages: what a page says of itself, where its links lead, which numbers are refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from target_client import SEARCH, VARIABLES, Client

COLLECTIONS = {"list": f"{VARIABLES}?q=created_on+%3C+2025-01-01", "search": f"{SEARCH}?search_query=parser"}
SIZES = {"list": 37, "search": 34}
collections = pytest.mark.parametrize("name", COLLECTIONS)


def identity(item: dict[str, Any]) -> str:
    """Return what tells two items of either collection apart."""
    return str(item.get("uuid") or item["file"]["links"]["self"]["href"])


def walk(client: Client, path: str) -> list[dict[str, Any]]:
    """Follow ``next`` from a first page to the last."""
    pages = [client.get(path).json]
    while "next" in pages[-1]:
        assert len(pages) < 100
        pages.append(client.get(pages[-1]["next"]).json)
    return pages


@collections
@pytest.mark.parametrize("length", [1, 2, 3, 10, 11, 36, 37, 34, 33, 100])
def test_a_walk_meets_every_item_once(shared: Client, name: str, length: int) -> None:
    pages = walk(shared, f"{COLLECTIONS[name]}&pagelen={length}")
    found = [identity(item) for page in pages for item in page["values"]]
    assert len(found) == len(set(found)) == SIZES[name]
    assert found == [identity(item) for item in shared.get(f"{COLLECTIONS[name]}&pagelen=100").json["values"]]
    for number, page in enumerate(pages, start=1):
        assert (page["page"], page["pagelen"], page["size"]) == (number, length, SIZES[name])
        assert len(page["values"]) == length or number == len(pages)
        assert ("previous" in page) == (number > 1)


@collections
def test_links_keep_the_question_and_invert_each_other(shared: Client, name: str) -> None:
    first = shared.get(f"{COLLECTIONS[name]}&pagelen=7&other=a%2Bb&other=c").json
    second = shared.get(first["next"]).json
    assert shared.get(second["previous"]).json["values"] == first["values"]
    parts = urlsplit(first["next"])
    assert f"{parts.scheme}://{parts.netloc}" == shared.origin
    asked = parse_qs(parts.query)
    assert (asked["other"], asked["pagelen"], asked["page"]) == (["a+b", "c"], ["7"], ["2"])


@collections
def test_no_size_means_ten(shared: Client, name: str) -> None:
    page = shared.get(COLLECTIONS[name]).json
    assert (page["pagelen"], len(page["values"])) == (10, 10)


@collections
@pytest.mark.parametrize("number", [5, 1000, 2**31, 2**63, 10**30])
def test_past_the_end_there_is_nothing(shared: Client, name: str, number: int) -> None:
    page = shared.get(f"{COLLECTIONS[name]}&page={number}").json
    assert page["values"] == []
    assert page["page"] == number
    assert "next" not in page
    assert shared.get(page["previous"]).json["page"] == 4


@collections
@pytest.mark.parametrize("parameter", ["page", "pagelen"])
@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-1",
        "1.0",
        "1e1",
        "+1",
        "%2B1",
        "%201",
        "1%20",
        "01",
        "",
        "x",
        "%EF%BC%91",
        "%D9%A1",
        "0x1",
        "1_0",
    ],
)
def test_what_is_no_number_is_refused(shared: Client, name: str, parameter: str, text: str) -> None:
    answer = shared.get(f"{COLLECTIONS[name]}&{parameter}={text}")
    assert answer.status == 400
    assert answer.json["error"]["data"]["parameter"] == parameter


@collections
@pytest.mark.parametrize("length", [101, 1000, 10**30])
def test_too_large_a_page_is_refused(shared: Client, name: str, length: int) -> None:
    assert shared.get(f"{COLLECTIONS[name]}&pagelen={length}").status == 400


@collections
def test_a_repeated_parameter_is_refused(shared: Client, name: str) -> None:
    assert shared.get(f"{COLLECTIONS[name]}&page=1&page=2").status == 400


def test_an_empty_collection_has_one_empty_page(shared: Client) -> None:
    page = shared.get("/2.0/teams/fallow/pipelines_config/variables").json
    assert page == {"page": 1, "pagelen": 10, "size": 0, "values": []}


def test_an_alias_of_the_team_answers_the_same(shared: Client) -> None:
    alias = VARIABLES.replace("acme", "%7B2A6C8A3A-8b14-4b53-9f4e-5f0a0a1d9c11%7D")
    assert shared.get(f"{alias}?pagelen=5").json == shared.get(f"{VARIABLES}?pagelen=5").json
