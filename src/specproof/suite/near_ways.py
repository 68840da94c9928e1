"""Rarer ways to be almost right: another's name, another end, by an alias, in the query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from specproof.client.curl import quote
from specproof.client.settings import Signature
from specproof.environment.fields import revealed
from specproof.environment.profile import Credential
from specproof.model.operation import Operation
from specproof.suite.almost import almost, turned
from specproof.suite.impostors import signed_almost
from specproof.suite.session import Suite
from specproof.suite.signing import over_basic, shell_variable, variable_of

# {"sub":"1"} under {"alg":"none"} and {"alg":"HS256"}: some take whatever looks like a JSON Web Token for one
_TOKENS = {
    "that nobody signed": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "that anybody signed": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c3BlY3Byb29m",
}
_IN_QUERY = 2  # secrets that are almost right


@dataclass(frozen=True, slots=True, kw_only=True)
class NearWay:
    """A way to ask that must be refused.

    Args:
        what: What is wrong, in words.
        credential: The name under which the request is signed so.
        place: Path values that are written otherwise than usual.
    """

    what: str
    credential: str
    place: Mapping[str, str] = field(default_factory=dict)


def near_ways(suite: Suite, operation: Operation, able: Iterable[Credential]) -> Iterator[NearWay]:
    """Yield those in the header for the first good credential of each kind.

    Args:
        suite: The run.
        operation: What is asked for.
        able: The credentials that may.
    """
    for credential in _chosen(able):
        yield from _of(suite, operation, credential)
        if credential.scheme == "basic":
            yield from _under_another_name(suite, credential)
            yield _garbled(suite, credential, "without a colon", "Basic c3BlY3Byb29m")
            continue
        for what, token in _TOKENS.items():
            yield _garbled(suite, credential, f"with a token {what}", f"Bearer {token}")


def near_ways_in_query(suite: Suite, able: Iterable[Credential]) -> Iterator[NearWay]:
    """Yield those in the query for the first good token of each kind."""
    for credential in _chosen(able):
        if credential.scheme == "bearer":
            yield from _in_query(suite, credential)


def _chosen(able: Iterable[Credential]) -> list[Credential]:
    secrets = [c for c in able if c.scheme in {"basic", "bearer"} and c.secret]
    return list({(c.scheme, c.satisfies): c for c in reversed(secrets)}.values())


def _of(suite: Suite, operation: Operation, credential: Credential) -> Iterator[NearWay]:
    secret, variable = _secret(suite, credential)
    scheme = f"({credential.scheme})"
    for each in (turned(secret, variable), turned(secret, variable, first=True)):
        if each is not None:
            yield NearWay(what=f"{each.what} {scheme}", credential=signed_almost(suite, credential, each))
    aliases = suite.profile.aliases
    named = {p.name for p in operation.parameters if p.location == "path"} & aliases.keys()
    place = {name: str(aliases[name][0]) for name in named if aliases[name]}
    longer = next(almost(secret, variable))
    if place:
        name = signed_almost(suite, credential, longer)
        yield NearWay(what=f"{longer.what} {scheme}, by an alias", credential=name, place=place)


def _garbled(suite: Suite, credential: Credential, what: str, value: str) -> NearWay:
    name = f"{credential.name}, {what}"
    shell = ("-H", quote(f"Authorization: {value}"))
    suite.client.know(name, Signature(where="header", name="Authorization", value=value, shell=shell))
    return NearWay(what=f"{what} ({credential.scheme})", credential=name)


def _under_another_name(suite: Suite, credential: Credential) -> Iterator[NearWay]:
    """Come with the right secret under the name of somebody else who is known."""
    secret, variable = _secret(suite, credential)
    known = [c for c in suite.profile.credentials if c.scheme == "basic" and c.state == "valid"]
    own = {c.username for c in known if c.secret and c.secret.get_secret_value() == secret}
    other = next((c.username for c in known if c.username and c.username not in own), None)
    if other is not None:
        name = f"{credential.name}, as {other}"
        suite.client.know(name, over_basic(other, secret, shell_variable(variable)))
        yield NearWay(what="with the name of another known user", credential=name)


def _in_query(suite: Suite, credential: Credential) -> Iterator[NearWay]:
    secret, variable = _secret(suite, credential)
    for each in islice(almost(secret, variable), _IN_QUERY):
        suite.secrets[each.value] = None
        words = ("--url-query", f'access_token="{each.shown}"')
        yield _query(suite, credential, f"{each.what}, in the query", each.value, words)
    yield _query(
        suite, credential, "with an empty token in the query", "", ("--url-query", quote("access_token="))
    )


def _query(suite: Suite, credential: Credential, what: str, value: str, words: tuple[str, ...]) -> NearWay:
    name = f"{credential.name}, {what}"
    suite.client.know(name, Signature(where="query", name="access_token", value=value, shell=words))
    return NearWay(what=what, credential=name)


def _secret(suite: Suite, credential: Credential) -> tuple[str, str | None]:
    secret = revealed(credential.secret)
    return secret, variable_of(suite.profile, credential.name)
