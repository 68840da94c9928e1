"""Infer what a document does not say but its names show: pages and life cycles.

``x-specproof-infer: false`` (on the root, a path item or an operation) and an explicit extension switch it
off. What is inferred says how sure that is and why; its findings are never worse than minor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specproof.contract.infer_lives import infer_resources
from specproof.contract.infer_pages import infer_pagination
from specproof.model.operation import Operation


def infer(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return the operations with pagination and resources filled in where they can be inferred."""
    if document.get("x-specproof-infer") is False:
        return tuple(operations)
    paged = [
        infer_pagination(document, each) if _allowed(each, "x-pagination") and not each.pagination else each
        for each in operations
    ]
    allowed = {each.label for each in paged if _allowed(each, "x-resource") and not each.resource}
    return tuple(infer_resources(document, paged, allowed))


def _allowed(operation: Operation, extension: str) -> bool:
    said = operation.extensions
    return extension not in said and said.get("x-specproof-infer") is not False
