"""Partial responses over pages: what is added stays added, what is hidden stays hidden."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_exchange, make_operation

from specproof.contract.vocabulary import PartialResponse
from specproof.generate.selection_walks import walked_selections
from specproof.generate.selections import Chooser
from specproof.invariants.selections import JUDGES, SelectionContext
from specproof.model.operation import Pagination
from specproof.model.selection import Selection, SelectionEvidence
from specproof.model.walk import Page, Walk

TERMS = PartialResponse.model_validate({"exclude": "-", "add": "+", "hidden": ["values.mail"]})
PAGES = Pagination(style="page", items="/values", pointer="#/p", next="/next", identity="/id")
CONTEXT = SelectionContext(
    operation=make_operation("200", pagination=PAGES),
    parameter="fields",
    terms=TERMS,
    declared=lambda _: True,
)
Things = list[dict[str, Any]]


def _things(*numbers: int, mail: bool = False) -> Things:
    return [{"id": number, "name": "n"} | ({"mail": "x"} if mail else {}) for number in numbers]


def _walk(*pages: Things) -> Walk:
    found = tuple(
        Page(exchange=make_exchange(200, {"values": things}), readable=True, items=tuple(things))
        for things in pages
    )
    return Walk(operation="GET /things", query=(), asked_size=None, pages=found, ended="last")


def _selections(depth: str) -> list[Selection]:
    chooser = Chooser(terms=TERMS, document={"values": _things(1, 2, 3)}, depth=depth, seed=1)
    return list(walked_selections(chooser, items=("values",), identity=("values", "id"), links=[("next",)]))


def _judged(promise: str, whole: Walk, cut: Walk) -> list[str]:
    added = next(each for each in _selections("standard") if each.text == "+values.mail")
    full = whole.pages[0].exchange
    seen = SelectionEvidence(full=full, asked=(), walks=((whole, added, cut),))
    return [breach.detail for breach in JUDGES[f"partial-response.{promise}"](CONTEXT, seen)]


def test_lists_are_walked_with_names_without_one_and_with_one_more() -> None:
    """The identity is never left out, for without it nothing could be compared."""
    assert [each.text for each in _selections("standard")] == [
        "next,values.id",
        "-values.name",
        "+values.mail",
    ]
    assert [each.text for each in _selections("quick")] == ["next,values.id", "-values.name,+values.mail"]


@pytest.mark.parametrize(
    ("later", "broken"),
    [(_things(4, 5, mail=True), []), (_things(4, 5), ["missing"]), (_things(4), [])],
    ids=["stays", "gone", "one that may have none"],
)
def test_what_is_added_on_the_first_page_is_added_on_the_next(later: Things, broken: list[str]) -> None:
    whole = _walk(_things(1, 2, 3), [{k: v for k, v in each.items() if k != "mail"} for each in later])

    assert _judged("pages", whole, _walk(_things(1, 2, 3, mail=True), later)) == broken


def test_what_only_some_objects_have_may_be_missing_on_the_next_page() -> None:
    some = [*_things(1, 2), *_things(3, mail=True)]

    assert _judged("pages", _walk(_things(1, 2, 3), _things(4, 5)), _walk(some, _things(4, 5))) == []


@pytest.mark.parametrize(("shown", "broken"), [(False, []), (True, ["hidden shown later"])])
def test_what_is_hidden_stays_hidden_on_later_pages(shown: bool, broken: list[str]) -> None:
    whole = _walk(_things(1, 2, 3), _things(4, 5, mail=shown))

    assert _judged("add", whole, whole) == broken
