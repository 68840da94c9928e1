"""What is promised to the user's own checks: the document says nothing about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specproof.contract.derive.build import promise
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def own_promises(operations: Sequence[Operation]) -> Iterator[Promise]:
    """Yield the promise that an operation passes the user's own checks, for each operation."""
    for operation in operations:
        yield promise("own.checks", operation.label, operation.pointer)
