"""How everybody named in the profile signs a request, and where else than to the API they may send one."""

from __future__ import annotations

import re
from urllib.parse import quote as percent

from specproof.client.curl import Captured, quote
from specproof.client.safety import Elsewhere
from specproof.client.settings import Signature
from specproof.environment.credentials import authorization
from specproof.environment.fields import revealed
from specproof.environment.profile import Client, Credential, OAuth, Profile, User
from specproof.generate.authorizing import basic
from specproof.generate.cloning import FETCH

USER = "oauth.user"  # the name of the user who approves, for requests
_ENCODE = "python3 -c 'import os, sys, urllib.parse as u; print(u.quote(os.environ[sys.argv[1]], safe=\"\"))'"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def client_name(index: int) -> str:
    """Return the name of an OAuth client, for requests: its place in the profile."""
    return f"oauth.clients[{index}]"


def signatures(profile: Profile) -> dict[str, Signature]:
    """Return how each credential, OAuth client and user signs; tokens are added when they are obtained."""
    found = {c.name: _of_credential(c, profile) for c in profile.credentials if c.scheme != "oauth2"}
    if profile.oauth is None:
        return found
    for index, client in enumerate(profile.oauth.clients):
        if client.client_secret is not None:
            found[client_name(index)] = _of_client(client, profile)
    if profile.oauth.user is not None:
        found[USER] = _of_user(profile.oauth.user, profile)
    return found


def elsewhere(profile: Profile) -> tuple[Elsewhere, ...]:
    """Return the URLs that the profile names beside the API, with what may be asked of them."""
    named: list[Elsewhere] = []
    if profile.oauth is not None:
        named += _of_oauth(profile.oauth)
    if profile.cloning is not None:
        for url in filter(None, (profile.cloning.url, profile.cloning.foreign_url)):
            named.append(Elsewhere(url=f"{url.rstrip('/')}/info/refs", methods=frozenset({"GET"})))
            named.append(Elsewhere(url=f"{url.rstrip('/')}/{FETCH}", methods=frozenset({"POST"})))
    return tuple(named)


def _of_oauth(oauth: OAuth) -> list[Elsewhere]:
    named = [Elsewhere(url=oauth.token_url, methods=frozenset({"POST"}))]
    if oauth.authorize_url is not None:
        named.append(Elsewhere(url=oauth.authorize_url, methods=frozenset({"GET", "POST"})))
    return named


def _of_credential(credential: Credential, profile: Profile) -> Signature:
    placement = authorization(credential)
    shown = shell_variable(variable_of(profile, credential.name))
    if credential.scheme == "basic":
        shell: tuple[str, ...] = ("-u", f'{quote(f"{credential.username}:")}"{shown}"')
    elif placement.where == "cookie":
        shell = ("-b", f'{quote(f"{placement.name}=")}"{shown}"')
    elif placement.where == "header":
        prefix = "Bearer " if credential.scheme == "bearer" else ""
        shell = ("-H", f'{quote(f"{placement.name}: {prefix}")}"{shown}"')
    else:
        shell = ("--url-query", f'{quote(f"{placement.name}=")}"{shown}"')
    return Signature(
        where=placement.where,
        name=placement.name,
        value=placement.value,
        shell=shell,
        secret=revealed(credential.secret),
        shown=shown,
    )


def _of_client(client: Client, profile: Profile) -> Signature:
    secret = revealed(client.client_secret)
    return over_basic(client.client_id, secret, shell_variable(variable_with(profile, secret)))


def _of_user(user: User, profile: Profile) -> Signature:
    secret = user.password.get_secret_value()
    return over_basic(user.username, secret, shell_variable(variable_with(profile, secret)))


def over_basic(name: str, secret: str, shown: str) -> Signature:
    """Return a signature by Basic authentication; ``shown`` is what the shell has in place of the secret."""
    shell = ("-u", f'{quote(f"{name}:")}"{shown}"')
    return Signature(where="header", name="Authorization", value=basic(name, secret), shell=shell)


def stand_ins(profile: Profile) -> list[Captured]:
    """Return what shell lines have in place of the profile's secrets that travel in forms."""
    if profile.oauth is None:
        return []
    secrets = [old.token.get_secret_value() for old in profile.oauth.refresh_tokens]
    if profile.oauth.user is not None:
        secrets.append(profile.oauth.user.password.get_secret_value())
    found = []
    for secret in secrets:
        variable, encoded = variable_with(profile, secret), percent(secret, safe="")
        if variable is not None and encoded == secret:
            found.append(Captured(value=secret, variable=variable))
        elif variable is not None:
            found.append(Captured(value=encoded, command=f"{_ENCODE} {variable}"))
    return found


def shell_variable(name: str | None) -> str:
    """Return how the shell writes an environment variable; a mask where there is none."""
    return f"${{{name}}}" if name and _NAME.fullmatch(name) else "***"


def variable_of(profile: Profile, credential: str) -> str | None:
    """Return the environment variable that holds the secret of a credential."""
    return next((s.variable for s in profile.secrets if s.credential == credential and s.variable), None)


def variable_with(profile: Profile, secret: str) -> str | None:
    """Return the environment variable that holds a secret."""
    return profile.variables.get(secret)
