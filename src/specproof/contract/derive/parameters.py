"""Promises about the spelling of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.operations import follow
from specproof.model.operation import Operation, Parameter
from specproof.model.promise import Promise

ASKED = frozenset({"GET", "HEAD", "QUERY"})  # asking twice changes nothing


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation that takes lists, or texts with reserved characters."""
    if operation.method not in ASKED:
        return
    for name, found in (("lists", lists(document, operation)), ("reserved", reserved(operation))):
        if found:
            yield promise(f"parameter.{name}", operation.label, found[0].pointer)


def lists(document: Mapping[str, Any], operation: Operation) -> list[Parameter]:
    """Return the parameters that are lists which may hold one value, and two."""
    found = []
    for parameter in operation.parameters:
        node, _ = follow(document, parameter.schema, "#")
        if parameter.kind != "array" or parameter.content or not isinstance(node, Mapping):
            continue
        fits = node.get("minItems", 0) <= 1 and node.get("maxItems", 2) >= 2
        several = parameter.location in {"query", "path", "header"} or not parameter.explode
        if fits and several:
            found.append(parameter)
    return found


def reserved(operation: Operation) -> list[Parameter]:
    """Return the free texts of the query that may hold reserved characters as they are."""
    return [
        each
        for each in operation.parameters
        if each.location == "query" and each.allow_reserved and each.kind == "string"
    ]
