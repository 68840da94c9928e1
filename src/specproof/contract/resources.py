"""Which operations belong to a thing with a life cycle (``x-resource``), and in which part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.operation import Operation, Resource

_VERBS = ("create", "read", "update", "delete", "list")


def with_resources(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Give every operation its resource: the one it declares, or one that names it under a verb."""
    by_id = {operation.operation_id: operation.label for operation in operations if operation.operation_id}
    declared = {o.label: found for o in operations if (found := _resource(document, o, by_id)) is not None}
    named = {
        label: resource
        for resource in declared.values()
        for verb in _VERBS
        if (label := getattr(resource, verb)) is not None
    }
    return tuple(replace(o, resource=declared.get(o.label) or named.get(o.label)) for o in operations)


def _resource(document: Mapping[str, Any], operation: Operation, by_id: Mapping[str, str]) -> Resource | None:
    said = operation.extensions.get("x-resource")
    if not isinstance(said, Mapping):
        return None
    on_operation = f"{operation.pointer}/x-resource"
    on_path = f"{operation.pointer.rpartition('/')[0]}/x-resource"
    labels: dict[str, Any] = {verb: by_id.get(said.get(verb, "")) for verb in _VERBS}
    return Resource(
        identity=said.get("identity", ""),
        parameter=said.get("parameter", ""),
        pointer=on_operation if resolve_pointer(document, on_operation) is not MISSING else on_path,
        unique=tuple(said.get("unique") or ()),
        unique_per_parent=said.get("unique_per_parent") is True,
        immutable=tuple(said.get("immutable") or ()),
        keeps_omitted=said.get("keeps_omitted") is True,
        **labels,
    )


def with_parts(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Give what else is done to an item, on its path or below, the resource of the item.

    So that a second way to change it, or a command to it, works on what the run made. The operations have no
    part in the life cycle itself.
    """
    items: dict[str, Resource] = {}
    for operation in operations:
        found = operation.resource
        if found is not None and operation.path.rstrip("/").endswith(f"/{{{found.parameter}}}"):
            items[operation.path.rstrip("/")] = found
    return tuple(replace(o, resource=_item_of(o, items)) for o in operations)


def _item_of(operation: Operation, items: Mapping[str, Resource]) -> Resource | None:
    if operation.resource is not None or operation.extensions.get("x-resource") is False:
        return operation.resource
    above = [path for path in items if f"{operation.path}/".startswith(f"{path}/")]
    return items[max(above, key=len)] if above else None
