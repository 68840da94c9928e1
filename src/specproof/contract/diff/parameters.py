"""Rules about parameters. The name of a path parameter is nobody's business but the document's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.diff.operations import inside, promises
from specproof.contract.diff.outline import Note, Outlined, mapping
from specproof.contract.diff.view import Sub
from specproof.contract.diff.walk import Walk
from specproof.contract.lines import escape
from specproof.contract.operations import follow

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_IGNORED = {"accept", "content-type", "authorization"}  # OpenAPI 3.1.1 section 4.8.12.2.1
_PATH_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    node: Mapping[str, Any]
    pointer: str

    @property
    def required(self) -> bool:
        return self.node.get("required") is True or self.node.get("in") == "path"

    @property
    def words(self) -> str:
        return f"{self.node.get('in')} parameter {self.node.get('name')!r}"

    @property
    def schema(self) -> tuple[Sub, ...]:
        if "schema" in self.node:
            return (Sub(self.node["schema"], f"{self.pointer}/schema"),)
        for name, media in mapping(self.node.get("content")).items():
            if "schema" in mapping(media):
                return (Sub(media["schema"], f"{self.pointer}/content/{escape(name)}/schema"),)
        return ()

    @property
    def serialization(self) -> dict[str, Any]:
        """How its value is written (OpenAPI 3.1.1 section 4.8.12.2.2)."""
        location = str(self.node.get("in"))
        style = self.node.get("style", _STYLES.get(location))
        return {
            "style": style,
            "explode": self.node.get("explode", style in {"form", "cookie"}),
            "allowReserved": self.node.get("allowReserved", False),
            "content": next(iter(mapping(self.node.get("content"))), None),
        }


def parameters(old: Outlined, new: Outlined, walk: Walk) -> Iterator[Note]:
    """Parameters of both, those of their path items included."""
    before, after = _entries(old), _entries(new)
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    for key in tuple(gone):
        other = next((k for k in come if k[0] == key[0]), None)
        if other is not None and "path" not in {key[1], other[1]}:
            gone.remove(key)
            come.remove(other)
            said = f"{before[key].words} is a {after[other].words} now"
            yield Note(kind="parameter-moved", said=said, new=after[other].pointer)
    yield from (_removed(before[key]) for key in gone)
    yield from (_added(after[key]) for key in come)
    for key, entry in before.items():
        if key in after:
            yield from _changed(entry, after[key], walk)


def _entries(operation: Outlined) -> dict[tuple[str, str], _Entry]:
    """Return the parameters by name and location; those of the path by the place where they stand."""
    places = {name: str(index) for index, name in enumerate(_PATH_NAME.findall(operation.path))}
    found: dict[tuple[str, str], _Entry] = {}
    for source, base in ((operation.item, operation.item_pointer), (operation.raw, operation.pointer)):
        listed = source.get("parameters")
        for index, raw in enumerate(listed if isinstance(listed, list) else ()):
            node, where = follow(operation.document, raw, f"{base}/parameters/{index}")
            if not isinstance(node, Mapping) or not isinstance(node.get("name"), str):
                continue
            name, location = str(node["name"]), str(node.get("in"))
            name = places.get(name, name) if location == "path" else name
            name = name.lower() if location == "header" else name
            if not (location == "header" and name in _IGNORED):
                found[name, location] = _Entry(node=node, pointer=where)
    return found


def _removed(entry: _Entry) -> Note:
    if entry.node.get("deprecated") is True:
        said = f"{entry.words} is gone; it was deprecated"
        return Note(kind="parameter-removed-after-deprecation", said=said, old=entry.pointer)
    return Note(kind="parameter-removed", said=f"{entry.words} is gone", old=entry.pointer)


def _added(entry: _Entry) -> Note:
    kind = "parameter-added-required" if entry.required else "parameter-added"
    said = f"{'required ' if entry.required else ''}{entry.words} is new"
    return Note(kind=kind, said=said, new=entry.pointer)


def _changed(old: _Entry, new: _Entry, walk: Walk) -> Iterator[Note]:
    at = {"old": old.pointer, "new": new.pointer}
    if old.required != new.required:
        kind = "parameter-became-required" if new.required else "parameter-became-optional"
        yield Note(kind=kind, said=f"{new.words}: required was {old.required}, is {new.required}", **at)
    was, now = old.serialization, new.serialization
    if was != now:
        said = ", ".join(f"{key} was {was[key]!r}, is {now[key]!r}" for key in was if was[key] != now[key])
        yield Note(kind="parameter-serialization-changed", said=f"{new.words}: {said}", **at)
    empty_was, empty_now = (e.node.get("allowEmptyValue") is True for e in (old, new))
    if empty_was != empty_now:
        kind = f"parameter-empty-value-{'allowed' if empty_now else 'refused'}"
        yield Note(kind=kind, said=f"{new.words}: allowEmptyValue was {empty_was}, is {empty_now}", **at)
    gone_was, gone_now = (e.node.get("deprecated") is True for e in (old, new))
    if gone_was != gone_now:
        kind = "parameter-deprecated" if gone_now else "parameter-no-longer-deprecated"
        yield Note(kind=kind, said=f"{new.words}: deprecated was {gone_was}, is {gone_now}", **at)
    yield from promises(old.node, new.node, inside(old.pointer), inside(new.pointer))
    for kind, place, found in walk.compare(old.schema, new.schema, "request", new.words):
        yield Note(kind=kind, said=f"{place}: {found.said}", old=found.old, new=found.new)
