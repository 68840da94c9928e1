"""What a document says about conditional requests: validators, condition headers, 304, 412 and 428."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.model.operation import HeaderDoc, Operation, Parameter

CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})
CHANGES = frozenset({"PUT", "PATCH", "DELETE"})  # methods whose conditions keep two clients apart


def condition(operation: Operation, name: str) -> Parameter | None:
    """Return a header parameter, in any case of letters."""
    found = (each for each in operation.parameters if each.location == "header")
    return next((each for each in found if each.name.lower() == name.lower()), None)


def validator(operation: Operation | None, name: str) -> HeaderDoc | None:
    """Return a header that a success is documented to have, in any case of letters."""
    docs = [
        doc
        for status, doc in (operation.responses.items() if operation is not None else ())
        if status.startswith("2")
    ]
    headers = (header for doc in docs for header in doc.headers)
    return next((each for each in headers if each.name.lower() == name.lower()), None)


def reader(operation: Operation, operations: Sequence[Operation]) -> Operation | None:
    """Return the GET of the path of an operation."""
    return next((o for o in operations if o.method == "GET" and o.path == operation.path), None)


def asks_for_tag(operation: Operation) -> bool:
    """Tell whether an operation may be refused without If-Match: it is required, or 428 is documented."""
    match = condition(operation, "If-Match")
    return (match is not None and match.required) or "428" in operation.responses
