"""What several schemas say together, keyword by keyword (``allOf``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

_SMALLER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"}
_LARGER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"}
_ANY_TRUE = {"uniqueItems", "readOnly", "writeOnly", "deprecated"}

S = TypeVar("S", bound=tuple[Any, str])


def merge_types(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Return the types that both allow; ``None`` allows all. An integer is a number."""
    if one is None or other is None:
        return other if one is None else one
    both = set(one & other)
    if "integer" in one | other and "number" in one | other and not {"integer", "number"} & both:
        both.add("integer")
    return frozenset(both)


def merge_keywords(
    one: Mapping[str, S], other: Mapping[str, S], said: Callable[[Any, str], S]
) -> dict[str, S]:
    """Return the stricter of two values where one is stricter, and both in a list where nobody can tell."""
    merged = {**one}
    for key, theirs in other.items():
        ours = one.get(key)
        merged[key] = theirs if ours is None else _stricter(key, ours, theirs, said)
    return merged


def _stricter(key: str, ours: S, theirs: S, said: Callable[[Any, str], S]) -> S:
    a, b = ours[0], theirs[0]
    if a == b:
        return ours
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    if key in _SMALLER and numbers:
        return ours if a < b else theirs
    if key in _LARGER and numbers:
        return ours if a > b else theirs
    if key in _ANY_TRUE:
        return ours if a is True else theirs
    if key in {"default", "discriminator", "xml", "x-secret"}:
        return ours
    both = sorted((a, b), key=lambda value: json.dumps(value, sort_keys=True, default=str))
    return said({"allOf": both}, ours[1])
