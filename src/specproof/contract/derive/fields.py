"""Promises about partial responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.languages import filtering, partial_response
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation whose answer can be cut down; only GET can be compared."""
    language = partial_response(operation)
    if language is None or operation.method != "GET":
        return
    terms, pages = language.terms, operation.pagination
    followed = pages is not None and pages.identity is not None and terms.include
    said = {
        "include": terms.include,
        "exclude": terms.exclude is not None,
        "add": terms.add is not None,
        "wildcard": terms.wildcard is not None and (terms.include or terms.exclude is not None),
        "combined": terms.exclude is not None and (terms.include or terms.add is not None),
        "order": terms.include or terms.exclude is not None,
        "unknown": terms.unknown is not None,
        "pages": followed and pages is not None and pages.next is not None,
        "with-filter": followed and filtering(operation) is not None,
    }
    for name, made in said.items():
        if made:
            yield promise(f"partial-response.{name}", operation.label, language.pointer)
