"""Clients that come at the same time, and things of two parents: what counts as broken, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_request, make_response

from specproof.invariants.at_once import apart, free_elsewhere, lists_whole, none_mixed, one_deletion
from specproof.invariants.members import Known
from specproof.model.exchange import Exchange
from specproof.model.walk import Page

KNOWN = Known(shown=frozenset({"key", "note"}))
ONE, OTHER = {"key": "a", "note": "1"}, {"key": "b", "note": "2"}


def _answer(status: int, document: Any = None) -> Exchange:
    return Exchange(request=make_request("GET", "/things"), response=make_response(status, document))


def _page(*identities: str, status: int = 200, following: str | None = None) -> Page:
    readable = status == 200
    return Page(exchange=_answer(status), readable=readable, identities=identities, next=following)


@pytest.mark.parametrize(
    ("statuses", "broken"),
    [((204, 404, 404), False), ((204, 204, 404), True), ((404, 404, 404), False), ((204, 409, 503), False)],
    ids=str,
)
def test_of_simultaneous_deletions_one_succeeds(statuses: tuple[int, ...], *, broken: bool) -> None:
    answers = [_answer(201), *map(_answer, statuses)]

    assert bool(list(one_deletion("DELETE /things/{id}", answers))) is broken


@pytest.mark.parametrize(
    ("shown", "broken"),
    [(ONE, False), (OTHER, False), ({"key": "a", "note": "2"}, True), ({"key": "c", "note": "3"}, True)],
    ids=str,
)
def test_of_simultaneous_updates_one_stays_as_a_whole(shown: dict[str, str], *, broken: bool) -> None:
    seen = [_answer(201), _answer(200), _answer(200), _answer(200, shown)]

    assert bool(list(none_mixed(KNOWN, "PUT /things/{id}", [ONE, OTHER], seen))) is broken


def test_updates_that_are_refused_prove_nothing() -> None:
    seen = [_answer(201), _answer(200), _answer(409), _answer(200, {"key": "a", "note": "2"})]

    assert list(none_mixed(KNOWN, "PUT /things/{id}", [ONE, OTHER], seen)) == []


@pytest.mark.parametrize(
    ("page", "detail"),
    [
        (_page("1", "2", "3"), None),
        (_page("1", "2", "2"), "twice"),
        (_page("1", "3"), "missing"),
        (_page(status=500), "status 500"),
        (_page(status=404), "status 404"),
        (_page(status=429), None),
        (_page(status=503), None),
        (_page("1", "3", following="/things?page=2"), None),  # the missing one may stand there
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_list_beside_writers_has_what_lasts_each_once(page: Page, detail: str | None) -> None:
    found = [breach.detail for breach in lists_whole("GET /things", (), [page], ["1", "2"])]

    assert found == ([detail] if detail else [])


@pytest.mark.parametrize(("status", "broken"), [(201, False), (409, True), (400, False), (403, False)])
def test_what_another_parent_has_is_free(status: int, *, broken: bool) -> None:
    """Another refusal may have another reason."""
    assert bool(list(free_elsewhere("POST /things", _answer(201), _answer(status)))) is broken


@pytest.mark.parametrize(("status", "broken"), [(200, False), (404, True), (410, True), (500, False)])
def test_ones_own_stays_when_theirs_goes(status: int, *, broken: bool) -> None:
    assert bool(list(apart("POST /things", [_answer(201), _answer(204), _answer(status)]))) is broken
