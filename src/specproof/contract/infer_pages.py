"""Infer how a collection is cut into pages, from the names of parameters, members and headers.

Names are compared without case and punctuation: ``per_page``, ``perPage`` and ``page[size]`` are usual
spellings. How sure an inference is, is the sum of what speaks for it: never 1, for only the document is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specproof.contract.lines import escape
from specproof.contract.operations import follow
from specproof.contract.shapes import (
    has_format,
    has_type,
    item_schema,
    object_schema,
    required_members,
    success_schema,
)
from specproof.model.exchange import resolve_pointer
from specproof.model.operation import Operation, Pagination

_PAGE = ("page", "pagenumber", "pageno", "currentpage")
_SIZE = ("pagelen", "perpage", "pagesize", "pagelimit", "itemsperpage", "size", "limit")
_OFFSET = ("offset", "skip", "start", "startat", "pageoffset")
_OFFSET_SIZE = ("limit", "take", "count", "size", "top", "max", "maxresults", *_SIZE[:-2])
_CURSOR = ("cursor", "after", "pagetoken", "startingafter", "pagecursor", "pageafter", "nexttoken",
           "continuationtoken")  # fmt: skip
_CURSOR_SIZE = (*_SIZE, "maxresults", "count", "first")
_STARTS_AT_1 = re.compile(r"\b(?:start|begin|first|count)[a-z]*\b[^.;]{0,30}\b1\b(?![.,]\d)", re.IGNORECASE)
_ITEMS = ("values", "items", "results", "data", "entries", "records", "content")
_NEXT = ("next", "nexturl", "nextpageurl", "nextlink", "nextpage")
_NEXT_CURSOR = ("nextcursor", "nextpagetoken", "nexttoken", "endcursor", "nextcontinuationtoken")
_PREVIOUS = ("previous", "prev", "previousurl", "prevurl", "prevpageurl", "previouspageurl")
_TOTAL = ("total", "totalcount", "totalrecords", "totalitems", "totalresults", "totalelements")
_TOTAL_HEADERS = ("xtotalcount", "totalrecords", "totalobjects", "xtotal", "xtotalrecords", "contentrange")
_IDENTITY = ("uuid", "id", "_id", "key", "name")
_WRAPPERS = ("links", "_links", "paging", "pagination", "meta", "page_info", "pageInfo")
_MOST = 0.95  # only what is written is sure


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """Where the items of an answer stand."""

    at: str  # JSON pointer
    schema: Any  # of the list
    members: Mapping[str, Any]  # of the envelope; empty for a bare array
    usual: bool  # whether the place is one that needs no guess


def infer_pagination(document: Mapping[str, Any], operation: Operation) -> Operation:
    """Return a GET with its pagination, where names and types show one; any other operation as it is."""
    found = _list(document, operation) if operation.method == "GET" else None
    style = _style(document, operation, found) if found is not None else None
    if found is None or style is None:
        return operation
    pages = Pagination(
        items=found.at,
        pointer=operation.pointer,
        inferred=True,
        identity=_identity(document, item_schema(document, found.schema)),
        **style,
    )
    confidence, reasons = _weigh(found, pages)
    return replace(operation, pagination=replace(pages, confidence=confidence, because=reasons))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _list(document: Mapping[str, Any], operation: Operation) -> _List | None:
    """Find the items: a bare array, a member with a usual name, or the only list of objects there is."""
    node, _ = follow(document, success_schema(operation), "#")
    if has_type(document, node, "array"):
        return _List(at="", schema=node, members={}, usual=True)
    members = object_schema(document, node)
    lists = [name for name, schema in members.items() if has_type(document, schema, "array")]
    name = next((name for name in _ITEMS if name in lists), None)
    usual = name is not None
    if name is None and len(lists) == 1 and object_schema(document, item_schema(document, members[lists[0]])):
        name = lists[0]
    if name is None:
        return None
    return _List(at=f"/{escape(name)}", schema=members[name], members=members, usual=usual)


def _style(document: Mapping[str, Any], operation: Operation, found: _List) -> dict[str, Any] | None:
    """Return style, parameters, bounds and links; ``None`` where nothing moves through the collection."""

    def parameter(names: Sequence[str], *types: str) -> str | None:
        return _parameter(document, operation, names, *types)

    page, size = parameter(_PAGE, "integer", "number"), parameter(_SIZE, "integer", "number")
    offset = parameter(_OFFSET, "integer", "number")
    offset_size = parameter(_OFFSET_SIZE, "integer", "number")
    cursor = parameter(_CURSOR, "string", "integer", "number")
    links = _links(document, operation, found)
    linked = "link" in _headers(operation) and links["next"] is None
    numbered: dict[str, Any] = {}
    if page and size:
        numbered = {
            "page_parameter": page,
            "size_parameter": size,
            "first": _first_number(document, operation, page),
        }
    elif offset and offset_size:
        numbered = {"offset_parameter": offset, "size_parameter": offset_size}
    if linked and (numbered or size):
        said = {"style": "link-header", "size_parameter": size, **numbered}
    elif numbered:
        said = {"style": "page" if page and size else "offset", **numbered}
    elif cursor and (links["next"] or _next_cursor(document, found)):
        step = parameter(_CURSOR_SIZE, "integer", "number")
        token = None if links["next"] else _next_cursor(document, found)
        said = {"style": "cursor", "cursor_parameter": cursor, "size_parameter": step, "next_cursor": token}
    else:
        return None
    return {**said, **links, **_bounds(operation, said.get("size_parameter"))}


def _parameter(
    document: Mapping[str, Any], operation: Operation, names: Sequence[str], *types: str
) -> str | None:
    """Return the query parameter with the first of these names; a type, if it has one, must fit."""
    queries = {_plain(p.name): p for p in operation.parameters if p.location == "query"}
    for name in names:
        if name in queries:
            schema = queries[name].schema
            untyped = not isinstance(schema, Mapping) or not (
                {"type", "$ref", "anyOf", "oneOf"} & set(schema)
            )
            if untyped or has_type(document, schema, *types):
                return queries[name].name
    return None


def _first_number(document: Mapping[str, Any], operation: Operation, page: str) -> int:
    """Return the number of the first page: 0 where the document counts from there, else 1.

    A minimum of 0 says so only where the description does not say that pages start at 1.
    """
    parameter = operation.parameter(page, "query")
    schema = parameter.schema if parameter and isinstance(parameter.schema, Mapping) else {}
    node, _ = follow(document, resolve_pointer(document, parameter.pointer) if parameter else None, "#")
    words = f"{node.get('description') if isinstance(node, Mapping) else ''} {schema.get('description')}"
    if "default" not in schema and _STARTS_AT_1.search(words):
        return 1
    said = schema.get("default", schema.get("minimum"))
    return 0 if said == 0 and not isinstance(said, bool) else 1


def _links(document: Mapping[str, Any], operation: Operation, found: _List) -> dict[str, Any]:
    """Return where the links and the total of a page stand."""

    def is_link(schema: Any) -> bool:
        return has_format(document, schema, "uri", "url", "uri-reference")

    def is_number(schema: Any) -> bool:
        return has_type(document, schema, "integer")

    following, back = _seek(document, found, _NEXT, is_link), _seek(document, found, _PREVIOUS, is_link)
    total = _seek(document, found, _TOTAL, is_number)
    if total is None and following and back:  # count, next, previous, results: one usual envelope
        total = _seek(document, found, ("count",), is_number)
    headers = _headers(operation)
    named = next((headers[name] for name in _TOTAL_HEADERS if name in headers), None)
    return {"next": following, "previous": back, "total": total, "total_header": None if total else named}


def _next_cursor(document: Mapping[str, Any], found: _List) -> str | None:
    return _seek(document, found, _NEXT_CURSOR, lambda schema: has_type(document, schema, "string"))


def _seek(
    document: Mapping[str, Any], found: _List, names: Sequence[str], fits: Callable[[Any], bool]
) -> str | None:
    """Return the pointer to a member of the envelope, or of an object in it that holds such members."""
    for base, members in _envelopes(document, found.members):
        plain = {_plain(name): name for name in members}
        for name in (plain[wanted] for wanted in names if wanted in plain):
            if fits(members[name]):
                return f"{base}/{escape(name)}"
            if fits(object_schema(document, members[name]).get("href")):
                return f"{base}/{escape(name)}/href"
    return None


def _envelopes(
    document: Mapping[str, Any], members: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "", members
    for name in (name for name in _WRAPPERS if name in members):
        yield f"/{name}", object_schema(document, members[name])


def _headers(operation: Operation) -> dict[str, str]:
    """Return the documented headers of the success, by their plain names."""
    responses = [operation.responses[s] for s in ("200", "206", "2XX") if s in operation.responses]
    return {_plain(header.name): header.name for response in responses for header in response.headers}


def _bounds(operation: Operation, size: str | None) -> dict[str, Any]:
    parameter = operation.parameter(size, "query") if size else None
    schema = parameter.schema if parameter and isinstance(parameter.schema, Mapping) else {}
    keys = {"size_minimum": "minimum", "size_maximum": "maximum", "size_default": "default"}
    said = {ours: schema[theirs] for ours, theirs in keys.items() if type(schema.get(theirs)) is int}
    return {key: number for key, number in said.items() if number >= 0}  # -1 is no size: it means all


def _identity(document: Mapping[str, Any], schema: Any) -> str | None:
    """Name the member that identifies an item: only one that is always there."""
    members, needed = object_schema(document, schema), required_members(document, schema)
    return next((f"/{name}" for name in _IDENTITY if name in needed and name in members), None)


def _weigh(found: _List, pages: Pagination) -> tuple[float, tuple[str, ...]]:
    """Return how sure the inference is, and why."""
    moving = (pages.page_parameter, pages.offset_parameter, pages.cursor_parameter, pages.size_parameter)
    reasons = [(0.6, "the query parameters " + " and ".join(name for name in moving if name))]
    if found.usual:
        reasons.append((0.1, f"a list at {found.at}" if found.at else "the body is a list"))
    else:
        reasons.append((0.0, f"the only list in the body, at {found.at}"))
    if pages.next or pages.next_cursor:
        reasons.append((0.15, f"the way on at {pages.next or pages.next_cursor}"))
    if pages.style == "link-header":
        reasons.append((0.1, "the header Link"))
    if pages.total or pages.total_header:
        reasons.append((0.1, f"a total in {pages.total or pages.total_header}"))
    if {pages.size_minimum, pages.size_maximum, pages.size_default} != {None}:
        reasons.append((0.1, f"bounds of {pages.size_parameter}"))
    return min(_MOST, round(sum(weight for weight, _ in reasons), 2)), tuple(text for _, text in reasons)
