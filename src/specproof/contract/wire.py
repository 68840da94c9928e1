"""Judge a request as it goes over the wire: does the contract allow it?

The answer is three-valued. ``False`` is given only where no reading of the wire form is valid, for a server
must not be blamed for accepting what a reasonable reader may accept: the largest source of false alarms.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from specproof.contract.schema import Schemas
from specproof.model.exchange import Request
from specproof.model.operation import MediaType, Operation, Parameter

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LOOSE_NUMBER = re.compile(r"\s*[+-]?[\d_.,]*([eE][+-]?\d+)?\s*|.*(nan|inf).*", re.IGNORECASE)
_DEEPEST = 200  # levels of nesting that every reader follows
_LOOSE_BOOLEAN = {"1", "0", "yes", "no", "on", "off", "t", "f", "y", "n", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Whether a request is valid, and the first reason why not."""

    valid: bool | None
    why: str = ""


_VALID, _UNSURE = Opinion(valid=True), Opinion(valid=None)


def judge_request(operation: Operation, schemas: Schemas, request: Request, *, base_url: str) -> Opinion:
    """Judge path, query, headers and body of a request against an operation.

    Source: OpenAPI 3.0.4 sections 4.8.12 (Parameter Object) and 4.8.13 (Request Body Object).
    """
    opinions = [
        *_judge_path(operation, schemas, request, base_url),
        *_judge_query(operation, schemas, request),
        *_judge_headers(operation, request),
        judge_body(operation, schemas, request),
    ]
    for wanted in (False, None):
        for opinion in opinions:
            if opinion.valid is wanted:
                return opinion
    return _VALID


def _judge_path(operation: Operation, schemas: Schemas, request: Request, base_url: str) -> list[Opinion]:
    sent = urlsplit(request.url).path.removeprefix(urlsplit(base_url.rstrip("/")).path)
    pattern = re.sub(r"\\\{[^{}]+\\\}", "([^/]*)", re.escape(operation.path))
    match = re.fullmatch(pattern, sent)
    names = re.findall(r"\{([^{}]+)\}", operation.path)
    if match is None:
        return [_UNSURE]
    opinions = []
    for name, raw in zip(names, match.groups(), strict=True):
        parameter = operation.parameter(name, "path")
        try:
            value = unquote(raw, errors="strict")
        except UnicodeDecodeError:
            return [_UNSURE]
        if parameter is not None:
            opinions.append(_UNSURE if value in {"", ".", ".."} else judge_value(schemas, parameter, value))
    return opinions


def _judge_query(operation: Operation, schemas: Schemas, request: Request) -> list[Opinion]:
    try:
        query = urlsplit(request.url).query
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError):
        return [_UNSURE]
    opinions = []
    for parameter in (p for p in operation.parameters if p.location == "query"):
        values = [value for name, value in pairs if name == parameter.name]
        if not values:
            if parameter.required:
                why = f"query parameter {parameter.name}: required, but missing"
                hidden = _may_hide(operation, parameter, pairs)
                opinions.append(_UNSURE if hidden else Opinion(valid=False, why=why))
        elif len(values) > 1 or values[0] == "":
            opinions.append(_UNSURE)
        else:
            opinions.append(judge_value(schemas, parameter, values[0]))
    return opinions


def _may_hide(operation: Operation, parameter: Parameter, pairs: list[tuple[str, str]]) -> bool:
    """Tell whether a parameter may be there under other names, as the members of an object are."""
    if _kind(parameter) == "object":
        return True
    known = {each.name for each in operation.parameters if each.location == "query"}
    return _kind(parameter) in {"array", None} and any(name not in known for name, _ in pairs)


def _judge_headers(operation: Operation, request: Request) -> list[Opinion]:
    special = {"accept", "content-type", "authorization"}  # OpenAPI 3.0.4 section 4.8.12.2: ignored
    documented = [p for p in operation.parameters if p.location == "header" and p.name.lower() not in special]
    missing = [p for p in documented if p.required and request.header(p.name) is None]
    opinions = [Opinion(valid=False, why=f"header {p.name}: required, but missing") for p in missing]
    unsure = [p for p in documented if request.header(p.name) is not None]
    unsure += [p for p in operation.parameters if p.location == "cookie"]
    return opinions + [_UNSURE for _ in unsure]


def _kind(parameter: Parameter) -> str | None:
    kind = parameter.schema.get("type") if not isinstance(parameter.schema, bool) else None
    return kind if isinstance(kind, str) else None


def judge_value(schemas: Schemas, parameter: Parameter, text: str) -> Opinion:
    """Judge one raw value of a primitive parameter, percent-decoded."""
    where = f"{parameter.location} parameter {parameter.name}"
    kind, value = _kind(parameter), text
    parsed: Any = value
    if kind in {"integer", "number"}:
        if not (_INTEGER if kind == "integer" else _NUMBER).fullmatch(text):
            sure = not _LOOSE_NUMBER.fullmatch(text)
            return Opinion(valid=False, why=f"{where}: not of type {kind}") if sure else _UNSURE
        parsed = json.loads(text) if len(text) < 300 else None
        if parsed is None:
            return _UNSURE
    elif kind == "boolean":
        if text not in {"true", "false"}:
            unsure = text.lower() in _LOOSE_BOOLEAN | {"true", "false"}
            return _UNSURE if unsure else Opinion(valid=False, why=f"{where}: not of type boolean")
        parsed = text == "true"
    elif kind != "string":
        return _UNSURE
    for error in schemas.errors(parameter.schema, parsed, direction="request"):
        return Opinion(valid=False, why=f"{where}: breaks {error.keyword}")
    return _VALID


def judge_body(operation: Operation, schemas: Schemas, request: Request) -> Opinion:
    """Judge the body of a request, for the media type that it says it has."""
    body = operation.request_body
    if body is None:
        return _VALID
    if not request.body:
        return Opinion(valid=False, why="body: required, but missing") if body.required else _UNSURE
    sent = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    media = next((m for m in body.content if m.name.partition(";")[0].strip() == sent), None)
    if media is None or not sent.endswith(("/json", "+json")):
        return _UNSURE
    return _judge_json(schemas, media, request.body)


def _judge_json(schemas: Schemas, media: MediaType, body: bytes) -> Opinion:
    doubtful: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in items}) != len(items):
            doubtful.append("duplicate member")  # RFC 8259 section 4: the outcome is open
        return dict(items)

    if body.startswith(codecs.BOM_UTF8):  # a reader may ignore it (RFC 8259 section 8.1)
        return _UNSURE
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=pairs, parse_constant=doubtful.append)
    except RecursionError:
        return _UNSURE
    except ValueError:
        return Opinion(valid=False, why="body: not JSON")
    if doubtful or _has_lone_surrogate(body) or body.count(b"[") + body.count(b"{") > _DEEPEST:
        return _UNSURE
    for error in schemas.errors(media.schema, value, direction="request"):
        name = error.instance_path.split("/")[1] if error.instance_path else "the whole"
        return Opinion(valid=False, why=f"body, {name}: breaks {error.keyword}")
    return _VALID


def _has_lone_surrogate(body: bytes) -> bool:
    return re.search(rb"\\u[dD][89a-fA-F]", body) is not None
