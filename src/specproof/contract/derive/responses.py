"""Promises that HTTP makes about several answers of one path, and about pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.derive.conformance import speaks_for_path
from specproof.contract.infer import infers, said
from specproof.model.operation import HeaderDoc, Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises about HEAD, OPTIONS, small lists, cross-origin requests and links."""
    label, pages = operation.label, operation.pagination
    if operation.method == "GET":
        yield promise("responses.head", label, operation.pointer)
    yield from _absent(document, operation)
    if speaks_for_path(operation, operations):
        yield promise("responses.options", label, operation.pointer.rpartition("/")[0])
    if pages is not None and operation.method == "GET":
        yield promise("responses.empty-list", label, pages.pointer, inferred=pages.inferred)
        if pages.size_parameter and pages.identity is not None and (pages.size_minimum or 1) <= 1:
            yield promise("responses.single-item", label, pages.pointer, inferred=pages.inferred)
    if isinstance(document.get("x-cors"), Mapping) and speaks_for_path(operation, operations):
        yield from _cors(document["x-cors"], operation)
    if isinstance(document.get("x-hyperlinks"), Mapping) and operation.method == "GET":
        for name in ("lead-somewhere", "well-formed"):
            yield promise(f"links.{name}", label, "#/x-hyperlinks")
        if operation.resource is not None and label in {operation.resource.read, operation.resource.list}:
            yield promise("links.self", label, "#/x-hyperlinks")
    elif operation.method == "GET" and (header := _link_header(operation)) is not None:
        yield promise("links.lead-somewhere", label, header.pointer)


def _link_header(operation: Operation) -> HeaderDoc | None:
    headers = (header for response in operation.responses.values() for header in response.headers)
    return next((header for header in headers if header.name.lower() == "link"), None)


def _absent(document: Mapping[str, Any], operation: Operation) -> Iterator[Promise]:
    """Yield that what does not exist is not found, where 404 is documented and a path says what is asked for.

    ``x-absent`` says so, and ``x-resource`` that a parameter names a thing; else it is inferred.
    """
    missing = next((operation.responses[s] for s in ("404", "4XX") if s in operation.responses), None)
    named = any(parameter.location == "path" for parameter in operation.parameters)
    if operation.method != "GET" or missing is None or not named:
        return
    resource, word = operation.resource, said(document, operation, "x-absent")
    reads = resource is not None and resource.read == operation.label and not resource.inferred
    sure = word == "not-found" or (reads and word is None)
    if sure or (word is None and infers(document, operation)):
        yield promise("responses.absent", operation.label, missing.pointer, inferred=not sure)


def _cors(said: Mapping[str, Any], operation: Operation) -> Iterator[Promise]:
    """Yield what pages of other origins may do on one path."""
    names = ["origin", "refusals", "credentials", "preflight"]
    names += [] if "*" in (said.get("origins") or ()) else ["strangers"]
    names += ["exposed"] if said.get("exposed") else []
    names += ["max-age"] if said.get("max_age") is not None else []
    for name in names:
        yield promise(f"cors.{name}", operation.label, "#/x-cors")
