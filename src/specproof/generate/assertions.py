"""Signed assertions (JWT, RFC 7519): made, sent, and judged by whether they give a token."""

from __future__ import annotations

import base64
import hmac
import json
import shlex
import uuid
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import SecurityWarning

from specproof.generate.authorizing import Desk, Trials, opened, token_request
from specproof.generate.recipes import ENDLESS, GOOD, KINDS, Recipe
from specproof.model.exchange import Exchange, Request
from specproof.model.oauth import Trial, token_of, untried

_OTHER_KEY = "specproof-signs-with-a-key-of-its-own-that-nobody-else-has-ever-seen"


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
    if made_of.key in {"empty", "issuer"} or made_of.signed_by:
        signed = _by_hand(made_of, secret, payload)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # how long the key is was decided elsewhere
            key = jwk.OctKey.import_key(secret if made_of.key == "own" else _OTHER_KEY)
            signed = jwt.encode(dict(made_of.header), payload, key, algorithms=[made_of.header["alg"]])
    first, middle, last = signed.split(".")
    if made_of.sent is not None:
        middle = _part({**_at(made_of.sent, now), **unique})
    return f"{first}.{middle}.{_spoilt(last, made_of.spoilt)}"


def _by_hand(made_of: Recipe, secret: str, payload: Mapping[str, Any]) -> str:
    """Sign as no library does (RFC 7515 appendix A.1): with no real key, or otherwise than it says."""
    signed = f"{_part(made_of.header)}.{_part(payload)}"
    issuer = str(made_of.claims.get("iss", ""))
    known = {"empty": "", "issuer": issuer if issuer != secret else _OTHER_KEY}
    key = known.get(made_of.key, secret).encode()
    name = "sha" + (made_of.signed_by or made_of.header["alg"])[2:]
    return f"{signed}.{_base64(hmac.digest(key, signed.encode(), name))}"


def _spoilt(signature: str, part: str) -> str:
    """Turn every bit of the first or the last quarter of a signature round; cut it, or make it longer."""
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    quarter = len(raw) // 4
    if part in {"cut", "longer"}:
        return _base64(bytes(raw[: 2 * quarter] if part == "cut" else raw + raw[:quarter]))
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
key = {"own": os.environ.get(sys.argv[5], ""), "other": sys.argv[5], "empty": ""}
key = {**key, "issuer": claims.get("iss", "")}.get(sys.argv[4])
name = "sha" + (sys.argv[7] or header["alg"])[2:]
mac = bytearray(b"" if key is None else hmac.digest(key.encode(), signed.encode(), name))
quarter = len(mac) // 4
mac = {"cut": mac[:2 * quarter], "longer": mac + mac[:quarter]}.get(sys.argv[6], mac)
where = {"begin": slice(0, quarter), "end": slice(-quarter, None)}.get(sys.argv[6], slice(0, 0))
mac[where] = bytes(byte ^ 255 for byte in mac[where])
print(shown + "." + part(mac))"""


def command(made_of: Recipe, variable: str) -> str:
    """Return a shell command that prints a fresh assertion of the same recipe.

    ``variable`` names the environment variable that holds the key.
    """
    texts = (made_of.header, made_of.claims, made_of.sent or made_of.claims)
    key = variable if made_of.key == "own" else _OTHER_KEY
    how = (made_of.key, key, made_of.spoilt, made_of.signed_by)
    words = [*(json.dumps(text) for text in texts), *how]
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
        if kind == ENDLESS and not desk.scheme.jwt.must_expire:
            continue
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
