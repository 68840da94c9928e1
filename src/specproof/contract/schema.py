"""Validate instances against the schemas of a contract, with the dialect the document has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jsonschema_rs

from specproof.contract.lines import escape
from specproof.contract.operations import follow
from specproof.model.operation import Schema

Direction = Literal["request", "response"]
_BASE = "urn:contract"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)  # RFC 9562 section 4
# Formats of the OpenAPI registry that draft 4 did not know.
_FORMATS = {"uuid": lambda text: _UUID.fullmatch(text) is not None}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaError:
    """One way in which an instance breaks its schema."""

    message: str
    instance_path: str  # JSON pointer into the instance
    schema_path: str  # JSON pointer: where in the document (or in the schema) the rule stands
    keyword: str
    member: str = ""  # the member that is missing, with the keyword ``required``


class Schemas:
    """The schemas of one document, compiled when they are first used.

    Source: OpenAPI 3.0.4 section 4.8.24 (a dialect of JSON Schema draft 5, judged as draft 4 with
    ``nullable``); OpenAPI 3.1.1 section 4.8.24 (JSON Schema 2020-12).
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._modern = not str(document.get("openapi", "")).startswith("3.0") and "swagger" not in document
        self._registries: dict[tuple[Direction, bool], jsonschema_rs.Registry] = {}
        self._validators: dict[tuple[int, Direction, bool], tuple[Schema, Any]] = {}

    @property
    def document(self) -> Mapping[str, Any]:
        """The document that they belong to."""
        return self._document

    def errors(
        self, schema: Schema | None, instance: Any, *, direction: Direction, partial: bool = False
    ) -> Iterator[SchemaError]:
        """Yield what is wrong with an instance; formats are asserted.

        Args:
            schema: A schema of the document, with references into it; ``None`` allows everything.
            instance: Parsed JSON.
            direction: ``readOnly`` members are never required in a request, ``writeOnly`` members never in
                a response (OpenAPI 3.0.4 section 4.8.24.2).
            partial: Judge a deliberately reduced representation: nothing is required.
        """
        if schema is None or schema is True:
            return
        validator = self._validator(schema, direction, partial)
        try:
            found = _all_errors(validator, instance)
        except (ValueError, RecursionError):  # nested some hundred levels deep: cannot be judged
            return
        for error in (inner for each in found for inner in _beside_null(each)):
            yield SchemaError(
                message=_short(error.message),
                instance_path=_pointer(error.instance_path),
                schema_path=_pointer(error.schema_path),
                keyword=error.kind.name,
                member=str(error.kind.property) if error.kind.name == "required" else "",
            )

    def is_valid(self, schema: Schema | None, instance: Any, *, direction: Direction) -> bool:
        """Tell whether an instance is valid."""
        return next(self.errors(schema, instance, direction=direction), None) is None

    def places(
        self, schema: Any, instance: Any, pointer: str = "", depth: int = 24
    ) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
        """Yield what a schema says about the members of an instance.

        Only what is said for certain is followed: properties, items, ``$ref`` and ``allOf``.

        Yields:
            JSON pointer into the instance, a schema that describes this member, and its value.
        """
        node, _ = follow(self._document, schema, "#")
        if not isinstance(node, Mapping) or depth == 0:
            return
        yield pointer, node, instance
        for part in node.get("allOf") or ():
            yield from self.places(part, instance, pointer, depth - 1)
        said = node.get("properties")
        if isinstance(instance, Mapping) and isinstance(said, Mapping):
            for name, value in instance.items():
                if name in said:
                    yield from self.places(said[name], value, f"{pointer}/{escape(name)}", depth - 1)
        elif isinstance(instance, list) and "items" in node:
            for number, value in enumerate(instance):
                yield from self.places(node["items"], value, f"{pointer}/{number}", depth - 1)

    def _validator(self, schema: Schema, direction: Direction, partial: bool) -> Any:
        key = (id(schema), direction, partial)
        if key not in self._validators:
            registry = self._registry(direction, partial)
            plain = schema if self._modern else to_draft4(schema)
            plain = _absolute(self._journey(direction, partial).apply(plain))
            cls = jsonschema_rs.Draft202012Validator if self._modern else jsonschema_rs.Draft4Validator
            # The schema is kept beside its validator: its id() must not be given to another object.
            compiled = cls(plain, registry=registry, validate_formats=True, formats=_FORMATS)
            self._validators[key] = (schema, compiled)
        return self._validators[key][1]

    def _journey(self, direction: Direction, partial: bool) -> _Journey:
        return _Journey(document=self._document, direction=direction, partial=partial)

    def _registry(self, direction: Direction, partial: bool) -> jsonschema_rs.Registry:
        key = (direction, partial)
        if key not in self._registries:
            kept = {k: v for k, v in self._document.items() if k in {"components", "paths", "x-external"}}
            plain = kept if self._modern else to_draft4(kept)
            draft = jsonschema_rs.Draft202012 if self._modern else jsonschema_rs.Draft4
            resource = self._journey(direction, partial).apply(plain)
            self._registries[key] = jsonschema_rs.Registry([(_BASE, resource)], draft=draft)
        return self._registries[key]


def to_draft4(node: Any, *, names: bool = False) -> Any:
    """Turn the schemas inside a node from OpenAPI 3.0 into JSON Schema draft 4 (``nullable`` is resolved).

    Args:
        node: Any part of a document.
        names: Its keys are names of members, not keywords.
    """
    if isinstance(node, list):
        return [to_draft4(child) for child in node]
    if not isinstance(node, Mapping):
        return node
    if names:
        return {name: to_draft4(child) for name, child in node.items()}
    if isinstance(node.get("$ref"), str):
        return _or_null({"$ref": node["$ref"]}, node)
    copy = {
        key: to_draft4(child, names=key in {"properties", "schemas"})
        for key, child in node.items()
        if key not in {"example", "examples"}
    }
    if copy.get("nullable") is True:
        if isinstance(copy.get("type"), str):
            copy["type"] = [copy["type"], "null"]
        if isinstance(copy.get("enum"), list) and None not in copy["enum"]:
            copy["enum"] = [*copy["enum"], None]
    return _or_null(copy, node)


def _beside_null(error: Any) -> Iterator[Any]:
    """Yield what is wrong with a value that is not null, where null would do as well (see `_or_null`)."""
    kind = jsonschema_rs.ValidationErrorKind
    branches = error.kind.context if isinstance(error.kind, kind.AnyOf) else []
    null = branches[1] if len(branches) == 2 else []
    if len(null) == 1 and isinstance(null[0].kind, kind.Enum) and null[0].kind.options == [None]:
        for each in branches[0]:
            yield from _beside_null(each)
    else:
        yield error


def _or_null(schema: dict[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """Let ``nullable`` count beside a reference or a choice.

    OpenAPI 3.0.4 lets it count beside ``type`` alone; before, the text left it open, and whoever writes it
    there means it.
    """
    null = {"enum": [None]}
    if node.get("nullable") is not True or "type" in schema:
        return schema
    if "$ref" in schema or "allOf" in schema:
        return {"anyOf": [schema, null]}
    return {**schema, **{key: [*schema[key], null] for key in ("oneOf", "anyOf") if key in schema}}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Journey:
    """Which way an instance travels, and so which members need not be there."""

    document: Mapping[str, Any]
    direction: Direction
    partial: bool

    @property
    def free(self) -> str:
        """The keyword of members that do not travel this way."""
        return "readOnly" if self.direction == "request" else "writeOnly"

    def apply(self, node: Any, inherited: frozenset[str] = frozenset()) -> Any:
        """Return a node whose schemas suit the journey; ``inherited`` are free members of its siblings."""
        if isinstance(node, list):
            return [self.apply(child, inherited) for child in node]
        if not isinstance(node, Mapping):
            return node
        free = inherited | self.free_members(node)
        copy = {k: self.apply(v, free if k == "allOf" else frozenset()) for k, v in node.items()}
        said = copy.get("properties")
        if self.direction == "request" and isinstance(said, Mapping):
            # They should not be sent, and a server ignores them: what stands in them is nobody's fault.
            copy["properties"] = {name: {} if name in free else schema for name, schema in said.items()}
        required = copy.get("required")
        if isinstance(required, list) and all(isinstance(name, str) for name in required):
            kept = [name for name in required if name not in free and not self.partial]
            del copy["required"]
            copy |= {"required": kept} if kept else {}
        return copy

    def free_members(self, node: Any, depth: int = 8) -> frozenset[str]:
        """Return the names of free members, ``$ref`` and ``allOf`` followed."""
        node, _ = follow(self.document, node, "#")
        if depth == 0 or not isinstance(node, Mapping):
            return frozenset()
        said, parts = node.get("properties"), node.get("allOf")
        members = said.items() if isinstance(said, Mapping) else ()
        found = frozenset(name for name, schema in members if self._is_free(schema))
        return found.union(
            *(self.free_members(part, depth - 1) for part in (parts if isinstance(parts, list) else ()))
        )

    def _is_free(self, schema: Any) -> bool:
        node, _ = follow(self.document, schema, "#")
        return isinstance(node, Mapping) and node.get(self.free) is True


def _absolute(node: Any) -> Any:
    """Make references of an inline schema point into the registered document."""
    if isinstance(node, list):
        return [_absolute(child) for child in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _BASE + child
        if key == "$ref" and isinstance(child, str) and child.startswith("#")
        else _absolute(child)
        for key, child in node.items()
    }


def _all_errors(validator: Any, instance: Any) -> list[Any]:
    """Return what a validator says; the copy without lone surrogates is made only where there are any."""
    try:
        return [] if validator.is_valid(instance) else list(validator.iter_errors(instance))
    except UnicodeEncodeError:
        return list(validator.iter_errors(_encodable(instance)))


def _encodable(instance: Any) -> Any:
    """Put U+FFFD in place of lone surrogates: JSON can spell them, UTF-8 cannot (RFC 8259 section 8.2)."""
    if isinstance(instance, str):
        return instance if instance.isascii() else _LONE_SURROGATE.sub("\ufffd", instance)
    if isinstance(instance, list):
        return [_encodable(child) for child in instance]
    if isinstance(instance, dict):
        return {_encodable(name): _encodable(child) for name, child in instance.items()}
    return instance


def _pointer(path: Any) -> str:
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def _short(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:120]} … {message[-60:]}"
