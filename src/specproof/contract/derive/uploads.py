"""Promises about forms and uploads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.shapes import object_schema, required_members
from specproof.contract.uploads import (
    BYTES,
    files_of,
    forms,
    is_typed,
    raw_bodies,
    reader_of,
    refuses,
)
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation that takes forms, files or text as they are."""
    shaped, raw = forms(document, operation), raw_bodies(operation)
    found: dict[str, str] = {each.pointer: "" for each in (*shaped, *raw)}
    if not found:
        return
    label, source = operation.label, next(iter(found))
    yield promise("form.accepted", label, source)
    if refuses(operation):
        if any(required_members(document, each.schema) for each in shaped):
            yield promise("form.missing-refused", label, source)
        members = [s for each in shaped for s in object_schema(document, each.schema).values()]
        if any(is_typed(document, schema) for schema in members):
            yield promise("form.wrong-refused", label, source)
    sent = [each.base for each in raw]
    sent += [BYTES for each in shaped if len(files_of(document, each)) == 1]
    if any(reader_of(operation, operations, media) is not None for media in sent):
        yield promise("form.same-bytes", label, source, inferred=True)
