"""What OpenAPI 3.2 added and a run does not test yet.

Source: OpenAPI 3.2.0 sections 4.12 (Parameter Object), 4.14 (Media Type Object).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.anatomy import parts

Note = tuple[str, str, str]  # pointer, what it is, what is done about it


def unsent(document: Mapping[str, Any]) -> Iterator[Note]:
    """Yield what is read, and then left out."""
    if not str(document.get("openapi", "")).startswith("3.2"):
        return
    for part in parts(document):
        node = part.node
        if not isinstance(node, Mapping):
            continue
        if part.kind == "parameter" and node.get("in") == "querystring":
            yield (
                part.pointer,
                "it is the query string as a whole",
                "it is sent, but its values are not judged",
            )
        elif part.kind == "media type" and "itemSchema" in node and "/requestBody" in part.pointer:
            yield (
                f"{part.pointer}/itemSchema",
                "it describes the items of a stream that is sent",
                "no such items are made",
            )
