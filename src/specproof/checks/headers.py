"""Response headers: there when required, valid when there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from specproof.checks.context import Context
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Schema


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
        for error in context.schemas.errors(
            header.schema, _parsed(value, header.schema), direction="response"
        ):
            text = (
                f"expected a valid header {header.name} with status {response.status}; got: {error.message}"
            )
            detail = f"{response.status} {header.name.lower()} {error.keyword}"
            yield context.breach("headers.documented", exchange, text, detail=detail, source=header.pointer)


def _parsed(value: str, schema: Schema) -> Any:
    """Read a header value as the type its schema names; as text where that fails."""
    kind = schema.get("type") if not isinstance(schema, bool) else None
    if kind == "array":
        return [part.strip() for part in value.split(",")]
    if kind in {"integer", "number", "boolean"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
