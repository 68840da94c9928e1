"""Turn the errors of a JSON Schema validator into one useful sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.anatomy import Flaw
from specproof.contract.lines import escape
from specproof.errors import did_you_mean

EXCLUSIVE = "it has members that exclude each other"
_MENDS = {
    "string": "write it as text, in quotes if need be",
    "object": "write a mapping",
    "array": "write a list",
    "boolean": "write true or false",
    "integer": "write a whole number",
    "number": "write a number",
}


def flaws(error: Any, schema: Mapping[str, Any], instance: Any) -> Iterator[Flaw]:
    """Yield what one validation error really means.

    Args:
        error: A ``jsonschema_rs.ValidationError``.
        schema: The schema that was applied, to know what would have been allowed.
        instance: The document.
    """
    branches = getattr(error.kind, "context", None)
    if branches and not all(branches):  # some alternative fits: more than one of oneOf did
        message = "it fits several alternatives that exclude each other"
        yield Flaw(_pointer(list(error.instance_path)), message, "keep the members of one of them")
        return
    if branches:
        for inner in _best(branches, _at(instance, error.instance_path)):
            yield from flaws(inner, schema, instance)
        return
    path, name = list(error.instance_path), error.kind.name
    if name in {"additionalProperties", "unevaluatedProperties", "falseSchema"}:
        yield from _unexpected(error, schema, path)
        return
    yield Flaw(_pointer(path), *_sentence(error, name))


def _sentence(error: Any, name: str) -> tuple[str, str]:
    kind = error.kind
    match name:
        case "required":
            return f"{kind.property!r} is missing", f"add {kind.property}"
        case "type":
            expected = " or ".join(kind.types)
            shown = _short(error.message.partition(" is not of type")[0])
            return f"{shown} is not of type {expected}", _MENDS.get(kind.types[0], "correct the value")
        case "enum":
            options = [str(option) for option in kind.options]
            shown = _short(error.message.partition(" is not one of")[0])
            hint = did_you_mean(shown.strip('"'), options).strip()
            return f"{shown} is not one of {', '.join(options)}", hint or "write one of them"
        case "format" | "pattern":
            return _short(error.message), "correct the value"
        case "uniqueItems":
            return "the list holds the same item twice", "keep one of them"
        case "minProperties" | "minItems" | "minLength":
            return "it is empty, or too short", "write at least one"
        case "not":
            return EXCLUSIVE, "keep one of them"
        case _:
            return _short(error.message), "write what the OpenAPI text allows here"


def _unexpected(error: Any, schema: Mapping[str, Any], path: Sequence[str | int]) -> Iterator[Flaw]:
    names = getattr(error.kind, "unexpected", None)
    if names is None:
        yield Flaw(_pointer(path), "this member is not known here", "remove it, or begin its name with x-")
        return
    parent = _at(schema, list(error.schema_path)[:-1])
    known = list(parent.get("properties", {})) if isinstance(parent, dict) else []
    if isinstance(parent, dict) and isinstance(parent.get("patternProperties"), dict):
        known += ["default"] if path[-1:] == ["responses"] else []
    for name in names:
        hint = did_you_mean(name, known).strip() or "remove it, or begin its name with x-"
        if path[-1:] == ["responses"]:
            hint = "write a status such as '200' or '4XX', or default"
        yield Flaw(_pointer([*path, name]), f"{name!r} is not known here", hint)


def _best(branches: Sequence[Sequence[Any]], instance: Any) -> Sequence[Any]:
    """Choose the branch of anyOf or oneOf that was most likely meant.

    A branch for references counts only where there is a reference. Of the others, the one whose constants
    (such as ``in: path``) fit is meant, then the one that fails deepest, then the one with fewest errors.
    """
    refers = isinstance(instance, dict) and "$ref" in instance
    usable = branches if refers else [b for b in branches if not _is_for_references(b)] or branches
    depth = min(len(list(error.instance_path)) for branch in branches for error in branch)

    def rank(branch: Sequence[Any]) -> tuple[bool, bool, int, int]:
        paths = [list(error.instance_path) for error in branch]
        constant = any(
            error.kind.name in {"enum", "constant"} and len(path) == depth + 1
            for error, path in zip(branch, paths, strict=True)
        )
        whole = {e.kind.name for e, path in zip(branch, paths, strict=True) if len(path) == depth}
        mistyped = bool(whole & {"type", "enum"})
        return mistyped, constant, -max(map(len, paths)), len(branch)

    return min(usable, key=rank)


def _is_for_references(branch: Sequence[Any]) -> bool:
    return any(error.kind.name == "required" and error.kind.property == "$ref" for error in branch)


def _at(node: Any, path: Sequence[str | int]) -> Any:
    for token in path:
        if isinstance(node, dict):
            node = node.get(str(token))
        elif isinstance(node, list) and isinstance(token, int) and token < len(node):
            node = node[token]
        else:
            return None
    return node


def _pointer(path: Sequence[str | int]) -> str:
    return "#" + "".join(f"/{escape(str(token))}" for token in path)


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:80]} … {text[-30:]}"
