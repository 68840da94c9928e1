"""The query languages of an operation: ``x-partial-response``, ``x-filter`` and ``x-sort``, ready to be used.

What is wrong with an extension is said by ``lint``; here one that cannot be read counts as not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError

from specproof.contract.operations import follow
from specproof.contract.secret import SecretRule, rules_of
from specproof.contract.shapes import object_schema, success_schema
from specproof.contract.vocabulary import Filter, PartialResponse, Sort
from specproof.model.operation import Operation

M = TypeVar("M", PartialResponse, Filter, Sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Generic[M]):
    """What one query parameter understands."""

    parameter: str  # its name
    terms: M
    pointer: str  # where the document says so


def partial_response(operation: Operation) -> Language[PartialResponse] | None:
    """Return the parameter that chooses members of the answer."""
    return _language(operation, "x-partial-response", PartialResponse)


def selects(operation: Operation, url: str) -> bool:
    """Tell whether the query of a URL asks for some members of an answer only (``x-partial-response``)."""
    asked = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return any("x-partial-response" in p.extensions and p.name in asked for p in operation.parameters)


def filtering(operation: Operation) -> Language[Filter] | None:
    """Return the parameter that holds a condition."""
    return _language(operation, "x-filter", Filter)


def sorting(operation: Operation) -> Language[Sort] | None:
    """Return the parameter that names the order."""
    return _language(operation, "x-sort", Sort)


def _language(operation: Operation, extension: str, model: type[M]) -> Language[M] | None:
    for parameter in operation.parameters:
        if parameter.location != "query" or extension not in parameter.extensions:
            continue
        try:
            terms = model.model_validate(parameter.extensions[extension])
        except ValidationError:
            return None
        pointer = f"{parameter.pointer}/{extension}"
        return Language(parameter=parameter.name, terms=terms, pointer=pointer)
    return None


def item_schema(document: Mapping[str, Any], operation: Operation) -> Any:
    """Return the schema of the items that an operation lists, or ``None``."""
    node = success_schema(operation)
    for token in operation.pagination.items.split("/")[1:] if operation.pagination else ():
        node = object_schema(document, node).get(token.replace("~1", "/").replace("~0", "~"))
    node, _ = follow(document, node, "#")
    return node.get("items") if isinstance(node, Mapping) else None


def item_secrets(
    document: Mapping[str, Any], operation: Operation, operations: Mapping[str, Operation]
) -> tuple[SecretRule, ...]:
    """Return the members of a listed item that are secret, as the answer or the creation says."""
    rules = list(rules_of(object_schema(document, item_schema(document, operation))))
    creates = operations.get(operation.resource.create or "") if operation.resource else None
    for media in creates.request_body.content if creates and creates.request_body else ():
        rules += rules_of(object_schema(document, media.schema))
    return tuple(dict.fromkeys(rules))


def is_declared(document: Mapping[str, Any], schema: Any, path: tuple[str, ...]) -> bool:
    """Tell whether a schema names a member; lists on the way are walked through."""
    node, _ = follow(document, schema, "#")
    while isinstance(node, Mapping) and "items" in node:
        node, _ = follow(document, node["items"], "#")
    if not path:
        return True
    members = object_schema(document, node)
    return path[0] in members and is_declared(document, members[path[0]], path[1:])


def is_unnamed(document: Mapping[str, Any], schema: Any, path: tuple[str, ...]) -> bool:
    """Tell whether a schema names other members, but not this one, or not one that it is inside of.

    Such a member may be anything, and may change from answer to answer. Where a schema names no members at
    all, nobody meant to say which there are.
    """
    node, _ = follow(document, schema, "#")
    while isinstance(node, Mapping) and "items" in node:
        node, _ = follow(document, node["items"], "#")
    members = object_schema(document, node)
    if not path or not members:
        return False
    return path[0] not in members or is_unnamed(document, members[path[0]], path[1:])


def declared_part(document: Mapping[str, Any], schema: Any, value: Any) -> Any:
    """Return what of a JSON value its schema names; whole where the schema names no members.

    Members that nobody declared may be anything, and may change from answer to answer.
    """
    node, _ = follow(document, schema, "#")
    if isinstance(value, list):
        items = node.get("items") if isinstance(node, Mapping) else None
        return [declared_part(document, items, item) for item in value]
    members = object_schema(document, node) if isinstance(value, Mapping) else {}
    if not members:
        return value
    return {name: declared_part(document, members[name], v) for name, v in value.items() if name in members}
