"""Write forms and raw bodies: urlencoded, multipart, and bytes of a media type.

Source: OpenAPI 3.0.4 sections 4.8.14 and 4.8.15 (Media Type and Encoding Object), WHATWG URL section 5.2,
RFC 7578.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from specproof.contract.contract import Contract
from specproof.contract.operations import follow
from specproof.contract.shapes import object_schema, required_members
from specproof.contract.uploads import BYTES, FORM, MULTIPART, files_of, forms, is_file, raw_bodies
from specproof.generate.bodies import instance
from specproof.generate.styles import as_text, query_pairs, write_query
from specproof.model.media import JSON_PATCH, base_name, is_json
from specproof.model.operation import MediaType, Operation, Parameter

BOUNDARY = "specproof-boundary"
HARD_BYTES = bytes(range(256)) + b"\r\n\n\r--specproof\r\n\x00end"
"""Bytes that a reader of text changes, or cuts."""
_SHOWN = ("example", "examples", "default", "const", "enum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A body that is no JSON.

    Args:
        media: As the document has it.
        content_type: As it is sent.
        body: Its bytes.
        value: What it holds, where it is a form.
        sure: Every value is one that the document shows, so it must not be refused as malformed.
    """

    media: MediaType
    content_type: str
    body: bytes
    value: Mapping[str, Any] | None = None
    sure: bool = False


def uploads(contract: Contract, operation: Operation) -> Iterator[Upload]:
    """Yield a valid body for each form and each raw media type that an operation takes."""
    for media in forms(contract.document, operation):
        for value, sure in form_values(contract, media):
            yield written(contract.document, media, value, sure=sure)
    for media in raw_bodies(operation):
        shown = [each for each in media.examples if isinstance(each, str) and media.base.startswith("text/")]
        known = sample_of(media.base)
        body = shown[0].encode() if shown else known
        if body is not None:
            yield Upload(media=media, content_type=media.name, body=body, sure=bool(shown))


def any_body(contract: Contract, operation: Operation) -> tuple[str, bytes] | None:
    """Return content type and bytes of some valid body that is no JSON document, or ``None``."""
    for upload in uploads(contract, operation):
        return upload.content_type, upload.body
    for media in operation.request_body.content if operation.request_body else ():
        empty = media.base == JSON_PATCH and contract.schemas.is_valid(media.schema, [], direction="request")
        if empty:  # it changes nothing
            return media.base, b"[]"
    return None


def form_values(contract: Contract, media: MediaType) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the values of a form, and whether the document shows all that is in them."""
    node, _ = follow(contract.document, media.schema, "#")
    node = node if isinstance(node, Mapping) else {}
    named, said = node.get("examples"), object_schema(contract.document, media.schema)
    for shown in (*media.examples, node.get("example"), *(named if isinstance(named, list) else ())):
        if isinstance(shown, Mapping):
            files = [name for name in files_of(contract.document, media) if name in shown]
            sure = all(_is_sure(contract, media, name, said[name]) for name in files)
            yield {str(k): _file_or(contract, media, str(k), v) for k, v in shown.items()}, sure
            return
    members = {name: schema for name, schema in said.items() if not _read_only(contract, schema)}
    needed = required_members(contract.document, media.schema) & members.keys()
    wanted = [name for name in members if name in needed or _is_shown(contract, members[name])]
    value = {name: _value(contract, media, name, members[name]) for name in wanted}
    yield value, all(_is_sure(contract, media, name, members[name]) for name in wanted)


def _read_only(contract: Contract, schema: Any) -> bool:
    node, _ = follow(contract.document, schema, "#")
    return isinstance(node, Mapping) and node.get("readOnly") is True


def _is_shown(contract: Contract, schema: Any) -> bool:
    node, _ = follow(contract.document, schema, "#")
    return isinstance(node, Mapping) and any(node.get(key) for key in _SHOWN)


def _is_sure(contract: Contract, media: MediaType, name: str, schema: Any) -> bool:
    node, _ = follow(contract.document, schema, "#")
    if is_file(contract.document, schema):
        return sample_of(part_type(contract.document, media, name, schema)) is not None and bool(
            media.encoding.get(name, {}).get("contentType") or _media_of(node)
        )
    return _is_shown(contract, schema) or (isinstance(node, Mapping) and node.get("type") == "boolean")


def _value(contract: Contract, media: MediaType, name: str, schema: Any) -> Any:
    node, _ = follow(contract.document, schema, "#")
    if is_file(contract.document, schema):
        return sample_of(part_type(contract.document, media, name, schema)) or HARD_BYTES
    if isinstance(node, Mapping) and node.get("type") == "array" and _is_shown(contract, schema):
        return instance(contract, schema)
    if isinstance(node, Mapping) and node.get("type") == "array":
        inside = node.get("items", {})
        return [_value(contract, media, name, inside)] * max(1, node.get("minItems", 0))
    if isinstance(node, Mapping) and node.get("contentEncoding") in {"base64", "base64url"}:
        return base64.b64encode(HARD_BYTES).decode()
    return instance(contract, schema)


def _file_or(contract: Contract, media: MediaType, name: str, value: Any) -> Any:
    """Return the bytes of a file that an example only names, or the value."""
    schema = object_schema(contract.document, media.schema).get(name)
    return _value(contract, media, name, schema) if is_file(contract.document, schema) else value


def part_type(document: Mapping[str, Any], media: MediaType, name: str, schema: Any) -> str:
    """Return the media type of a part: what ``encoding`` says, or what its schema makes of it."""
    said = media.encoding.get(name, {}).get("contentType")
    if isinstance(said, str):
        first = said.partition(",")[0].strip()
        return first if "*" not in first else BYTES if first.startswith("*") else _member_of(first)
    node, _ = follow(document, schema, "#")
    if isinstance(node, Mapping) and node.get("type") == "array":
        return part_type(document, replace(media, encoding={}), name, node.get("items", {}))
    if is_file(document, schema):
        return _media_of(node) or BYTES
    if isinstance(node, Mapping) and "contentEncoding" in node:
        return BYTES
    composed = isinstance(node, Mapping) and (node.get("type") == "object" or "properties" in node)
    return "application/json" if composed else "text/plain"


def _media_of(node: Any) -> str:
    said = node.get("contentMediaType") if isinstance(node, Mapping) else None
    return said if isinstance(said, str) else ""


def _member_of(media_range: str) -> str:
    return {"image": "image/png", "text": "text/plain"}.get(media_range.partition("/")[0], BYTES)


def written(
    document: Mapping[str, Any], media: MediaType, value: Mapping[str, Any], *, sure: bool = False
) -> Upload:
    """Write a form by its media type and ``encoding``."""
    if media.base == FORM:
        body, content_type = _urlencoded(document, media, value), media.name
    else:
        body, content_type = _multipart(document, media, value), f"{MULTIPART}; boundary={BOUNDARY}"
    return Upload(media=media, content_type=content_type, body=body, value=value, sure=sure)


def _urlencoded(document: Mapping[str, Any], media: MediaType, value: Mapping[str, Any]) -> bytes:
    pairs: list[tuple[str, str]] = []
    for name, each in value.items():
        said = media.encoding.get(name, {})
        style = said.get("style", "form")
        styled = {"style", "explode", "allowReserved"} & said.keys()
        parameter = Parameter(
            name=name, location="query", required=False, schema={}, pointer="", style=style,
            explode=said.get("explode", style == "form"), allow_reserved=said.get("allowReserved") is True,
        )  # fmt: skip
        if isinstance(each, Mapping) and not styled:
            pairs.append((name, json.dumps(each)))
        elif isinstance(each, bytes):
            pairs.append((name, each.decode("latin-1")))
        else:
            pairs += query_pairs(parameter, each)
    return write_query(pairs).encode()


def _multipart(document: Mapping[str, Any], media: MediaType, value: Mapping[str, Any]) -> bytes:
    members = object_schema(document, media.schema)
    chunks = []
    for name, each in value.items():
        schema = members.get(name, {})
        media_type = part_type(document, media, name, schema)
        for item in each if isinstance(each, list) and not is_json(media_type) else [each]:
            named = f'; filename="{name}.bin"' if isinstance(item, bytes) else ""
            typed = "" if media_type == "text/plain" and not isinstance(item, bytes) else media_type
            chunks.append(
                part(name, _part_bytes(item), filename=named, media_type=typed, more=_headers(media, name))
            )
    return b"".join(chunks) + f"--{BOUNDARY}--\r\n".encode()


def _headers(media: MediaType, name: str) -> dict[str, str]:
    """Return header fields of a part with values that the document shows."""
    said = media.encoding.get(name, {}).get("headers")
    found = {}
    for field, entry in said.items() if isinstance(said, Mapping) else ():
        schema = entry.get("schema") if isinstance(entry, Mapping) else None
        shown = [entry.get("example")] if isinstance(entry, Mapping) else []
        shown += (
            [schema.get("example"), schema.get("default"), *(schema.get("enum") or ())]
            if isinstance(schema, Mapping)
            else []
        )
        known = next((each for each in shown if each is not None), None)
        if known is not None and field.lower() != "content-type":
            found[field] = as_text(known)
    return found


def part(
    name: str,
    content: bytes,
    *,
    filename: str = "",
    media_type: str = "",
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Write one part; quotes and line ends in its name are escaped as browsers do (WHATWG HTML 4.10.21.8)."""
    spelt = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    lines = [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{spelt}"{filename}']
    lines += [f"Content-Type: {media_type}"] if media_type else []
    lines += [f"{field}: {text}" for field, text in (more or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass") + content + b"\r\n"


def _part_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    text = json.dumps(value) if isinstance(value, Mapping | list) else as_text(value)
    return text.encode("utf-8", "surrogatepass")


def sample_of(media_type: str) -> bytes | None:
    """Return a small file of a media type; ``None`` where none is known."""
    base = base_name(media_type)
    if is_json(base):
        return b"{}"
    return {
        BYTES: HARD_BYTES,
        "text/plain": b"specproof\r\nline two\n",
        "text/csv": b"name,size\r\nrope,3\r\n",
        "image/png": _png(),
        "application/zip": b"PK\x05\x06" + bytes(18),
    }.get(base)


def _png() -> bytes:
    """Return a picture of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
