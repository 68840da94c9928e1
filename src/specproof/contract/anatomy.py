"""The parts of an OpenAPI document: what kind of object stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from specproof.contract.lines import escape
from specproof.model.exchange import MISSING, resolve_pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ONE, _MAP, _LIST = "one", "map", "list"
_SCHEMA_ONE = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
)  # fmt: skip
_SCHEMA_MAP = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMA_LIST = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
_DESCRIBED = {
    "schema": (_ONE, "schema"),
    "content": (_MAP, "media type"),
    "examples": (_MAP, "example"),
}
_CHILDREN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "root": {
        "info": (_ONE, "info"),
        "servers": (_LIST, "server"),
        "tags": (_LIST, "tag"),
        "paths": (_MAP, "path item"),
        "webhooks": (_MAP, "path item"),
        "components": (_ONE, "components"),
        "definitions": (_MAP, "schema"),
        "parameters": (_MAP, "parameter"),
        "responses": (_MAP, "response"),
        "securityDefinitions": (_MAP, "security scheme"),
    },
    "components": {
        "schemas": (_MAP, "schema"),
        "responses": (_MAP, "response"),
        "parameters": (_MAP, "parameter"),
        "examples": (_MAP, "example"),
        "requestBodies": (_MAP, "request body"),
        "headers": (_MAP, "header"),
        "securitySchemes": (_MAP, "security scheme"),
        "links": (_MAP, "link"),
        "callbacks": (_MAP, "callback"),
        "pathItems": (_MAP, "path item"),
        "mediaTypes": (_MAP, "media type"),
    },
    "path item": {
        **dict.fromkeys((*METHODS, "query"), (_ONE, "operation")),
        "additionalOperations": (_MAP, "operation"),
        "servers": (_LIST, "server"),
        "parameters": (_LIST, "parameter"),
    },
    "operation": {
        "servers": (_LIST, "server"),
        "parameters": (_LIST, "parameter"),
        "requestBody": (_ONE, "request body"),
        "responses": (_MAP, "response"),
        "callbacks": (_MAP, "callback"),
    },
    "parameter": _DESCRIBED,
    "header": _DESCRIBED,
    "request body": {"content": (_MAP, "media type")},
    "response": {
        "headers": (_MAP, "header"),
        "content": (_MAP, "media type"),
        "links": (_MAP, "link"),
        "schema": (_ONE, "schema"),
    },
    "media type": {
        "schema": (_ONE, "schema"),
        "itemSchema": (_ONE, "schema"),
        "examples": (_MAP, "example"),
        "encoding": (_MAP, "encoding"),
    },
    "encoding": {"headers": (_MAP, "header")},
}


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a document."""

    kind: str  # "operation", "schema", ...
    pointer: str
    node: Any
    top: bool = True  # a schema that is not inside another one

    @property
    def is_reference(self) -> bool:
        """Whether it only refers to the object that is meant."""
        return isinstance(self.node, dict) and isinstance(self.node.get("$ref"), str)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with an object, before its place is looked up."""

    pointer: str
    message: str
    mend: str
    doubtful: bool = False  # allowed by the specification, and still hardly meant


def parts(document: Mapping[str, Any]) -> Iterator[Part]:
    """Yield every object of a document with its kind, in document order; references as they are."""
    waiting = [Part("root", "#", document)]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part.node, dict):
            waiting.extend(reversed(list(_inside(part))))


def _inside(part: Part) -> Iterator[Part]:
    if part.kind == "schema":
        yield from _inside_schema(part)
        return
    if part.kind == "callback":
        yield from _members(part, part.pointer, part.node, "path item")
        return
    children = _CHILDREN.get(part.kind, {})
    for key, node in part.node.items():
        shape, kind = children.get(key, ("", ""))
        pointer = f"{part.pointer}/{escape(key)}"
        if shape == _ONE:
            yield Part(kind, pointer, node)
        elif shape == _MAP and isinstance(node, dict):
            yield from _members(part, pointer, node, kind)
        elif shape == _LIST and isinstance(node, list):
            yield from (Part(kind, f"{pointer}/{index}", child) for index, child in enumerate(node))


def _members(part: Part, pointer: str, node: Mapping[str, Any], kind: str) -> Iterator[Part]:
    for name, child in node.items():
        if name.startswith("x-") and kind in {"path item", "response"}:
            continue
        yield Part(kind, f"{pointer}/{escape(name)}", child)


def _inside_schema(part: Part) -> Iterator[Part]:
    for key, node in part.node.items():
        pointer = f"{part.pointer}/{escape(key)}"
        if key in _SCHEMA_LIST and isinstance(node, list):
            for index, child in enumerate(node):
                yield Part("schema", f"{pointer}/{index}", child, top=False)
        elif key in _SCHEMA_ONE and isinstance(node, dict):
            yield Part("schema", pointer, node, top=False)
        elif key in _SCHEMA_MAP and isinstance(node, dict):
            for name, child in node.items():
                yield Part("schema", f"{pointer}/{escape(name)}", child, top=False)


class Anatomy:
    """A document taken apart once, for all rules."""

    def __init__(self, document: Mapping[str, Any], version: str) -> None:
        self.document = document
        self.version = version  # "2.0", "3.0", "3.1" or "3.2"
        self.parts = list(parts(document))

    def of(self, *kinds: str) -> Iterator[Part]:
        """Yield the parts of some kinds that are mappings and no references."""
        for part in self.parts:
            if part.kind in kinds and isinstance(part.node, dict) and not part.is_reference:
                yield part

    def follow(self, node: Any) -> Any:
        """Follow references inside the document; ``MISSING`` where they lead nowhere or in a circle."""
        for _ in range(32):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return node
            node = resolve_pointer(self.document, unquote(node["$ref"]))
        return MISSING

    def parameters(self, owner: Part) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield pointer and resolved object of each parameter that a path item or operation lists itself."""
        listed = owner.node.get("parameters")
        for index, entry in enumerate(listed if isinstance(listed, list) else ()):
            node = self.follow(entry)
            if isinstance(node, dict) and isinstance(node.get("name"), str):
                yield f"{owner.pointer}/parameters/{index}", node
