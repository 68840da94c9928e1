"""What a document says about bodies that are no JSON text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from specproof.contract.operations import follow
from specproof.contract.shapes import required_members
from specproof.model.media import EVENT_STREAM, is_sequence, is_stream, is_xml, parameter_of
from specproof.model.operation import MediaType

SIGNATURES: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
    "application/zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "application/gzip": (b"\x1f\x8b",),
}
"""What a file of a type begins with."""
_SCALARS = frozenset({"integer", "number", "boolean"})
_OF_TEXT = frozenset({"enum", "const", "pattern", "minLength", "maxLength"})


def has_form(media: MediaType) -> bool:
    """Tell whether the media type alone says something about the bytes."""
    base = media.base
    return base.startswith("text/") or is_xml(base) or is_sequence(base) or base in SIGNATURES


def items_schema(document: Mapping[str, Any], media: MediaType) -> Any:
    """Return the schema of each item of a sequence; ``None`` where the document does not surely say one.

    ``itemSchema`` is about each item. ``schema`` is about the whole, read as a list (OpenAPI 3.2.0 section
    4.14.3); before that documents meant each item by it, where it is no list and no text. Of events only
    ``itemSchema`` counts, for nobody ever said what ``schema`` means there.
    """
    if not is_stream(media.base):
        return None
    if media.item_schema is not None or media.base == EVENT_STREAM:
        return media.item_schema
    node, _ = follow(document, media.schema, "#")
    if not isinstance(node, Mapping) or node.get("type") == "string":
        return None
    return node.get("items") if node.get("type") == "array" else media.schema


def says_text(document: Mapping[str, Any], media: MediaType) -> bool:
    """Tell whether a plain text has a schema that not every text is valid for."""
    node, _ = follow(document, media.schema, "#")
    if media.base != "text/plain" or not isinstance(node, Mapping):
        return False
    return node.get("type") in _SCALARS or (node.get("type") == "string" and bool(_OF_TEXT & node.keys()))


def says_table(media: MediaType) -> bool:
    """Tell whether CSV is announced as a table: by ``header`` (RFC 4180 section 3), or by an example.

    RFC 4180 itself only says that records *should* have the same length.
    """
    if media.base != "text/csv":
        return False
    shown = [widths(example) for example in media.examples if isinstance(example, str)]
    table = any(len(found) == 1 and max(found) > 1 for found in shown)
    return table or parameter_of(media.name, "header") in {"present", "absent"}


def widths(text: str) -> set[int]:
    """Return how many fields the records of a CSV text have; blank lines are none."""
    try:
        return {len(record) for record in csv.reader(io.StringIO(text, newline="")) if record}
    except csv.Error:
        return set()


def says_elements(document: Mapping[str, Any], media: MediaType) -> bool:
    """Tell whether the schema of XML names its root element, or elements that must be there."""
    node, _ = follow(document, media.schema, "#")
    if not is_xml(media.base) or not isinstance(node, Mapping) or node.get("type") == "array":
        return False
    said = node.get("xml")
    return (isinstance(said, Mapping) and "name" in said) or bool(required_members(document, node))
