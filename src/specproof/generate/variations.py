"""Bodies that differ from another in one member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from specproof.contract.operations import follow
from specproof.contract.shapes import object_schema

_CLOSED = frozenset({"format", "pattern"})  # a text of ours would hardly be one


def variations(
    document: Mapping[str, Any],
    members: Mapping[str, Any],
    body: Mapping[str, Any],
    number: int,
    *,
    kept: Set[str] = frozenset(),
    depth: int = 3,
) -> Iterator[dict[str, Any]]:
    """Yield copies of a body with another value for one member each, those that show best first.

    Whether they are valid has to be looked at.

    Args:
        document: The OpenAPI document, for references.
        members: Schemas of the members that a client may write.
        body: A valid body.
        number: Goes into the values, so that each number gives others.
        kept: Members that keep their values.
        depth: How many objects are entered.
    """
    found: list[tuple[int, dict[str, Any]]] = []
    for name, schema in members.items():
        if name in kept:
            continue
        for rank, value in _others(document, schema, body.get(name), number, depth):
            if value != body.get(name):
                found.append((rank, {**body, name: value}))
    yield from (each for _, each in sorted(found, key=lambda pair: pair[0]))


def _others(
    document: Mapping[str, Any], schema: Any, value: Any, number: int, depth: int
) -> Iterator[tuple[int, Any]]:
    """Yield other values for a member, each with a rank: texts, numbers, choices, what is inside."""
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping) or node.get("readOnly") is True or depth == 0:
        return
    choices, kind = node.get("enum"), node.get("type")
    kinds = set(kind) if isinstance(kind, list) else {kind}
    if isinstance(choices, list) and choices:
        yield 2, choices[number % len(choices)]
    elif "string" in kinds and not _CLOSED & node.keys():
        yield 0, f"changed {number}"
    elif {"integer", "number"} & kinds:
        least = node.get("minimum", 0)
        yield 1, (least if isinstance(least, int) else 0) + number
    elif "boolean" in kinds:
        yield 2, number % 2 == 0
    else:
        inside = value if isinstance(value, Mapping) else {}
        members = object_schema(document, node)
        yield from ((3, each) for each in variations(document, members, inside, number, depth=depth - 1))
        more = node.get("additionalProperties")
        if "object" in kinds and (more is True or more == {}):
            yield 4, {**inside, "specproof": f"changed {number}"}
