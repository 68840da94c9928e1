"""Problem details: judged by RFC 9457 where an answer is documented as such."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as Xml

from specproof.checks.context import Context
from specproof.model.exchange import MISSING, Exchange
from specproof.model.field_values import is_reference
from specproof.model.finding import Breach
from specproof.model.operation import MediaType

PROBLEM_JSON, PROBLEM_XML = "application/problem+json", "application/problem+xml"
PROBLEM_TYPES = frozenset({PROBLEM_JSON, PROBLEM_XML})
_NAMESPACE = "{urn:ietf:rfc:7807}"  # RFC 9457 appendix B keeps that of the RFC before
_TEXTS = ("type", "title", "detail", "instance")
_REFERENCES = frozenset({"type", "instance"})
_DESCRIBES = frozenset({"type", "enum", "const", "anyOf", "oneOf"})  # say which values there are
_NARROWS = frozenset({"format", "pattern", "enum", "const"})


def is_problem(context: Context, exchange: Exchange) -> bool:
    """Tell whether an answer is documented as problem details, and is some."""
    return _documented(context, exchange) is not None


def has_status(context: Context, exchange: Exchange) -> bool:
    """Tell whether the problem details of an answer name a status."""
    return is_problem(context, exchange) and _status(_read(exchange)) is not None


def members(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """Problem details are an object whose own members have the types of the RFC.

    What the documented schema says of a member is judged as part of the body.

    Source: RFC 9457 section 3.1; for XML appendix B.
    """
    media = _documented(context, exchange)
    if media is None:
        return
    status, found = exchange.response.status, _read(exchange)
    if not isinstance(found, Mapping):
        if found is not MISSING or exchange.response.media_type == PROBLEM_XML:
            got = "no problem element" if found is MISSING else f"{json.dumps(found)[:60]}"
            text = f"expected an object of problem details with status {status}; got {got}"
            yield context.breach("problem.members", exchange, text, detail=f"{status} object")
        return
    said = _described(context, media, found)
    for name in (name for name in (*_TEXTS, "status") if name in found):
        wrong = _wrong(name, found, said.get(name, frozenset()))
        if wrong:
            text = f"expected {name} of the problem details with status {status} to be {wrong}"
            text += f"; got {json.dumps(found[name])[:100]}"
            yield context.breach("problem.members", exchange, text, detail=f"{status} {name}")


def _wrong(name: str, found: Mapping[str, Any], said: frozenset[str]) -> str:
    """Return what a member should have been; empty where it is right, or a matter of the schema."""
    value = found[name]
    if name == "status":
        return "a number" if _status(found) is None and not said & _DESCRIBES else ""
    if not isinstance(value, str):
        return "" if said & _DESCRIBES else "a string"
    if name in _REFERENCES and not is_reference(value) and not said & _NARROWS:
        return "a URI reference"
    return ""


def same_status(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """The status inside is that of the answer: whoever generates the one generates the other.

    Statuses of the layers before a server are set aside by the suite, as for all promises.

    Source: RFC 9457 section 3.1.2.
    """
    if _documented(context, exchange) is None:
        return
    status, inside = exchange.response.status, _status(_read(exchange))
    if inside is not None and inside != status:
        text = f"expected the problem details to name the status {status} of the answer; got {inside}"
        yield context.breach("problem.status", exchange, text, detail=f"{status}")


def _documented(context: Context, exchange: Exchange) -> MediaType | None:
    """Return what is documented for the problem details that an answer holds; ``None`` for any other."""
    request, response, operation = exchange.request, exchange.response, context.operation
    if response.media_type not in PROBLEM_TYPES or not response.body or request.method != operation.method:
        return None
    found = operation.response_for(response.status)
    content = found.content if found is not None else ()
    return next((m for m in content if m.base == response.media_type), None)


def _read(exchange: Exchange) -> Any:
    if exchange.response.media_type == PROBLEM_JSON:
        return exchange.response.document
    try:  # expat refuses entities that grow, and loads none from outside
        root = Xml.fromstring(exchange.response.body)  # noqa: S314
    except (Xml.ParseError, ValueError):
        return MISSING
    if root.tag != f"{_NAMESPACE}problem":
        return MISSING
    found: dict[str, Any] = {each.tag.removeprefix(_NAMESPACE): (each.text or "").strip() for each in root}
    number = found.get("status", "")
    return {**found, "status": int(number)} if number.isascii() and number.isdigit() else found


def _status(found: Any) -> int | float | None:
    value = found.get("status") if isinstance(found, Mapping) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _described(context: Context, media: MediaType, found: Any) -> dict[str, frozenset[str]]:
    """Return which keywords the documented schema has about each member."""
    said: dict[str, frozenset[str]] = {}
    for pointer, schema, _ in context.schemas.places(media.schema, found):
        name = pointer.removeprefix("/")
        said[name] = said.get(name, frozenset()) | frozenset(schema)
    return said
