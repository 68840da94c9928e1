"""What stands in the document where a promise is made, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from specproof.model.exchange import MISSING, resolve_pointer

_LENGTH = 2_000  # characters


def excerpt(document: Mapping[str, Any], pointer: str) -> str:
    """Return the part of a document that a pointer leads to as JSON, cut; empty where nothing is there."""
    part = resolve_pointer(document, pointer)
    if part is MISSING:
        return ""
    text = json.dumps(part, indent=2, ensure_ascii=False, default=str)
    left = len(text) - _LENGTH
    return text if left <= 0 else f"{text[:_LENGTH]}\n… {left} more characters"
