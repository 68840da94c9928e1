"""Promises about answers that are no JSON text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.contents import has_form, items_schema, says_elements, says_table, says_text
from specproof.contract.derive.build import promise
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation that documents text, XML, images or sequences."""
    found: dict[str, str] = {}
    for media in (each for response in operation.responses.values() for each in response.content):
        said = {
            "readable": has_form(media) and not media.is_json,
            "items": items_schema(document, media) is not None,
            "text": says_text(document, media),
            "table": says_table(media),
            "elements": says_elements(document, media),
        }
        for name, made in said.items():
            if made:
                found.setdefault(name, media.pointer)
    for name, pointer in found.items():
        yield promise(f"content.{name}", operation.label, pointer)
