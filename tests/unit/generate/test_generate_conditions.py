"""Conditions, literals and selections are written as the contract says, and are the same for a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from shelf import ITEMS, TERMS, Shelf

from specproof.contract.languages import filtering
from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter, PartialResponse
from specproof.generate.broken_conditions import broken
from specproof.generate.conditions import Phrases
from specproof.generate.filters import ask_filter
from specproof.generate.guesses import make_up, make_up_several
from specproof.generate.literals import moment, moments, numbers, operand, samples, texts
from specproof.generate.selection_mixes import selections
from specproof.generate.selections import Chooser
from specproof.generate.shuffle import shuffle


def terms(**said: Any) -> Filter:
    """Return the words of a filter."""
    return Filter.model_validate({**TERMS, **said})


def phrases(depth: str = "standard", seed: int = 1, **said: Any) -> Phrases:
    """Return what writes conditions about the items of the shelf."""
    return Phrases(terms=terms(**said), items=ITEMS, secrets=(), depth=depth, seed=seed)


@pytest.mark.parametrize(
    ("value", "escape", "written"),
    [
        ("plain", None, '"plain"'),
        ('the "big" one', "\\", '"the \\"big\\" one"'),
        ("C:\\temp", "\\", '"C:\\\\temp"'),
        ('the "big" one', "'", '"the \'"big\'" one"'),
        ("it's", "'", "\"it''s\""),
        ('the "big" one', None, None),
        ("C:\\temp", None, None),
        ("two\nlines", "\\", None),
        ("x" * 1201, "\\", None),
        ("\u00e9" * 201, "\\", None),  # six characters each in an address
        (True, None, "true"),
        (7, None, "7"),
        (Decimal("7.5"), None, "7.5"),
        (None, None, "nothing"),
    ],
)
def test_a_literal_is_written(value: Any, escape: str | None, written: str | None) -> None:
    found = operand(terms(escape=escape), value)

    assert (found.written if found else None) == written


def test_the_word_for_no_value_is_null_where_no_other_is_said() -> None:
    found = operand(terms(absent=None), None)

    assert found is not None
    assert (found.kind, found.written) == ("null", "null")


AT = datetime(2024, 3, 5, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "written", "unit"),
    [
        ({}, "2024-03-05T12:30:15", timedelta(seconds=1)),
        ({"offset": "+02:00"}, "2024-03-05T14:30:15+02:00", timedelta(seconds=1)),
        ({"offset": "-05:30"}, "2024-03-05T07:00:15-05:30", timedelta(seconds=1)),
        ({"offset": "Z", "milliseconds": True}, "2024-03-05T12:30:15.123Z", timedelta(milliseconds=1)),
        ({"day": True}, "2024-03-05", timedelta(days=1)),
    ],
)
def test_a_moment_is_written(options: dict[str, Any], written: str, unit: timedelta) -> None:
    """What the literal means is the moment that it says, not the one it was made from."""
    found = moment(AT, **options)

    assert (found.written, found.unit) == (written, unit)
    assert found.value <= AT < found.value + unit


def test_texts_are_taken_from_every_kind_that_is_there() -> None:
    found = samples([str(item["name"]) for item in ITEMS])

    assert found == {
        "plain": "anchor", "cased": "anchor", "non-ASCII": "\u00e9toile", "quoted": 'the "big" one',
        "backslash": "C:\\temp", "odd": "bojen & ketten", "like a word": "true", "like a number": "007",
        "empty": "",
    }  # fmt: skip
    assert samples([" x "], spaces=True)["spaces"] == " x "


def test_a_number_is_also_asked_for_in_another_form() -> None:
    """So that text is not compared as a number."""
    asked = {(name, literal.value) for name, literal in texts(terms(), ["007"], full=True, seed="1")}

    assert {("equals", "007"), ("equals", "7")} <= asked


def test_text_has_no_order_where_none_is_said() -> None:
    operators = {name for name, _ in texts(terms(collation=None), ["a", "b"], full=True, seed="1")}

    assert operators == {"equals", "not_equals", "contains", "not_contains"}


def test_nothing_is_asked_where_nothing_is_known() -> None:
    assert list(texts(terms(), ["two\nlines", 5], full=True, seed="1")) == []
    assert list(numbers(terms(), [True, "x", float("nan")], full=True)) == []
    assert list(moments(["yesterday"], full=True)) == []


def test_values_that_are_secret_are_no_literals() -> None:
    rules = (SecretRule(member="name", when=("sold", True)),)
    asked = Phrases(terms=terms(), items=ITEMS, secrets=rules, depth="deep", seed=1)

    assert "anchor" not in asked.values("name")
    assert "Anchor" in asked.values("name")


def test_an_operator_that_is_not_there_is_not_used() -> None:
    asked = phrases(operators={"equals": "is"}).single()

    assert {question.condition.operator for question in asked} == {"equals"}  # type: ignore[union-attr]


def test_the_same_seed_asks_the_same() -> None:
    def told(seed: int) -> list[str]:
        return [question.text for question in phrases(seed=seed).single()]

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_more_depth_asks_more() -> None:
    counts = [len(phrases(depth).single()) for depth in ("quick", "standard", "deep")]

    assert counts[0] < 40 < counts[1] < counts[2]


def test_broken_conditions_are_broken_for_every_reader() -> None:
    good = phrases().single()[0]
    shown = dict(broken(terms(combinators={}, parentheses=False), good, "standard"))

    assert shown == {
        "name is": "no literal",
        f"is {good.condition.operand.written}": "no member",  # type: ignore[union-attr]
        "name": "no operator",
        f"name is is {good.condition.operand.written}": "two operators",  # type: ignore[union-attr]
        "made > 2024-13-45": "no such day",
        'name is "open': "an open string",
    }


def test_a_quick_look_asks_the_broken_conditions_that_are_often_read() -> None:
    good = phrases().single()[0]

    shown = {wrong for _, wrong in broken(terms(), good, "quick")}
    fewer = {wrong for _, wrong in broken(terms(fields={"price": "number"}), good, "quick")}

    assert shown == {"an open string", "an open parenthesis", "no such day"}
    assert fewer == {"an open parenthesis", "no literal", "no member"}


def joined(shelf: Shelf) -> dict[str, list[str]]:
    """Return the joined conditions that are asked of a list, by topic."""
    language, asker = filtering(shelf.operation()), shelf.asker()
    assert language is not None
    found: dict[str, list[str]] = {}
    for each in ask_filter(asker, asker.plain(), language, ()).joined:
        found.setdefault(each.question.topic, []).append(each.question.text)
    return found


def test_conditions_are_joined_as_the_contract_says() -> None:
    said = joined(Shelf())

    assert len(said["combinators"]) == 7
    assert all("(" in text for text in said["parentheses"])
    assert all("&&" in text and "||" in text for text in said["precedence"])
    assert any("  " in text for text in said["spaces"])


def test_what_is_not_said_is_not_joined() -> None:
    terms = {**TERMS, "combinators": {"and": "&&"}, "parentheses": False}
    del terms["binds_tighter"]

    assert set(joined(Shelf(terms=terms))) == {"combinators", "spaces"}


def test_not_is_written_before_a_group() -> None:
    said = {"combinators": {"and": "&&", "or": "||", "not": "no"}}
    texts = joined(Shelf(terms={**TERMS, **said}, refuse=lambda q: 400 * q.get("q", "").startswith("no ")))

    assert [text for text in texts["combinators"] if text.startswith("no (")] != []


def test_combinators_are_written_small_and_mixed_where_that_is_understood() -> None:
    said = {"combinators": {"and": "AND", "or": "OR"}, "combinators_ignore_case": True}
    texts = joined(Shelf(terms={**TERMS, **said}, spoil_condition=small))

    assert any(" and " in text for text in texts["combinators"])
    assert any(" oR " in text for text in texts["combinators"])


def small(text: str) -> str:
    """Understand words, small or not, where the shelf has signs."""
    for word, sign in (("AND", "&&"), ("OR", "||")):
        for written in (word, word.lower(), f"{word[:1].lower()}{word[1:]}"):
            text = text.replace(f" {written} ", f" {sign} ")
    return text


def test_secrets_are_made_up_alike_and_in_an_order_of_their_own() -> None:
    rule = SecretRule(member="value", when=("secured", True))
    one, several = make_up(rule, "seed"), make_up_several(rule, "seed")

    assert one == make_up(rule, "seed")
    assert one.text != one.other
    assert len(one.text) == len(one.other) == 24
    assert one.members == {"value": one.text, "secured": True}
    ranked = [secret.text for secret in several]
    assert sorted(ranked) not in (ranked, ranked[::-1])


def chooser(document: Any, depth: str = "standard", **said: Any) -> Chooser:
    """Return what chooses members."""
    terms = PartialResponse.model_validate({"exclude": "-", "add": "+", "wildcard": "*", **said})
    return Chooser(terms=terms, document=document, depth=depth, seed=1)


DOCUMENT = {
    "page": 1,
    "values": [{"id": 1, "links": {"self": {"href": "/1"}}, "no,name": 2, "-x": 3, "a.b": 4}],
}


def test_only_names_that_can_be_written_are_asked_for() -> None:
    texts = " ".join(selection.text for selection in chooser(DOCUMENT, "deep").selections())

    assert "values.links.self.href" in texts
    assert not any(name in texts for name in ("no,name", "-x", "a.b"))


def test_paths_are_written_with_the_signs_of_the_contract() -> None:
    shown = chooser(DOCUMENT, separator="/", delimiter=";", wildcard="all").selections()
    texts = {selection.text for selection in shown}

    assert {"values/all", "-all;+values", "page;values/links/self/href"} <= texts


def test_hidden_members_are_named_and_added() -> None:
    texts = {selection.text for selection in chooser(DOCUMENT, hidden=["values.owner"]).selections()}

    assert {"values.owner", "+values.owner"} <= texts


def test_every_selection_is_asked_once_and_less_at_less_depth() -> None:
    counts = []
    for depth in ("quick", "standard", "deep"):
        asked = [(each.topic, each.text) for each in selections(chooser(DOCUMENT, depth))]
        assert len(asked) == len(set(asked))
        counts.append(len(asked))
    assert counts[0] < counts[1] <= counts[2]


def test_an_answer_without_members_gives_nothing_to_ask() -> None:
    shown = {selection.text for selection in chooser({"a b": 1}, unknown="ignored").selections()}

    assert shown == {
        "*",
        "-*",
        "specproof_no_such_member",
        "-specproof_no_such_member",
        "+specproof_no_such_member",
    }


def test_an_order_looks_random_and_stays() -> None:
    assert shuffle(range(10), "a") == shuffle(range(10), "a")
    assert shuffle(range(10), "a") != shuffle(range(10), "b")
