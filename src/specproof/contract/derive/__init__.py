"""Derive the promises that a contract makes: what is not promised is not checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive import (
    authorization,
    conditional,
    conformance,
    contents,
    doors,
    fields,
    filtering,
    histories,
    lives,
    negotiation,
    pages,
    parameters,
    patches,
    responses,
    searches,
    uploads,
)
from specproof.contract.derive.build import promise
from specproof.contract.secret import secret_rules
from specproof.model.operation import Operation
from specproof.model.promise import Promise

Derivation = Callable[[Mapping[str, Any], Operation, Sequence[Operation]], Iterator[Promise]]

BY_OPERATION: tuple[Derivation, ...] = (
    conformance.derive,
    contents.derive,
    parameters.derive,
    patches.derive,
    uploads.derive,
    pages.derive,
    lives.derive,
    histories.derive,
    fields.derive,
    filtering.derive,
    searches.derive,
    doors.derive,
    responses.derive,
    negotiation.derive,
    conditional.derive,
)
"""Each yields the promises of one operation: called with the document, the operation, and all of them."""

BY_DOCUMENT: tuple[Callable[[Mapping[str, Any]], Iterator[Promise]], ...] = (authorization.derive,)
"""Each yields promises about the API as a whole, which belong to no operation."""


def derive(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Promise, ...]:
    """Return every promise of a contract, bound to its operation, in a stable order."""
    promises = [
        promise(name, "", "#") for name in ("document.valid", "document.references", "document.vocabulary")
    ]
    for of_document in BY_DOCUMENT:
        promises.extend(of_document(document))
    for operation in operations:
        for derivation in BY_OPERATION:
            promises.extend(derivation(document, operation, operations))
    if any(secret_rules(document, operation) for operation in operations):
        promises.extend(promise("secrets.never-exposed", o.label, o.pointer) for o in operations)
    return tuple(promises)
