"""Build requests for operations: URLs by the parameter styles of OpenAPI, bodies by media type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from specproof.generate.styles import Pair, as_text, path_text, query_pairs, write_query
from specproof.model.exchange import Pairs, Request
from specproof.model.operation import Operation


def build_request(
    operation: Operation,
    *,
    base_url: str,
    path: Mapping[str, Any],
    query: Iterable[tuple[str, str]] = (),
    headers: Pairs = (),
    body: bytes | None = None,
    credential: str | None = None,
    purpose: str = "",
    valid: bool | None = None,
) -> Request:
    """Return a request for an operation.

    Args:
        operation: What is called.
        base_url: The environment's base URL; its path is kept.
        path: A value for every path parameter.
        query: Names and values, in order, not yet encoded.
        headers: Extra headers.
        body: The body as it goes over the wire; its Content-Type belongs into ``headers``.
        credential: Name of the credential that signs it.
        purpose: A few words for people.
        valid: Whether the contract allows this request.

    Raises:
        KeyError: A path parameter has no value.
    """
    pairs = list(query)
    url = base_url.rstrip("/") + fill_path(operation, path)
    if pairs:
        url += "?" + write_query(pairs)
    return Request(
        method=operation.method,
        url=url,
        headers=headers,
        body=body,
        credential=credential,
        operation=operation.label,
        purpose=purpose,
        valid=valid,
    )


def fill_path(operation: Operation, values: Mapping[str, Any]) -> str:
    """Return the path with its parameters filled in and percent-encoded."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            path = path.replace("{" + parameter.name + "}", path_text(parameter, values[parameter.name]))
    return path


def json_body(value: Any) -> bytes:
    """Write JSON as UTF-8; lone surrogates, which UTF-8 cannot carry, stay escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


FORM = "application/x-www-form-urlencoded"


def as_form(request: Request, body: Mapping[str, Any]) -> Request | None:
    """Return a request with its members as a form (WHATWG URL section 5.2); ``None`` where one is nested."""
    if any(value is None or isinstance(value, list | Mapping) for value in body.values()):
        return None
    others = tuple(pair for pair in request.headers if pair[0].lower() != "content-type")
    sent = urlencode([(name, as_text(value)) for name, value in body.items()]).encode()
    return replace(request, headers=(("Content-Type", FORM), *others), body=sent, valid=None)


def optional_query(operation: Operation) -> tuple[Pair, ...]:
    """Return one value for each query parameter that may be left out, as far as the document shows one.

    Where that is the default, a number is one more: with the default nothing may be other than without it.
    """
    pairs: list[Pair] = []
    for parameter in (p for p in operation.parameters if p.location == "query" and not p.required):
        schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
        said = "default" in schema
        other = [value for value in parameter.examples if not said or value != schema["default"]]
        shown = other or ([_beside(schema)] if said else [])
        for value in shown[:1]:
            pairs += query_pairs(parameter, value)
    return tuple(pairs)


def _beside(schema: Mapping[str, Any]) -> Any:
    value = schema["default"]
    if not isinstance(value, int) or isinstance(value, bool) or schema.get("enum"):
        return value
    more = value + int(schema.get("multipleOf", 1))
    return more if more <= schema.get("maximum", more) else value


def json_media(operation: Operation) -> str | None:
    """Return the JSON media type that an operation takes, or ``None``."""
    for media in operation.request_body.content if operation.request_body else ():
        if media.base in {"application/json", "*/*", "application/*"}:
            return "application/json"
        if media.base.endswith("+json") and media.is_json:
            return media.name
    return None
