"""Find misspelt, misplaced and ill-typed members of the promise vocabulary."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from specproof.contract.anatomy import Flaw, Part, parts
from specproof.contract.extensions import EXTENSIONS
from specproof.contract.lines import escape
from specproof.errors import did_you_mean
from specproof.model.exchange import resolve_pointer

_SHORT = 9  # below this length a foreign name comes near ours too easily: look twice


def lint(document: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what is wrong with the extensions of a document; foreign extensions are left alone."""
    found = list(parts(document))
    operations = {p.node["operationId"]: p for p in found if _has_id(p)}
    for part in found:
        if not isinstance(part.node, dict):
            continue
        for name, value in part.node.items():
            if not name.startswith("x-"):
                continue
            pointer = f"{part.pointer}/{escape(name)}"
            if name not in EXTENSIONS:
                yield from _misspelt(name, pointer)
                continue
            flaws = [*_misplaced(name, pointer, part), *_ill_typed(name, pointer, value)]
            yield from flaws
            if not flaws and name == "x-form-body":
                yield from _form_body(part, pointer, value)
            elif not flaws and isinstance(value, dict) and name in _RULES:
                yield from _RULES[name](document, part, pointer, value, operations)


def _has_id(part: Part) -> bool:
    return (
        part.kind == "operation"
        and isinstance(part.node, dict)
        and isinstance(part.node.get("operationId"), str)
    )


def _misspelt(name: str, pointer: str) -> Iterator[Flaw]:
    plain = name.lower().replace("_", "-")
    turned = [ours for ours in EXTENSIONS if sorted(ours) == sorted(plain)]
    near = turned or difflib.get_close_matches(plain, list(EXTENSIONS), n=1, cutoff=0.85)
    if not near:
        return
    ours = near[0]
    same_ends = plain[:3] == ours[:3] and plain[-1] == ours[-1] and not plain.startswith(ours)
    if turned or len(ours) > _SHORT or same_ends:
        yield Flaw(pointer, f"{name!r} is not an extension of specproof", f"did you mean {ours!r}?")


def _misplaced(name: str, pointer: str, part: Part) -> Iterator[Flaw]:
    allowed = EXTENSIONS[name].places
    if allowed and part.kind not in allowed:
        where = " or ".join(sorted(allowed))
        yield Flaw(pointer, f"{name} says nothing here ({part.kind})", f"move it: {where}")


def _ill_typed(name: str, pointer: str, value: Any) -> Iterator[Flaw]:
    if isinstance(value, bool) and EXTENSIONS[name].switch is value:
        return
    try:
        EXTENSIONS[name].says.validate_python(value)
    except ValidationError as error:
        for fault in error.errors():
            path = [str(step) for step in fault["loc"] if step != "[key]"]
            at = "".join(f"/{escape(token)}" for token in path)
            if fault["type"] == "extra_forbidden":
                known = _known(name, path[:-1])
                hint = did_you_mean(path[-1], known).strip() or f"known: {', '.join(known)}"
                yield Flaw(f"{pointer}{at}", f"{path[-1]!r} is not known here", hint[:1].lower() + hint[1:])
            elif fault["type"] == "missing":
                yield Flaw(f"{pointer}{at}", f"{path[-1]!r} is missing", "add it (docs/vocabulary.md)")
            else:
                message = fault["msg"].removeprefix("Value error, ").replace("Input should", "must")
                shown = f"{fault['input']!r} {message}" if message.startswith("is ") else message
                yield Flaw(f"{pointer}{at}", shown[:1].lower() + shown[1:], "see docs/vocabulary.md")


def _known(name: str, path: list[str]) -> list[str]:
    schema: Any = EXTENSIONS[name].says.json_schema(by_alias=True)
    node = schema
    for token in ["", *path]:
        node = node.get("properties", {}).get(token, node) if token else node
        for option in [node, *node.get("anyOf", [])]:
            if "$ref" in option:
                node = schema["$defs"][option["$ref"].rpartition("/")[2]]
    return sorted(node.get("properties", {}))


def _pagination(
    document: Mapping[str, Any], part: Part, pointer: str, value: dict[str, Any], _: Mapping[str, Part]
) -> Iterator[Flaw]:
    bounds = [value[k] for k in ("size_minimum", "size_default", "size_maximum") if value.get(k) is not None]
    if bounds != sorted(bounds):
        yield Flaw(
            pointer, "size_minimum, size_default and size_maximum are not in order", "correct the bounds"
        )
    if part.kind != "operation":
        return
    known = set(_parameters(document, part, "query"))
    for role, name in (value.get("parameters") or {}).items():
        if name is not None and name not in known:
            at = f"{pointer}/parameters/{role}"
            hint = did_you_mean(name, known).strip()
            yield Flaw(
                at, f"the operation has no query parameter {name!r}", hint or "declare it or leave it out"
            )


def _parameters(document: Mapping[str, Any], operation: Part, location: str) -> Iterator[str]:
    item = resolve_pointer(document, operation.pointer.rpartition("/")[0])
    for source in (item, operation.node):
        listed = source.get("parameters") if isinstance(source, dict) else None
        for entry in listed if isinstance(listed, list) else ():
            node = entry
            if isinstance(entry, dict) and isinstance(entry.get("$ref"), str):
                node = resolve_pointer(document, entry["$ref"])
            if isinstance(node, dict) and node.get("in") == location and isinstance(node.get("name"), str):
                yield node["name"]


def _resource(
    document: Mapping[str, Any],
    part: Part,
    pointer: str,
    value: dict[str, Any],
    operations: Mapping[str, Part],
) -> Iterator[Flaw]:
    for verb in ("create", "read", "update", "delete", "list"):
        name = value.get(verb)
        if name is None:
            continue
        if name not in operations:
            hint = did_you_mean(name, operations).strip() or "give an operation this operationId"
            yield Flaw(f"{pointer}/{verb}", f"no operation has the operationId {name!r}", hint)
        elif verb in {"read", "update", "delete"}:
            template = operations[name].pointer.split("/")[2].replace("~1", "/").replace("~0", "~")
            if f"{{{value['parameter']}}}" not in template:
                message = f"{value['parameter']!r} is not in the path {template} of {name}"
                yield Flaw(f"{pointer}/parameter", message, "name the parameter that carries the identity")


def _secret(
    document: Mapping[str, Any], part: Part, pointer: str, value: dict[str, Any], _: Mapping[str, Part]
) -> Iterator[Flaw]:
    when = value.get("when")
    siblings = resolve_pointer(document, part.pointer.rpartition("/")[0])
    inside = part.pointer.rpartition("/")[0].endswith("/properties")
    if when and inside and isinstance(siblings, dict) and when["property"] not in siblings:
        hint = did_you_mean(when["property"], siblings).strip() or "name a property beside this one"
        yield Flaw(f"{pointer}/when/property", f"there is no property {when['property']!r} beside it", hint)


def _scopes(
    document: Mapping[str, Any], part: Part, pointer: str, value: dict[str, Any], _: Mapping[str, Part]
) -> Iterator[Flaw]:
    scopes = _declared(part.node)
    for scope, implied in value.items():
        for name in (scope, *implied):
            if name not in scopes:
                hint = did_you_mean(name, scopes).strip() or "declare it in a flow"
                yield Flaw(f"{pointer}/{escape(scope)}", f"the scheme has no scope {name!r}", hint)


def _declared(scheme: Mapping[str, Any]) -> set[str]:
    flows = scheme.get("flows") if isinstance(scheme.get("flows"), dict) else {"": scheme}
    declared = [flow.get("scopes") for flow in (flows or {}).values() if isinstance(flow, dict)]
    return {scope for known in declared if isinstance(known, dict) for scope in known}


def _oauth(
    document: Mapping[str, Any], part: Part, pointer: str, value: dict[str, Any], _: Mapping[str, Part]
) -> Iterator[Flaw]:
    for index, grant in enumerate(value.get("refresh") or ()):
        if grant not in value["grants"]:
            yield Flaw(f"{pointer}/refresh/{index}", f"{grant!r} is not among the grants", "add it to grants")
    if value.get("jwt") and value["jwt"]["grant"] not in value["grants"]:
        message = f"{value['jwt']['grant']!r} is not among the grants"
        yield Flaw(f"{pointer}/jwt/grant", message, "add it to grants")


def _form_body(part: Part, pointer: str, value: bool) -> Iterator[Flaw]:
    if value and isinstance(part.node, dict) and "requestBody" not in part.node:
        yield Flaw(pointer, "the operation takes no body", "describe the body as JSON, or leave this out")


def _cloning(
    document: Mapping[str, Any], part: Part, pointer: str, value: dict[str, Any], _: Mapping[str, Part]
) -> Iterator[Flaw]:
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    declared: set[str] = set()
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        declared |= _declared(scheme) if isinstance(scheme, dict) else set()
    for key in ("scope", "push"):
        name = value.get(key)
        if name is not None and name not in declared:
            hint = did_you_mean(name, declared).strip() or "declare it in a flow"
            yield Flaw(f"{pointer}/{key}", f"no security scheme has the scope {name!r}", hint)


_RULES = {
    "x-pagination": _pagination,
    "x-resource": _resource,
    "x-secret": _secret,
    "x-scope-implications": _scopes,
    "x-oauth": _oauth,
    "x-cloning": _cloning,
}
