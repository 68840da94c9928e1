"""Assertions are what their kind says: by an independent reading, and by the command that makes another."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from shell import run_lines

from specproof.generate.assertions import command, mint
from specproof.generate.recipes import GOOD, KINDS, recipe

KEY = "a-key-of-the-issuer-that-is-long-enough-for-every-algorithm-there-is"
NOW = 1_700_000_000


def made(kind: str, algorithm: str = "HS256", audience: str | None = "https://login.example/token") -> str:
    """Mint an assertion."""
    how = recipe(kind, issuer="addon", algorithm=algorithm, audience=audience)
    return mint(how, KEY, now=NOW)


def read(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Return header, claims, and whether the signature is that of the key."""
    head, body, signature = assertion.split(".")
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, body)
    )
    name = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(header["alg"], hashlib.sha256)
    mac = hmac.new(KEY.encode(), f"{head}.{body}".encode(), name).digest()
    return header, claims, base64.urlsafe_b64encode(mac).decode().rstrip("=") == signature


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_good_assertion_is_signed_and_in_date(algorithm: str) -> None:
    header, claims, signed = read(made(GOOD, algorithm))

    assert header == {"alg": algorithm, "typ": "JWT"}
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("addon", "addon", "https://login.example/token")
    assert claims["iat"] <= NOW < claims["exp"] <= NOW + 300
    assert signed


def test_no_two_assertions_are_the_same() -> None:
    assert read(made(GOOD))[1]["jti"] != read(made(GOOD))[1]["jti"]


def test_an_assertion_may_name_no_audience() -> None:
    assert "aud" not in read(made(GOOD, audience=None))[1]


def test_a_short_key_is_no_concern_of_ours() -> None:
    """Whether it is long enough was decided by those who gave it."""
    assert mint(recipe(GOOD, issuer="a", algorithm="HS256", audience=None), "short", now=NOW).count(".") == 2


@pytest.mark.parametrize("kind", [kind for kind, promise in KINDS.items() if promise == "jwt-signature"])
def test_a_spoilt_signature_is_not_that_of_the_key(kind: str) -> None:
    header, claims, signed = read(made(kind))

    assert not signed
    assert header["alg"] == ("HS512" if kind.startswith("that says") else "HS256")
    assert claims["iss"] == "addon"
    assert claims["exp"] > NOW


@pytest.mark.parametrize(("kind", "alg"), [("of alg none", "none"), ("of alg None", "None")])
def test_an_assertion_without_algorithm_has_no_signature(kind: str, alg: str) -> None:
    assertion = made(kind)

    assert read(assertion)[0]["alg"] == alg
    assert assertion.endswith(".")


@pytest.mark.parametrize(
    ("kind", "claim", "value"),
    [
        ("expired", "exp", NOW - 3600),
        ("for somebody else", "aud", "https://specproof.example/"),
        ("for somebody else, in a list", "aud", ["https://specproof.example/"]),
        ("of an unknown issuer", "iss", "specproof-nobody"),
        ("without exp", "exp", None),
        ("with exp 0", "exp", 0),
        ("with exp as a text of the past", "exp", "1000000000"),
        ("not valid before an hour", "nbf", NOW + 3600),
        ("for an address that begins alike", "aud", "https://login.example@specproof.example/token"),
        ("of an issuer that begins alike", "iss", "addon-specproof"),
        ("of the issuer in other capitals", "iss", "ADDON"),
        ("without an issuer", "iss", None),
    ],
)
def test_only_one_thing_is_wrong(kind: str, claim: str, value: object) -> None:
    """The signature is right, so that nothing else is the reason of a refusal."""
    _, claims, signed = read(made(kind))

    assert signed
    assert claims.get(claim) == value


@pytest.mark.parametrize("kind", [GOOD, *KINDS])
@pytest.mark.parametrize("algorithm", ["HS256", "HS512"])
def test_the_command_makes_another_of_the_same_kind(kind: str, algorithm: str, tmp_path: Path) -> None:
    how = recipe(kind, issuer="addon", algorithm=algorithm, audience="https://login.example/token")
    line = command(how, "ISSUER_KEY")
    header, claims, signed = read(run_lines((line,), tmp_path, ISSUER_KEY=KEY).strip())
    expected, wanted, right = read(mint(how, KEY, now=NOW))

    assert KEY not in line
    assert (header, signed) == (expected, right)
    assert claims.keys() == wanted.keys()
    for name in ("iss", "sub", "aud"):
        assert claims.get(name) == wanted.get(name)
    assert since(claims, "exp") == since(wanted, "exp")
    assert since(claims, "nbf") == since(wanted, "nbf")


def since(claims: dict[str, Any], name: str) -> object:
    """Return a time in seconds after ``iat``; what is no integer as it is."""
    value = claims.get(name)
    return value - claims["iat"] if isinstance(value, int) else value


def test_an_issuer_without_letters_has_another_spelling_too() -> None:
    how = recipe("of the issuer in other capitals", issuer="42", algorithm="HS256", audience=None)

    assert how.claims["iss"] == "42X"
