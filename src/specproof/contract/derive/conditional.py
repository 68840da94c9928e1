"""Promises about conditional requests, where the document names what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.infer import infers, said
from specproof.contract.preconditions import CHANGES, condition, reader, validator
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield what an operation promises to whoever has seen an ETag or a Last-Modified."""
    word = said(document, operation, "x-conditions")
    if word is False:
        return
    if operation.method == "GET":
        yield from _reading(operation)
    elif operation.method in CHANGES:
        guesses = word is None and infers(document, operation)
        told = word == "if-match"
        yield from _writing(operation, reader(operation, operations), told=told, guesses=guesses)


def _reading(operation: Operation) -> Iterator[Promise]:
    tag, date = validator(operation, "ETag"), validator(operation, "Last-Modified")
    none, since = condition(operation, "If-None-Match"), condition(operation, "If-Modified-Since")
    unchanged = operation.responses.get("304")
    if tag is not None:
        yield promise("conditional.steady-tag", operation.label, tag.pointer)
    source = none or (unchanged if tag is not None else None)
    if source is not None:
        for name in ("not-modified", "modified", "comparison"):
            yield promise(f"conditional.{name}", operation.label, source.pointer)
    by_date = date is not None and tag is None and none is None  # else 304 may be meant for tags alone
    source = since or (unchanged if by_date else None)
    if source is not None:
        yield promise("conditional.not-modified-since", operation.label, source.pointer)


def _writing(operation: Operation, read: Operation | None, *, told: bool, guesses: bool) -> Iterator[Promise]:
    """Yield what a change promises.

    Args:
        operation: The change.
        read: The GET of its path.
        told: The document says by ``x-conditions`` that the operation heeds If-Match.
        guesses: Inference is allowed.
    """
    label, tag = operation.label, validator(read, "ETag")
    match, before = condition(operation, "If-Match"), condition(operation, "If-Unmodified-Since")
    refusal, required = operation.responses.get("412"), operation.responses.get("428")
    unsaid = match is None and required is None and not told  # 412 alone may be about something else
    hinted = (refusal or required) if tag is not None and (guesses or not unsaid) else None
    tagged = match or hinted or (operation if told else None)
    source = tagged or before
    if source is not None:
        inferred = unsaid and tagged is not None
        yield promise("conditional.stale-refused", label, source.pointer, inferred=inferred)
        yield promise("conditional.refused-without-effect", label, source.pointer, inferred=inferred)
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
