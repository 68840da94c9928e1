"""Read the operations out of an OpenAPI 3 document whose references lie inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.lines import escape
from specproof.contract.resources import with_resources
from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.media import is_json
from specproof.model.operation import (
    HeaderDoc,
    MediaType,
    Operation,
    Pagination,
    Parameter,
    RequestBody,
    ResponseDoc,
)

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_PARAMETER_KINDS = ("page", "size", "offset", "cursor")
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def read_operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Return every operation of a document, in the order of the document.

    Args:
        document: A parsed OpenAPI 3.0 or 3.1 document, overlays applied.

    Source:
        OpenAPI 3.0.4 sections 4.8.8 (Paths Object) to 4.8.21 (Header Object).
    """
    return with_resources(document, [_operation(document, *found) for found in _entries(document)])


def _entries(
    document: Mapping[str, Any],
) -> Iterator[tuple[str, Mapping[str, Any], str, tuple[str, str]]]:
    """Yield path, path item, method, and the pointers of the item and of the operation.

    Source: OpenAPI 3.2.0 section 4.9 (Path Item Object): ``query``, and ``additionalOperations``, whose
    methods are sent as they are written.
    """
    for path, raw_item in (document.get("paths") or {}).items():
        item, pointer = follow(document, raw_item, f"#/paths/{escape(path)}")
        if not isinstance(item, Mapping) or not path.startswith("/"):
            continue
        for method in METHODS:
            if isinstance(item.get(method), Mapping):
                yield path, item, method.upper(), (pointer, f"{pointer}/{method}")
        more = item.get("additionalOperations")
        for method, entry in more.items() if isinstance(more, Mapping) else ():
            if isinstance(entry, Mapping):
                yield path, item, method, (pointer, f"{pointer}/additionalOperations/{escape(method)}")


def _operation(
    document: Mapping[str, Any], path: str, item: Mapping[str, Any], method: str, pointers: tuple[str, str]
) -> Operation:
    at, pointer = pointers
    raw = resolve_pointer(item, pointer.removeprefix(at))
    security = raw.get("security", document.get("security", []))
    extensions = {k: v for source in (item, raw) for k, v in source.items() if k.startswith("x-")}
    return Operation(
        method=method,
        path=path,
        pointer=pointer,
        operation_id=raw.get("operationId"),
        parameters=_parameters(document, item, raw, at, pointer),
        request_body=_body(document, raw.get("requestBody"), f"{pointer}/requestBody"),
        responses=dict(_responses(document, raw.get("responses") or {}, f"{pointer}/responses")),
        security=tuple({name: tuple(scopes) for name, scopes in option.items()} for option in security),
        deprecated=raw.get("deprecated") is True,
        pagination=_pagination(document, raw, pointer),
        extensions=extensions,
    )


def follow(document: Mapping[str, Any], node: Any, pointer: str) -> tuple[Any, str]:
    """Follow ``$ref`` inside the document; return the node and the pointer where it stands.

    A reference that leads nowhere (or in a circle) gives ``(MISSING, pointer)``.
    """
    for _ in range(32):
        if not (isinstance(node, Mapping) and isinstance(node.get("$ref"), str)):
            return node, pointer
        pointer = node["$ref"]
        if not pointer.startswith("#"):
            return MISSING, pointer
        node = resolve_pointer(document, pointer)
    return MISSING, pointer


def _parameters(
    document: Mapping[str, Any], item: Mapping[str, Any], raw: Mapping[str, Any], at: str, pointer: str
) -> tuple[Parameter, ...]:
    found: dict[tuple[str, str], Parameter] = {}
    for source, base in ((item, at), (raw, pointer)):
        for index, entry in enumerate(source.get("parameters") or []):
            node, where = follow(document, entry, f"{base}/parameters/{index}")
            if isinstance(node, Mapping) and "name" in node and "in" in node:
                found[node["name"], node["in"]] = _parameter(document, node, where)
    return tuple(found.values())


def _parameter(document: Mapping[str, Any], node: Mapping[str, Any], pointer: str) -> Parameter:
    schema: Any = node.get("schema")
    content, entry = next(iter((node.get("content") or {}).items()), ("", {}))
    if schema is None:
        media, _ = follow(document, entry, pointer)
        schema = {k: v for k, v in node.items() if k in _SWAGGER_SCHEMA_KEYS} if not content else {}
        if is_json(content) and isinstance(media, Mapping):
            schema = media.get("schema", {})
    style = node.get("style", _STYLES.get(node["in"], "simple"))
    examples = _examples(node)
    if is_json(content):
        media, _ = follow(document, entry, pointer)
        examples += _examples(media)
    return Parameter(
        name=node["name"],
        location=node["in"],
        required=node.get("required") is True or node["in"] == "path",
        schema=schema,
        pointer=pointer,
        style=style,
        explode=node.get("explode", style == "form"),
        allow_reserved=node.get("allowReserved") is True,
        content=content,
        kind=kind_of(document, schema),
        examples=tuple(examples),
        extensions={k: v for k, v in node.items() if k.startswith("x-")},
    )


def _examples(node: Mapping[str, Any]) -> list[Any]:
    """Return ``example``, and the values of ``examples``."""
    named = node.get("examples")
    entries = named.values() if isinstance(named, Mapping) else ()
    plain = [node["example"]] if "example" in node else []
    return plain + [entry["value"] for entry in entries if isinstance(entry, Mapping) and "value" in entry]


def kind_of(document: Mapping[str, Any], schema: Any) -> str | None:
    """Return the one type of a schema, ``null`` set aside."""
    node, _ = follow(document, schema, "#")
    said = node.get("type") if isinstance(node, Mapping) else None
    kinds = [kind for kind in said if kind != "null"] if isinstance(said, list) else [said]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], str) else None


_SWAGGER_SCHEMA_KEYS = {
    "type",
    "format",
    "enum",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "items",
}


def _content(document: Mapping[str, Any], content: Any, pointer: str) -> tuple[MediaType, ...]:
    result = []
    for name, entry in (content or {}).items():
        media, place = follow(document, entry, f"{pointer}/content/{escape(name)}")
        media = media if isinstance(media, Mapping) else {}
        said = media.get("encoding")
        result.append(
            MediaType(
                name=name.lower(),
                schema=media.get("schema"),
                pointer=place,
                examples=tuple(_examples(media)),
                item_schema=media.get("itemSchema"),
                encoding={
                    member: entry
                    for member, entry in (said.items() if isinstance(said, Mapping) else ())
                    if isinstance(entry, Mapping)
                },
            )
        )
    return tuple(result)


def _body(document: Mapping[str, Any], raw: Any, pointer: str) -> RequestBody | None:
    node, where = follow(document, raw, pointer)
    if not isinstance(node, Mapping):
        return None
    return RequestBody(
        required=node.get("required") is True,
        content=_content(document, node.get("content"), where),
        pointer=where,
    )


def _responses(
    document: Mapping[str, Any], raw: Mapping[Any, Any], pointer: str
) -> Iterator[tuple[str, ResponseDoc]]:
    for status, entry in raw.items():
        if str(status).startswith("x-"):
            continue
        node, where = follow(document, entry, f"{pointer}/{status}")
        if isinstance(node, Mapping):
            headers = tuple(_headers(document, node.get("headers") or {}, where))
            content = _content(document, node.get("content"), where)
            yield (
                str(status),
                ResponseDoc(status=str(status), content=content, headers=headers, pointer=where),
            )


def _headers(document: Mapping[str, Any], raw: Mapping[str, Any], pointer: str) -> Iterator[HeaderDoc]:
    for name, entry in raw.items():
        node, where = follow(document, entry, f"{pointer}/headers/{escape(name)}")
        if isinstance(node, Mapping) and name.lower() != "content-type":
            required = node.get("required") is True
            yield HeaderDoc(name=name, required=required, schema=node.get("schema", {}), pointer=where)


def _pagination(document: Mapping[str, Any], raw: Mapping[str, Any], pointer: str) -> Pagination | None:
    said, where = raw.get("x-pagination"), f"{pointer}/x-pagination"
    if said is None and isinstance(document.get("x-pagination"), Mapping):
        default: Mapping[str, Any] = document["x-pagination"]
        names = {entry.get("name") for entry in raw.get("parameters") or [] if isinstance(entry, Mapping)}
        if names & set((default.get("parameters") or {}).values()):
            said, where = default, "#/x-pagination"
    if not isinstance(said, Mapping):
        return None
    parameters = said.get("parameters") or {}
    plain = (
        *("next", "next_cursor", "previous", "total", "total_header", "page", "size"),
        *("size_minimum", "size_maximum", "size_default"),
    )
    named: dict[str, Any] = {f"{kind}_parameter": parameters.get(kind) for kind in _PARAMETER_KINDS}
    named.update({key: said.get(key) for key in plain})
    return Pagination(
        style=said.get("style", "page"),
        items=said.get("items", ""),
        pointer=where,
        first=said.get("first", 1),
        past_end=said.get("past_end"),
        identity=said.get("identity"),
        **named,
    )
