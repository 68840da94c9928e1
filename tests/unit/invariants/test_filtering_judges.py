"""Every promise about filters has a list that breaks it; correct lists that differ are left alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from shelf import ITEMS, TERMS, Item, Shelf

from specproof.contract.languages import filtering
from specproof.contract.secret import SecretRule
from specproof.generate.filters import ask_filter
from specproof.invariants.conditions import Reader
from specproof.invariants.filter_context import FilterContext, clipped
from specproof.invariants.filtering import JUDGES
from specproof.model.condition import FilterEvidence
from specproof.model.finding import Breach

Query = dict[str, str]


Secrets = tuple[SecretRule, ...]


def asked(
    shelf: Shelf, depth: str = "standard", secrets: Secrets = ()
) -> tuple[FilterContext, FilterEvidence]:
    """Ask a list everything; return what the judges take."""
    operation, asker = shelf.operation(), shelf.asker(depth)
    language = filtering(operation)
    assert language is not None
    seen = ask_filter(asker, asker.plain(), language, secrets)
    reader = Reader(terms=language.terms, secrets=secrets)
    return FilterContext(operation=operation, parameter="q", reader=reader, malformed=400), seen


def breaches(shelf: Shelf, depth: str = "standard", secrets: Secrets = ()) -> dict[str, list[Breach]]:
    """Return what broke, by the second half of the promise."""
    context, seen = asked(shelf, depth, secrets)
    found = {name: list(judge(context, seen)) for name, judge in JUDGES.items()}
    assert all(breach.promise == name for name, each in found.items() for breach in each)
    return {name.partition(".")[2]: each for name, each in found.items() if each}


def without(*names: str, **said: Any) -> dict[str, Any]:
    """Return the words of a filter that says less, or something else."""
    return {**{name: value for name, value in TERMS.items() if name not in names}, **said}


def plain(text: str) -> str:
    """Return a text without accents, capitals and spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).strip()


CORRECT: dict[str, Shelf] = {
    "as described": Shelf(),
    "a date is a whole day": Shelf(day_is_whole=True),
    "what is absent is listed under no comparison": Shelf(absent_is_other=False),
    "no total": Shelf(total=False),
    "small pages": Shelf(maximum=3, default=2),
    "capitals do not count": Shelf(
        key=str.casefold, terms=without("collation", collation="ignore-case")
    ),
    "neither capitals nor accents count, and nothing is said": Shelf(key=plain, terms=without("collation")),
    "no escapes": Shelf(terms=without("escape")),
    "no word for absence": Shelf(terms=without("absent")),
    "no parentheses": Shelf(terms=without("parentheses")),
    "capitals count in contains": Shelf(terms=without("contains_ignores_case", "collation")),
    "moments without microseconds": Shelf(
        items=[{**item, "made": item["made"].replace(".000000", "")} for item in ITEMS]
    ),
    "moments with microseconds": Shelf(
        items=[{**item, "made": item["made"].replace(".000000", ".123456")} for item in ITEMS]
    ),
    "one item": Shelf(items=ITEMS[:1]),
    "nothing": Shelf(items=()),
}  # fmt: skip


@pytest.mark.parametrize("shelf", CORRECT.values(), ids=CORRECT)
@pytest.mark.parametrize("depth", ["quick", "standard", "deep"])
def test_a_correct_list_is_silent(shelf: Shelf, depth: str) -> None:
    """However it decides what the contract leaves open."""
    assert breaches(shelf, depth) == {}


def test_every_promise_is_asked_about() -> None:
    """The test above would be silent without."""
    _, seen = asked(Shelf())
    topics = {each.question.topic for each in (*seen.asked.values(), *seen.joined)}

    assert topics == {
        "equality", "contains", "order", "absent", "combinators", "parentheses", "precedence", "spaces",
    }  # fmt: skip
    assert len(seen.asked) > 60
    assert len(seen.refused) == 11
    assert {len(each.walk.pages) >= 2 for each in seen.paged} == {True}


def test_a_long_list_is_judged_as_far_as_it_was_walked() -> None:
    """Completeness and the laws of sets need the whole list; what is shown can always be judged."""
    many = [{**ITEMS[number % 12], "id": number} for number in range(400)]

    assert breaches(Shelf(items=many, maximum=5)) == {}
    found = breaches(Shelf(items=many, maximum=5, spoil_items=lambda query, _: list(many)))
    assert {"equality", "contains", "order"} <= set(found)
    assert "combinators" not in found


def listing(change: Callable[[str, list[Item]], list[Item]]) -> Shelf:
    """Return a list that changes what it lists for a condition."""
    return Shelf(spoil_items=lambda query, found: change(query["q"], found) if "q" in query else found)


def everything_else(found: list[Item]) -> list[Item]:
    """Return the items that were not found."""
    return [item for item in ITEMS if item not in found]


def of_page(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Tell a total that is too large."""
    return {**body, "total": 99} if "q" in query else body


def forgetful(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Forget the condition in links."""
    return {**body, "more": body["more"].replace("q=", "p=")} if "more" in body else body


def rewriting(change: Callable[[str], str]) -> Shelf:
    """Return a list that obeys another condition than the one that was asked."""
    return Shelf(spoil_condition=change)


def is_equality_of_names(q: str) -> bool:
    """Tell whether a condition says which name an item has."""
    return q.startswith('name is "') and "&&" not in q


def tell_case(q: str, found: list[Item]) -> list[Item]:
    """Tell capitals apart."""
    return [item for item in found if q.split('"')[1] in item["name"]] if q[:8] == "name has" else found


def or_first(q: str) -> str:
    """Let OR go before AND where no parentheses stand."""
    return f"({q.replace(' && ', ') && (')})" if "||" in q and "(" not in q else q


def in_milliseconds() -> list[Item]:
    """Return items whose moments may be known more exactly than they are shown."""
    return [{**item, "made": item["made"].replace(".000000", ".000")} for item in ITEMS]


BROKEN: dict[str, tuple[str, str, Shelf]] = {
    # what the list does: (promise, detail, list)
    "ignores conditions": ("equality", "equals string extra", listing(lambda q, found: list(ITEMS))),
    "equals nothing": (
        "equality", "equals string missing",
        listing(lambda q, found: [] if is_equality_of_names(q) else found),
    ),
    "does not tell capitals apart": ("equality", "equals string extra", Shelf(key=str.casefold)),
    "turns booleans round": (
        "equality", "equals boolean extra",
        listing(lambda q, found: everything_else(found) if q.startswith("sold") else found),
    ),
    "tells capitals apart in contains": ("contains", "contains string missing", listing(tell_case)),
    "is off by one": ("order", "greater number extra", rewriting(lambda q: q.replace(" > ", " >= "))),
    "loses offsets": (
        "equality", "equals datetime missing", rewriting(lambda q: q.replace("+02:00", "")),
    ),
    "loses the minutes of offsets": (
        "equality", "equals datetime offset",
        Shelf(items=in_milliseconds(), spoil_condition=lambda q: q.replace("-05:30", "-05:00")),
    ),
    "finds empty texts for the word for absence": (
        "absent", "equals null extra", rewriting(lambda q: q.replace("name is nothing", 'name is ""')),
    ),
    "knows only the first condition": (
        "combinators", "and extra", rewriting(lambda q: q if "(" in q else q.split(" && ")[0]),
    ),
    "ignores parentheses": (
        "parentheses", "and extra", rewriting(lambda q: q.replace("(", " ").replace(")", " ")),
    ),
    "lets OR go first": ("precedence", "or missing", rewriting(or_first)),
    "refuses two spaces": (
        "spaces", "equals string status 400", rewriting(lambda q: "?" if "  " in q else q),
    ),
    "counts everything": ("pages", "total", Shelf(spoil_body=of_page)),
    "forgets the condition in links": ("pages", "walk", Shelf(spoil_body=forgetful)),
    "reads what cannot be read": (
        "malformed-refused", "an open parenthesis 200",
        rewriting(lambda q: q + ")" if q.count("(") > q.count(")") else q),
    ),
    "lists some under both opposites": (
        "complement", "greater number 2", rewriting(lambda q: q.replace("price <= ", "price <= 9")),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("promise", "detail", "shelf"), BROKEN.values(), ids=BROKEN)
def test_a_broken_list_is_told_by_its_promise(promise: str, detail: str, shelf: Shelf) -> None:
    found = breaches(shelf)

    assert detail in {breach.detail for breach in found.get(promise, ())}, found


def test_a_refused_condition_is_one_breach_with_its_status() -> None:
    shelf = Shelf(refuse=lambda query: 422 * (query.get("q") == "sold is true"))

    [breach] = breaches(shelf)["equality"]

    assert breach.detail == "equals boolean status 422"
    assert breach.summary == "expected a list for q=sold is true; got status 422"
    assert len(breach.evidence) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_not_judged(status: int) -> None:
    """It says nothing about the condition."""
    assert breaches(Shelf(refuse=lambda query: status * ("q" in query))) == {}


def test_the_evidence_of_a_missing_item_begins_with_the_page_that_shows_it() -> None:
    shelf = listing(lambda q, found: found[1:] if q == "sold is true" else found)

    [breach] = breaches(shelf)["equality"]

    assert "q=" not in breach.evidence[0].request.url
    assert "sold" in breach.evidence[-1].request.url
    assert breach.summary == "expected 0 with sold True for sold is true; got 3 items without it"


def test_an_item_of_another_list_is_told() -> None:
    """It fits the condition, but the whole list does not have it."""
    stranger = {**ITEMS[3], "id": "another"}
    shelf = listing(lambda q, found: [*found, stranger] if q == "sold is true" else found)

    assert {breach.detail for breach in breaches(shelf)["equality"]} == {"equals boolean stranger"}


def test_a_long_value_is_not_shown_whole() -> None:
    assert clipped(["x" * 100]) == "'" + "x" * 56 + "..."
    assert clipped([]) == "absent"


def hide_names(query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """Show no name of what is sold."""
    return {**body, "things": [{**item, "name": ""} if item["sold"] else item for item in body["things"]]}


def test_nothing_is_known_about_a_secret() -> None:
    """By what is shown of it, nobody can tell whether a condition holds."""
    shelf = Shelf(spoil_body=hide_names)
    rules = (SecretRule(member="name", when=("sold", True)),)

    assert "equality" in breaches(shelf)
    assert breaches(shelf, secrets=rules) == {}
