"""Derive the promises that a contract makes: what is not promised is not checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.catalogue import CATALOGUE
from specproof.contract.secret import secret_rules
from specproof.model.operation import Operation
from specproof.model.promise import Promise

_ALWAYS = ("status.no-server-error", "status.documented")
_LIFECYCLE_BY_VERB: dict[str, tuple[str, ...]] = {
    "create": ("create-accepts-valid", "location", "unique", "echo"),
    "read": ("read-after-create",),
    "list": ("listed",),
    "update": ("update", "immutable", "neighbours"),
    "delete": ("delete", "gone-after-delete", "delete-again"),
}


def derive(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Promise, ...]:
    """Return every promise of a contract, bound to its operation, in a stable order."""
    promises = [
        _promise(name, "", "#") for name in ("document.valid", "document.references", "document.vocabulary")
    ]
    for operation in operations:
        promises.extend(_conformance(document, operation, operations))
        promises.extend(_pagination(operation))
        promises.extend(_lifecycle(operation, operations))
    if any(secret_rules(document, operation) for operation in operations):
        promises.extend(_promise("secrets.never-exposed", o.label, o.pointer) for o in operations)
    return tuple(promises)


def _promise(kind: str, operation: str, source: str, *, inferred: bool = False) -> Promise:
    return Promise(kind=CATALOGUE[kind], operation=operation, source=source, inferred=inferred)


def _conformance(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    label, responses = operation.label, f"{operation.pointer}/responses"
    for kind in _ALWAYS:
        yield _promise(kind, label, responses)
    if any(response.content for response in operation.responses.values()):
        yield _promise("media-type.documented", label, responses)
        yield _promise("body.schema", label, responses)
    if any(response.headers for response in operation.responses.values()):
        yield _promise("headers.documented", label, responses)
    if isinstance(document.get("x-error"), Mapping):
        yield _promise("errors.object", label, "#/x-error")
    if operation.parameters or operation.request_body:
        yield _promise("input.invalid-refused", label, operation.pointer)
    if operation.request_body and "415" in operation.responses:
        yield _promise("input.media-type-refused", label, operation.request_body.pointer)
    if has_examples(operation):
        yield _promise("input.examples-accepted", label, operation.pointer)
    if operation == next(
        o for o in operations if o.path == operation.path
    ):  # one operation speaks for its path
        yield _promise("method.undocumented-refused", label, operation.pointer.rpartition("/")[0])
        yield _promise("method.allow-header", label, operation.pointer.rpartition("/")[0])
    if operation.security and all(operation.security):
        yield _promise("authentication.required", label, f"{operation.pointer}/security")


def has_examples(operation: Operation) -> bool:
    """Tell whether the document gives examples for the body or a query parameter of an operation."""
    body = operation.request_body
    return any(p.examples for p in operation.parameters if p.location == "query") or (
        body is not None and any(media.examples for media in body.content)
    )


def _pagination(operation: Operation) -> Iterator[Promise]:
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
        yield _promise(f"pagination.{name}", operation.label, pages.pointer, inferred=pages.inferred)


def _optional(pages: Any) -> list[tuple[str, bool]]:
    numbered = bool(pages.page_parameter or pages.offset_parameter)
    return [
        ("previous", pages.previous is not None),
        ("total", pages.total is not None),
        ("page-number", pages.page is not None and bool(pages.page_parameter)),
        ("page-size", pages.size is not None and bool(pages.size_parameter)),
        ("at-most-size", bool(pages.size_parameter)),
        ("size-default", bool(pages.size_parameter) and pages.size_default is not None),
        ("size-maximum", bool(pages.size_parameter) and pages.size_maximum is not None),
        ("size-minimum", bool(pages.size_parameter) and pages.size_minimum is not None),
        ("past-end", numbered and pages.past_end is not None),
        ("non-integer-refused", (numbered or bool(pages.size_parameter)) and not pages.inferred),
    ]


def _lifecycle(operation: Operation, operations: Sequence[Operation]) -> Iterator[Promise]:
    resource = operation.resource
    if resource is None or resource.create is None:
        return
    creates = next((o for o in operations if o.label == resource.create), None)
    for verb, names in _LIFECYCLE_BY_VERB.items():
        if getattr(resource, verb) != operation.label:
            continue
        for name in names:
            if _promised(name, operation, resource, creates):
                yield _promise(
                    f"lifecycle.{name}", operation.label, resource.pointer, inferred=resource.inferred
                )


def _promised(name: str, operation: Operation, resource: Any, creates: Operation | None) -> bool:
    if name == "location":
        created = creates.responses.get("201") if creates else None
        return created is not None and any(h.name.lower() == "location" for h in created.headers)
    if name == "unique":
        return bool(resource.unique)
    if name == "immutable":
        return bool(resource.immutable or resource.identity)
    if name == "delete-again":
        return "404" in operation.responses or "410" in operation.responses
    if name in {"echo", "gone-after-delete"}:
        return resource.read is not None or resource.list is not None
    return True
