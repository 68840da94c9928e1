"""What several schemas say together (``allOf``)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from specproof.contract.diff.view import Said, Sub, View

_SMALLER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"}
_LARGER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"}
_ANY_TRUE = {"uniqueItems", "readOnly", "writeOnly", "deprecated"}


def both(one: View, other: View) -> View:
    """Return what both allow."""
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        values = {text: value for text, value in one.values.items() if text in other.values}
    additional = None
    if one.additional is not None or other.additional is not None:
        additional = (*(one.additional or ()), *(other.additional or ()))
    return View(
        pointer=one.pointer,
        types=_types(one.types, other.types),
        nullable=one.nullable and other.nullable,
        values=values,
        keywords=_keywords(one.keywords, other.keywords),
        properties=_joined(one.properties, other.properties),
        patterns=_joined(one.patterns, other.patterns),
        required={**other.required, **one.required},
        additional=additional,
        items=(*one.items, *other.items),
        prefix=one.prefix or other.prefix,
        choices=(*one.choices, *other.choices),
        never=one.never or other.never,
    )


def _joined(
    one: Mapping[str, tuple[Sub, ...]], other: Mapping[str, tuple[Sub, ...]]
) -> dict[str, tuple[Sub, ...]]:
    return {name: (*one.get(name, ()), *other.get(name, ())) for name in dict.fromkeys((*one, *other))}


def _types(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Return the types that both allow; ``None`` allows all. An integer is a number."""
    if one is None or other is None:
        return other if one is None else one
    common = set(one & other)
    if "integer" in one | other and "number" in one | other and not {"integer", "number"} & common:
        common.add("integer")
    return frozenset(common)


def _keywords(one: Mapping[str, Said], other: Mapping[str, Said]) -> dict[str, Said]:
    """Return the stricter of two values where one is stricter, and both in a list where nobody can tell."""
    merged = {**one}
    for key, theirs in other.items():
        ours = one.get(key)
        merged[key] = theirs if ours is None else _stricter(key, ours, theirs)
    return merged


def _stricter(key: str, ours: Said, theirs: Said) -> Said:
    a, b = ours.value, theirs.value
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
    either = sorted((a, b), key=lambda value: json.dumps(value, sort_keys=True, default=str))
    return Said({"allOf": either}, ours.pointer)
