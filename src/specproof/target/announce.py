"""What the target says when it listens: one object for programs, a page of text for people."""

from __future__ import annotations

import os

from specproof.target.app import Settings
from specproof.target.credentials import demo_secret
from specproof.target.seed import CREDENTIALS, USERS


def announcement(settings: Settings, url: str) -> dict[str, object]:
    """Return what a client needs to know: the address, the process, and every seeded secret."""
    variables = {demo.variable: demo_secret(demo.name) for demo in CREDENTIALS}
    return {
        "base_url": url,
        "pid": os.getppid(),
        "variables": {"SPECPROOF_TARGET_URL": url, **variables},
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
    lines.append(
        f"Try: curl -u ada:{demo_secret('acme-admin')} '{url}/teams/acme/pipelines_config/variables'"
    )
    return "\n".join(lines)
