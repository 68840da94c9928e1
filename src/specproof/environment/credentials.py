"""Choose who sends a request, and say where the secret goes."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from specproof.environment.fields import revealed
from specproof.environment.profile import Credential, Profile

Alternatives = Sequence[Mapping[str, Sequence[str]]]  # OpenAPI ``security``: [{"oauth2": ["pipeline"]}, ...]
Schemes = Mapping[str, Mapping[str, Any]]  # OpenAPI ``securitySchemes`` (or 2.0 ``securityDefinitions``)
Implications = Mapping[str, Sequence[str]]  # ``x-scope-implications``: {"pipeline:variable": ["pipeline"]}


class Placement(NamedTuple):
    """Where a secret travels; ``repr`` does not show it."""

    where: str  # header | query | cookie
    name: str
    value: str

    def __repr__(self) -> str:
        return f"Placement(where={self.where!r}, name={self.name!r}, value='***')"


def authorization(credential: Credential, *, token: str | None = None) -> Placement:
    """Return where and how a credential is written into a request.

    Args:
        credential: Who asks.
        token: For scheme ``oauth2``: the access token that was obtained.

    Raises:
        ValueError: Scheme ``oauth2`` without a token.

    Source:
        RFC 7617 section 2 (Basic), RFC 6750 section 2.1 (Bearer).
    """
    secret = revealed(credential.secret)
    if credential.scheme == "basic":
        pair = f"{credential.username}:{secret}".encode()
        return Placement("header", "Authorization", f"Basic {base64.b64encode(pair).decode()}")
    if credential.scheme == "oauth2":
        if not token:
            raise ValueError(f'credential "{credential.name}" is sent with a token that was not obtained yet')
        return Placement("header", "Authorization", f"Bearer {token}")
    if credential.scheme == "bearer":
        return Placement("header", "Authorization", f"Bearer {secret}")
    return Placement(credential.scheme, credential.header or "", secret)


def expand_scopes(scopes: Iterable[str], implications: Implications) -> frozenset[str]:
    """Return the scopes with everything that they imply, however indirectly."""
    known: set[str] = set()
    waiting = list(scopes)
    while waiting:
        if (scope := waiting.pop()) not in known:
            known.add(scope)
            waiting.extend(implications.get(scope, ()))
    return frozenset(known)


def fits(credential: Credential, name: str, scheme: Mapping[str, Any]) -> bool:
    """Say whether a credential is one for that security scheme of the document.

    ``satisfies`` decides where it is given; else the way it is sent does.
    """
    if credential.satisfies is not None:
        return credential.satisfies == name
    kind, http = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if credential.scheme == "basic":
        return kind == "basic" or http == "basic"
    if credential.scheme in {"bearer", "oauth2"}:
        return kind in {"oauth2", "openIdConnect"} or http == "bearer"
    return (
        kind == "apiKey"
        and scheme.get("in") == credential.scheme
        and (str(scheme.get("name", "")).lower() == (credential.header or "").lower())
    )


def is_enough(
    credential: Credential, alternatives: Alternatives, *, schemes: Schemes, implications: Implications
) -> bool:
    """Say whether a credential alone meets one of the security alternatives of an operation.

    OpenAPI writes scopes only next to OAuth schemes. A credential that is limited by scopes but meets
    an alternative without any (a scoped password over Basic) is therefore measured by the scopes that
    the other alternatives name: those of any one of them will do.
    """
    if not alternatives or any(not alternative for alternative in alternatives):
        return True
    held = None if credential.scopes is None else expand_scopes(credential.scopes, implications)
    named = [set(scopes) for alternative in alternatives for scopes in alternative.values() if scopes]
    for alternative in alternatives:
        if len(alternative) != 1:
            continue
        [(name, scopes)] = alternative.items()
        if not fits(credential, name, schemes.get(name, {})):
            continue
        needed = [set(scopes)] if scopes else named
        if held is None or not needed or any(scopes_set <= held for scopes_set in needed):
            return True
    return False


def reaches(profile: Profile, credential: Credential, values: Iterable[str]) -> bool:
    """Say whether a credential is meant to get at resources named by these parameter values.

    Values that the profile does not know (a search text, a page number) say nothing about reach. A
    foreign value must be listed in ``reaches``; else it is enough that one known value is, since the
    others are items inside it.
    """
    foreign = set(profile.foreign.values()).union(*profile.foreign_aliases.values())
    own = set(profile.parameters.values()) | set(profile.empty.values())
    own = own.union(*profile.aliases.values())
    asked = set(values)
    if credential.reaches is None:
        return not asked & (foreign - own)
    reached = _with_aliases(profile, credential.reaches)
    known = asked & (own | foreign)
    return not (known & foreign) - reached and (not known or bool(known & reached))


def _with_aliases(profile: Profile, values: Iterable[str]) -> set[str]:
    reached = set(values)
    for main, others in ((profile.parameters, profile.aliases), (profile.foreign, profile.foreign_aliases)):
        for name, spellings in others.items():
            group = {*spellings, *([main[name]] if name in main else [])}
            if group & reached:
                reached |= group
    return reached


def credentials_for(
    profile: Profile,
    alternatives: Alternatives = (),
    *,
    schemes: Schemes | None = None,
    implications: Implications | None = None,
    values: Iterable[str] | None = None,
    states: Iterable[str] = ("valid",),
) -> tuple[Credential, ...]:
    """Return the credentials that an operation must let in, in the order of the profile.

    Args:
        profile: The environment.
        alternatives: The operation's ``security``; empty: every credential is enough.
        schemes: The document's security schemes, by name.
        implications: Which scope implies which others.
        values: Parameter values of the request; default: all of [parameters].
        states: Which states are wanted.
    """
    wanted = set(states)
    asked = tuple(profile.parameters.values() if values is None else values)
    return tuple(
        credential
        for credential in profile.credentials
        if credential.state in wanted
        and reaches(profile, credential, asked)
        and is_enough(credential, alternatives, schemes=schemes or {}, implications=implications or {})
    )


def default_credential(
    profile: Profile,
    alternatives: Alternatives = (),
    *,
    schemes: Schemes | None = None,
    implications: Implications | None = None,
    values: Iterable[str] | None = None,
) -> Credential | None:
    """Return the first valid credential with enough scopes and reach, or ``None``."""
    found = credentials_for(profile, alternatives, schemes=schemes, implications=implications, values=values)
    return found[0] if found else None
