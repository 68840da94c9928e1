"""What can be sent to an operation: each parameter valid, invalid, absent and at its bounds; media types."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from specproof.contract.operations import follow
from specproof.contract.schema import Schemas
from specproof.contract.wire import judge_body, judge_value
from specproof.coverage.watch import Watch
from specproof.model.coverage import Point, PointKind
from specproof.model.exchange import Request
from specproof.model.operation import Operation, Parameter

_NUMBERS = (("minimum", "at its minimum"), ("maximum", "at its maximum"))
_LENGTHS = (("minLength", "of its least length"), ("maxLength", "of its greatest length"))
_REMEMBERED = 2000  # values per parameter that are not judged again
_IGNORED = {"accept", "content-type", "authorization"}  # OpenAPI 3.0.4 section 4.8.12.2


@dataclass(kw_only=True)
class _Input:
    """One parameter, and what of it is unseen."""

    parameter: Parameter
    judged: bool  # its raw values can be judged
    bounds: Mapping[str, Callable[[str], bool]]
    watch: Watch
    known: dict[str, bool | None] = field(default_factory=dict)


class Inputs:
    """Everything that can be sent to one operation."""

    def __init__(
        self, operation: Operation, document: Mapping[str, Any], schemas: Schemas, base_url: str
    ) -> None:
        """Work out what can be seen; ``base_url`` is what paths are appended to."""
        self._operation, self._schemas = operation, schemas
        self._prefix = urlsplit(base_url.rstrip("/")).path
        escaped = re.sub(r"\\\{[^{}]+\\\}", "([^/]*)", re.escape(operation.path))
        self._path, self._names = re.compile(escaped), re.findall(r"\{([^{}]+)\}", operation.path)
        self._inputs = [
            _input(operation, parameter, document)
            for parameter in operation.parameters
            if parameter.location != "cookie"  # the client sends none but its credential
            and (parameter.location != "header" or parameter.name.lower() not in _IGNORED)
        ]
        body = operation.request_body
        self._body = Watch(
            PointKind.PARAMETERS, operation.label, _body_points(operation) if body is not None else ()
        )
        self._media = Watch(
            PointKind.REQUEST_MEDIA_TYPES, operation.label, (m.name for m in body.content) if body else ()
        )

    def look(self, request: Request) -> None:
        """Note what a request shows."""
        open_inputs = [each for each in self._inputs if each.watch.open]
        if open_inputs:
            sent = self._sent(request)
            for each in open_inputs:
                self._look_at(each, sent.get((each.parameter.location, each.parameter.name.lower())))
        if self._media.open and request.body:
            self._media.see(_documented(self._media.open, request.header("Content-Type")))
        if self._body.open:
            opinion = judge_body(self._operation, self._schemas, request)
            words = {True: ("body: valid",), False: ("body: invalid",), None: ()}[opinion.valid]
            self._body.see(*(words if request.body else ("body: absent",)))

    def points(self) -> Iterator[Point]:
        """Yield every point."""
        for each in self._inputs:
            yield from each.watch.points()
        yield from self._body.points()
        yield from self._media.points()

    def _sent(self, request: Request) -> Mapping[tuple[str, str], str]:
        """Return the raw values that a request carries, by place and name; of several, the first."""
        parts = urlsplit(request.url)
        found: dict[tuple[str, str], str] = {}
        match = self._path.fullmatch(parts.path.removeprefix(self._prefix))
        for name, raw in zip(self._names, match.groups() if match else (), strict=False):
            found["path", name.lower()] = unquote(raw)
        for name, value in _pairs(parts.query):
            found.setdefault(("query", name.lower()), value)
        for name, value in request.headers:
            found.setdefault(("header", name.lower()), value)
        return found

    def _look_at(self, each: _Input, text: str | None) -> None:
        name = _name(each.parameter)
        if text is None:
            each.watch.see(f"{name}: absent")
            return
        if not each.judged:
            each.watch.see(f"{name}: sent")
            return
        if text not in each.known and len(each.known) < _REMEMBERED:
            each.known[text] = judge_value(self._schemas, each.parameter, text).valid
        valid = each.known.get(text)
        if valid is not None:
            each.watch.see(f"{name}: {'valid' if valid else 'invalid'}")
        for what, fits in each.bounds.items():
            if what in each.watch.open and fits(text):
                each.watch.see(what)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=1000) if query else []
    except ValueError:
        return []


def _name(parameter: Parameter) -> str:
    return f"{parameter.location} parameter {parameter.name}"


def _input(operation: Operation, parameter: Parameter, document: Mapping[str, Any]) -> _Input:
    schema, _ = follow(document, parameter.schema, "#")
    schema = schema if isinstance(schema, Mapping) else {}
    kind = schema.get("type")
    judged = kind in {"string", "integer", "number", "boolean"}
    bounds = dict(_bounds(parameter, schema)) if judged else {}
    name = _name(parameter)
    points = [f"{name}: valid", *([f"{name}: invalid"] if _can_break(schema) else [])]
    points = points if judged else [f"{name}: sent"]
    absent = [f"{name}: absent"] if parameter.location != "path" else []
    return _Input(
        parameter=replace(parameter, schema=schema),
        judged=judged,
        bounds=bounds,
        watch=Watch(PointKind.PARAMETERS, operation.label, [*points, *absent, *bounds]),
    )


def _can_break(schema: Mapping[str, Any]) -> bool:
    """Tell whether some text breaks the schema: all but a string without any rule."""
    rules = {"enum", "const", "pattern", "format", "minLength", "maxLength", "not", "allOf", "oneOf", "anyOf"}
    return schema.get("type") != "string" or bool(rules & schema.keys())


def _bounds(parameter: Parameter, schema: Mapping[str, Any]) -> Iterator[tuple[str, Callable[[str], bool]]]:
    name, kind = _name(parameter), schema.get("type")
    if kind in {"integer", "number"}:
        for keyword, words in _NUMBERS:
            if isinstance(limit := schema.get(keyword), int | float) and not _excluded(schema, keyword):
                yield f"{name}: {words} {limit}", partial(_equals, limit)
    elif kind == "string":
        for keyword, words in _LENGTHS:
            if isinstance(limit := schema.get(keyword), int) and limit > 0:
                yield f"{name}: {words} {limit}", partial(_is_long, limit)


def _excluded(schema: Mapping[str, Any], keyword: str) -> bool:
    """Tell whether a bound itself is out of bounds (OpenAPI 3.0: ``exclusiveMinimum: true``)."""
    return schema.get(f"exclusive{keyword.capitalize()}") is True


def _equals(limit: float, text: str) -> bool:
    return _number(text) == limit


def _is_long(length: int, text: str) -> bool:
    return len(text) == length


def _number(text: str) -> float | None:
    try:
        value = json.loads(text) if len(text) < 300 else None
    except ValueError:
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _body_points(operation: Operation) -> tuple[str, ...]:
    body = operation.request_body
    json_too = body is not None and any(media.is_json for media in body.content)
    return ("body: valid", "body: invalid", "body: absent") if json_too else ("body: absent",)


def _documented(names: set[str], sent: str | None) -> str:
    """Return the documented media type that one is an instance of; empty where there is none."""
    media = (sent or "").partition(";")[0].strip().lower()
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    for wanted in ranges:
        found = next((name for name in names if name.partition(";")[0].strip() == wanted), None)
        if found is not None:
            return found
    return ""
