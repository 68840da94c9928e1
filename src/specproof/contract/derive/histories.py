"""Promises about histories: resources that are led through any order of steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of a resource that can be created and deleted again.

    They are bound to the operation that creates, for the resource as a whole.
    """
    resource = operation.resource
    if resource is None or resource.create != operation.label or resource.delete is None:
        return
    label, source, inferred = operation.label, resource.pointer, resource.inferred
    if resource.read is not None or resource.list is not None:
        yield promise("history.consistent", label, source, inferred=inferred)
    if resource.unique:
        yield promise("history.concurrent-create", label, source, inferred=inferred)
    if resource.update is not None and resource.read is not None and resource.keeps_omitted:
        yield promise("history.concurrent-update", label, source, inferred=inferred)
    removal = next((each for each in operations if each.label == resource.delete), None)
    if removal is not None and {"404", "410"} & removal.responses.keys():
        yield promise("history.concurrent-delete", label, source, inferred=inferred)
    if any(each.label == resource.list and each.pagination is not None for each in operations):
        yield promise("history.concurrent-list", label, source, inferred=inferred)
    if resource.unique and resource.unique_per_parent:
        yield promise("history.unique-per-parent", label, source, inferred=inferred)
