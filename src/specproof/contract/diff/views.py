"""Schemas as they mean to be: references followed, ``allOf`` merged, every way of saying null made one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any
from urllib.parse import unquote

from specproof.contract.diff.merging import both
from specproof.contract.diff.view import Choice, Said, Sub, View, canonical
from specproof.contract.lines import escape
from specproof.model.exchange import MISSING, resolve_pointer

_SAYS_NOTHING = {"title", "description", "example", "examples", "externalDocs", "$comment", "$schema", "$id"}
_SAYS_NOTHING |= {"$anchor", "$defs", "definitions", "xml-comment"}
_STRUCTURE = {"type", "nullable", "enum", "const", "properties", "required", "patternProperties", "items"}
_STRUCTURE |= {"additionalProperties", "prefixItems", "allOf", "oneOf", "anyOf", "$ref"}


class Views:
    """The schemas of one document, each looked at once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._siblings = not str(document.get("openapi", "")).startswith("3.0")  # of $ref count from 3.1 on
        self._known: dict[tuple[str, ...], View] = {}

    def of(self, subs: Sequence[Sub]) -> View:
        """Return what all of some schemas together allow; none of them allow everything."""
        key = tuple(sub.pointer for sub in subs)
        if key not in self._known:
            views = [self._view(sub, frozenset()) for sub in subs]
            self._known[key] = reduce(both, views) if views else View(pointer="#")
        return self._known[key]

    def settled(self, subs: Iterable[Sub]) -> tuple[Sub, ...]:
        """Follow plain references, so that one schema has one pointer; each part once."""
        found = {sub.pointer: sub for sub in map(self._follow, subs)}
        return tuple(found.values())

    def _follow(self, sub: Sub) -> Sub:
        for _ in range(32):
            node = sub.node
            if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
                return sub
            if self._siblings and not _SAYS_NOTHING.issuperset(
                k for k in node if k[:2] != "x-" and k != "$ref"
            ):
                return sub
            found = self._target(node["$ref"])
            if found is None:
                return Sub(True, sub.pointer)
            sub = found
        return Sub(True, sub.pointer)

    def _target(self, reference: str) -> Sub | None:
        pointer = unquote(reference)
        found = resolve_pointer(self._document, pointer) if pointer.startswith("#") else MISSING
        return None if found is MISSING else Sub(found, pointer)

    def _view(self, sub: Sub, above: frozenset[str]) -> View:
        node, pointer = self._follow(sub)
        if node is False:
            return View(pointer=pointer, never=True)
        if not isinstance(node, Mapping) or pointer in above:
            return View(pointer=pointer)
        above |= {pointer}
        views = [self._plain(node, pointer)]
        if isinstance(node.get("$ref"), str) and (target := self._target(node["$ref"])) is not None:
            views.append(self._view(target, above))
        views += [self._view(part, above) for part in _listed(node.get("allOf"), f"{pointer}/allOf")]
        for keyword in ("oneOf", "anyOf"):
            if isinstance(node.get(keyword), list):
                views.append(self._choice(keyword, node[keyword], f"{pointer}/{keyword}", above))
        return reduce(both, views)

    def _plain(self, node: Mapping[str, Any], pointer: str) -> View:
        types, nullable = _types(node)
        values = _values(node)
        if values is not None:
            nullable = (nullable and "null" in values) or node.get("nullable") is True
            values = {text: value for text, value in values.items() if value is not None}
        items, prefix = node.get("items"), node.get("prefixItems")
        if isinstance(items, list):  # before JSON Schema 2020-12
            items, prefix = node.get("additionalItems"), items
        at = "prefixItems" if isinstance(node.get("prefixItems"), list) else "items"
        required = node.get("required") if isinstance(node.get("required"), list) else ()
        extra = node.get("additionalProperties")
        return View(
            pointer=pointer,
            types=types,
            nullable=nullable,
            values=values,
            keywords=_keywords(node, pointer),
            properties=_named(node.get("properties"), f"{pointer}/properties"),
            patterns=_named(node.get("patternProperties"), f"{pointer}/patternProperties"),
            required={
                name: f"{pointer}/required/{index}"
                for index, name in enumerate(required or ())
                if isinstance(name, str)
            },
            additional=None
            if extra is None or extra is True
            else (Sub(extra, f"{pointer}/additionalProperties"),),
            items=(Sub(items, f"{pointer}/items"),) if isinstance(items, Mapping | bool) else (),
            prefix=tuple((sub,) for sub in _listed(prefix, f"{pointer}/{at}")),
        )

    def _choice(self, keyword: str, nodes: list[Any], pointer: str, above: frozenset[str]) -> View:
        """Take null out of a list of alternatives; what is left of it may be no choice at all."""
        every = [self._follow(sub) for sub in _listed(nodes, pointer)]
        rest = [sub for sub in every if not _is_null(sub.node)]
        nullable = len(rest) < len(every)
        if not rest:
            return View(pointer=pointer, types=frozenset(), nullable=True)
        if len(rest) == 1:
            view = self._view(rest[0], above)
            return replace(view, nullable=view.nullable or nullable)
        plain = _plain_types(rest)
        if plain is not None:
            return View(pointer=pointer, types=plain, nullable=nullable)
        listed = _plain_values(rest)
        if listed is not None:
            return View(pointer=pointer, values=listed, nullable=nullable)
        branches = tuple((sub,) for sub in rest)
        return View(pointer=pointer, choices=(Choice(keyword=keyword, pointer=pointer, branches=branches),))


def _listed(nodes: Any, pointer: str) -> list[Sub]:
    return [Sub(n, f"{pointer}/{i}") for i, n in enumerate(nodes)] if isinstance(nodes, list) else []


def _named(nodes: Any, pointer: str) -> dict[str, tuple[Sub, ...]]:
    if not isinstance(nodes, Mapping):
        return {}
    return {name: (Sub(node, f"{pointer}/{escape(name)}"),) for name, node in nodes.items()}


def _types(node: Mapping[str, Any]) -> tuple[frozenset[str] | None, bool]:
    said = node.get("type")
    listed = {said} if isinstance(said, str) else set(said) if isinstance(said, list) else None
    if listed is None:
        return None, True
    if {"integer", "number"} <= listed:
        listed.discard("integer")
    return frozenset(listed - {"null"}), "null" in listed or node.get("nullable") is True


def _values(node: Mapping[str, Any]) -> dict[str, Any] | None:
    if "const" in node:
        return {canonical(node["const"]): node["const"]}
    listed = node.get("enum")
    return {canonical(value): value for value in listed} if isinstance(listed, list) else None


def _keywords(node: Mapping[str, Any], pointer: str) -> dict[str, Said]:
    return {
        key: Said(value, f"{pointer}/{escape(key)}")
        for key, value in node.items()
        if key not in _STRUCTURE
        and key not in _SAYS_NOTHING
        and (not key.startswith("x-") or key == "x-secret")
    }


def _is_null(node: Any) -> bool:
    if not isinstance(node, Mapping):
        return False
    return (
        node.get("type") in ("null", ["null"]) or node.get("enum") == [None] or node.get("const", 0) is None
    )


def _plain_types(subs: Sequence[Sub]) -> frozenset[str] | None:
    """Return the types, if the alternatives name nothing else."""
    types: set[str] = set()
    for node, _ in subs:
        said = {k: v for k, v in node.items() if k not in _SAYS_NOTHING} if isinstance(node, Mapping) else {}
        if said.keys() != {"type"} or not isinstance(said["type"], str):
            return None
        types.add(said["type"])
    return frozenset(types)


def _plain_values(subs: Sequence[Sub]) -> dict[str, Any] | None:
    """Return the values, if each alternative is one value with a title (an enum with words)."""
    values: dict[str, Any] = {}
    for node, _ in subs:
        if (
            not isinstance(node, Mapping)
            or "const" not in node
            or node.keys() - _SAYS_NOTHING - {"const", "type"}
        ):
            return None
        values[canonical(node["const"])] = node["const"]
    return values
