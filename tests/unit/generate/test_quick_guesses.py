"""A quick look guesses with several operators at once, and names the one that tells a secret."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import pytest
from builders import make_exchange
from shelf import ITEMS, TERMS, Shelf

from specproof.contract.languages import filtering
from specproof.contract.secret import SecretRule
from specproof.generate.guesses import guess_by_filter, make_up
from specproof.model.guess import Guess
from specproof.model.life import Act

SECRET = make_up(SecretRule(member="name", when=None), "seed")
PRICE = 12345  # of the thing that has the secret
TRUTH: dict[str, Callable[[str, str], bool]] = {
    "is": operator.eq, "<>": operator.ne, "has": operator.contains, "lacks": lambda one, two: two not in one,
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


def shelf(leak: str = "", **said: Any) -> Shelf:
    """Return a list with a hidden name; one operator may compare it nevertheless."""

    def compared(found: re.Match[str]) -> str:
        if TRUTH[leak](SECRET.text, found[1]):
            return f"({found[0]} || price is {PRICE})"
        return f"({found[0]} && price <> {PRICE})"

    def leaking(q: str) -> str:
        return re.sub(rf'name {re.escape(leak)} "([^"]*)"', compared, q) if leak else q

    items = [*ITEMS, {**ITEMS[0], "id": 50, "name": "", "price": PRICE}]
    return Shelf(items=items, spoil_condition=leaking, terms={**TERMS, **said})


def guesses(asked: Shelf) -> list[Guess]:
    """Return what a quick look guesses."""
    asker, language = asked.asker("quick"), filtering(asked.operation())
    assert language is not None
    made = Act(kind="create", subject="secret", exchange=make_exchange(201), identity="50", sent={})
    return list(guess_by_filter(asker, asker.plain(), language, made, SECRET))


@pytest.mark.parametrize(("name", "sign"), TERMS["operators"].items())
def test_the_operator_that_tells_a_secret_is_named(name: str, sign: str) -> None:
    assert {guess.operator for guess in guesses(shelf(sign)) if guess.tells} == {name}


def test_nothing_is_told_by_a_list_that_keeps_it() -> None:
    asked = shelf()

    assert [guess.tells for guess in guesses(asked)] == [False, False]
    assert len(asked.seen) == 5  # the list, and each of both conditions with the secret and without


def test_what_only_the_joined_condition_tells_is_told_of_all_of_it() -> None:
    def change(q: str) -> str:
        return f"{q} || price is {PRICE}" if "||" in q and f'has "{SECRET.text[4:16]}"' in q else q

    asked = shelf()
    asked.spoil_condition = change

    told = [guess.operator for guess in guesses(asked) if guess.tells]
    assert told == ["equals or contains or greater or greater_or_equal"]


def test_where_nothing_joins_two_operators_are_tried() -> None:
    asked = shelf()
    asked.terms = {
        name: said for name, said in asked.terms.items() if name not in {"combinators", "binds_tighter"}
    }

    assert [guess.operator for guess in guesses(asked)] == ["equals", "not_equals"]
