"""Nothing can be learnt about a secret by filtering or sorting."""

from __future__ import annotations

import pytest
from builders import make_exchange, make_operation

from specproof.invariants.guessing import not_guessed, not_ranked
from specproof.model.guess import Guess, SortedSecrets
from specproof.model.life import Act
from specproof.model.walk import Page, Walk

OPERATION = make_operation("200")


def walked(*identities: str, ended: str = "last") -> Walk:
    """Return a walk over one page."""
    page = Page(exchange=make_exchange(), readable=True, identities=identities)
    return Walk(operation=OPERATION.label, query=(), asked_size=None, pages=(page,), ended=ended)


def made(identity: str | None) -> Act:
    """Return the creation of a thing."""
    return Act(kind="create", subject="secret", exchange=make_exchange(201), identity=identity)


@pytest.mark.parametrize(
    ("right", "wrong", "shown"),
    [
        (walked("7", "8"), walked("8"), "listed"),
        (walked("8"), walked("7", "8"), "not listed"),
    ],
)
def test_a_thing_that_only_its_secret_finds_is_told(right: Walk, wrong: Walk, shown: str) -> None:
    [breach] = not_guessed(OPERATION, Guess(operator="equals", made=made("7"), right=right, wrong=wrong))

    assert breach.promise == "filter.secrets-hidden"
    assert breach.detail == "equals"
    assert breach.summary.endswith(f"got 7 {shown} for the secret alone")
    assert len(breach.evidence) == 3


@pytest.mark.parametrize(
    ("identity", "right", "wrong"),
    [
        ("7", walked("7"), walked("7", "8")),
        ("7", walked("8"), walked()),
        ("7", walked("7"), walked("8", ended="limit")),
        ("7", walked("7", ended="error"), walked()),
        (None, walked("7"), walked()),
    ],
    ids=["found by both", "found by neither", "long list", "error", "nothing made"],
)
def test_the_same_for_right_and_wrong_is_silent(identity: str | None, right: Walk, wrong: Walk) -> None:
    guess = Guess(operator="contains", made=made(identity), right=right, wrong=wrong)

    assert list(not_guessed(OPERATION, guess)) == []


def seen(*walks: Walk) -> SortedSecrets:
    """Return a list sorted by secrets whose order is a, b, c."""
    return SortedSecrets(made=(made("b"), made("a"), made("c")), by_secret=("a", "b", "c"), walks=walks)


def test_things_in_the_order_of_their_secrets_are_told() -> None:
    [breach] = not_ranked(OPERATION, seen(walked("x", "a", "b", "y", "c"), walked("c", "x", "b", "a")))

    assert (breach.promise, breach.detail) == ("sort.secrets-hidden", "order of secrets")
    assert len(breach.evidence) == 5


@pytest.mark.parametrize(
    "walks",
    [
        (walked("b", "a", "c"), walked("c", "a", "b")),
        (walked("a", "b", "c"), walked("a", "b", "c")),
        (walked("a", "b", "c"), walked("b", "c", "a")),
        (walked("a", "b"), walked("b", "a")),
        (walked("a", "b", "c", ended="limit"), walked("c", "b", "a")),
    ],
    ids=["creation", "same both ways", "one way only", "one is missing", "long list"],
)
def test_another_order_is_silent(walks: tuple[Walk, Walk]) -> None:
    assert list(not_ranked(OPERATION, seen(*walks))) == []
