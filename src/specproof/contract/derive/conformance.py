"""Promises about single requests and their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.moments import tells_moments
from specproof.model.operation import HeaderDoc, MediaType, Operation
from specproof.model.promise import Promise

_ALWAYS = ("status.no-server-error", "status.documented")
_VALIDATORS = ("etag", "last-modified")
_PROBLEMS = frozenset({"application/problem+json", "application/problem+xml"})  # RFC 9457 section 6
_DEPRECATION = ("deprecation", "sunset", "link")  # names of headers


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
    yield from _errors(document, operation, operations)
    yield from _headers_of_deprecation(operation)
    yield from _headers_of_http(operation)
    yield from _problem_details(operation)
    if tells_moments(document, operation):
        yield promise("timestamps.not-in-future", label, responses)
    if operation.parameters or operation.request_body:
        yield promise("input.invalid-refused", label, operation.pointer)
    if operation.request_body and "415" in operation.responses:
        yield promise("input.media-type-refused", label, operation.request_body.pointer)
    if any(each.name == "application/json" for each in _media_of_body(operation)):
        yield promise("input.media-type-spelling", label, operation.pointer)
    if operation.takes_forms:
        yield promise("input.form-bodies", label, f"{operation.pointer}/x-form-body")
    if has_examples(operation):
        yield promise("input.examples-accepted", label, operation.pointer)
    if speaks_for_path(operation, operations):
        yield promise("method.undocumented-refused", label, operation.pointer.rpartition("/")[0])
        yield promise("method.allow-header", label, operation.pointer.rpartition("/")[0])
    if operation.security and all(operation.security):
        yield promise("authentication.required", label, f"{operation.pointer}/security")


def _media_of_body(operation: Operation) -> tuple[MediaType, ...]:
    return operation.request_body.content if operation.request_body else ()


def _errors(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    said = document.get("x-error")
    if not isinstance(said, Mapping):
        return
    yield promise("errors.object", operation.label, "#/x-error")
    yield promise("errors.no-internals", operation.label, "#/x-error")
    if said.get("fields") and operation.request_body is not None:
        yield promise("errors.fields", operation.label, "#/x-error/fields")
    if speaks_for_path(operation, operations):
        yield promise("errors.unknown-path", operation.label, "#/x-error")


def _headers_of_deprecation(operation: Operation) -> Iterator[Promise]:
    if not operation.deprecated:
        return
    named = [{h.name.lower(): h for h in response.headers} for response in operation.responses.values()]
    first = next((found[name] for found in named for name in _DEPRECATION if name in found), None)
    if first is not None:
        yield promise("deprecation.valid", operation.label, first.pointer)
    both = next((found for found in named if {"deprecation", "sunset"} <= found.keys()), None)
    if both is not None:
        yield promise("deprecation.ordered", operation.label, both["sunset"].pointer)


def _headers_of_http(operation: Operation) -> Iterator[Promise]:
    """Yield what RFCs say about the form of headers, where they are documented."""
    named: dict[str, HeaderDoc] = {}
    for header in (header for response in operation.responses.values() for header in response.headers):
        named.setdefault(header.name.lower(), header)
    first = next((named[name] for name in _VALIDATORS if name in named), None)
    if first is not None:
        yield promise("validators.valid", operation.label, first.pointer)
    if "link" in named and not operation.deprecated:
        yield promise("link-header.valid", operation.label, named["link"].pointer)


def _problem_details(operation: Operation) -> Iterator[Promise]:
    found = [
        media
        for response in operation.responses.values()
        for media in response.content
        if media.base in _PROBLEMS
    ]
    for name in ("members", "status") if found else ():
        yield promise(f"problem.{name}", operation.label, found[0].pointer)


def speaks_for_path(operation: Operation, operations: Sequence[Operation]) -> bool:
    """Tell whether an operation is the first of its path: it speaks for what the path as a whole promises."""
    return operation == next(each for each in operations if each.path == operation.path)


def has_examples(operation: Operation) -> bool:
    """Tell whether the document gives examples for the body or a query parameter of an operation."""
    body = operation.request_body
    return any(p.examples for p in operation.parameters if p.location in {"query", "header"}) or (
        body is not None and any(media.examples for media in body.content)
    )
