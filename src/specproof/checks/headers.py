"""Response headers: there when required, valid when there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from specproof.checks.context import Context
from specproof.contract.schema import Schemas
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import HeaderDoc, Schema

_LISTS = frozenset({"enum", "const"})
_NARROWS = frozenset({"enum", "const", "pattern", "format"})


def lists_values(context: Context, header: HeaderDoc) -> bool:
    """Tell whether the schema of a header lists the values that are right."""
    return bool(_LISTS & _keywords(context, header).keys())


def decides(context: Context, header: HeaderDoc, *, usual: str | None = None) -> bool:
    """Tell whether the schema of a header says itself what is right, in place of the RFC about it.

    It lists values, names a format or a pattern, or says that the value is no text.

    Args:
        context: What is known of the operation.
        header: The documented header.
        usual: A value as the RFC has it: a pattern that takes it narrows the RFC, and decides nothing.
    """
    key = (header.pointer, usual)
    if key not in context.decided:  # every answer asks, and the document stays the same
        context.decided[key] = _decides(context, header, usual)
    return context.decided[key]


def _decides(context: Context, header: HeaderDoc, usual: str | None) -> bool:
    said = _keywords(context, header)
    narrows = _NARROWS & said.keys()
    if usual is not None and "pattern" in narrows:
        pattern = {"type": "string", "pattern": said["pattern"]}
        if context.schemas.is_valid(pattern, usual, direction="response"):
            narrows -= {"pattern"}
    return bool(narrows) or said.get("type") in {"boolean", "integer", "number"}


def _keywords(context: Context, header: HeaderDoc) -> dict[str, Any]:
    """Return what a schema says, ``$ref`` and ``allOf`` followed."""
    return {
        key: value for _, node, _ in context.schemas.places(header.schema, "") for key, value in node.items()
    }


def headers_documented(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Documented headers obey ``required`` and their schema.

    Source: OpenAPI 3.0.4 section 4.8.21 (Header Object); style is always ``simple``.
    """
    response = exchange.response
    found = context.operation.response_for(response.status)
    if found is None or exchange.request.method != context.operation.method:
        return
    for header in found.headers:
        value = response.header(header.name)
        if value is None:
            if header.required:
                text = f"expected the header {header.name} with status {response.status}; got none"
                detail = f"{response.status} {header.name.lower()} missing"
                yield context.breach(
                    "headers.documented", exchange, text, detail=detail, source=header.pointer
                )
            continue
        for keyword, message in _problems(context.schemas, header.schema, value):
            text = f"expected a valid header {header.name} with status {response.status}; got: {message}"
            detail = f"{response.status} {header.name.lower()} {keyword}"
            yield context.breach("headers.documented", exchange, text, detail=detail, source=header.pointer)


def _problems(schemas: Schemas, schema: Schema, value: str) -> list[tuple[str, str]]:
    """Return what is wrong with a header value: nothing where one of its readings is valid.

    The type may stand behind a reference or in a part of the schema, so every reading is tried; the errors
    are those of the reading that comes closest.
    """
    attempts = []
    for reading in _readings(value):
        attempts.append(list(schemas.errors(schema, reading, direction="response")))
        if not attempts[-1]:
            return []
    closest = min(attempts, key=lambda errors: ("type" in {e.keyword for e in errors}, len(errors)))
    return [(error.keyword, error.message) for error in closest]


def _readings(value: str) -> Iterator[Any]:
    """Yield a header value as text, as a primitive, as a list and as an object (style ``simple``)."""
    parts = [part.strip() for part in value.split(",")]
    yield value
    if (primitive := _primitive(value)) != value:
        yield primitive
    yield parts
    yield [_primitive(part) for part in parts]
    if len(parts) % 2 == 0:
        yield dict(zip(parts[::2], map(_primitive, parts[1::2]), strict=True))
    if all("=" in part for part in parts):
        yield {name: _primitive(text) for name, _, text in (part.partition("=") for part in parts)}


def _primitive(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, int | float) else text
