"""What the target says when it listens: one object for programs, a page of text for people."""

from __future__ import annotations

import os

from specproof.target.app import Settings
from specproof.target.credentials import demo_secret
from specproof.target.oauth.endpoints import TOKEN_PATH
from specproof.target.oauth.pages import PATH as AUTHORIZE_PATH
from specproof.target.seed import CREDENTIALS, USERS, variable_of
from specproof.target.seed_oauth import CLIENTS, secret_names


def announcement(settings: Settings, url: str) -> dict[str, object]:
    """Return what a client needs to know: the address, the process, and every seeded secret."""
    origin = url.removesuffix("/2.0")
    names = (*(demo.name for demo in CREDENTIALS), *secret_names())
    variables = {
        "SPECPROOF_TARGET_URL": url,
        "SPECPROOF_TARGET_AUTHORIZE_URL": origin + AUTHORIZE_PATH,
        "SPECPROOF_TARGET_TOKEN_URL": origin + TOKEN_PATH,
        "SPECPROOF_TARGET_GIT_URL": origin,
        **{variable_of(name): demo_secret(name) for name in names},
    }
    return {
        "base_url": url,
        "pid": os.getppid(),
        "variables": variables,
        "database": str(settings.database) if settings.database else None,
        "faults": list(settings.faults),
    }


def welcome(settings: Settings, url: str) -> str:
    """Return the same for people, with one line to try."""
    lines = [f"The mock target listens on {url}"]
    lines.append(f"Data: {settings.database}" if settings.database else "Data: in memory, gone when it stops")
    if settings.faults:
        lines.append(f"Faults: {', '.join(settings.faults)}")
    lines.append("Accounts:")
    for user, roles in USERS.items():
        lines.append(f"  {user}: {', '.join(f'{role} of {team}' for team, role in roles.items())}")
    width = max(len(demo.name) for demo in CREDENTIALS)
    lines.append("Credentials:")
    for demo in CREDENTIALS:
        scopes = demo.scopes or "not limited by scopes"
        state = "" if demo.state == "valid" else f" [{demo.state}]"
        lines.append(
            f"  {demo.name:{width}}  {demo_secret(demo.name)}  {demo.kind} of {demo.owner}: {scopes}{state}"
        )
    lines.append("OAuth clients:")
    for client in CLIENTS:
        secret = "no secret" if client.public else demo_secret(client.name)
        use = f"back to {client.redirect_uri}" if client.redirect_uri else "signs assertions"
        lines.append(f"  {client.name:{width}}  {secret}  of {client.owner}: {client.scopes}; {use}")
    lines.append(
        f"Try: curl -u ada:{demo_secret('acme-admin')} '{url}/teams/acme/pipelines_config/variables'"
    )
    return "\n".join(lines)
