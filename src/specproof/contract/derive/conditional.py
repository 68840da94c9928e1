"""Promises about conditional requests, where the document names what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.preconditions import CHANGES, condition, reader, validator
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield what an operation promises to whoever has seen an ETag or a Last-Modified."""
    if operation.method == "GET":
        yield from _reading(operation)
    elif operation.method in CHANGES:
        yield from _writing(operation, reader(operation, operations))


def _reading(operation: Operation) -> Iterator[Promise]:
    tag, date = validator(operation, "ETag"), validator(operation, "Last-Modified")
    none, since = condition(operation, "If-None-Match"), condition(operation, "If-Modified-Since")
    unchanged = operation.responses.get("304")
    if tag is not None:
        yield promise("conditional.steady-tag", operation.label, tag.pointer)
    said = none or (unchanged if tag is not None else None)
    if said is not None:
        for name in ("not-modified", "modified", "comparison"):
            yield promise(f"conditional.{name}", operation.label, said.pointer)
    by_date = date is not None and tag is None and none is None  # else 304 may be meant for tags alone
    said = since or (unchanged if by_date else None)
    if said is not None:
        yield promise("conditional.not-modified-since", operation.label, said.pointer)


def _writing(operation: Operation, read: Operation | None) -> Iterator[Promise]:
    label, tag = operation.label, validator(read, "ETag")
    match, before = condition(operation, "If-Match"), condition(operation, "If-Unmodified-Since")
    refusal, required = operation.responses.get("412"), operation.responses.get("428")
    tagged = match or ((refusal or required) if tag is not None else None)
    unsaid = match is None and required is None  # 412 alone may be about something else
    said = tagged or before
    if said is not None:
        inferred = unsaid and before is None
        yield promise("conditional.stale-refused", label, said.pointer, inferred=inferred)
        yield promise("conditional.refused-without-effect", label, said.pointer, inferred=inferred)
    if tagged is not None:
        yield promise("conditional.current-accepted", label, tagged.pointer, inferred=unsaid)
    if required is not None and tagged is not None:
        yield promise("conditional.required", label, required.pointer)
    none = condition(operation, "If-None-Match")
    if none is not None and operation.method == "PUT":
        yield promise("conditional.no-overwrite", label, none.pointer)
    made = operation.resource is not None and operation.resource.create is not None
    if tag is not None and made and operation.method != "DELETE":
        yield promise("conditional.tag-changes", label, tag.pointer)
