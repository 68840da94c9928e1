"""What the target says when it listens: one object for programs, a page of text for people.

Both tell what is in the data now: credentials may have come or gone since they were seeded. Secrets are
told where the seed knows them; the database has only hashes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from specproof.target.accounts import granted
from specproof.target.administration import Listed, everything, is_basic
from specproof.target.app import Settings
from specproof.target.credentials import hint_of
from specproof.target.oauth.endpoints import TOKEN_PATH
from specproof.target.oauth.pages import PATH as AUTHORIZE_PATH
from specproof.target.seed import variable_of
from specproof.target.seed_oauth import CLIENTS
from specproof.target.store import Store

HINTS = "SELECT hint FROM credential UNION SELECT hint FROM oauth_refresh_token"
ROLES = """
    SELECT user.name, role, team.name AS team_name FROM membership
    JOIN user ON user.id = user_id JOIN team ON team.id = team_id ORDER BY user_id, team_id
"""
TRIED = "pipeline"  # the scope that the line to try needs


def announcement(settings: Settings, url: str, store: Store) -> dict[str, object]:
    """Return what a client needs to know: the address, the process, and every secret that is known."""
    origin = url.removesuffix("/2.0")
    variables = {
        "SPECPROOF_TARGET_URL": url,
        "SPECPROOF_TARGET_AUTHORIZE_URL": origin + AUTHORIZE_PATH,
        "SPECPROOF_TARGET_TOKEN_URL": origin + TOKEN_PATH,
        "SPECPROOF_TARGET_GIT_URL": origin,
        **{variable_of(name): secret for name, secret in known_secrets(settings, store).items()},
    }
    return {
        "base_url": url,
        "pid": os.getppid(),
        "variables": variables,
        "database": str(settings.database) if settings.database else None,
        "faults": list(settings.faults),
    }


def known_secrets(settings: Settings, store: Store) -> dict[str, str]:
    """Return the secrets of the seed that belong to something in the data."""
    with store.connection() as connection:
        hints = {row["hint"] for row in connection.execute(HINTS)}
    clients = client_names(store)
    return {
        name: secret
        for name, secret in settings.seed.secrets().items()
        if hint_of(secret.encode()) in hints or name in clients
    }


def client_names(store: Store) -> set[str]:
    """Return the ``client_id`` of every OAuth client."""
    with store.connection() as connection:
        return {row["client_id"] for row in connection.execute("SELECT client_id FROM oauth_client")}


def welcome(settings: Settings, url: str, store: Store) -> str:
    """Return the same for people, with one line to try."""
    lines = [f"The mock target listens on {url}"]
    lines.append(f"Data: {settings.database}" if settings.database else "Data: in memory, gone when it stops")
    if settings.faults:
        lines.append(f"Faults: {', '.join(settings.faults)}")
    secrets, roles = known_secrets(settings, store), roles_by_user(store)
    lines += ["Accounts:", *(f"  {user}: {', '.join(teams)}" for user, teams in roles.items())]
    credentials = everything(store)
    lines += ["Credentials:", *_credentials(credentials, secrets), *_clients(client_names(store), secrets)]
    return "\n".join([*lines, f"Try: {_curl(url, credentials, secrets, roles)}"])


def roles_by_user(store: Store) -> dict[str, list[str]]:
    """Return ``admin of TEAM`` and the like for each user who is in a team."""
    found: dict[str, list[str]] = {}
    with store.connection() as connection:
        for row in connection.execute(ROLES):
            found.setdefault(row["name"], []).append(f"{row['role']} of {row['team_name']}")
    return found


def _credentials(credentials: list[Listed], secrets: dict[str, str]) -> Iterator[str]:
    shown = [one for one in credentials if one.name in secrets]
    width = max((len(one.name) for one in shown), default=0)
    for one in shown:
        scopes = "not limited by scopes" if one.scopes is None else " ".join(one.scopes)
        state = "" if one.state == "valid" else f" [{one.state}]"
        bound = f", {one.bound_to}" if one.bound_to else ""
        yield f"  {one.name:{width}}  {secrets[one.name]}  {one.kind} of {one.owner}{bound}: {scopes}{state}"
    if others := len(credentials) - len(shown):
        yield f"  and {others} with secrets that are not kept: specproof target credentials list"


def _clients(names: set[str], secrets: dict[str, str]) -> Iterator[str]:
    shown = [client for client in CLIENTS if client.name in names]
    width = max((len(client.name) for client in shown), default=0)
    if shown:
        yield "OAuth clients:"
    for client in shown:
        secret = secrets.get(client.name, "no secret")
        use = f"back to {client.redirect_uri}" if client.redirect_uri else "signs assertions"
        yield f"  {client.name:{width}}  {secret}  of {client.owner}: {client.scopes}; {use}"


def _curl(url: str, credentials: list[Listed], secrets: dict[str, str], roles: dict[str, list[str]]) -> str:
    """Return a call that works: the variables of a team, as somebody who may read them."""
    for one in credentials:
        may_read = one.scopes is None or TRIED in granted(" ".join(one.scopes))
        team = _team_of(one, roles)
        if one.name in secrets and one.state == "valid" and may_read and team:
            secret = secrets[one.name]
            sent = (
                f"-u {one.owner}:{secret}" if is_basic(one.kind) else f"-H 'Authorization: Bearer {secret}'"
            )
            return f"curl {sent} '{url}/teams/{team}/pipelines_config/variables'"
    return f"curl '{url}/health'"


def _team_of(one: Listed, roles: dict[str, list[str]]) -> str:
    """Return a team whose variables a credential reaches, if its scopes are enough; empty: none."""
    if one.kind == "app_password":
        return roles.get(one.owner, [""])[0].rpartition(" ")[2]
    return one.owner if one.kind in {"api_key", "workspace_access_token"} else ""
