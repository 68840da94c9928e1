"""Sequences: JSON texts one after the other, and server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.schema import Schemas
from specproof.model.media import EVENT_STREAM, is_json
from specproof.model.operation import Schema

_RS = b"\x1e"  # before each text of a sequence (RFC 7464 section 2.2)
_FIELDS = frozenset({"data", "event", "id", "retry"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a sequence.

    Args:
        number: From 1 on.
        value: What it holds.
        why: Why it cannot be read; empty where it can.
    """

    number: int
    value: Any = None
    why: str = ""


def items_of(media_type: str, body: bytes, *, stopped: bool) -> Iterator[Item]:
    """Yield the items of a sequence; the last one of a body that was not read to its end is left out.

    Args:
        media_type: Its base name.
        body: In UTF-8, as all of them are.
        stopped: Whether there may be more.
    """
    if media_type == EVENT_STREAM:
        for number, event in enumerate(_events(body.decode("utf-8", "replace")), 1):
            yield Item(number=number, value=event)
        return
    marked = media_type.endswith("json-seq")
    texts = body.split(_RS if marked else b"\n")
    texts = texts[:-1] if stopped else texts
    for number, text in enumerate((each for each in texts if each.strip()), 1):
        try:
            yield Item(number=number, value=json.loads(text.decode("utf-8"), parse_constant=_refuse))
        except (ValueError, RecursionError) as error:
            yield Item(number=number, why=str(error).partition("\n")[0][:80])


def _refuse(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON (RFC 8259 section 6)."""
    raise ValueError(f"{name} is no JSON")


def _events(text: str) -> Iterator[dict[str, Any]]:
    """Yield server-sent events as objects; one that no blank line ends is no event.

    Source: WHATWG HTML section 9.2.6; OpenAPI 3.2.0 section 4.14.4 (``retry`` is an integer there).
    """
    event: dict[str, Any] = {}
    for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]:
        if not line:
            if event:
                yield event
            event = {}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data" and "data" in event:
            event["data"] += f"\n{value}"
        elif name == "retry" and value.isascii() and value.isdigit():
            event[name] = int(value)
        elif name in _FIELDS and name != "retry":
            event[name] = value


def judge_item(schemas: Schemas, schema: Schema, item: Item) -> Iterator[tuple[str, str]]:
    """Yield message and place of what is wrong with an item; one that cannot be read is not judged."""
    if item.why:
        return
    for error in schemas.errors(schema, item.value, direction="response"):
        yield error.message, f"{error.schema_path} {error.member}".rstrip()
    yield from _judge_data(schemas, schema, item.value)


def _judge_data(schemas: Schemas, schema: Schema, event: Any) -> Iterator[tuple[str, str]]:
    """Judge the data of an event, where its schema says that it is JSON (``contentMediaType``)."""
    for place, said, value in schemas.places(schema, event):
        content = said.get("contentMediaType")
        if place != "/data" or not isinstance(content, str) or not isinstance(value, str):
            continue
        if not is_json(content):
            continue
        try:
            inside = json.loads(value)
        except (ValueError, RecursionError):
            yield f"data is no JSON: {value[:60]!r}", "data"
            continue
        wanted = said.get("contentSchema")
        if isinstance(wanted, Mapping):
            for error in schemas.errors(wanted, inside, direction="response"):
                yield f"data: {error.message}", f"data {error.schema_path} {error.member}".rstrip()
