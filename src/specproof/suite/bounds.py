"""How many requests one look may take: ``--plan`` says it beforehand, and the suite keeps to it.

The bounds are several times what looks at the mock target take; they leave room for a second look, which
confirms what the first one found. They stop a look that goes astray, on a list without an end for instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GENERATED, SINGLE, SECRETS = "generated requests", "single requests", "secrets"
DEPTHS = ("quick", "standard", "deep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The most requests of one look.

    Args:
        by_depth: At quick, standard and deep.
        per_credential: More for each credential of the profile.
        per_operation: More for each operation of the document.
    """

    by_depth: tuple[int, int, int]
    per_credential: int = 0
    per_operation: int = 0


def _always(number: int) -> Bound:
    return Bound(by_depth=(number,) * 3)


# A walk ends after 500 pages, and a list is walked with several page sizes.
BOUNDS: Mapping[str, Bound] = {
    "alias": _always(100),
    "authorization": Bound(by_depth=(100, 100, 100), per_credential=20),
    "cloning": Bound(by_depth=(50, 50, 50), per_credential=10),
    "conditional": _always(300),
    "cors": _always(100),
    "credential": Bound(by_depth=(100, 100, 100), per_credential=10),
    "filter": Bound(by_depth=(1000, 4000, 8000)),
    GENERATED: Bound(by_depth=(1000, 1500, 5000)),
    "history": Bound(by_depth=(2000, 3000, 20000)),
    "lifecycle": _always(1000),
    "links": Bound(by_depth=(100, 200, 400)),
    "negotiation": _always(100),
    "oauth": Bound(by_depth=(500, 500, 500), per_credential=10),
    "pagination": Bound(by_depth=(5000, 10000, 15000)),
    "parameter": _always(200),
    "partial-response": Bound(by_depth=(500, 1000, 2000)),
    "form": _always(500),
    "patch": Bound(by_depth=(200, 500, 2000)),
    "responses": _always(200),
    "search": Bound(by_depth=(1000, 2000, 8000)),
    SECRETS: Bound(by_depth=(100, 100, 100), per_operation=100),
    SINGLE: _always(1000),
    "sort": Bound(by_depth=(500, 1000, 2000)),
}


def most_requests(kind: str, depth: str, *, credentials: int, operations: int) -> int | None:
    """Return how many requests a look may take; ``None`` for what is no look."""
    bound = BOUNDS.get(kind)
    if bound is None:
        return None
    fixed = bound.by_depth[DEPTHS.index(depth)]
    return fixed + bound.per_credential * credentials + bound.per_operation * operations
