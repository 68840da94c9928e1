"""Infer what a document does not say but its names show: pages and life cycles.

Only plain cases are inferred; ``x-specproof-infer: false`` (on the root or an operation) and an explicit
extension switch it off. What is inferred is marked so, and its findings are never worse than minor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from specproof.contract.operations import follow
from specproof.model.operation import Operation, Pagination, Resource

_PAGE = ("page", "page_number", "pageNumber")
_SIZE = ("pagelen", "per_page", "perPage", "page_size", "pageSize", "size", "limit")
_OFFSET = ("offset", "skip", "start")
_OFFSET_SIZE = ("limit", "take", "count", "size")
_CURSOR = ("cursor", "after", "page_token", "pageToken", "starting_after")
_ITEMS = ("values", "items", "results", "data", "entries", "records", "content")
_NEXT = ("next", "next_url", "next_page_url")
_PREVIOUS = ("previous", "prev", "previous_url")
_TOTAL = ("total", "total_count", "totalCount")
_IDENTITY = ("uuid", "id", "_id", "key", "name")


def infer(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return the operations with pagination and resources filled in where they can be inferred."""
    if document.get("x-specproof-infer") is False:
        return tuple(operations)
    paged = [_infer_pagination(document, operation) for operation in operations]
    return tuple(_infer_resources(document, paged))


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


def success_schema(operation: Operation, statuses: Sequence[str] = ("200", "201", "2XX", "default")) -> Any:
    """Return the schema of the JSON body of a success, or ``None``."""
    for status in statuses:
        for media in operation.responses[status].content if status in operation.responses else ():
            if "json" in media.name:
                return media.schema
    return None


def _allowed(operation: Operation, extension: str) -> bool:
    said = operation.extensions
    return extension not in said and said.get("x-specproof-infer") is not False


def _infer_pagination(document: Mapping[str, Any], operation: Operation) -> Operation:
    if operation.method != "GET" or operation.pagination or not _allowed(operation, "x-pagination"):
        return operation
    names = {p.name for p in operation.parameters if p.location == "query"}
    page, size = _first(_PAGE, names), _first(_SIZE, names)
    offset, offset_size = _first(_OFFSET, names), _first(_OFFSET_SIZE, names)
    cursor = _first(_CURSOR, names)
    node, _ = follow(document, success_schema(operation), "#")
    members = object_schema(document, node)
    array = isinstance(node, Mapping) and node.get("type") == "array"
    items = _first([name for name in _ITEMS if _is_array(document, members.get(name))], members)
    if array:
        item_schema = node.get("items")
    elif items is not None:
        item_schema = _item_schema(document, members[items])
    else:
        return operation
    shared: dict[str, Any] = {
        "items": "" if array else f"/{items}",
        "pointer": operation.pointer,
        "inferred": True,
        "next": _at(_first([n for n in _NEXT if _is_uri(members.get(n))], members)),
        "previous": _at(_first([n for n in _PREVIOUS if _is_uri(members.get(n))], members)),
        "total": _at(_first([n for n in _TOTAL if _is_integer(document, members.get(n))], members)),
        "identity": _identity(document, item_schema),
    }
    if page and size:
        found = Pagination(
            style="page", page_parameter=page, size_parameter=size, **shared, **_bounds(operation, size)
        )
    elif offset and offset_size:
        bounds = _bounds(operation, offset_size)
        found = Pagination(
            style="offset", offset_parameter=offset, size_parameter=offset_size, **shared, **bounds
        )
    elif cursor and shared["next"]:
        bounds = _bounds(operation, size) if size else {}
        found = Pagination(style="cursor", cursor_parameter=cursor, size_parameter=size, **shared, **bounds)
    else:
        return operation
    return replace(operation, pagination=found)


def _bounds(operation: Operation, size: str) -> dict[str, Any]:
    parameter = operation.parameter(size, "query")
    schema = parameter.schema if parameter and isinstance(parameter.schema, Mapping) else {}
    keys = {"size_minimum": "minimum", "size_maximum": "maximum", "size_default": "default"}
    return {ours: schema[theirs] for ours, theirs in keys.items() if isinstance(schema.get(theirs), int)}


def _first(wanted: Sequence[str], present: Any) -> str | None:
    return next((name for name in wanted if name in present), None)


def _at(name: str | None) -> str | None:
    return f"/{name}" if name else None


def _is_array(document: Mapping[str, Any], schema: Any) -> bool:
    node, _ = follow(document, schema, "#")
    return isinstance(node, Mapping) and node.get("type") == "array"


def _is_uri(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("format") in {"uri", "url"}


def _is_integer(document: Mapping[str, Any], schema: Any) -> bool:
    node, _ = follow(document, schema, "#")
    return isinstance(node, Mapping) and node.get("type") == "integer"


def _item_schema(document: Mapping[str, Any], schema: Any) -> Any:
    node, _ = follow(document, schema, "#")
    return node.get("items") if isinstance(node, Mapping) else None


def _identity(document: Mapping[str, Any], schema: Any) -> str | None:
    """Name the member that identifies an item: only one that is always there."""
    members, needed = object_schema(document, schema), required_members(document, schema)
    return _at(_first([name for name in _IDENTITY if name in needed], members))


def _infer_resources(document: Mapping[str, Any], operations: Sequence[Operation]) -> list[Operation]:
    by_label = {operation.label: operation for operation in operations}
    found: dict[str, Resource] = {}
    for operation in operations:
        collection = operation.path
        if operation.method != "POST" or operation.resource or not _allowed(operation, "x-resource"):
            continue
        pattern = re.compile(re.escape(collection.rstrip("/")) + r"/\{([^/{}]+)\}/?")
        item = next((m for path in {o.path for o in operations} if (m := pattern.fullmatch(path))), None)
        schema = success_schema(operation, ("201",))
        if item is None or schema is None:
            continue
        members = object_schema(document, schema)
        name = item[1] if item[1] in members else _first(["id", "uuid", "_id"], members)
        if name is None:
            continue

        def label(method: str, path: str) -> str | None:
            return f"{method} {path}" if f"{method} {path}" in by_label else None

        resource = Resource(
            identity=f"/{name}",
            parameter=item[1],
            pointer=operation.pointer,
            create=operation.label,
            read=label("GET", item[0]),
            update=label("PUT", item[0]) or label("PATCH", item[0]),
            delete=label("DELETE", item[0]),
            list=label("GET", collection),
            keeps_omitted=label("PUT", item[0]) is None,
            inferred=True,
        )
        for each in (resource.create, resource.read, resource.update, resource.delete, resource.list):
            if each:
                found[each] = resource
    return [
        replace(o, resource=found[o.label]) if o.label in found and not o.resource else o for o in operations
    ]
