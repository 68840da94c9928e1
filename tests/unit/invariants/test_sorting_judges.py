"""Every promise about orders has a list that breaks it; correct lists that differ are left alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from shelf import ITEMS, SORT, Item, Shelf

from specproof.contract.languages import filtering, sorting
from specproof.contract.secret import SecretRule
from specproof.generate.orders import ask_sort
from specproof.invariants.sorting import JUDGES, SortContext, kind_of, misplaced
from specproof.model.condition import SortEvidence
from specproof.model.finding import Breach

Query = dict[str, str]


def asked(shelf: Shelf, depth: str = "standard") -> tuple[SortContext, SortEvidence]:
    """Sort a list by everything; return what the judges take."""
    operation, asker = shelf.operation(), shelf.asker(depth)
    language = sorting(operation)
    assert language is not None
    seen = ask_sort(asker, asker.plain(), language, filtering(operation), ())
    return SortContext(operation=operation, parameter="order", terms=language.terms), seen


def breaches(
    shelf: Shelf, depth: str = "standard", secrets: tuple[SecretRule, ...] = ()
) -> dict[str, list[Breach]]:
    """Return what broke, by the second half of the promise."""
    context, seen = asked(shelf, depth)
    context = replace(context, secrets=secrets)
    found = {name: list(judge(context, seen)) for name, judge in JUDGES.items()}
    assert all(breach.promise == name for name, each in found.items() for breach in each)
    return {name.partition(".")[2]: each for name, each in found.items() if each}


def without(name: str, **said: Any) -> dict[str, Any]:
    """Return the words of an order that says less, or something else."""
    return {**{key: said for key, said in SORT.items() if key != name}, **said}


def dictionary(text: str) -> str:
    """Return what a text is compared by in a dictionary: neither accents nor capitals count."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


CORRECT: dict[str, Shelf] = {
    "as described": Shelf(),
    "nothing comes last": Shelf(nulls_first=False),
    "capitals do not count": Shelf(key=str.casefold, order=without("", collation="ignore-case")),
    "as in a dictionary, and nothing is said": Shelf(key=dictionary, order=without("collation")),
    "only upwards": Shelf(order=without("descending")),
    "small pages": Shelf(maximum=3, default=2),
    "one item": Shelf(items=ITEMS[:1]),
    "nothing": Shelf(items=()),
    "a long list": Shelf(items=[{**ITEMS[n % 12], "id": n} for n in range(300)], maximum=10),
}


@pytest.mark.parametrize("shelf", CORRECT.values(), ids=CORRECT)
@pytest.mark.parametrize("depth", ["quick", "standard", "deep"])
def test_a_correct_list_is_silent(shelf: Shelf, depth: str) -> None:
    assert breaches(shelf, depth) == {}


def test_every_way_to_sort_is_asked_for() -> None:
    """The test above would be silent without."""
    _, seen = asked(Shelf())

    assert {(each.field, each.descending) for each in seen.whole} == {
        (name, way) for name in SORT["fields"] for way in (True, False)
    }
    assert [len(each.walk.pages) for each in seen.paged] == [3] * 4
    assert {text for text, _ in seen.unknown} == {"specproof_no_such_member", "!specproof_no_such_member"}
    assert len(seen.filtered) == 2


def test_without_secrets_hidden_values_count() -> None:
    """A list that is sorted by what it does not show is only right where that is a secret."""
    shelf = Shelf(spoil_body=hide_names)
    rules = (SecretRule(member="name", when=("sold", True)),)

    assert "order" in breaches(shelf)
    assert breaches(shelf, secrets=rules) == {}


def hide_names(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Show no name of what is sold."""
    return {**body, "things": [{**item, "name": ""} if item["sold"] else item for item in body["things"]]}


def ordering(change: Callable[[Query, list[Item]], list[Item]]) -> Shelf:
    """Return a list that changes what it lists in an order."""
    return Shelf(spoil_items=lambda query, found: change(query, found) if "order" in query else found)


def swap(found: list[Item]) -> list[Item]:
    """Exchange the last two items."""
    return [*found[:-2], *found[:-3:-1]]


def forgetful(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Forget the order in links."""
    return {**body, "more": body["more"].replace("order=", "by=")} if "more" in body else body


def forgetful_back(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Forget the order in links to the page before."""
    return {**body, "less": body["less"].replace("order=", "by=")} if "less" in body else body


def sort_pages(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Sort each page, and not the list."""
    if "order" not in query or "limit" not in query or query["limit"] == "50":
        return body
    start, size = int(query.get("offset", 0)), int(query["limit"])
    return {**body, "things": Shelf(items=ITEMS[start : start + size]).chosen({"order": query["order"]})}


BROKEN: dict[str, tuple[str, str, Shelf]] = {
    # what the list does: (promise, detail, list)
    "is never sorted": ("order", "number", ordering(lambda query, _: list(ITEMS))),
    "has two items in the wrong order": (
        "order", "string", ordering(lambda q, found: swap(found) if q["order"] == "name" else found),
    ),
    "sorts moments by the hour": (
        "order", "datetime",
        ordering(lambda q, f: sorted(f, key=lambda i: i["made"][11:]) if q["order"] == "made" else f),
    ),
    "does not sort booleans": (
        "order", "boolean", ordering(lambda q, f: list(ITEMS) if q["order"] == "sold" else f),
    ),
    "does not tell capitals apart": ("order", "string", Shelf(key=str.casefold)),
    "refuses an order": ("order", "status 400", Shelf(refuse=lambda q: 400 * (q.get("order") == "name"))),
    "ignores the sign for descending": (
        "descending", "number",
        ordering(lambda q, f: Shelf().chosen({**q, "order": q["order"].lstrip("!")})),
    ),
    "ignores it before booleans": (
        "descending", "same order",
        ordering(lambda q, f: Shelf().chosen({**q, "order": "sold"}) if q["order"] == "!sold" else f),
    ),
    "loses an item": ("same-items", "a list without", ordering(lambda _, found: found[1:])),
    "lists an item twice": ("same-items", "one twice", ordering(lambda _, found: [*found, found[-1]])),
    "finds one more": (
        "same-items", "one more", ordering(lambda _, found: [*found, {**found[-1], "id": "new"}]),
    ),
    "sorts single pages": ("pages", "order", Shelf(spoil_body=sort_pages)),
    "forgets the order in links back": ("pages", "previous", Shelf(spoil_body=forgetful_back)),
    "forgets the order in links": ("pages", "one twice", Shelf(spoil_body=forgetful)),
    "does not sort what is filtered": (
        "with-filter", "string",
        ordering(lambda q, f: list(ITEMS[::3]) if q.get("q") == "sold is true" else f),
    ),
    "does not filter what is sorted": (
        "with-filter", "one more", ordering(lambda q, _: Shelf().chosen({"order": q["order"]})),
    ),
    "ignores an unknown order": (
        "unknown-refused", "status 200",
        Shelf(order=without("", fields=[*SORT["fields"], "specproof_no_such_member"])),
    ),
    "answers an unknown order with 404": (
        "unknown-refused", "status 404", Shelf(refuse=lambda q: 404 * ("specproof" in q.get("order", ""))),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("promise", "detail", "shelf"), BROKEN.values(), ids=BROKEN)
def test_a_broken_list_is_told_by_its_promise(promise: str, detail: str, shelf: Shelf) -> None:
    found = breaches(shelf)

    assert detail in {breach.detail for breach in found.get(promise, ())}, found


def test_an_order_that_nobody_described_must_still_turn_round() -> None:
    """Without a collation nothing is said about the order of text, but it has two directions."""
    shelf = Shelf(order=without("collation"))
    shelf.spoil_items = lambda q, f: Shelf().chosen({"order": "name"}) if q.get("order") == "!name" else f

    assert [breach.detail for breach in breaches(shelf)["descending"]] == ["same order"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_not_judged(status: int) -> None:
    assert breaches(Shelf(refuse=lambda query: status * ("order" in query))) == {}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, False], "boolean"),
        ([1, 2.5], "number"),
        (["2024-03-05T12:00:00Z"], "datetime"),
        (["2024-03-05T12:00:00Z", "x"], "string"),
        ([1, "x"], "mixed"),
        ([1, True], "mixed"),
    ],
)
def test_values_have_a_kind(values: list[Any], kind: str) -> None:
    assert kind_of(values) == kind


@pytest.mark.parametrize(
    ("values", "collation", "descending", "expected"),
    [
        ([1, 2, 2, 3], None, False, None),
        ([1, 3, 2], None, False, 2),
        ([3, 2, 2.5], None, True, 2),
        (["a", "B"], "codepoint", False, 1),
        (["a", "B"], "ignore-case", False, None),
        (["b", "a"], None, False, None),
        (["A", "_", "a"], "ignore-case", False, None),
        ([True, False, False], None, False, None),
        ([True, False, True], None, False, 2),
        (["2024-03-05T12:00:00+02:00", "2024-03-05T11:00:00+00:00"], None, False, None),
        (["2024-03-05T12:00:00+00:00", "2024-03-05T11:00:00+00:00"], None, False, 1),
        ([1, "x", 0], "codepoint", False, None),
    ],
)
def test_what_is_out_of_order(
    values: list[Any], collation: str | None, descending: bool, expected: int | None
) -> None:
    """Timestamps have to be out of order as moments and as text: servers may sort either."""
    assert misplaced(values, collation, descending=descending) == expected


def test_a_quick_look_sorts_by_members_of_different_kinds() -> None:
    """With small pages by the member with fewest values downwards, and by one with most of them upwards."""
    _, seen = asked(Shelf(), "quick")

    assert {each.text for each in seen.whole} == {
        "name", "!name", "owner.nick", "price", "!price", "sold", "!sold", "made", "!made",
    }  # fmt: skip
    assert [each.text for each in seen.paged] == ["!sold", "made"]
    assert seen.paged[0].walk.back is not None


def test_a_quick_look_tells_that_equal_items_change_from_page_to_page() -> None:
    def unsteady(query: Query, found: list[Item]) -> list[Item]:
        if query.get("order") != "!sold":
            return found
        sign = -1 if query.get("offset") == "4" else 1
        return sorted(found, key=lambda item: (not item["sold"], sign * item["id"]))

    assert {breach.detail for breach in breaches(Shelf(spoil_items=unsteady), "quick")["pages"]} == {
        "one twice"
    }


def test_a_quick_look_sorts_by_something_where_nothing_is_known() -> None:
    items = [{"id": number} for number in range(5)]

    _, seen = asked(Shelf(items=items), "quick")

    assert [each.text for each in seen.whole] == ["name", "!name"]
