"""Read the shape of what an operation answers: the members of objects, ``$ref`` and ``allOf`` followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.operations import follow
from specproof.model.operation import Operation


def object_schema(document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
    """Return the merged ``properties`` of an object schema, ``$ref`` and ``allOf`` followed."""
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping):
        return {}
    merged: dict[str, Any] = {}
    for part in node.get("allOf") or ():
        merged.update(object_schema(document, part))
    merged.update(node.get("properties") or {})
    return merged


def required_members(document: Mapping[str, Any], schema: Any) -> frozenset[str]:
    """Return the names that an object schema requires, ``$ref`` and ``allOf`` followed."""
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping):
        return frozenset()
    names = frozenset(node.get("required") or ())
    return names.union(*(required_members(document, part) for part in node.get("allOf") or ()))


def takes_more(document: Mapping[str, Any], schema: Any) -> bool:
    """Tell whether an object schema says outright that there may be other members than it names.

    One that says nothing takes them, too, but its author may not have thought of that.
    """
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping):
        return False
    said = node.get("additionalProperties", False)
    return said is not False or any(takes_more(document, part) for part in node.get("allOf") or ())


def success_schema(operation: Operation, statuses: Sequence[str] = ("200", "201", "2XX", "default")) -> Any:
    """Return the schema of the JSON body of a success, or ``None``."""
    for status in statuses:
        for media in operation.responses[status].content if status in operation.responses else ():
            if media.is_json:
                return media.schema
    return None


def has_type(document: Mapping[str, Any], schema: Any, *types: str) -> bool:
    """Tell whether values of a schema have one of these types, ``null`` set aside.

    Nullable values are written as ``nullable`` (OpenAPI 3.0), as a list of types or with ``anyOf`` (3.1).
    """
    found = {name for node in _choices(document, schema) for name in _types(node)} - {"null"}
    return bool(found) and found <= set(types)


def has_format(document: Mapping[str, Any], schema: Any, *formats: str) -> bool:
    """Tell whether a schema, or one of its choices, names one of these formats."""
    return any(node.get("format") in formats for node in _choices(document, schema))


def item_schema(document: Mapping[str, Any], schema: Any) -> Any:
    """Return the schema of the items of a list; ``None`` where there is none."""
    found = [node["items"] for node in _choices(document, schema) if "items" in node]
    return found[0] if found else None


def _choices(document: Mapping[str, Any], schema: Any) -> Iterator[Mapping[str, Any]]:
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping):
        return
    choices = [*(node.get("anyOf") or ()), *(node.get("oneOf") or ())]
    yield node
    for choice in choices:
        found, _ = follow(document, choice, "#")
        if isinstance(found, Mapping):
            yield found


def _types(node: Mapping[str, Any]) -> Sequence[str]:
    said = node.get("type")
    return said if isinstance(said, list) else [said] if isinstance(said, str) else []
