"""Judge a request as it goes over the wire: does the contract allow it?

The answer is three-valued. ``False`` is given only where no reading of the wire form is valid, for a server
must not be blamed for accepting what a reasonable reader may accept: the largest source of false alarms.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from specproof.contract.operations import kind_of
from specproof.contract.schema import Schemas
from specproof.contract.shapes import item_schema, object_schema
from specproof.contract.styles import list_readings, members_of, path_values_of
from specproof.model.exchange import Request
from specproof.model.media import MERGE_PATCH, is_json
from specproof.model.operation import MediaType, Operation, Parameter

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LOOSE_NUMBER = re.compile(r"\s*[+-]?[\d_.,]*([eE][+-]?\d+)?\s*|.*(nan|inf).*", re.IGNORECASE)
_DEEPEST = 200  # levels of nesting that every reader follows
_LOOSE_BOOLEAN = {"1", "0", "yes", "no", "on", "off", "t", "f", "y", "n", ""}


_READ: dict[str | None, Callable[[str], Any]] = {
    "string": str, "integer": json.loads, "number": json.loads, "boolean": lambda text: text == "true",
}  # fmt: skip
_LENIENT = frozenset({
    "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-encoding",
    "content-language", "content-length", "cookie", "date", "dnt", "expect", "forwarded", "from", "host",
    "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive",
    "max-forwards", "origin", "pragma", "prefer", "priority", "range", "referer", "save-data", "te",
    "traceparent", "tracestate", "upgrade", "user-agent", "via", "x-forwarded-for", "x-request-id",
})  # fmt: skip
"""Header fields that a server may ignore where it cannot read them, whatever a document says (RFC 9110)."""


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
        *_judge_headers(operation, schemas, request),
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
        if parameter is None:
            continue
        try:
            values = path_values_of(parameter, raw)
        except UnicodeDecodeError:
            return [_UNSURE]
        if values is None or {"", ".", ".."} & set(values) or not values:
            opinions.append(_UNSURE)
        elif parameter.kind == "array":
            opinions.append(judge_list(schemas, parameter, [values]))
        else:
            opinions.append(judge_value(schemas, parameter, values[0]))
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
        else:
            opinions.append(_judge_values(schemas, parameter, values))
    return opinions + _judge_members(operation, schemas, pairs)


def _judge_values(schemas: Schemas, parameter: Parameter, values: list[str]) -> Opinion:
    """Judge everything that stands under the name of a query parameter."""
    if parameter.kind == "array" and not parameter.content and "" not in values:
        return judge_list(schemas, parameter, list_readings(parameter, values))
    if len(values) > 1 or values[0] == "":
        return _UNSURE
    return judge_value(schemas, parameter, values[0])


def _judge_members(operation: Operation, schemas: Schemas, pairs: list[tuple[str, str]]) -> list[Opinion]:
    """Judge the members of objects that stand in a query one by one (``deepObject``)."""
    opinions = []
    for parameter in operation.parameters:
        if parameter.location != "query" or parameter.style != "deepObject" or parameter.kind != "object":
            continue
        found = members_of(parameter, pairs)
        said = object_schema(schemas.document, parameter.schema)
        if found is None or not found.keys() <= said.keys():
            opinions.append(_UNSURE)
            continue
        for name, text in found.items():
            where = f"query parameter {parameter.name}, {name}"
            opinions.append(_judge_text(schemas, said[name], text, where))
    return opinions


def _may_hide(operation: Operation, parameter: Parameter, pairs: list[tuple[str, str]]) -> bool:
    """Tell whether a parameter may be there under other names, as the members of an object are."""
    if _kind(parameter) == "object":
        return bool(pairs) or parameter.style == "deepObject"
    known = {each.name for each in operation.parameters if each.location == "query"}
    return _kind(parameter) in {"array", None} and any(name not in known for name, _ in pairs)


def _judge_headers(operation: Operation, schemas: Schemas, request: Request) -> list[Opinion]:
    special = {"accept", "content-type", "authorization"}  # OpenAPI 3.0.4 section 4.8.12.2: ignored
    documented = [p for p in operation.parameters if p.location == "header" and p.name.lower() not in special]
    missing = [p for p in documented if p.required and request.header(p.name) is None]
    opinions = [Opinion(valid=False, why=f"header {p.name}: required, but missing") for p in missing]
    for parameter in documented:
        text = request.header(parameter.name)
        if text is not None:
            own = parameter.name.lower() not in _LENIENT and text == text.strip() and text.isascii() and text
            opinion = judge_value(schemas, parameter, text) if own else _UNSURE
            opinions.append(opinion if opinion.valid is False else _UNSURE)
    return opinions + [_UNSURE for p in operation.parameters if p.location == "cookie"]


def _kind(parameter: Parameter) -> str | None:
    if parameter.kind is not None or isinstance(parameter.schema, bool):
        return parameter.kind
    kind = parameter.schema.get("type")
    return kind if isinstance(kind, str) else None


def judge_list(schemas: Schemas, parameter: Parameter, readings: list[list[str]]) -> Opinion:
    """Judge a list of texts: invalid where no reading is valid, valid where there is only one."""
    where = f"{parameter.location} parameter {parameter.name}"
    opinions = [_judge_reading(schemas, parameter, reading, where) for reading in readings]
    if opinions and all(opinion.valid is False for opinion in opinions):
        return opinions[0]
    return opinions[0] if len(opinions) == 1 else _UNSURE


def _judge_reading(schemas: Schemas, parameter: Parameter, texts: list[str], where: str) -> Opinion:
    inside = item_schema(schemas.document, parameter.schema)
    kind = kind_of(schemas.document, inside)
    if kind not in _READ:
        return _UNSURE
    for text in texts:
        opinion = _judge_text(schemas, inside, text, f"{where}, an item")
        if opinion.valid is not True:
            return opinion
    values = [_READ[kind](text) for text in texts]
    for error in schemas.errors(parameter.schema, values, direction="request"):
        return Opinion(valid=False, why=f"{where}: breaks {error.keyword}")
    return _VALID


def judge_value(schemas: Schemas, parameter: Parameter, text: str) -> Opinion:
    """Judge one raw value of a primitive parameter, percent-decoded, or of one that holds JSON."""
    where = f"{parameter.location} parameter {parameter.name}"
    if not parameter.content:
        return _judge_text(schemas, parameter.schema, text, where, _kind(parameter))
    if not is_json(parameter.content) or parameter.kind not in {"object", "array"}:
        return _UNSURE  # a reader may well take a bare text for a text
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        return _UNSURE
    except ValueError:
        return Opinion(valid=False, why=f"{where}: not JSON")
    for error in schemas.errors(parameter.schema, value, direction="request"):
        return Opinion(valid=False, why=f"{where}: breaks {error.keyword}")
    return _VALID


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _judge_text(schemas: Schemas, schema: Any, text: str, where: str, kind: str | None = None) -> Opinion:
    kind = kind or kind_of(schemas.document, schema)
    parsed: Any = text
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
    for error in schemas.errors(schema, parsed, direction="request"):
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
    if media.base == MERGE_PATCH and holds_null(value):
        return _UNSURE  # null removes a member, whatever the schema of the member says (RFC 7396)
    for error in schemas.errors(media.schema, value, direction="request"):
        name = error.instance_path.split("/")[1] if error.instance_path else "the whole"
        return Opinion(valid=False, why=f"body, {name}: breaks {error.keyword}")
    return _VALID


def holds_null(value: Any) -> bool:
    """Tell whether a JSON object holds null as a member, at any depth of objects."""
    return isinstance(value, dict) and any(each is None or holds_null(each) for each in value.values())


def _has_lone_surrogate(body: bytes) -> bool:
    return re.search(rb"\\u[dD][89a-fA-F]", body) is not None
