"""Which members of an answer are moments of the past: when a thing was created, or last changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specproof.contract.operations import follow
from specproof.model.operation import Operation

_PAST = re.compile(
    r"(last)?(created|updated|modified|changed)(on|at|date|time)?|date(created|updated|modified)"
)


def is_past(name: str, schema: Any) -> bool:
    """Tell whether a member says when something happened, by its name and its format."""
    plain = name.replace("_", "").replace("-", "").lower()
    dated = isinstance(schema, Mapping) and schema.get("format") == "date-time"
    return dated and _PAST.fullmatch(plain) is not None


def tells_moments(document: Mapping[str, Any], operation: Operation) -> bool:
    """Tell whether a success of an operation documents such a member."""
    seen: set[str] = set()
    return any(
        _mentions(document, media.schema, "", seen)
        for status, response in operation.responses.items()
        for media in response.content
        if status.startswith("2") and "json" in media.name
    )


def _mentions(document: Mapping[str, Any], schema: Any, name: str, seen: set[str]) -> bool:
    """Look through properties, items and parts; each reference is followed once."""
    node, where = follow(document, schema, "")
    if not isinstance(node, Mapping) or (where and f"{where} {name}" in seen):
        return False
    if where:
        seen.add(f"{where} {name}")
    if is_past(name, node):
        return True
    members = node.get("properties")
    inside = list(members.items()) if isinstance(members, Mapping) else []
    inside += [("", part) for part in node.get("allOf") or ()] + [("", node.get("items"))]
    return any(_mentions(document, child, member, seen) for member, child in inside)
