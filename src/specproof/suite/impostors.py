"""Credentials that are almost good: made from those of the profile, and never shown."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from specproof.client.curl import quote
from specproof.client.settings import Signature
from specproof.environment.fields import revealed
from specproof.environment.profile import Credential
from specproof.suite.almost import Almost, almost
from specproof.suite.session import Suite
from specproof.suite.signing import shell_variable, variable_of


def impostors(suite: Suite, credential: Credential) -> Iterator[tuple[str, str]]:
    """Yield what is wrong and the name under which a request is signed so.

    Only for secrets in an Authorization header; what is derived from a secret is masked like one.
    """
    secret = revealed(credential.secret)
    variable = variable_of(suite.profile, credential.name)
    shown = shell_variable(variable)
    if credential.scheme not in {"basic", "bearer"} or not secret:
        return
    for each in almost(secret, variable):
        yield each.what, signed_almost(suite, credential, each)
    if credential.scheme == "basic":
        user = f"{credential.username}-x"
        value = _basic(user, secret)
        words = ("-u", f'{quote(f"{user}:")}"{shown}"')
        yield "with another user", _know(suite, credential, "another user", value, words)
        yield (
            "with its secret as a bearer token",
            _know(
                suite, credential, "as bearer", f"Bearer {secret}", ("-H", f'"Authorization: Bearer {shown}"')
            ),
        )
    if credential.scheme == "bearer":
        for user in _users(suite):
            text = quote(f"{user}:")
            name = _know(suite, credential, f"as {user}", _basic(user, secret), ("-u", f'{text}"{shown}"'))
            yield "with its secret as the password of a user", name
    for what, value in (
        ("with no secret", f"{credential.scheme.title()} {_empty(credential)}".rstrip()),
        ("with a garbled header", f"{credential.scheme.title()} %%%"),
        ("with a scheme that nobody knows", "Specproof bm9ib2R5"),
    ):
        yield what, _know(suite, credential, what, value, ("-H", quote(f"Authorization: {value}")))


def _users(suite: Suite) -> list[str]:
    """Return a name that Basic authentication knows, if the profile has one."""
    named = (c.username for c in suite.profile.credentials if c.scheme == "basic" and c.state == "valid")
    return [name for name in named if name][:1]


def in_other_case(suite: Suite, credential: Credential) -> str | None:
    """Return the name under which a request is signed with the scheme's name in other case."""
    signature = suite.client.signature(credential.name)
    if signature is None or signature.where != "header" or signature.name != "Authorization":
        return None
    scheme, space, rest = signature.value.partition(" ")
    if not space:
        return None
    value = f"{scheme.swapcase()} {rest}"
    shown = shell_variable(variable_of(suite.profile, credential.name))
    text = f"Authorization: {scheme.swapcase()} "
    if credential.scheme == "basic":
        inner = f'$(printf %s {quote(f"{credential.username}:")}"{shown}" | base64 -w0)'
        words: tuple[str, ...] = ("-H", f'{quote(text)}"{inner}"')
    else:
        words = ("-H", f'{quote(text)}"{shown}"')
    return _know(suite, credential, "scheme in other case", value, words)


def in_query(suite: Suite, credential: Credential) -> str | None:
    """Return the name under which a request carries a token in its query (RFC 6750 section 2.3)."""
    return _elsewhere(suite, credential, "query", "--url-query")


def in_form(suite: Suite, credential: Credential) -> str | None:
    """Return the name under which a request carries a token in its form (RFC 6750 section 2.2)."""
    return _elsewhere(suite, credential, "form", "--data-urlencode")


def _elsewhere(suite: Suite, credential: Credential, where: str, option: str) -> str | None:
    signature = suite.client.signature(credential.name)
    if signature is None or not signature.secret or credential.scheme not in {"bearer", "oauth2"}:
        return None
    name = f"{credential.name}, in the {where}"
    words = (option, f'access_token="{signature.shown}"')
    suite.client.know(name, Signature(where=where, name="access_token", value=signature.secret, shell=words))
    return name


def signed_almost(suite: Suite, credential: Credential, each: Almost) -> str:
    """Return the name under which a request is signed with a secret that is almost that of a credential."""
    suite.secrets[each.value] = None
    value, words = _header(credential, each.value), _words(credential, each.shown)
    return _know(suite, credential, each.what, value, words)


def _header(credential: Credential, secret: str) -> str:
    if credential.scheme == "basic":
        return _basic(credential.username or "", secret)
    return f"Bearer {secret}"


def _words(credential: Credential, shell: str) -> tuple[str, ...]:
    if credential.scheme == "basic":
        return ("-u", f'{quote(f"{credential.username}:")}"{shell}"')
    return ("-H", f'"Authorization: Bearer {shell}"')


def _basic(user: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"


def _empty(credential: Credential) -> str:
    return _basic(credential.username or "", "").partition(" ")[2] if credential.scheme == "basic" else ""


def _know(suite: Suite, credential: Credential, what: str, value: str, words: tuple[str, ...]) -> str:
    name = f"{credential.name}, {what}"
    suite.client.know(name, Signature(where="header", name="Authorization", value=value, shell=words))
    return name
