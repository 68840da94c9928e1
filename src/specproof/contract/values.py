"""What is wrong with schemas, and with the values that should fit them."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

from specproof.contract.anatomy import Anatomy, Flaw, Part
from specproof.contract.lines import escape, tokens
from specproof.contract.schema import Direction, Schemas
from specproof.contract.structure import flaws
from specproof.errors import did_you_mean
from specproof.model.exchange import MISSING, resolve_pointer

_PAIRS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
_IS: dict[str, Callable[[Any], bool]] = {
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: not isinstance(v, bool) and isinstance(v, int | float) and v == int(v),
    "number": lambda v: not isinstance(v, bool) and isinstance(v, int | float),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}
_DATA_URL = re.compile(r"data:[^,]{0,100};base64,")
_META = "https://json-schema.org/draft/2020-12/schema"


def patterns(anatomy: Anatomy) -> Iterator[Flaw]:
    """A pattern is a regular expression of ECMA-262."""
    for part in anatomy.of("schema", "parameter", "header"):
        pattern = part.node.get("pattern")
        if not isinstance(pattern, str):
            continue
        reason = _broken_here(pattern)
        if reason is None:
            continue
        pointer = f"{part.pointer}/pattern"
        if _broken_in_ecma(pattern):
            yield Flaw(pointer, f"{pattern!r} is no regular expression: {reason}", "correct the pattern")
        else:
            message = f"{pattern!r} is not understood everywhere (Python: {reason})"
            yield Flaw(pointer, message, "write it without what is special to ECMA-262", doubtful=True)


def _broken_here(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None


def _broken_in_ecma(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return True
    return False


def shapes(anatomy: Anatomy) -> Iterator[Flaw]:
    """Schemas that the text forbids, or that nothing can fit."""
    for part in anatomy.of("schema"):
        node, pointer = part.node, part.pointer
        if node.get("type") == "array" and "items" not in node and anatomy.version != "3.1":
            yield Flaw(pointer, "an array has no items", "say what its items are; items: {} allows anything")
        if node.get("readOnly") is True and node.get("writeOnly") is True:
            yield Flaw(pointer, "the value is both readOnly and writeOnly", "keep one of them")
        for low, high in _PAIRS:
            if _IS["number"](node.get(low)) and _IS["number"](node.get(high)) and node[low] > node[high]:
                message = f"{low} {node[low]} is above {high} {node[high]}: nothing fits"
                yield Flaw(f"{pointer}/{low}", message, "exchange or correct them", doubtful=True)
        yield from _enum(anatomy, part)
        yield from _unreachable(part)


def _unreachable(part: Part) -> Iterator[Flaw]:
    """Members that are required, and forbidden because nothing but the listed properties is allowed."""
    node, required, properties = part.node, part.node.get("required"), part.node.get("properties")
    open_ended = node.get("additionalProperties") is not False or "allOf" in node
    if open_ended or not isinstance(required, list) or "patternProperties" in node:
        return
    known = properties if isinstance(properties, dict) else {}
    for name in required:
        if isinstance(name, str) and name not in known:
            message = f"{name!r} is required and forbidden: it is not among the properties"
            mend = f"add the property.{did_you_mean(name, known)}"
            yield Flaw(f"{part.pointer}/required", message, mend, doubtful=True)


def _enum(anatomy: Anatomy, part: Part) -> Iterator[Flaw]:
    values, kind = part.node.get("enum"), part.node.get("type")
    if not isinstance(values, list) or not isinstance(kind, str) or kind not in _IS:
        return
    for index, value in enumerate(values):
        nullable = value is None and part.node.get("nullable") is True
        if not _IS[kind](value) and not nullable:
            message = f"the value {value!r} is no {kind}, so that nothing fits it"
            null = "nullable: true allows null" if anatomy.version == "3.0" else "allow null in type"
            mend = null if value is None else "correct the value or the type"
            yield Flaw(f"{part.pointer}/enum/{index}", message, mend, doubtful=True)


def discriminators(anatomy: Anatomy) -> Iterator[Flaw]:
    """A discriminator maps names to schemas that are there."""
    known = resolve_pointer(anatomy.document, "/components/schemas") or {}
    for part in anatomy.of("schema"):
        discriminator = part.node.get("discriminator")
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        for name, target in (mapping if isinstance(mapping, dict) else {}).items():
            if not isinstance(target, str) or ("/" in target and not target.startswith("#")):
                continue  # another document, or no text: said elsewhere
            if target.startswith("#"):
                there = resolve_pointer(anatomy.document, target) is not MISSING
            else:
                there = target in known
            if not there:
                pointer = f"{part.pointer}/discriminator/mapping/{escape(name)}"
                yield Flaw(pointer, f"{target!r} leads to no schema", "correct the target or add the schema")


def dialect(anatomy: Anatomy) -> Iterator[Flaw]:
    """In OpenAPI 3.1 every schema is JSON Schema 2020-12, which OpenAPI's own schema does not check."""
    if anatomy.version != "3.1" or "jsonSchemaDialect" in anatomy.document:
        return
    meta = jsonschema_rs.Draft202012Validator({"$ref": _META})
    for part in anatomy.parts:
        if (
            part.kind == "schema"
            and part.top
            and not (isinstance(part.node, dict) and "$schema" in part.node)
        ):
            for error in meta.iter_errors(part.node):
                for flaw in flaws(error, {}, part.node):
                    pointer = part.pointer + flaw.pointer.removeprefix("#")
                    if not pointer.endswith("/pattern"):  # said by patterns()
                        yield Flaw(pointer, flaw.message, flaw.mend)


def fitting_values(anatomy: Anatomy) -> Iterator[Flaw]:
    """Defaults must fit their schemas, examples should."""
    schemas = Schemas(anatomy.document)
    for part in anatomy.of("schema", "parameter", "media type", "header"):
        node = part.node
        schema = node if part.kind == "schema" or "schema" not in node else node["schema"]
        if part.kind == "media type" and "json" not in list(tokens(part.pointer))[-1]:
            continue
        if "default" in node and part.kind in {"schema", "parameter"}:
            yield from _misfit(schemas, schema, node["default"], f"{part.pointer}/default", "default")
        if "example" in node:
            yield from _misfit(schemas, schema, node["example"], f"{part.pointer}/example", "example")
        named = node.get("examples") if part.kind != "schema" else None
        for name, example in (named if isinstance(named, dict) else {}).items():
            shown = anatomy.follow(example)
            if isinstance(shown, dict) and "value" in shown:
                pointer = f"{part.pointer}/examples/{escape(name)}/value"
                yield from _misfit(schemas, schema, shown["value"], pointer, "example")


def _misfit(schemas: Schemas, schema: Any, value: Any, pointer: str, what: str) -> Iterator[Flaw]:
    """Note the first rule that a value breaks, as a request and as a response."""
    direction: Direction = "request" if "/requestBod" in pointer else "response"
    try:
        error = next(schemas.errors(schema, value, direction=direction), None)
    except (ValueError, TypeError, jsonschema_rs.ReferencingError):
        return  # the schema itself is broken: that is said elsewhere
    if error is not None:
        at = f" at {error.instance_path}" if error.instance_path else ""
        mend = f"correct the {what} or the schema"
        message = f"the {what} does not fit its schema{at}: {error.message}"
        yield Flaw(pointer, message, mend, doubtful=what == "example")


def foreign_values(anatomy: Anatomy) -> Iterator[Flaw]:
    """Numbers that JSON cannot write, and data URLs that hold something else than base64."""
    waiting: list[tuple[str, Any]] = [("#", anatomy.document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{pointer}/{escape(key)}", child) for key, child in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{pointer}/{index}", child) for index, child in enumerate(value))
        elif isinstance(value, float) and not math.isfinite(value):
            yield Flaw(pointer, f"{value} is no number that JSON can write", "write a finite number, or text")
        elif isinstance(value, str) and value.startswith("data:") and (head := _DATA_URL.match(value)):
            data = value[head.end() :]
            if data.startswith(("b'", 'b"')):
                message = "the data URL holds the notation of a Python bytes object instead of base64"
                yield Flaw(pointer, message, "remove b'...' round the data", doubtful=True)
            elif not _is_base64(data):
                yield Flaw(pointer, "the data URL is not base64", "encode its data again", doubtful=True)


def _is_base64(data: str) -> bool:
    try:
        base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


RULES = (patterns, shapes, discriminators, dialect, fitting_values, foreign_values)
