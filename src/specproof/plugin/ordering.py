"""What a test item is about, and the order in which items are proven."""

from __future__ import annotations

import pytest

from specproof.model.promise import Promise
from specproof.plugin.tally import Look
from specproof.suite.areas import LOOKED_AT
from specproof.suite.bounds import GENERATED

# What needs a quiet collection comes first, and late what another process works out meanwhile; secrets come
# last, for they are looked for in everything.
_ORDER = ("pagination", *sorted(LOOKED_AT - {"pagination", "lifecycle"}), "lifecycle")
_ORDER += ("generated", "document", "other", "secrets")


def kind_of(item: pytest.Item) -> str:
    """Return ``generated``, the area of the promise or ``other``; empty for tests that are none of ours."""
    if item.get_closest_marker("generated_requests"):
        return "generated"
    promise = promise_of(item)
    if promise is None:
        return ""
    return promise.kind.area if promise.kind.area in _ORDER else "other"


def promise_of(item: pytest.Item) -> Promise | None:
    """Return the promise that an item proves."""
    callspec = getattr(item, "callspec", None)
    found = callspec.params.get("promise") if callspec is not None else None
    return found if isinstance(found, Promise) else None


def operation_of(item: pytest.Item) -> str:
    """Return the label of the operation that an item is about; it stands in the name of generated ones."""
    promise = promise_of(item)
    if promise is not None:
        return promise.operation
    return item.name.partition("[")[2].rpartition("]")[0]


def rank_of(item: pytest.Item) -> int:
    """Return the place of an item among the others, the lowest first; -1 for those that are none of ours."""
    kind = kind_of(item)
    return _ORDER.index(kind) if kind else -1


def look_of(item: pytest.Item) -> Look | None:
    """Return what an item is about; ``None`` where it is none of ours."""
    kind, promise = kind_of(item), promise_of(item)
    if not kind:
        return None
    return Look(promise.kind.area if promise is not None else GENERATED, operation_of(item))
