"""Which bodies are forms, which parts of them are files, and where uploaded bytes can be read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specproof.contract.operations import follow, kind_of
from specproof.contract.shapes import object_schema
from specproof.model.media import is_json, is_sequence, is_xml
from specproof.model.operation import MediaType, Operation

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
BYTES = "application/octet-stream"
_CHANGES = frozenset({"POST", "PUT", "PATCH"})
_REWORKED = ("image/", "video/", "audio/")  # servers make them smaller, or another format of them
_CONTENTS = ("content", "contents", "data", "download", "file", "raw")


def forms(document: Mapping[str, Any], operation: Operation) -> list[MediaType]:
    """Return the forms that an operation takes, as far as their members are known."""
    content = operation.request_body.content if operation.request_body else ()
    known = [each for each in content if each.base in {FORM, MULTIPART} and operation.method in _CHANGES]
    return [each for each in known if object_schema(document, each.schema)]


def raw_bodies(operation: Operation) -> list[MediaType]:
    """Return the media types of bodies that are bytes or text as they are."""
    content = operation.request_body.content if operation.request_body else ()
    return [each for each in content if operation.method in _CHANGES and _is_raw(each)]


def _is_raw(media: MediaType) -> bool:
    base = media.base
    if "*" in base or is_json(base) or is_sequence(base) or is_xml(base) or base in {FORM, MULTIPART}:
        return False
    return base.startswith(("text/", "image/")) or base in {BYTES, "application/pdf", "application/zip"}


def is_file(document: Mapping[str, Any], schema: Any) -> bool:
    """Tell whether a part is bytes.

    OpenAPI 3.0 says so by ``format: binary``; 3.1 leaves the type out, or names a ``contentMediaType`` that
    is no text without an encoding (OpenAPI 3.1.1 section 4.8.14.1).
    """
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping):
        return node is True
    if node.get("type") == "string" and node.get("format") == "binary":
        return True
    media = node.get("contentMediaType")
    if isinstance(media, str) and "contentEncoding" not in node:
        return not media.startswith("text/") and not is_json(media)
    return not ({"type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf", "properties"} & node.keys())


def refuses(operation: Operation) -> bool:
    """Tell whether an operation documents how a malformed body is refused."""
    return bool({"400", "422", "4XX", "4xx", "default"} & set(operation.responses))


def reader_of(operation: Operation, operations: Sequence[Operation], sent: str) -> Operation | None:
    """Return the GET that shows what an operation was sent, byte for byte as far as the document says.

    It is on the same path, or for what is created on the path of the item or just below it, and answers with
    the media type that was sent, or with plain bytes. Pictures and the like are not compared.
    """
    if sent.startswith(_REWORKED):
        return None
    paths = [operation.path.rstrip("/")]
    resource = operation.resource
    if resource is not None and resource.create == operation.label:
        item = f"{operation.path.rstrip('/')}/{{{resource.parameter}}}"
        paths = [item, *(f"{item}/{name}" for name in _CONTENTS)]
    for each in operations:
        if each.method == "GET" and each.path.rstrip("/") in paths and sent in {m.base for m in _shown(each)}:
            return each
    return None


def _shown(operation: Operation) -> Sequence[MediaType]:
    found = operation.response_for(200)
    content = found.content if found is not None else ()
    return content if len(content) == 1 else ()  # which of several comes back, nobody knows


def files_of(document: Mapping[str, Any], media: MediaType) -> list[str]:
    """Return the names of the parts that are files."""
    members = object_schema(document, media.schema)
    return [name for name, schema in members.items() if is_file(document, schema)]


def is_typed(document: Mapping[str, Any], schema: Any) -> bool:
    """Tell whether a text can be wrong for a member: it is a number, a boolean or one of a few values."""
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping) or node.get("readOnly") is True:
        return False
    return kind_of(document, node) in {"integer", "number", "boolean"} or bool(node.get("enum"))
