"""Who there is, and what a credential may do: teams, scopes, and which scope implies which."""

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


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that was presented and found to be good.

    ``scopes`` is ``None`` where the kind knows no scopes (API keys).
    """

    id: int
    name: str
    kind: str
    user_id: int | None
    team_id: int | None
    scopes: str | None

    def may(self, scope: str) -> bool:
        """Tell whether the scope was granted, directly or by implication."""
        return self.scopes is None or scope in granted(self.scopes)
