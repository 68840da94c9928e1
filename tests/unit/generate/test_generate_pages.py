"""How pages are read: the way on and the total, wherever they stand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from specproof.generate.walks import Collection, read_page, walk
from specproof.model.exchange import Exchange, Request, Response
from specproof.model.operation import Operation, Pagination


def answer(body: Any, **headers: str) -> Exchange:
    """Return the answer to a GET of a page."""
    return Exchange(
        request=Request(method="GET", url="http://127.0.0.1/runs?size=2&token=a"),
        response=Response(
            status=200,
            headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
            body=json.dumps(body).encode(),
            seconds=0.1,
        ),
    )


def pages(**said: Any) -> Pagination:
    """Return a pagination with a cursor in the parameter ``token``."""
    return Pagination(style="cursor", items="/runs", pointer="#", cursor_parameter="token", **said)


@pytest.mark.parametrize(
    ("cursor", "url"),
    [
        ("b/c=", "http://127.0.0.1/runs?size=2&token=b%2Fc%3D"),
        (17, "http://127.0.0.1/runs?size=2&token=17"),
        ("", None),
        (None, None),
        (False, None),
    ],
)
def test_the_next_cursor_takes_the_place_of_the_last_one(cursor: Any, url: str | None) -> None:
    page = read_page(pages(next_cursor="/more"), answer({"runs": [], "more": cursor}))
    assert page.next == url


def test_without_a_next_cursor_the_page_is_the_last() -> None:
    assert read_page(pages(next_cursor="/more"), answer({"runs": []})).next is None


@pytest.mark.parametrize(
    ("said", "total"), [("57", 57), ("items 0-9/57", 57), ("items 0-9/*", None), ("many", None), ("", None)]
)
def test_a_header_tells_the_total(said: str, total: int | None) -> None:
    """Source: RFC 9110 section 14.4."""
    page = read_page(pages(total_header="Content-Range"), answer({"runs": []}, Content_Range=said))
    assert page.total == total


def test_a_walk_by_cursors_meets_everything_once() -> None:
    pagination = pages(next_cursor="/meta/more", identity="/id", size_parameter="size")
    operation = Operation(method="GET", path="/runs", pointer="#", pagination=pagination)

    def send(request: Request) -> Exchange:
        query = parse_qs(urlsplit(request.url).query)
        start, size = int(query.get("token", ["0"])[0]), int(query["size"][0])
        more = {"more": str(start + size)} if start + size < 7 else {}
        found = {"runs": [{"id": n} for n in range(start, min(start + size, 7))], "meta": more}
        return replace(answer(found), request=request)

    seen = walk(Collection(operation=operation, base_url="http://127.0.0.1", path={}), send, size=3)
    assert (seen.ended, len(seen.pages)) == ("last", 3)
    assert seen.identities == tuple(str(n) for n in range(7))
