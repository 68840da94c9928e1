"""Bind a kind of promise to an operation."""

from __future__ import annotations

from specproof.contract.catalogue import CATALOGUE
from specproof.model.promise import Promise


def promise(kind: str, operation: str, source: str, *, inferred: bool = False) -> Promise:
    """Return a promise.

    Args:
        kind: Id in the catalogue.
        operation: Label; empty for a promise about the whole API.
        source: JSON pointer to where the document makes it.
        inferred: Whether the document does not say so itself.
    """
    return Promise(kind=CATALOGUE[kind], operation=operation, source=source, inferred=inferred)
