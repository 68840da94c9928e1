"""How many bits of a code nobody can know for sure; never more is said than what is certain."""

from __future__ import annotations

import base64
import hashlib
import math
import uuid

import pytest

from specproof.invariants.unguessable import most_bits


def digest(number: int, size: int = 32) -> bytes:
    """Return bytes that look random."""
    return hashlib.sha256(str(number).encode()).digest()[:size]


def token(number: int, size: int) -> str:
    """Return random bytes in base64, as codes mostly are."""
    return base64.urlsafe_b64encode(digest(number, size)).decode().rstrip("=")


def jwt(number: int) -> str:
    """Return something in the shape of a signed token, most of which is always the same."""
    claims = base64.urlsafe_b64encode(b'{"iss":"https://login.example","exp":1700000000}').decode()
    return f"eyJhbGciOiJIUzI1NiJ9.{claims}.{token(number, 32)}"


HONEST = {
    "the example of RFC 6749": lambda number: token(number, 16),
    "hex digits": lambda number: digest(number, 16).hex(),
    "signed tokens": jwt,
    "random UUIDs": lambda number: str(uuid.UUID(bytes=digest(number, 16), version=4)),
    "a prefix for people": lambda number: f"ghu_{token(number, 27)}",
    "sixteen characters": lambda number: token(number, 12),
    "other alphabets": lambda number: f"\N{SNOWMAN}{number}",
}
CERTAIN = {
    "a counter": (lambda number: f"code-{number:08d}", 1),
    "a counter of other lengths": (lambda number: f"code-{7 * number}-of-one", 2),
    "eight digits": (lambda number: f"{int.from_bytes(digest(number, 3)):08d}", 8),
    "eight characters": (lambda number: token(number, 6), 8),
}


@pytest.mark.parametrize("kind", HONEST)
def test_what_may_be_random_enough_is_left_alone(kind: str) -> None:
    assert most_bits([HONEST[kind](number) for number in range(3)]) >= 64


@pytest.mark.parametrize("kind", CERTAIN)
def test_what_cannot_be_random_enough_is_counted(kind: str) -> None:
    make, places = CERTAIN[kind]

    assert most_bits([make(number) for number in range(3)]) <= places * math.log2(95)
