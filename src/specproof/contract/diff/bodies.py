"""Rules about bodies: of requests, and of responses with their headers and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.diff.outline import Both, Note, Outlined, mapping
from specproof.contract.diff.pair import Side
from specproof.contract.diff.view import Sub, canonical
from specproof.contract.diff.walk import Walk
from specproof.contract.lines import escape
from specproof.contract.operations import follow

_SCHEMAS = ("schema", "itemSchema")
_RANGES = {"1XX", "2XX", "3XX", "4XX", "5XX"}
_UNREAD = {"content-type"}  # OpenAPI 3.1.1 section 4.8.17.1: ignored among the headers


def request_body(old: Outlined, new: Outlined, walk: Walk) -> Iterator[Note]:
    """The body of a request."""
    before, was_at = _followed(old, "requestBody")
    after, at = _followed(new, "requestBody")
    if before is None or after is None:
        if after is not None:
            required = after.get("required") is True
            kind = "request-body-added-required" if required else "request-body-added"
            yield Note(kind=kind, said=f"{'a required' if required else 'an optional'} body is new", new=at)
        elif before is not None:
            yield Note(kind="request-body-removed", said="the body is gone", old=was_at)
        return
    was, now = before.get("required") is True, after.get("required") is True
    if was != now:
        kind = "request-body-became-required" if now else "request-body-became-optional"
        yield Note(kind=kind, said=f"the body: required was {was}, is {now}", old=was_at, new=at)
    both = Both(old=before, new=after, old_pointer=was_at, new_pointer=at)
    yield from content(both, walk, "request", "request body")


def _followed(operation: Outlined, key: str) -> tuple[Mapping[str, Any] | None, str]:
    node, at = follow(operation.document, operation.raw.get(key), f"{operation.pointer}/{key}")
    return (node, at) if isinstance(node, Mapping) else (None, at)


def content(both: Both, walk: Walk, side: Side, where: str) -> Iterator[Note]:
    """The media types of a body."""
    before, after = _by_type(both.old), _by_type(both.new)
    for name in dict.fromkeys((*before, *after)):
        was_at = f"{both.old_pointer}/content/{escape(before[name][0])}" if name in before else ""
        at = f"{both.new_pointer}/content/{escape(after[name][0])}" if name in after else ""
        if not at:
            yield Note(kind=f"{side}-media-type-removed", said=f"{where}: {name} is gone", old=was_at)
        elif not was_at:
            yield Note(kind=f"{side}-media-type-added", said=f"{where}: {name} is new", new=at)
        else:
            media = Both(old=before[name][1], new=after[name][1], old_pointer=was_at, new_pointer=at)
            yield from _media_type(media, walk, side, where)


def _by_type(node: Mapping[str, Any]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return the media types as they compare: in lower case, without spaces (RFC 9110 section 8.3.1)."""
    listed = mapping(node.get("content"))
    return {name.lower().replace(" ", ""): (name, mapping(media)) for name, media in listed.items()}


def _media_type(both: Both, walk: Walk, side: Side, where: str) -> Iterator[Note]:
    for key in _SCHEMAS:
        yield from _schema(both, key, walk, side, where)
    if canonical(both.old.get("encoding") or {}) != canonical(both.new.get("encoding") or {}):
        said = f"{where}: encoding says something else"
        yield Note(kind=f"{side}-encoding-changed", said=said, old=both.old_pointer, new=both.new_pointer)


def _schema(both: Both, key: str, walk: Walk, side: Side, where: str) -> Iterator[Note]:
    """Compare what stands under a key of both; the object round it is the place of what stands nowhere."""
    before = (Sub(both.old[key], f"{both.old_pointer}/{key}"),) if key in both.old else ()
    after = (Sub(both.new[key], f"{both.new_pointer}/{key}"),) if key in both.new else ()
    for kind, place, found in walk.compare(before, after, side, where):
        yield Note(kind=kind, said=f"{place}: {found.said}", old=found.old or both.old_pointer, new=found.new)


def responses(old: Outlined, new: Outlined, walk: Walk) -> Iterator[Note]:
    """Statuses, and what comes with each."""
    before, after = mapping(old.raw.get("responses")), mapping(new.raw.get("responses"))
    before, after = _statuses(before), _statuses(after)
    for status in dict.fromkeys((*before, *after)):
        was_at = f"{old.pointer}/responses/{before[status]}" if status in before else ""
        at = f"{new.pointer}/responses/{after[status]}" if status in after else ""
        if not was_at:
            yield Note(kind=_kind(status, "added"), said=f"status {status} is new", new=at)
            continue
        if not at:
            cover = next((s for s in _covers(status) if s in after), None)
            if cover is None or cover == "default":
                yield Note(kind=_kind(status, "removed"), said=f"status {status} is gone", old=was_at)
                continue
            at = f"{new.pointer}/responses/{after[cover]}"
        raw_old = old.raw["responses"][before[status]]
        raw_new = new.raw["responses"][at.rpartition("/")[2]]
        one, one_at = follow(old.document, raw_old, was_at)
        other, other_at = follow(new.document, raw_new, at)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            both = Both(old=one, new=other, old_pointer=one_at, new_pointer=other_at)
            yield from _response(both, walk, f"response {status}")


def _statuses(listed: Mapping[str, Any]) -> dict[str, str]:
    """Return the statuses as they compare, with how they are written."""
    written = [str(key) for key in listed if not str(key).startswith("x-")]
    return {key.upper() if key.upper() in _RANGES else key: key for key in written}


def _covers(status: str) -> tuple[str, ...]:
    return (f"{status[:1]}XX", "default")


def _kind(status: str, how: str) -> str:
    if status == "default":
        return f"default-response-{how}"
    return f"{'success' if status[:1] in {'1', '2', '3'} else 'error'}-status-{how}"


def _response(both: Both, walk: Walk, where: str) -> Iterator[Note]:
    yield from content(both, walk, "response", where)
    yield from _headers(both, walk, where)
    yield from _links(both, where)


def _headers(both: Both, walk: Walk, where: str) -> Iterator[Note]:
    before, after = _header_names(both.old), _header_names(both.new)
    for name in dict.fromkeys((*before, *after)):
        words = f"{where}, header {after.get(name) or before.get(name)}"
        old, was_at = _header(walk.old, both.old, both.old_pointer, before.get(name))
        new, at = _header(walk.new, both.new, both.new_pointer, after.get(name))
        was, now = old.get("required") is True, new.get("required") is True
        if name not in before:
            yield Note(kind="response-header-added", said=f"{words} is new", new=at)
        elif name not in after:
            kind = "required-response-header-removed" if was else "response-header-removed"
            yield Note(kind=kind, said=f"{words} is gone", old=was_at)
        else:
            if was != now:
                kind = f"response-header-became-{'required' if now else 'optional'}"
                yield Note(kind=kind, said=f"{words}: required was {was}, is {now}", old=was_at, new=at)
            header = Both(old=old, new=new, old_pointer=was_at, new_pointer=at)
            yield from _schema(header, "schema", walk, "response", words)


def _header_names(node: Mapping[str, Any]) -> dict[str, str]:
    return {n.lower(): n for n in mapping(node.get("headers")) if n.lower() not in _UNREAD}


def _header(
    document: Mapping[str, Any], node: Mapping[str, Any], pointer: str, name: str | None
) -> tuple[Mapping[str, Any], str]:
    if name is None:
        return {}, pointer
    found, at = follow(document, node["headers"][name], f"{pointer}/headers/{escape(name)}")
    return mapping(found), at


def _links(both: Both, where: str) -> Iterator[Note]:
    before, after = mapping(both.old.get("links")), mapping(both.new.get("links"))
    for name in dict.fromkeys((*before, *after)):
        was_at, at = (f"{pointer}/links/{escape(name)}" for pointer in (both.old_pointer, both.new_pointer))
        words = f"{where}, link {name!r}"
        if name not in after:
            yield Note(kind="link-removed", said=f"{words} is gone", old=was_at)
        elif name not in before:
            yield Note(kind="link-added", said=f"{words} is new", new=at)
        elif _goal(before[name]) != _goal(after[name]):
            yield Note(kind="link-changed", said=f"{words} leads elsewhere", old=was_at, new=at)


def _goal(link: Any) -> str:
    return canonical({key: value for key, value in mapping(link).items() if key != "description"})
