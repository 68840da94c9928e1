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
    open_to = {each.label for each in operations if infers(document, each)}
    paged = [
        infer_pagination(document, each)
        if each.label in open_to and "x-pagination" not in each.extensions and not each.pagination
        else each
        for each in operations
    ]
    allowed = {
        each.label
        for each in paged
        if each.label in open_to and "x-resource" not in each.extensions and not each.resource
    }
    return tuple(infer_resources(document, paged, allowed))


def said(document: Mapping[str, Any], operation: Operation, extension: str) -> Any:
    """Return what an operation, its path item or else the root says by an extension; ``None`` for nothing."""
    return operation.extensions.get(extension, document.get(extension))


def infers(document: Mapping[str, Any], operation: Operation) -> bool:
    """Tell whether ``x-specproof-infer`` leaves an operation open to inference."""
    switched = (document.get("x-specproof-infer"), operation.extensions.get("x-specproof-infer"))
    return not any(each is False for each in switched)
