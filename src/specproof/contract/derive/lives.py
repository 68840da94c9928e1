"""Promises about life cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.model.operation import Operation
from specproof.model.promise import Promise

_BY_VERB: dict[str, tuple[str, ...]] = {
    "create": ("create-accepts-valid", "location", "unique", "echo"),
    "read": ("read-after-create",),
    "list": ("listed",),
    "update": ("update", "immutable", "neighbours"),
    "delete": ("delete", "gone-after-delete", "delete-again"),
}


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation that has a part in the life of a resource."""
    resource = operation.resource
    if resource is None or resource.create is None:
        return
    creates = next((o for o in operations if o.label == resource.create), None)
    for verb, names in _BY_VERB.items():
        if getattr(resource, verb) != operation.label:
            continue
        for name in names:
            if _promised(name, operation, resource, creates):
                yield promise(
                    f"lifecycle.{name}", operation.label, resource.pointer, inferred=resource.inferred
                )


def _promised(name: str, operation: Operation, resource: Any, creates: Operation | None) -> bool:
    if name == "location":
        created = creates.responses.get("201") if creates else None
        return created is not None and any(h.name.lower() == "location" for h in created.headers)
    if name == "unique":
        return bool(resource.unique)
    if name == "immutable":
        return bool(resource.immutable or resource.identity)
    if name == "delete-again":
        return "404" in operation.responses or "410" in operation.responses
    if name in {"echo", "gone-after-delete"}:
        return resource.read is not None or resource.list is not None
    return True
