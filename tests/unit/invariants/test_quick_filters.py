"""What a quick look asks of a filter: few conditions in which much is, and what it then tells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from shelf import ITEMS, TERMS, Item, Shelf

from specproof.contract.languages import filtering
from specproof.generate.filters import ask_filter
from specproof.generate.traps import TRAPPED
from specproof.invariants.conditions import Reader
from specproof.invariants.filter_context import FilterContext
from specproof.invariants.filtering import JUDGES, is_wrong
from specproof.model.condition import FilterEvidence, comparisons
from specproof.model.finding import Breach

Query = dict[str, str]
HARD: tuple[Item, ...] = (*ITEMS, {**ITEMS[0], "id": 99, "name": TRAPPED[0]})
WORDS = {**TERMS, "combinators": {"and": "AND", "or": "OR"}, "combinators_ignore_case": True}


def asked(shelf: Shelf) -> tuple[FilterContext, FilterEvidence]:
    """Ask a list what a quick look asks; return what the judges take."""
    operation, asker = shelf.operation(), shelf.asker("quick")
    language = filtering(operation)
    assert language is not None
    reader = Reader(terms=language.terms)
    context = FilterContext(operation=operation, parameter="q", reader=reader, malformed=400)
    return context, ask_filter(asker, asker.plain(), language, (), partial(is_wrong, context))


def breaches(shelf: Shelf) -> dict[str, list[Breach]]:
    """Return what broke, by the second half of the promise."""
    context, seen = asked(shelf)
    found = {name.partition(".")[2]: list(judge(context, seen)) for name, judge in JUDGES.items()}
    return {name: each for name, each in found.items() if each}


def texts_of(q: str) -> list[str]:
    """Return the texts of a condition."""
    return [re.sub(r"\\(.)", r"\1", found) for found in re.findall(r'"((?:[^"\\]|\\.)*)"', q)]


def texts(change: Callable[[str], str]) -> Shelf:
    """Return a list that changes the texts of a condition before it reads it."""
    return rewriting(lambda q: re.sub(r'"((?:[^"\\]|\\.)*)"', lambda found: f'"{change(found[1])}"', q))


def rewriting(change: Callable[[str], str], **said: Any) -> Shelf:
    """Return a list that obeys another condition than the one that was asked."""
    return Shelf(items=HARD, spoil_condition=change, **said)


def refusing(is_refused: Callable[[str], object], **said: Any) -> Shelf:
    """Return a list that refuses some conditions."""
    return Shelf(items=HARD, refuse=lambda query: 400 * bool(is_refused(query.get("q", ""))), **said)


def signs(q: str) -> str:
    """Write the words between conditions as the list knows them."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', q)
    parts[::2] = [re.sub(r"(?i)\bor\b", "||", re.sub(r"(?i)\band\b", "&&", part)) for part in parts[::2]]
    return "".join(parts)


def by_beginning(query: Query, found: list[Item]) -> list[Item]:
    """Be content with the beginning of a name."""
    q = query.get("q", "")
    begin = tuple(text for text in texts_of(q) if text) if q.startswith("name is") else ()
    return [item for item in HARD if item["name"].startswith(begin)] if begin else found


def first(number: int, between: str) -> Callable[[str], str]:
    """Forget the parts of a row after some number of them."""
    return lambda q: between.join(q.split(between)[:number]) if "(" not in q else q


def linking(change: Callable[[str], str], name: str) -> Shelf:
    """Return a list whose links have another condition."""

    def wrong(query: Query, body: dict[str, Any]) -> dict[str, Any]:
        if name not in body or "q" not in query:
            return body
        head, _, tail = str(body[name]).partition("q=")
        condition, _, rest = tail.partition("&")
        return {**body, name: f"{head}q={change(condition)}&{rest}"}

    return Shelf(items=HARD, spoil_body=wrong)


BROKEN: dict[str, tuple[str, str, Shelf]] = {
    # what the list does: (promise, detail, list)
    "trims texts": ("equality", "equals string missing", texts(str.strip)),
    "decodes texts twice": ("equality", "equals string missing", texts(unquote)),
    "composes texts": ("equality", "equals string missing", texts(partial(unicodedata.normalize, "NFC"))),
    "doubles backslashes": (
        "equality", "equals string missing", texts(lambda t: t.replace("\\\\", "\\" * 4)),
    ),
    "cuts texts": ("equality", "equals string missing", texts(lambda t: t[:255])),
    "refuses apostrophes": ("equality", "equals string status 400", refusing(lambda q: "'" in q)),
    "is content with the beginning": (
        "equality", "equals string extra", Shelf(items=HARD, spoil_items=by_beginning),
    ),
    "knows no other capitals than A to Z": (
        "contains", "contains string missing",
        texts(lambda t: t.replace("\u00d6", "?") if "gR" in t else t),
    ),
    "takes signs for any text": (
        "contains", "contains string extra", rewriting(lambda q: q.replace('has "%_"', 'has ""')),
    ),
    "does not know Z": ("equality", "not_equals datetime missing", rewriting(
        lambda q: "made is nothing" if q.endswith("Z") and "made <>" in q and "&&" not in q else q,
    )),
    "ignores offsets": ("order", "greater_or_equal datetime missing", rewriting(
        lambda q: re.sub(r"[+-]\d\d:\d\d", "", q),
    )),
    "refuses dates": ("order", "less datetime status 400", refusing(lambda q: re.search(r"< \S{10}$", q))),
    "forgets what comes seventh": ("combinators", "or missing", rewriting(first(6, " || "))),
    "knows six conditions": ("combinators", "and status 400", refusing(lambda q: q.count("&&") > 6)),
    "refuses many parentheses": ("parentheses", "or status 400", refusing(lambda q: ")))))" in q)),
    "does not know small words": (
        "combinators", "or status 400",
        refusing(lambda q: " or " in re.sub('".*?"', "", q), terms=WORDS, spoil_condition=signs),
    ),
    "does not know mixed words": (
        "combinators", "and status 400",
        refusing(lambda q: " aND " in q, terms=WORDS, spoil_condition=signs),
    ),
    "knows one blank": (
        "spaces", "equals number status 400", refusing(lambda q: "  " in re.sub('".*?"', "", q)),
    ),
    "writes small letters into links": ("pages", "walk", linking(str.lower, "more")),
    "writes a blank for a plus into links": (
        "pages", "walk", linking(lambda q: q.replace("%2B", "+"), "more"),
    ),
    "forgets the condition on the way back": ("pages", "previous", linking(lambda q: "", "less")),
}  # fmt: skip


@pytest.mark.parametrize(("promise", "detail", "shelf"), BROKEN.values(), ids=BROKEN)
def test_a_quick_look_tells_a_broken_list_by_its_promise(promise: str, detail: str, shelf: Shelf) -> None:
    found = breaches(shelf)

    assert detail in {breach.detail for breach in found.get(promise, ())}, found


@pytest.mark.parametrize("terms", [TERMS, {n: v for n, v in TERMS.items() if n != "collation"}])
def test_a_quick_look_at_hard_texts_is_silent_where_they_are_understood(terms: dict[str, Any]) -> None:
    assert breaches(Shelf(items=HARD, terms=terms)) == {}
    assert breaches(Shelf(items=HARD, terms={**WORDS}, spoil_condition=signs)) == {}


def test_a_quick_look_asks_no_more_than_before() -> None:
    shelf = Shelf(items=HARD)

    asked(shelf)

    assert len(shelf.seen) < 60


def test_what_may_have_been_the_stumbling_block_is_said() -> None:
    [breach, *_] = breaches(texts(str.strip))["equality"]

    assert "(a text with a blank at an end, two blanks, a quotation mark, an apostrophe" in breach.summary


def test_texts_that_are_almost_there_are_asked_for_at_once() -> None:
    _, seen = asked(Shelf(items=HARD))

    [almost] = seen.together
    values = {each.operand.value for each in comparisons(almost.question.condition)}
    assert {TRAPPED[0][: len(TRAPPED[0]) // 2], unicodedata.normalize("NFC", TRAPPED[0])} <= values
    assert almost.walk.identities == ()
    assert not {each.question.condition for each in seen.asked.values()} & set(
        comparisons(almost.question.condition)
    )


def test_conditions_that_only_fail_together_are_told_together() -> None:
    shelf = Shelf(
        items=HARD,
        spoil_items=lambda query, found: list(HARD) if query.get("q", "").count("name is") > 2 else found,
    )

    assert {breach.detail for breach in breaches(shelf)["equality"]} == {"or extra"}


def test_a_comparison_and_its_opposite_are_one_however_a_moment_is_written() -> None:
    late = rewriting(lambda q: re.sub(r"made <= \S+", "made <= 2024-03-31", q))

    assert {breach.detail for breach in breaches(late)["complement"]} == {"greater datetime 2"}
