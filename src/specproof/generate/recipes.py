"""What assertions (JWT, RFC 7519) are made of: one that is right, and those that must be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

GOOD, ENDLESS = "good", "without exp"
_SKEW_S, _MINUTES_S, _HOUR_S = 30, 240, 3600
_ELSEWHERE = "https://specproof.example/"
_NOBODY = "specproof-nobody"

# kind -> the promise that it puts to the test
KINDS: Mapping[str, str] = {
    "signed with another key": "jwt-signature",
    "changed afterwards": "jwt-signature",
    "with another beginning of its signature": "jwt-signature",
    "with another end of its signature": "jwt-signature",
    "without its signature": "jwt-signature",
    "of alg none": "jwt-none",
    "of alg None": "jwt-none",
    "expired": "jwt-expired",
    "for somebody else": "jwt-audience",
    "for somebody else, in a list": "jwt-audience",
    "of an unknown issuer": "jwt-issuer",
    "signed with an empty key": "jwt-signature",
    "signed with the name of its issuer": "jwt-signature",
    "with half of its signature": "jwt-signature",
    "with a longer signature": "jwt-signature",
    "signed in another way than it says": "jwt-signature",
    "that says another way than it is signed": "jwt-signature",
    ENDLESS: "jwt-expired",
    "with exp 0": "jwt-expired",
    "with exp as a text of the past": "jwt-expired",
    "not valid before an hour": "jwt-expired",
    "for an address that begins alike": "jwt-audience",
    "of an issuer that begins alike": "jwt-issuer",
    "of the issuer in other capitals": "jwt-issuer",
    "without an issuer": "jwt-issuer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an assertion is made of.

    Args:
        header: The JOSE header.
        claims: What is signed; ``iat``, ``nbf`` and ``exp`` in seconds from now, where they are integers.
        sent: What is sent in place of it; ``None``: the same.
        key: ``own``, ``other``, ``empty``, ``issuer`` or ``none``.
        spoilt: What becomes of the signature: another ``begin`` or ``end``, ``cut``, ``longer``, or nothing.
        signed_by: The algorithm that it is signed by; empty: the one that the header says.
    """

    header: Mapping[str, str]
    claims: Mapping[str, Any]
    sent: Mapping[str, Any] | None = None
    key: str = "own"
    spoilt: str = ""
    signed_by: str = ""


def recipe(kind: str, *, issuer: str, algorithm: str, audience: str | None) -> Recipe:
    """Return how an assertion of a kind is made.

    Args:
        kind: ``GOOD``, or one of ``KINDS``.
        issuer: ``iss``, and ``sub`` as well.
        algorithm: ``HS256``, ``HS384`` or ``HS512``.
        audience: ``aud``; ``None`` leaves it out.
    """
    claims: dict[str, Any] = {"iss": issuer, "sub": issuer, "iat": -_SKEW_S, "exp": _MINUTES_S}
    if audience is not None:
        claims["aud"] = audience
    good = Recipe(header={"alg": algorithm, "typ": "JWT"}, claims=claims)
    others = {**_of_signatures(good), **_of_times(good), **_of_names(good, audience or _ELSEWHERE)}
    return others.get(kind, good)


def _of_signatures(good: Recipe) -> dict[str, Recipe]:
    own = good.header["alg"]
    other = "HS512" if own == "HS256" else "HS256"
    return {
        "signed with another key": replace(good, key="other"),
        "changed afterwards": replace(good, sent={**good.claims, "sub": _NOBODY}),
        "with another beginning of its signature": replace(good, spoilt="begin"),
        "with another end of its signature": replace(good, spoilt="end"),
        "without its signature": replace(good, key="none"),
        "of alg none": replace(good, header={**good.header, "alg": "none"}, key="none"),
        "of alg None": replace(good, header={**good.header, "alg": "None"}, key="none"),
        "signed with an empty key": replace(good, key="empty"),
        "signed with the name of its issuer": replace(good, key="issuer"),
        "with half of its signature": replace(good, spoilt="cut"),
        "with a longer signature": replace(good, spoilt="longer"),
        "signed in another way than it says": replace(good, signed_by=other),
        "that says another way than it is signed": replace(
            good, header={**good.header, "alg": other}, signed_by=own
        ),
    }


def _of_times(good: Recipe) -> dict[str, Recipe]:
    claims = good.claims
    endless = {name: value for name, value in claims.items() if name != "exp"}
    return {
        "expired": replace(good, claims={**claims, "iat": -2 * _HOUR_S, "exp": -_HOUR_S}),
        ENDLESS: replace(good, claims=endless),
        "with exp 0": replace(good, claims={**claims, "exp": 0.0}),  # no integer: not counted from now
        "with exp as a text of the past": replace(good, claims={**claims, "exp": "1000000000"}),
        "not valid before an hour": replace(good, claims={**claims, "nbf": _HOUR_S, "exp": 2 * _HOUR_S}),
    }


def _of_names(good: Recipe, audience: str) -> dict[str, Recipe]:
    claims, issuer = good.claims, str(good.claims["iss"])
    swapped = issuer.swapcase()

    def by(name: str) -> Recipe:
        return replace(good, claims={**claims, "iss": name, "sub": name})

    def meant_for(name: str | list[str]) -> Recipe:
        return replace(good, claims={**claims, "aud": name})

    return {
        "for somebody else": meant_for(_ELSEWHERE),
        "for somebody else, in a list": meant_for([_ELSEWHERE]),
        "for an address that begins alike": meant_for(_elsewhere_alike(audience)),
        "of an unknown issuer": by(_NOBODY),
        "of an issuer that begins alike": by(f"{issuer}-specproof"),
        "of the issuer in other capitals": by(swapped if swapped != issuer else f"{issuer}X"),
        "without an issuer": replace(good, claims={n: v for n, v in claims.items() if n != "iss"}),
    }


def _elsewhere_alike(audience: str) -> str:
    """Return an address on another host that begins like an audience: below its own it might be meant."""
    scheme, separator, rest = audience.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host}@specproof.example{slash}{path}"
