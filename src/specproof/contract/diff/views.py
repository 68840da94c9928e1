"""Schemas as they mean to be: references followed, ``allOf`` merged, every way of saying null made one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, NamedTuple
from urllib.parse import unquote

from specproof.contract.diff.merging import merge_keywords, merge_types
from specproof.contract.lines import escape, tokens
from specproof.model.exchange import MISSING, resolve_pointer

_COMPONENTS = "#/components/schemas/"
_SAYS_NOTHING = {"title", "description", "example", "examples", "externalDocs", "$comment", "$schema", "$id"}
_SAYS_NOTHING |= {"$anchor", "$defs", "definitions", "xml-comment"}
_STRUCTURE = {"type", "nullable", "enum", "const", "properties", "required", "patternProperties", "items"}
_STRUCTURE |= {"additionalProperties", "prefixItems", "allOf", "oneOf", "anyOf", "$ref"}


class Sub(NamedTuple):
    """A schema where it stands."""

    node: Any
    pointer: str


class Said(NamedTuple):
    """The value of a keyword, and where it stands."""

    value: Any
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``oneOf`` or ``anyOf`` without its null."""

    keyword: str
    pointer: str
    branches: tuple[tuple[Sub, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one schema allows. Schemas inside it are lists of parts that all hold."""

    pointer: str
    types: frozenset[str] | None = None  # without null; None: any
    nullable: bool = True
    values: Mapping[str, Any] | None = None  # enum or const, by their JSON; without null
    keywords: Mapping[str, Said] = field(default_factory=dict)
    properties: Mapping[str, tuple[Sub, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[Sub, ...]] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)  # name -> where it says so
    additional: tuple[Sub, ...] | None = None
    items: tuple[Sub, ...] = ()
    prefix: tuple[tuple[Sub, ...], ...] = ()
    choices: tuple[Choice, ...] = ()
    never: bool = False  # the schema false

    @property
    def closed(self) -> bool:
        """Whether members beyond the listed ones are ruled out."""
        return any(sub.node is False for sub in self.additional or ())

    @property
    def is_choice(self) -> bool:
        """Whether it says nothing but one list of alternatives."""
        rest = (self.types, self.values, self.keywords, self.properties, self.patterns, self.required)
        return len(self.choices) == 1 and not any(rest) and self.additional is None and not self.never

    def says(self, keyword: str) -> Any:
        """Return the value of a keyword, or ``None``."""
        said = self.keywords.get(keyword)
        return said.value if said is not None else None


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
            self._known[key] = reduce(_merge, views) if views else View(pointer="#")
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
        return reduce(_merge, views)

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


def canonical(value: Any) -> str:
    """Return the JSON of a value, the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def name_of(subs: Sequence[Sub]) -> str:
    """Return the name of a schema that stands among the components, or an empty text."""
    if len(subs) != 1 or not subs[0].pointer.startswith(_COMPONENTS):
        return ""
    rest = subs[0].pointer.removeprefix(_COMPONENTS)
    return "" if "/" in rest else next(tokens(f"/{rest}"))


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


def _merge(one: View, other: View) -> View:
    """Return what both allow."""
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        values = {text: value for text, value in one.values.items() if text in other.values}
    additional = None
    if one.additional is not None or other.additional is not None:
        additional = (*(one.additional or ()), *(other.additional or ()))
    return View(
        pointer=one.pointer,
        types=merge_types(one.types, other.types),
        nullable=one.nullable and other.nullable,
        values=values,
        keywords=merge_keywords(one.keywords, other.keywords, Said),
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
