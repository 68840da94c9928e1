"""Promises about pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of a collection that is cut into pages."""
    pages = operation.pagination
    if pages is None:
        return
    names = ["last-page", "no-loops"]
    if pages.identity is not None:
        names += ["no-repeats", "stable-order"]
    if pages.next is not None:
        names += ["same-origin", "parameters-kept"]
    if pages.identity is not None and pages.size_parameter:
        names += ["no-gaps", "size-independent"]
    names += [name for name, given in _optional(pages) if given]
    for name in names:
        yield promise(f"pagination.{name}", operation.label, pages.pointer, inferred=pages.inferred)


def _optional(pages: Any) -> list[tuple[str, bool]]:
    numbered = bool(pages.page_parameter or pages.offset_parameter)
    return [
        ("previous", pages.previous is not None),
        ("total", pages.total is not None or pages.total_header is not None),
        ("page-number", pages.page is not None and bool(pages.page_parameter)),
        ("page-size", pages.size is not None and bool(pages.size_parameter)),
        ("at-most-size", bool(pages.size_parameter)),
        ("size-default", bool(pages.size_parameter) and pages.size_default is not None),
        ("size-maximum", bool(pages.size_parameter) and pages.size_maximum is not None),
        ("size-minimum", bool(pages.size_parameter) and pages.size_minimum is not None),
        ("past-end", numbered and pages.past_end is not None),
        ("non-integer-refused", (numbered or bool(pages.size_parameter)) and not pages.inferred),
    ]
