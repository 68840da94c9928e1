"""Who there is, and what a credential may do: kinds, scopes, and which scope implies which."""

from __future__ import annotations

import functools
from dataclasses import dataclass

IMPLIES: dict[str, tuple[str, ...]] = {
    "account:write": ("account",),
    "issue:write": ("issue",),
    "pipeline:variable": ("pipeline",),
    "pipeline:write": ("pipeline",),
    "project": ("repository",),
    "pullrequest": ("repository",),
    "pullrequest:write": ("pullrequest", "repository:write"),
    "repository:write": ("repository",),
    "runner:write": ("runner",),
    "snippet:write": ("snippet",),
    "team:write": ("team",),
}
"""The administrative scopes, webhook, wiki, email and issue stand alone: they imply nothing."""

ALONE = (
    "email", "project:admin", "project:write", "repository:admin", "repository:delete", "webhook", "wiki",
)  # fmt: skip
SCOPES = frozenset({*IMPLIES, *ALONE, *(scope for implied in IMPLIES.values() for scope in implied)})
"""Everything that OAuth tokens, access tokens and app passwords can be granted."""

FORGE_SCOPES = frozenset(
    f"{what}:bitbucket"
    for what in (
        "read:repository", "write:repository", "admin:repository", "delete:repository",
        "read:pullrequest", "write:pullrequest", "read:project", "admin:project", "read:workspace",
        "read:user", "read:pipeline", "write:pipeline", "admin:pipeline", "read:runner", "write:runner",
    )
)  # fmt: skip
"""What a Forge app can be granted. None of them implies another."""

REPOSITORY_TOKEN_SCOPES = frozenset({
    "repository", "repository:write", "repository:admin", "repository:delete", "pullrequest",
    "pullrequest:write", "webhook", "pipeline", "pipeline:write", "pipeline:variable", "runner",
    "runner:write",
})  # fmt: skip
PROJECT_TOKEN_SCOPES = REPOSITORY_TOKEN_SCOPES | {"project"}
WORKSPACE_TOKEN_SCOPES = PROJECT_TOKEN_SCOPES | {"project:admin", "account"}

CARRIES: dict[str, frozenset[str] | None] = {
    "account_password": None,
    "api_key": None,
    "app_password": SCOPES,
    "repository_access_token": REPOSITORY_TOKEN_SCOPES,
    "project_access_token": PROJECT_TOKEN_SCOPES,
    "workspace_access_token": WORKSPACE_TOKEN_SCOPES,
    "oauth_token": SCOPES,
    "forge_token": FORGE_SCOPES,
}
"""Every kind of credential and the scopes it may carry; ``None`` where the kind knows no scopes."""

BEARERS = frozenset(kind for kind in CARRIES if kind.endswith("_token"))


@functools.lru_cache(maxsize=1024)
def granted(scopes: str) -> frozenset[str]:
    """Return the scopes given as a space-separated list, with everything they imply."""
    found: set[str] = set()
    waiting = scopes.split()
    while waiting:
        scope = waiting.pop()
        if scope not in found:
            found.add(scope)
            waiting.extend(IMPLIES.get(scope, ()))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Team:
    """An account that owns variables and repositories; name and UUID address the same one."""

    id: int
    name: str
    uuid: str
    search_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an operation asks of a credential.

    Args:
        scope: The scope that must be granted, directly or by implication; ``None``: any credential will do.
        forge: The scope that a Forge app needs; ``None``: the operation is not open to Forge apps.
        whole_team: Whether it is about the team itself, and so out of bounds for a credential that is
            bound to a project or a repository of it.
    """

    scope: str | None
    forge: str | None = None
    whole_team: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential that was presented and found to be good.

    Args:
        scopes: Space-separated; ``None`` where the kind knows no scopes (API keys).
        user_id: Whom it belongs to, ``None`` for one of a team.
        team_id: The team it belongs to, ``None`` for one of a user.
        project_id: The only project of the team that it reaches, ``None`` for all.
        repository_id: The only repository of the team that it reaches, ``None`` for all.
    """

    id: int
    name: str
    kind: str
    user_id: int | None
    team_id: int | None
    scopes: str | None
    project_id: int | None = None
    repository_id: int | None = None

    def may(self, need: Need) -> bool:
        """Tell whether the scopes are enough. Forge scopes and the others never stand for each other."""
        if self.scopes is None:
            return True
        if self.kind == "forge_token":
            return need.forge in self.scopes.split()
        return need.scope is None or need.scope in granted(self.scopes)

    @property
    def is_narrow(self) -> bool:
        """Whether it is bound to a part of its team."""
        return self.project_id is not None or self.repository_id is not None
