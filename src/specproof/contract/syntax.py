"""Read YAML and JSON into values and lines.

YAML is read by the core schema of YAML 1.2, so that ``no``, ``on``, ``12:30`` and dates stay text, and every
key becomes text: what comes out is what JSON could have said.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from typing import Any, Never

import yaml
from yaml import CSafeLoader, events
from yaml.reader import ReaderError

from specproof.contract.lines import MERGE, Builder, Parsed, TextError, too_deep

_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = {"!", *(_CORE + name for name in ("str", "map", "seq", "int", "float", "bool", "null"))}
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NAN = {".nan", ".NaN", ".NAN"}
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def parse(text: str, file: str) -> Parsed:
    """Read a text that is YAML or JSON.

    Raises:
        TextError: It is neither.
    """
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return parse_json(text, file)
        except TextError:
            if file.lower().removesuffix(".gz").endswith(".json"):
                raise
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str) -> Parsed:
    """Read YAML.

    Raises:
        TextError: It is no YAML, or more than one document, or too deep, or too large.
    """
    builder, documents = Builder(file), 0
    try:
        for event in yaml.parse(text, Loader=CSafeLoader):
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise TextError(
                        _line(event), "it holds several YAML documents", "keep the one before ---"
                    )
            _take(builder, event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if "maximum nesting depth" in (error.problem or ""):  # libyaml looks ahead, up to 1,000
            raise too_deep(mark.line + 1 if mark else 1) from error
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        column = f" at column {mark.column + 1}" if mark else ""
        raise TextError(mark.line + 1 if mark else 1, f"is not YAML: {reason}", f"look{column}") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TextError(line, f"is not YAML: {error.reason}", "remove the character") from error
    return builder.finish()


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _take(builder: Builder, event: events.Event) -> None:
    line = _line(event)
    match event:
        case events.ScalarEvent():
            _scalar(builder, event, line)
        case events.AliasEvent():
            builder.alias(event.anchor or "", line)
        case events.MappingStartEvent() | events.SequenceStartEvent():
            _foreign_tag(builder, event.tag, line)
            builder.start({} if isinstance(event, events.MappingStartEvent) else [], line, event.anchor)
        case events.MappingEndEvent() | events.SequenceEndEvent():
            builder.end()


def _scalar(builder: Builder, event: events.ScalarEvent, line: int) -> None:
    plain = event.implicit[0]
    if builder.expects_key:
        builder.key(event.value, line, merging=plain and event.value == MERGE)
        return
    _foreign_tag(builder, event.tag, line)
    named = (event.tag or "").removeprefix(_CORE)
    if plain or named in {"int", "float", "bool", "null"}:
        builder.scalar(_resolve(event.value, line), line, event.anchor)
    else:
        builder.scalar(event.value, line, event.anchor)


def _foreign_tag(builder: Builder, tag: str | None, line: int) -> None:
    if tag and tag not in _PLAIN_TAGS:
        shown = tag.replace(_CORE, "!!")
        mend = "write it as plain text, a number, a list or a mapping"
        builder.trouble(line, f"has the YAML tag {shown}, which no JSON can say", mend)


def _resolve(text: str, line: int) -> Any:
    """Give a plain scalar its type.

    Source: YAML 1.2.2 section 10.3.2 (core schema).
    """
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] not in "+-.0123456789":
        return text
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _RADIX.fullmatch(text):
            return int(text[2:], 8 if text[1] == "o" else 16)
    except ValueError as error:
        raise TextError(line, "is not readable: a number has too many digits", "write it as text") from error
    if _FLOAT.fullmatch(text):
        return float(text)
    if found := _INFINITE.fullmatch(text):
        return -math.inf if found[1] == "-" else math.inf
    return math.nan if text in _NAN else text


def parse_json(text: str, file: str) -> Parsed:
    """Read JSON.

    Raises:
        TextError: It is no JSON, or too deep, or too large.
    """
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise TextError(error.lineno, message, f"look at column {error.colno}") from error
    except ValueError as error:
        raise TextError(1, f"is not JSON: {error}", "write such numbers as text") from error
    except RecursionError as error:
        raise TextError(1, "it is nested too deep", "flatten it") from error
    builder = Builder(file)
    newlines = [found.start() for found in re.finditer("\n", text)]
    for token in _JSON_TOKEN.finditer(text):
        _json_token(builder, token[0], bisect_right(newlines, token.start()) + 1)
    return builder.finish()


def _json_token(builder: Builder, token: str, line: int) -> None:
    match token[0]:
        case "{":
            builder.start({}, line)
        case "[":
            builder.start([], line)
        case "}" | "]":
            builder.end()
        case "," | ":":
            pass
        case '"':
            text = token[1:-1] if "\\" not in token else json.loads(token)
            if builder.expects_key:
                builder.key(text, line)
            else:
                builder.scalar(text, line)
        case _:
            builder.scalar(json.loads(token), line)


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON number")


def to_yaml(value: Any) -> str:
    """Write plain values as YAML, members in their order."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
    return text
