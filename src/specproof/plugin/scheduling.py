"""Which worker of pytest-xdist proves what: promises that share evidence stay together.

The groups of pytest-xdist itself (``xdist_group``) do not reach node ids under pytest 9.2, so the scope is
read from the node id, by the hook that pytest-xdist offers for schedulers.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from specproof.plugin.tally import Look
from specproof.suite.bounds import GENERATED

_TOGETHER = frozenset({"cloning", "document", "lifecycle", "oauth", "secrets"})


class PromiseScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist leaves it untyped
    """Hands out whole scopes instead of single tests."""

    def __init__(self, config: pytest.Config, log: Any, *, apart: bool) -> None:
        """Take whether the workers cannot disturb each other."""
        super().__init__(config, log)
        self._apart = apart

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid, apart=self._apart)


def scope_of(nodeid: str, *, apart: bool) -> str:
    """Name what must run in one worker.

    Where the workers cannot disturb each other only shared evidence binds; else one worker does it all, for
    what one of them writes would change what another one walks. Tests that prove no promise are on their own.
    """
    look = read_node_id(nodeid)
    if look is None:
        return nodeid
    if not apart:
        return "specproof"
    if look.area in _TOGETHER:
        return look.area
    return f"pages {look.operation}" if look.area == "pagination" else f"requests {look.operation}"


def read_node_id(nodeid: str) -> Look | None:
    """Read what a test is about out of its node id, all that is known of it where workers collect.

    Returns:
        The look; ``None`` where the test proves no promise.
    """
    _, bracket, text = nodeid.partition("[")
    text = text.rpartition("]")[0]
    first, _, label = text.partition(" ")
    if not bracket or not (first.isupper() or "." in first) or (label and "/" not in label):
        return None
    return Look(first.partition(".")[0], label) if "." in first else Look(GENERATED, text)
