"""Whether the target is well: what a supervisor or a script that waits for it asks."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from specproof.target.problems import NotOurDatabase, Problem
from specproof.target.store import Store


@cache
def version() -> str:
    """Return the version of the package."""
    return metadata.version("specproof")


def health(store: Store) -> dict[str, object]:
    """Return what a target says of itself that can read its data.

    Raises:
        Problem: 503, it cannot.
    """
    try:
        store.check()
    except NotOurDatabase as error:
        raise Problem(503, "The data cannot be read", data={"version": version()}) from error
    return {"status": "ok", "version": version()}
