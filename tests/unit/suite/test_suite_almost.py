"""Secrets that are almost right: never the right one, and the same in a shell line."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import run_lines

from specproof.suite.almost import Almost, almost, turned

SECRETS = ("Zy9-mixed_Case+and/more=", "0123456789abcdef", "nothing-but-small-e", "kurz")


def made(secret: str, variable: str | None = "SECRET") -> list[Almost]:
    """Return all that can be made of a secret."""
    others = [turned(secret, variable, first=first) for first in (False, True)]
    return [*almost(secret, variable), *(each for each in others if each is not None)]


@pytest.mark.parametrize("secret", SECRETS)
def test_none_is_the_right_one_and_bash_makes_the_same(secret: str, tmp_path: Path) -> None:
    found = made(secret)
    printed = run_lines([f'printf "%s\\n" "{each.shown}"' for each in found], tmp_path, SECRET=secret)

    assert secret not in [each.value for each in found]
    assert printed.splitlines() == [each.value for each in found]


@pytest.mark.parametrize("secret", SECRETS)
def test_the_shell_line_tells_nothing_of_the_secret(secret: str) -> None:
    other = "".join(chr(ord(character) + 1) for character in secret)

    assert [each.shown for each in made(secret) if each.what in {e.what for e in made(other)}] == [
        each.shown for each in made(other) if each.what in {e.what for e in made(secret)}
    ]


def test_without_a_variable_the_shell_shows_a_mask() -> None:
    assert {each.shown for each in made("a-long-Secret", None)} == {"***"}


def test_of_a_short_secret_nothing_is_cut() -> None:
    assert [each.what for each in made("kurz")] == ["with a longer secret", "with the secret in other case"]


@pytest.mark.parametrize("last", "AQgwBe9f")
def test_another_last_character_is_another_even_where_the_last_bits_are_padding(last: str) -> None:
    """Of two characters in base64 the second has four bits that a reader may overlook."""
    other = turned(f"secret{last}", "SECRET")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    assert other is not None
    assert alphabet.index(other.value[-1]) >> 4 != alphabet.index(last) >> 4
