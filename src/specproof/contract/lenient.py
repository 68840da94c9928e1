"""The sound part of a document with defects: what cannot be used is mended or left out, and said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import jsonschema_rs

from specproof.contract.anatomy import METHODS, Anatomy, Part
from specproof.contract.lines import escape, tokens
from specproof.contract.schema import to_draft4
from specproof.model.exchange import MISSING, resolve_pointer

_NAME = re.compile(r"\{([^{}/]+)\}")
_LOCATIONS = {"path", "query", "header", "cookie"}
_DRAFT_4 = "http://json-schema.org/draft-04/schema#"
_DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
_MOST_REPAIRS = 50  # of one schema; after that it allows everything
Note = tuple[str, str, str]  # pointer, what is wrong, what was done about it


def sound_part(document: dict[str, Any], version: str) -> tuple[dict[str, Any], list[Note]]:
    """Return a copy of a document that a run can use, and what was changed to make it so.

    Args:
        document: An OpenAPI 3 document, references inside it.
        version: Its version, ``3.0`` or later.
    """
    copy = deepcopy(document)
    notes: list[Note] = []
    for _ in range(4):  # a thing that was taken away may leave a reference to it behind
        found = list(_references(copy, version))
        notes += found
        if not found:
            break
    notes += _schemas(copy, version)
    notes += _operations(copy)
    return copy, notes


def _references(document: dict[str, Any], version: str) -> Iterator[Note]:
    anatomy = Anatomy(document, version)
    for part in anatomy.parts:
        if not part.is_reference or anatomy.follow(part.node) is not MISSING:
            continue
        said = f"the reference {part.node['$ref']!r} leads nowhere"
        if part.kind == "schema":
            part.node.clear()
            yield part.pointer, said, "taken as a schema that allows everything"
        elif part.kind == "response":
            part.node.clear()
            part.node["description"] = ""
            yield part.pointer, said, "taken as a response whose content nothing is known of"
        elif part.kind == "request body" and _is_of_operation(part):
            pointer = part.pointer.rpartition("/")[0]
            _remove(document, pointer)
            yield part.pointer, said, "its operation was left out, for its body is not known"
        else:
            _remove(document, part.pointer)
            yield part.pointer, said, f"the {part.kind} was left out"


def _is_of_operation(part: Part) -> bool:
    return part.pointer.startswith("#/paths/") and part.pointer.endswith("/requestBody")


def _remove(document: Any, pointer: str) -> None:
    """Take something out of a mapping; in a list it becomes null, so that its neighbours keep their place."""
    above, _, last = pointer.rpartition("/")
    parent = resolve_pointer(document, above)
    step = next(tokens(f"/{last}"))
    if isinstance(parent, dict):
        parent.pop(step, None)
    elif isinstance(parent, list) and step.isdecimal() and int(step) < len(parent):
        parent[int(step)] = None


def _schemas(document: dict[str, Any], version: str) -> Iterator[Note]:
    for part in Anatomy(document, version).parts:
        if part.kind != "schema" or not part.top:
            continue
        if not isinstance(part.node, dict | bool):
            _replace(document, part.pointer, {})
            yield part.pointer, "it is no schema", "taken as a schema that allows everything"
        elif isinstance(part.node, dict):
            yield from _mended(part, version)


def _mended(part: Part, version: str) -> Iterator[Note]:
    """Take away keywords with impossible values, one after the other."""
    for _ in range(_MOST_REPAIRS):
        pointer = _first_flaw(part.node, version)
        if pointer is None:
            return
        if not pointer:
            break
        _remove(part.node, pointer)
        yield f"{part.pointer}{pointer}", "its value is impossible", "the keyword was ignored"
    part.node.clear()
    yield part.pointer, "it is no schema", "taken as a schema that allows everything"


def _first_flaw(schema: dict[str, Any], version: str) -> str | None:
    """Return the place of the first impossible keyword in a schema, or ``None``; empty: the schema itself."""
    pattern = _impossible_pattern(schema)
    if pattern is not None:
        return pattern
    plain = to_draft4(schema) if version == "3.0" else schema
    try:
        jsonschema_rs.meta.validate({**plain, "$schema": _DRAFT_4 if version == "3.0" else _DRAFT_2020})
    except jsonschema_rs.ValidationError as error:
        return _keyword(schema, [str(token) for token in error.instance_path])
    except (ValueError, jsonschema_rs.ReferencingError):
        return ""
    return None


def _keyword(schema: dict[str, Any], path: list[str]) -> str:
    """Return the innermost member that a path leads to; items of lists cannot be taken away."""
    while path:
        parent = resolve_pointer(schema, "".join(f"/{escape(token)}" for token in path[:-1]))
        if isinstance(parent, dict) and path[-1] in parent:
            return "".join(f"/{escape(token)}" for token in path)
        path.pop()
    return ""


def _impossible_pattern(schema: dict[str, Any]) -> str | None:
    waiting: list[tuple[str, Any]] = [("", schema)]
    while waiting:
        at, node = waiting.pop()
        if isinstance(node, list):
            waiting.extend((f"{at}/{index}", child) for index, child in enumerate(node))
        elif isinstance(node, dict):
            if isinstance(node.get("pattern"), str) and not _compiles(node["pattern"]):
                return f"{at}/pattern"
            waiting.extend((f"{at}/{escape(str(key))}", child) for key, child in node.items())
    return None


def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return False
    return True


def _replace(document: Any, pointer: str, value: Any) -> None:
    above, _, last = pointer.rpartition("/")
    parent = resolve_pointer(document, above)
    step = next(tokens(f"/{last}"))
    if isinstance(parent, dict):
        parent[step] = value
    elif isinstance(parent, list):
        parent[int(step)] = value


def _operations(document: dict[str, Any]) -> Iterator[Note]:
    paths = document.get("paths")
    if not isinstance(paths, dict):
        document["paths"] = {}
        yield "#/paths", "it is no mapping", "there are no operations"
        return
    anatomy = Anatomy(document, "3.1")
    for path, item in list(paths.items()):
        at = f"#/paths/{escape(str(path))}"
        node = anatomy.follow(item)
        if str(path).startswith("x-"):
            continue
        if not isinstance(node, dict) or not str(path).startswith("/"):
            del paths[path]
            yield at, "it is no path with operations", "it was left out"
            continue
        shared = list(_parameters(anatomy, node, at))
        yield from shared
        for method in METHODS:
            if method in node:
                yield from _operation(anatomy, str(path), node, method, f"{at}/{method}")


def _operation(anatomy: Anatomy, path: str, item: dict[str, Any], method: str, at: str) -> Iterator[Note]:
    operation = item[method]
    if not isinstance(operation, dict):
        del item[method]
        yield at, "it is no mapping", "the operation was left out"
        return
    yield from _parameters(anatomy, operation, at)
    if not isinstance(operation.get("responses"), dict):
        operation["responses"] = {"default": {"description": ""}}
        yield at, "there are no responses", "every answer counts as documented"
    yield from _path_parameters(anatomy, path, item, operation, at)


def _parameters(anatomy: Anatomy, owner: dict[str, Any], at: str) -> Iterator[Note]:
    listed = owner.get("parameters")
    if listed is None:
        return
    kept = []
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        node = anatomy.follow(entry)
        if node is None:
            continue  # was taken away already
        sound = isinstance(node, dict) and isinstance(node.get("name"), str) and node.get("in") in _LOCATIONS
        if not sound:
            yield f"{at}/parameters/{index}", "it has no name, or no place to stand in", "it was left out"
            continue
        if "schema" not in node and "content" not in node:
            node["schema"] = {}
            yield f"{at}/parameters/{index}", "it has no schema", "it may have any value"
        kept.append(entry)
    owner["parameters"] = kept


def _path_parameters(
    anatomy: Anatomy, path: str, item: dict[str, Any], operation: dict[str, Any], at: str
) -> Iterator[Note]:
    names = _NAME.findall(path)
    known = set(_declared(anatomy, (*(item.get("parameters") or ()), *(operation.get("parameters") or ()))))
    for name in dict.fromkeys(names):
        if name not in known:
            parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            operation.setdefault("parameters", []).append(parameter)
            yield at, f"the path parameter {name!r} is not declared", "taken as any text"
    for owner in (item, operation):
        listed = owner.get("parameters") or []
        gone = [e for e in listed if (n := anatomy.follow(e))["in"] == "path" and n["name"] not in names]
        if gone:
            owner["parameters"] = [entry for entry in listed if entry not in gone]
            for entry in gone:
                name = anatomy.follow(entry)["name"]
                yield at, f"the path parameter {name!r} is not in the path", "it was left out"


def _declared(anatomy: Anatomy, listed: Iterable[Any]) -> Iterator[str]:
    for entry in listed:
        node = anatomy.follow(entry)
        if isinstance(node, dict) and node.get("in") == "path":
            yield node["name"]
