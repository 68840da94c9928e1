"""Read lists of things that a run makes: before it creates anything, and when it has cleaned up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from specproof.client.ledger_entries import Place
from specproof.generate.walks import Collection, walk
from specproof.model.exchange import MISSING, Exchange, Request, resolve_pointer
from specproof.model.operation import Operation, Pagination

MOST_PAGES = 100  # of one list; beyond that it counts as not read


def read_list(place: Place, send: Callable[[Request], Exchange]) -> dict[str, Any] | None:
    """Return what a list shows, by identity; ``None`` where there is none or it cannot be read to its end.

    The requests belong to no operation, so that nobody counts or judges them.

    Raises:
        TargetError: No answer came, or the environment forbids it.
    """
    if not place.list:
        return None
    if not place.pagination:
        request = Request(method="GET", url=place.list, credential=place.credential, purpose="what is there?")
        items = send(request).response.document
        return _by_identity(place, items) if isinstance(items, list) else None
    pages = Pagination(**json.loads(place.pagination))
    collection = Collection(
        operation=Operation(method="GET", path="", pointer="", pagination=pages),
        base_url=place.list,
        path={},
        credential=place.credential,
    )
    seen = walk(
        collection,
        lambda request: send(replace(request, operation=None, purpose="what is there?")),
        size=pages.size_maximum,
        max_pages=MOST_PAGES,
    )
    return _by_identity(place, [i for page in seen.pages for i in page.items]) if seen.complete else None


def _by_identity(place: Place, items: Iterable[Any]) -> dict[str, Any]:
    found = ((resolve_pointer(item, place.identity), item) for item in items)
    return {str(identity): item for identity, item in found if identity is not MISSING}
