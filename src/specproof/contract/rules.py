"""What the OpenAPI text demands of paths, operations and parameters and its JSON Schema cannot say.

Source: OpenAPI 3.0.4 section 4.8; OpenAPI 3.1.1 section 4.8; Swagger 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from specproof.contract.anatomy import METHODS, Anatomy, Flaw, Part
from specproof.contract.lines import escape, tokens
from specproof.errors import did_you_mean

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+( *;.*)?")
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def tags(anatomy: Anatomy) -> Iterator[Flaw]:
    """Tags of an operation are names; declared names are unique."""
    for operation in anatomy.of("operation"):
        for index, tag in enumerate(_list(operation.node.get("tags"))):
            if not isinstance(tag, str):
                inner = tag
                while isinstance(inner, list) and len(inner) == 1:
                    inner = inner[0]
                mend = f"write - {inner}" if isinstance(inner, str) else "write the name of the tag"
                nested = "is nested in lists" if isinstance(tag, list) else "is no text"
                yield Flaw(f"{operation.pointer}/tags/{index}", f"the tag {tag!r} {nested}", mend)
    seen = set()
    for part in anatomy.of("tag"):
        name = part.node.get("name")
        if isinstance(name, str):
            if name in seen:
                yield Flaw(f"{part.pointer}/name", f"the tag {name!r} is declared twice", "keep one of them")
            seen.add(name)


def security(anatomy: Anatomy) -> Iterator[Flaw]:
    """Every requirement names a declared scheme; scopes belong to schemes that have them."""
    components = _mapping(anatomy.document.get("components"))
    schemes = _mapping(
        anatomy.document.get("securityDefinitions")
        if anatomy.version == "2.0"
        else components.get("securitySchemes")
    )
    section = "securityDefinitions" if anatomy.version == "2.0" else "components/securitySchemes"
    for part in anatomy.of("root", "operation"):
        for index, option in enumerate(_list(part.node.get("security"))):
            for name, scopes in _mapping(option).items():
                pointer = f"{part.pointer}/security/{index}/{escape(name)}"
                if name not in schemes:
                    mend = f"add it to {section}, or correct the name.{did_you_mean(name, schemes)}"
                    yield Flaw(pointer, f"the security scheme {name!r} is not declared", mend)
                else:
                    scheme = _mapping(anatomy.follow(schemes[name]))
                    yield from _scopes(anatomy, pointer, name, scheme, _list(scopes))


def _scopes(
    anatomy: Anatomy, pointer: str, name: str, scheme: dict[str, Any], scopes: list[Any]
) -> Iterator[Flaw]:
    kind = scheme.get("type")
    if kind == "oauth2":
        flows = [scheme] if anatomy.version == "2.0" else _mapping(scheme.get("flows")).values()
        known = {scope for flow in flows for scope in _mapping(_mapping(flow).get("scopes"))}
        for index, scope in enumerate(scopes):
            if isinstance(scope, str) and scope not in known:
                mend = f"add it to a flow, or correct the name.{did_you_mean(scope, known)}"
                message = f"the scheme {name!r} declares no scope {scope!r}"
                yield Flaw(f"{pointer}/{index}", message, mend, doubtful=True)
    elif scopes and kind in ("apiKey", "http", "basic") and anatomy.version != "3.1":
        message = f"the scheme {name!r} is of type {kind}, which has no scopes"
        yield Flaw(pointer, message, f"write {name}: []")


def path_templates(anatomy: Anatomy) -> Iterator[Flaw]:
    """Paths begin with a slash, have balanced braces, and differ in more than parameter names."""
    shapes: dict[str, str] = {}
    for path in _mapping(anatomy.document.get("paths")):
        pointer = f"#/paths/{escape(path)}"
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            yield Flaw(pointer, f"the path {path!r} does not begin with a slash", f"write /{path}")
        names = _VARIABLE.findall(path)
        if "{" in _VARIABLE.sub("", path) or "}" in _VARIABLE.sub("", path) or "" in names:
            yield Flaw(pointer, f"the braces of {path!r} are not in pairs round a name", "write {name}")
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Flaw(pointer, f"the parameter {name!r} stands twice in the path", "rename one of them")
        shape = _VARIABLE.sub("{}", path)
        if shape in shapes:
            message = f"the path is the same as {shapes[shape]} but for parameter names"
            yield Flaw(pointer, message, "put the operations of both under one path")
        shapes.setdefault(shape, path)


def path_parameters(anatomy: Anatomy) -> Iterator[Flaw]:
    """Each name in a path is declared as a path parameter, and each path parameter is in the path."""
    for item in anatomy.of("path item"):
        steps = list(tokens(item.pointer))
        if steps[:1] != ["paths"]:
            continue
        shared = list(anatomy.parameters(item))
        names = set(_VARIABLE.findall(steps[1]))
        yield from _unused(shared, names, steps[1])
        for method in METHODS:
            operation = Part("operation", f"{item.pointer}/{method}", item.node.get(method))
            if not isinstance(operation.node, dict):
                continue
            own = list(anatomy.parameters(operation))
            yield from _unused(own, names, steps[1])
            declared = {node["name"] for _, node in [*shared, *own] if node.get("in") == "path"}
            for name in sorted(names - declared - {""}):
                mend = "add a parameter with in: path and required: true"
                yield Flaw(operation.pointer, f"the path parameter {name!r} is not declared", mend)


def _unused(listed: list[tuple[str, Any]], names: set[str], path: str) -> Iterator[Flaw]:
    for pointer, node in listed:
        if node.get("in") == "path" and node["name"] not in names:
            mend = f"remove it, or put {{{node['name']}}} into the path.{did_you_mean(node['name'], names)}"
            yield Flaw(pointer, f"the path parameter {node['name']!r} is not in the path {path}", mend)


def operation_ids(anatomy: Anatomy) -> Iterator[Flaw]:
    """An operationId names one operation."""
    seen: dict[str, str] = {}
    for operation in anatomy.of("operation"):
        name = operation.node.get("operationId")
        if isinstance(name, str):
            if name in seen:
                message = f"the operationId {name!r} already belongs to {_label(seen[name])}"
                yield Flaw(f"{operation.pointer}/operationId", message, "give each operation its own")
            seen.setdefault(name, operation.pointer)


def _label(pointer: str) -> str:
    steps = list(tokens(pointer))
    return f"{steps[-1].upper()} {steps[-2]}"


def parameters(anatomy: Anatomy) -> Iterator[Flaw]:
    """A list names a parameter once; a parameter is described in one way."""
    for owner in anatomy.of("path item", "operation"):
        seen = set()
        for pointer, node in anatomy.parameters(owner):
            key = (node["name"], str(node.get("in")))
            if key in seen:
                yield Flaw(pointer, f"the {key[1]} parameter {key[0]!r} is listed twice", "keep one of them")
            seen.add(key)
    for part in anatomy.of("parameter", "header"):
        node = part.node
        if part.kind == "parameter" and node.get("in") == "path" and node.get("required") is not True:
            yield Flaw(part.pointer, "a path parameter is always required", "add required: true")
        if anatomy.version != "2.0":
            yield from _described_once(part)
        if node.get("in") == "header" and str(node.get("name")).lower() in _IGNORED_HEADERS:
            message = f"a header parameter named {node['name']!r} is ignored"
            mend = "describe it by content, responses or security"
            yield Flaw(part.pointer, message, mend, doubtful=True)


def _described_once(part: Part) -> Iterator[Flaw]:
    node, what = part.node, f"the {part.kind}"
    if "schema" in node and "content" in node:
        yield Flaw(part.pointer, f"{what} has both schema and content", "keep one of them")
    elif "schema" not in node and "content" not in node:
        yield Flaw(part.pointer, f"{what} has neither schema nor content", "add a schema")
    if isinstance(node.get("content"), dict) and len(node["content"]) != 1:
        message = f"content of {what} has {len(node['content'])} media types"
        yield Flaw(f"{part.pointer}/content", message, "keep exactly one")


def one_example(anatomy: Anatomy) -> Iterator[Flaw]:
    """``example`` and ``examples`` exclude each other."""
    for part in anatomy.of("parameter", "header", "media type"):
        if "example" in part.node and "examples" in part.node:
            yield Flaw(part.pointer, "there are both example and examples", "move the example into examples")
    for part in anatomy.of("example"):
        if "value" in part.node and "externalValue" in part.node:
            yield Flaw(part.pointer, "there are both value and externalValue", "keep one of them")


def bodies(anatomy: Anatomy) -> Iterator[Flaw]:
    """Bodies of GET, HEAD and DELETE mean nothing (RFC 9110 section 9.3)."""
    for operation in anatomy.of("operation"):
        method = operation.pointer.rpartition("/")[2]
        if method in {"get", "head", "delete"} and "requestBody" in operation.node:
            pointer = f"{operation.pointer}/requestBody"
            message = f"a body of {method.upper()} has no meaning"
            yield Flaw(pointer, message, "use parameters, or another method", doubtful=True)
        statuses = _mapping(operation.node.get("responses"))
        if statuses and not any(str(s)[:1] in {"1", "2", "3", "d"} for s in statuses):
            message = "no successful answer is documented"
            yield Flaw(f"{operation.pointer}/responses", message, "add a 2xx response", doubtful=True)
    for part in anatomy.of("media type"):
        name = list(tokens(part.pointer))[-1]
        if not _MEDIA_TYPE.fullmatch(name):
            mend = "write type/subtype, such as application/json"
            yield Flaw(part.pointer, f"{name!r} is no media type", mend, doubtful=True)


def links(anatomy: Anatomy) -> Iterator[Flaw]:
    """A link leads to one operation of the document."""
    names = [part.node.get("operationId") for part in anatomy.of("operation")]
    known = {name for name in names if isinstance(name, str)}
    for part in anatomy.of("link"):
        name = part.node.get("operationId")
        if "operationRef" in part.node and name is not None:
            yield Flaw(part.pointer, "there are both operationId and operationRef", "keep one of them")
        if isinstance(name, str) and name not in known:
            mend = f"correct the name.{did_you_mean(name, known)}"
            yield Flaw(f"{part.pointer}/operationId", f"no operation has the operationId {name!r}", mend)


def servers(anatomy: Anatomy) -> Iterator[Flaw]:
    """Variables in a server's URL are defined; a default is one of the values."""
    for part in anatomy.of("server"):
        variables = _mapping(part.node.get("variables"))
        for name in _VARIABLE.findall(str(part.node.get("url", ""))):
            if name not in variables:
                mend = f"add it to variables, with a default.{did_you_mean(name, variables)}"
                yield Flaw(f"{part.pointer}/url", f"the variable {name!r} is not defined", mend)
        for name, variable in variables.items():
            values = _list(_mapping(variable).get("enum"))
            default = _mapping(variable).get("default")
            if values and default is not None and default not in values:
                pointer = f"{part.pointer}/variables/{escape(name)}/default"
                yield Flaw(pointer, f"the default {default!r} is not one of the values", "add it to enum")


RULES = (
    tags,
    security,
    path_templates,
    path_parameters,
    operation_ids,
    parameters,
    one_example,
    bodies,
    links,
    servers,
)
