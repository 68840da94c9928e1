"""Records for the tests: a whole one from the few words that a test is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from specproof.checks.context import Context
from specproof.contract.infer import infer
from specproof.contract.operations import read_operations
from specproof.contract.schema import Schemas
from specproof.model.exchange import Exchange, Pairs, Request, Response
from specproof.model.operation import HeaderDoc, MediaType, Operation, Parameter, ResponseDoc, Schema

BASE = "http://api.example/v1"
ABSENT: Any = object()


def make_request(method: str = "GET", url: str = f"{BASE}/things", **more: Any) -> Request:
    """Build a request."""
    return Request(method=method, url=url, **more)


def make_response(
    status: int = 200,
    document: Any = ABSENT,
    *,
    body: bytes | None = None,
    media_type: str | None = ABSENT,
    headers: Pairs = (),
) -> Response:
    """Build a response: JSON where a document is given, else the bytes; ``None`` leaves Content-Type out."""
    if document is not ABSENT:
        body = json.dumps(document).encode()
    if media_type is ABSENT:
        media_type = "application/json" if body else None
    typed = (("Content-Type", media_type),) if media_type else ()
    return Response(status=status, headers=(*typed, *headers), body=body or b"", seconds=0.0)


def make_exchange(
    status: int = 200, document: Any = ABSENT, *, request: Request | None = None, **response: Any
) -> Exchange:
    """Build an exchange; what is not about the request goes to the response."""
    return Exchange(request=request or make_request(), response=make_response(status, document, **response))


def make_response_doc(
    status: str, *content: tuple[str, Schema | None], headers: tuple[HeaderDoc, ...] = ()
) -> ResponseDoc:
    """Build a documented response with ``(media type, schema)`` pairs."""
    pointer = f"#/paths/~1things/get/responses/{status}"
    media = tuple(MediaType(name=n, schema=s, pointer=f"{pointer}/content/{n}") for n, s in content)
    return ResponseDoc(status=status, content=media, headers=headers, pointer=pointer)


def make_header_doc(name: str, schema: Schema, *, required: bool = False) -> HeaderDoc:
    """Build a documented response header."""
    return HeaderDoc(name=name, required=required, schema=schema, pointer=f"#/headers/{name}")


def make_parameter(name: str, schema: Schema, location: str = "query", **more: Any) -> Parameter:
    """Build a parameter."""
    more.setdefault("required", location == "path")
    more.setdefault("style", "form" if location == "query" else "simple")
    return Parameter(name=name, location=location, schema=schema, pointer=f"#/parameters/{name}", **more)


def make_operation(*responses: ResponseDoc | str, **more: Any) -> Operation:
    """Build ``GET /things``; a response may be given by its status alone."""
    docs = [each if isinstance(each, ResponseDoc) else make_response_doc(each) for each in responses]
    more.setdefault("method", "GET")
    more.setdefault("path", "/things")
    pointer = f"#/paths/{more['path'].replace('/', '~1')}/{more['method'].lower()}"
    return Operation(pointer=pointer, responses={doc.status: doc for doc in docs}, **more)


def make_context(
    operation: Operation,
    *,
    document: Mapping[str, Any] | None = None,
    methods: frozenset[str] = frozenset({"GET"}),
    error: Mapping[str, Any] | None = None,
) -> Context:
    """Build what a check may know."""
    schemas = Schemas(document if document is not None else {"openapi": "3.0.3"})
    return Context(operation=operation, schemas=schemas, methods=methods, error=error)


def operations_of(document: Mapping[str, Any]) -> dict[str, Operation]:
    """Read a document, inference included; return its operations by their labels."""
    return {operation.label: operation for operation in infer(document, read_operations(document))}
