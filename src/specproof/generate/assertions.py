"""Signed assertions (JWT, RFC 7519): one that is right, and those that must be refused."""

from __future__ import annotations

import base64
import json
import shlex
import uuid
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import SecurityWarning

from specproof.generate.authorizing import Desk, Trials, opened, token_request
from specproof.model.exchange import Exchange, Request
from specproof.model.oauth import Trial, token_of, untried

GOOD = "good"
_SKEW_S, _MINUTES_S, _HOUR_S = 30, 240, 3600
_OTHER_KEY = "specproof-signs-with-a-key-of-its-own-that-nobody-else-has-ever-seen"
_ELSEWHERE = "https://specproof.example/"
_NOBODY = "specproof-nobody"

# kind -> the promise that it puts to the test
KINDS: dict[str, str] = {
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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an assertion is made of.

    Args:
        header: The JOSE header.
        claims: What is signed; ``iat`` and ``exp`` in seconds from now.
        sent: What is sent in place of it; ``None``: the same.
        key: ``own``, ``other`` or ``none``.
        spoilt: Which part of the signature is another one: ``begin``, ``end`` or none.
    """

    header: Mapping[str, str]
    claims: Mapping[str, Any]
    sent: Mapping[str, Any] | None = None
    key: str = "own"
    spoilt: str = ""


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
    none = {"alg": kind.rpartition(" ")[2], "typ": "JWT"}
    others = {
        "signed with another key": replace(good, key="other"),
        "changed afterwards": replace(good, sent={**claims, "sub": _NOBODY}),
        "with another beginning of its signature": replace(good, spoilt="begin"),
        "with another end of its signature": replace(good, spoilt="end"),
        "without its signature": replace(good, key="none"),
        "of alg none": replace(good, header=none, key="none"),
        "of alg None": replace(good, header=none, key="none"),
        "expired": replace(good, claims={**claims, "iat": -2 * _HOUR_S, "exp": -_HOUR_S}),
        "for somebody else": replace(good, claims={**claims, "aud": _ELSEWHERE}),
        "for somebody else, in a list": replace(good, claims={**claims, "aud": [_ELSEWHERE]}),
        "of an unknown issuer": replace(good, claims={**claims, "iss": _NOBODY, "sub": _NOBODY}),
    }
    return others.get(kind, good)


def mint(made_of: Recipe, secret: str, *, now: int) -> str:
    """Return an assertion.

    Args:
        made_of: Its recipe.
        secret: The key that the issuer shares with the server.
        now: Unix time in seconds.
    """
    unique = {"jti": str(uuid.uuid4())}
    payload = {**_at(made_of.claims, now), **unique}
    if made_of.key == "none":
        return f"{_part(made_of.header)}.{_part(payload)}."
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # how long the key is was decided elsewhere
        key = jwk.OctKey.import_key(secret if made_of.key == "own" else _OTHER_KEY)
        signed = jwt.encode(dict(made_of.header), payload, key, algorithms=[made_of.header["alg"]])
    first, middle, last = signed.split(".")
    if made_of.sent is not None:
        middle = _part({**_at(made_of.sent, now), **unique})
    return f"{first}.{middle}.{_spoilt(last, made_of.spoilt)}"


def _spoilt(signature: str, part: str) -> str:
    """Turn every bit of the first or the last quarter of a signature round."""
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    quarter = len(raw) // 4
    where = {"begin": slice(0, quarter), "end": slice(-quarter, None)}.get(part, slice(0, 0))
    raw[where] = bytes(byte ^ 0xFF for byte in raw[where])
    return _base64(bytes(raw))


def _at(claims: Mapping[str, Any], now: int) -> dict[str, Any]:
    return {name: value + now if isinstance(value, int) else value for name, value in claims.items()}


def _part(members: Mapping[str, Any]) -> str:
    return _base64(json.dumps(members, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


_CODE = """import base64, hmac, json, os, sys, time, uuid
header, claims, sent = (json.loads(text) for text in sys.argv[1:4])
said = lambda members: {n: v + int(time.time()) if isinstance(v, int) else v for n, v in members.items()}
part = lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")
unique = {"jti": str(uuid.uuid4())}
first = part(json.dumps(header).encode())
signed, shown = (first + "." + part(json.dumps({**said(m), **unique}).encode()) for m in (claims, sent))
key = {"own": os.environ.get(sys.argv[5], ""), "other": sys.argv[5]}.get(sys.argv[4])
mac = bytearray(hmac.digest(key.encode(), signed.encode(), "sha" + header["alg"][2:]) if key else b"")
quarter = len(mac) // 4
where = {"begin": slice(0, quarter), "end": slice(-quarter, None)}.get(sys.argv[6], slice(0, 0))
mac[where] = bytes(byte ^ 255 for byte in mac[where])
print(shown + "." + part(mac))"""


def command(made_of: Recipe, variable: str) -> str:
    """Return a shell command that prints a fresh assertion of the same recipe.

    ``variable`` names the environment variable that holds the key.
    """
    texts = (made_of.header, made_of.claims, made_of.sent or made_of.claims)
    key = variable if made_of.key == "own" else _OTHER_KEY
    words = [*(json.dumps(text) for text in texts), made_of.key, key, made_of.spoilt]
    return f"python3 -c {shlex.quote(_CODE)} {' '.join(map(shlex.quote, words))}"


def assertion_trials(desk: Desk) -> Trials:
    """Try the grant that swaps an assertion for a token."""
    if desk.scheme.jwt is None:
        return
    names = (*dict.fromkeys(KINDS.values()), "jwt-scheme")
    if desk.mint is None:
        yield from untried(names, "the profile has no [oauth.jwt]")
        return
    grant = desk.scheme.jwt.grant
    audience: str | None = desk.token_url
    answer = _swap(desk, GOOD, audience)
    if token_of(answer) is None:
        # RFC 7523 section 3 has the token endpoint, or whatever else the server is known by; a server that
        # knows itself by another name is met by an assertion that names nobody.
        audience, first = None, answer
        answer = _swap(desk, GOOD, audience)
        answer = answer if token_of(answer) is not None else first
    yield Trial(
        promise="oauth.grant-offered", kind="granted", what="an assertion", evidence=(answer,), grant=grant
    )
    token = token_of(answer)
    if token is None:
        yield from untried(names, "an assertion gives no token even where it is as it should be")
        return
    # What scopes it has was said where the issuer was registered, not where the client was.
    yield from opened(desk, token, (answer,), "the token of an assertion", of_client=False)
    for kind, promise in KINDS.items():
        yield _refused(desk, promise, f"an assertion {kind}", _swap(desk, kind, audience))
    scheme = desk.scheme.jwt.scheme
    if scheme is not None and scheme != scheme.lower():
        small = _swap(desk, GOOD, audience, scheme=scheme.lower())
        yield _refused(desk, "jwt-scheme", "the scheme in small letters", small)
    else:
        yield from untried(("jwt-scheme",), "the name of the scheme has no other spelling")


def assertion_request(desk: Desk, kind: str, audience: str | None, *, scheme: str | None = None) -> Request:
    """Return a request that swaps a new assertion of a kind for a token.

    Raises:
        ValueError: There is no grant for assertions, or no key to sign them with.
    """
    rule, make = desk.scheme.jwt, desk.mint
    if rule is None or make is None:
        raise ValueError("there is no grant for assertions, or no key to sign them with")
    assertion = make(kind, audience)
    word = f" under {scheme}" if scheme else ""
    form = {} if rule.scheme else {"assertion": assertion}
    request = token_request(desk, rule.grant, f"swap an assertion, {kind}{word}", form, proof="assertion")
    if rule.scheme:
        header = ("Authorization", f"{scheme or rule.scheme} {assertion}")
        request = replace(request, headers=(*request.headers, header))
    return request


def _swap(desk: Desk, kind: str, audience: str | None, *, scheme: str | None = None) -> Exchange:
    return desk.send(assertion_request(desk, kind, audience, scheme=scheme))


def _refused(desk: Desk, promise: str, what: str, answer: Exchange) -> Trial:
    grant = desk.scheme.jwt.grant if desk.scheme.jwt else ""
    return Trial(promise=f"oauth.{promise}", kind="refused", what=what, evidence=(answer,), grant=grant)
