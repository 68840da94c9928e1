"""Lists that hold more than the largest page: what one lacks is created for as long as it is walked."""

from __future__ import annotations

from specproof.generate.walks import Collection, walk
from specproof.model.life import Act
from specproof.model.operation import Operation
from specproof.model.walk import PagedEvidence
from specproof.suite.access import NotExercised
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

_MOST = {"quick": 0, "standard": 12, "deep": 120}  # how many things are created for one list
_BEYOND = 2  # how many more than the largest page holds


def walk_full(suite: Suite, scratch: Scratch, collection: Collection, *, items: int) -> PagedEvidence | None:
    """Walk a list of which the largest page is full, and another one follows.

    Args:
        suite: The run; its depth says how much may be created.
        scratch: Where things are made.
        collection: The list.
        items: How many it has.

    Returns:
        Walks with pages as large as may be and as they usually are. ``None`` where the list has enough
        without that, lacks too much, or where nothing can be created.
    """
    pages, operation = collection.pagination, collection.operation
    missing = (pages.size_maximum or 0) + _BEYOND - items
    writes = suite.client.writes and can_be_filled(operation)
    if operation.resource is None or not writes or not 0 < missing <= _MOST[suite.plan.depth]:
        return None
    try:
        stage = scratch.stage(operation.resource, "full page")
    except NotExercised:
        return None
    made: list[Act] = []
    try:
        while len(made) < missing:
            made.append(stage.create_new("one of many"))
            if not made[-1].accepted:
                return None
        sizes = (None, pages.size_maximum)
        walks = tuple(walk(collection, suite.send, size=size) for size in sizes)
        return PagedEvidence(operation=operation.label, walks=walks)
    finally:
        for act in reversed(made):
            stage.delete(act, "clear")


def can_be_filled(operation: Operation) -> bool:
    """Tell whether it lists things that can be created and removed again."""
    resource = operation.resource
    return bool(resource and resource.create and resource.delete and resource.list == operation.label)
