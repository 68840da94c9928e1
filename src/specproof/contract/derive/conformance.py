"""Promises about single requests and their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.model.operation import Operation
from specproof.model.promise import Promise

_ALWAYS = ("status.no-server-error", "status.documented")


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises that every request and answer of an operation is judged by."""
    label, responses = operation.label, f"{operation.pointer}/responses"
    for kind in _ALWAYS:
        yield promise(kind, label, responses)
    if any(response.content for response in operation.responses.values()):
        yield promise("media-type.documented", label, responses)
        yield promise("body.schema", label, responses)
    if any(response.headers for response in operation.responses.values()):
        yield promise("headers.documented", label, responses)
    if isinstance(document.get("x-error"), Mapping):
        yield promise("errors.object", label, "#/x-error")
    if operation.parameters or operation.request_body:
        yield promise("input.invalid-refused", label, operation.pointer)
    if operation.request_body and "415" in operation.responses:
        yield promise("input.media-type-refused", label, operation.request_body.pointer)
    if has_examples(operation):
        yield promise("input.examples-accepted", label, operation.pointer)
    if operation == next(
        o for o in operations if o.path == operation.path
    ):  # one operation speaks for its path
        yield promise("method.undocumented-refused", label, operation.pointer.rpartition("/")[0])
        yield promise("method.allow-header", label, operation.pointer.rpartition("/")[0])
    if operation.security and all(operation.security):
        yield promise("authentication.required", label, f"{operation.pointer}/security")


def has_examples(operation: Operation) -> bool:
    """Tell whether the document gives examples for the body or a query parameter of an operation."""
    body = operation.request_body
    return any(p.examples for p in operation.parameters if p.location == "query") or (
        body is not None and any(media.examples for media in body.content)
    )
