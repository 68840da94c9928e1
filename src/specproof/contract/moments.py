"""Which members of an answer are moments of the past: when a thing was created, or last changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from specproof.contract.load import references
from specproof.contract.operations import follow
from specproof.model.exchange import resolve_pointer
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
    known = _telling(_Same(document))
    return any(
        tells or not known.isdisjoint(references)
        for status, response in operation.responses.items()
        for media in response.content
        if status.startswith("2") and media.is_json
        for tells, references in [_look(document, media.schema)]
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A document that is equal to itself alone, so that what was found in it can be kept."""

    document: Mapping[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.document is other.document

    def __hash__(self) -> int:
        return id(self.document)


@lru_cache(maxsize=2)
def _telling(same: _Same) -> frozenset[str]:
    """Return the references to schemas that tell such a moment, themselves or through others."""
    users: dict[str, set[str]] = {}  # reference -> the references behind which it is used
    waiting: list[str] = []
    for reference in {text for _, text in references(same.document) if text.startswith("#")}:
        tells, inside = _look(same.document, resolve_pointer(same.document, unquote(reference)))
        if tells:
            waiting.append(reference)
        for each in inside:
            users.setdefault(each, set()).add(reference)
    found = set(waiting)
    while waiting:
        more = users.get(waiting.pop(), set()) - found
        found |= more
        waiting.extend(more)
    return frozenset(found)


def _look(document: Mapping[str, Any], schema: Any) -> tuple[bool, set[str]]:
    """Look through properties, items and parts; return whether a moment is told, and the references met."""
    met: set[str] = set()
    waiting: list[tuple[str, Any]] = [("", schema)]
    while waiting:
        name, node = waiting.pop()
        if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            met.add(node["$ref"])
            target, _ = follow(document, node, "")
            if is_past(name, target):
                return True, met
            continue
        if not isinstance(node, Mapping):
            continue
        if is_past(name, node):
            return True, met
        members = node.get("properties")
        waiting.extend(members.items() if isinstance(members, Mapping) else ())
        waiting.extend(("", part) for part in node.get("allOf") or ())
        waiting.append(("", node.get("items")))
    return False, met
