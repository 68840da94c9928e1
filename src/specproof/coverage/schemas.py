"""What the schemas of a document let one see in answers, each schema once, wherever it is used.

A point is named by the JSON pointer of the schema in the document, so that a schema that many operations
share counts once, and one that refers to itself ends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from specproof.contract.lines import escape
from specproof.contract.operations import follow
from specproof.contract.schema import Schemas
from specproof.model.coverage import Point, PointKind

NEVER_REACHED = "no answer had this part"
_ELEMENTS = 20  # of an array that are looked at
_DEEPEST = 40
_ABSENT: Any = object()
_Test = Callable[[Any], bool]


@dataclass(kw_only=True, slots=True, eq=False)
class _Member:
    """A property of an object."""

    name: str
    place: _Place
    present: bool = False  # seen
    absent: bool | None = False  # None: it is required, so there is nothing to see
    settled: bool = False


@dataclass(kw_only=True, slots=True, eq=False)
class _Place:
    """One schema of the document, and what of it is unseen."""

    pointer: str
    tests: dict[str, _Test] = field(default_factory=dict)  # what is unseen of a value
    words: tuple[str, ...] = ()  # every one of ``tests`` as it was in the beginning
    members: tuple[_Member, ...] = ()
    parts: tuple[_Place, ...] = ()  # allOf
    branches: tuple[tuple[str, Any, _Place], ...] = ()  # oneOf, anyOf: words, schema, place
    items: _Place | None = None
    others: _Place | None = None  # additionalProperties
    reached: bool = False
    done: bool = False


class ResponseSchemas:
    """Every schema that answers can have."""

    def __init__(self, document: Mapping[str, Any], schemas: Schemas) -> None:
        """Start with nothing; schemas are added where they are first used."""
        self._document, self._schemas = document, schemas
        self._places: dict[str, _Place] = {}

    def add(self, schema: Any, pointer: str) -> None:
        """Take in a schema and everything that it leads to."""
        self._place(schema, pointer, frozenset())

    def look(self, schema: Any, pointer: str, value: Any, *, whole: bool) -> None:
        """Note what a value shows.

        Args:
            schema: The schema of an answer, as it was added.
            pointer: Where it stands.
            value: The parsed body.
            whole: False where the request asked for a part, so that absence shows nothing.
        """
        self._look(self._place(schema, pointer, frozenset()), value, whole, _DEEPEST)

    def points(self) -> Iterator[Point]:
        """Yield every point, in the order in which the schemas were added."""
        for place in self._places.values():
            why = "" if place.reached else NEVER_REACHED
            for member in place.members:
                about = f"{place.pointer}/properties/{escape(member.name)}"
                yield _point(f"{about}: present", member.present, why)
                if member.absent is not None:
                    yield _point(f"{about}: absent", member.absent, why)
            for words in place.words:
                yield _point(f"{place.pointer}: {words}", words not in place.tests, why)

    # --- reading the document --------------------------------------------------------------------

    def _place(self, schema: Any, pointer: str, required: frozenset[str]) -> _Place:
        node, at = follow(self._document, schema, pointer)
        if at in self._places:
            return self._places[at]
        place = self._places[at] = _Place(pointer=at)
        if isinstance(node, Mapping):
            self._fill(place, node, required)
        return place

    def _fill(self, place: _Place, node: Mapping[str, Any], inherited: frozenset[str]) -> None:
        at = place.pointer
        required = inherited | _required(node)
        required = required.union(*(_required(part) for part in _list(node, "allOf")))
        place.parts = tuple(
            self._place(part, f"{at}/allOf/{n}", required) for n, part in enumerate(_list(node, "allOf"))
        )
        place.members = tuple(self._members(node, at, required))
        place.branches = tuple(
            (f"{keyword} {n}", branch, self._place(branch, f"{at}/{keyword}/{n}", frozenset()))
            for keyword in ("oneOf", "anyOf")
            for n, branch in enumerate(_list(node, keyword))
        )
        if isinstance(node.get("items"), Mapping):
            place.items = self._place(node["items"], f"{at}/items", frozenset())
        if isinstance(node.get("additionalProperties"), Mapping) and node["additionalProperties"]:
            place.others = self._place(
                node["additionalProperties"], f"{at}/additionalProperties", frozenset()
            )
        place.tests = dict(_tests(node))
        if place.others is not None:
            known = frozenset(member.name for member in place.members)
            place.tests["another member"] = lambda value: (
                isinstance(value, dict) and bool(value.keys() - known)
            )
        place.tests.update({words: self._branch_test(branch) for words, branch, _ in place.branches})
        place.words = tuple(place.tests)

    def _members(self, node: Mapping[str, Any], at: str, required: frozenset[str]) -> Iterator[_Member]:
        said = node.get("properties")
        for name, schema in said.items() if isinstance(said, Mapping) else ():
            resolved, _ = follow(self._document, schema, "#")
            if isinstance(resolved, Mapping) and resolved.get("writeOnly") is True:
                continue  # no answer has it
            child = self._place(schema, f"{at}/properties/{escape(name)}", frozenset())
            yield _Member(name=name, place=child, absent=None if name in required else False)

    def _branch_test(self, branch: Any) -> _Test:
        return lambda value: self._schemas.is_valid(branch, value, direction="response")

    # --- looking at values -----------------------------------------------------------------------

    def _look(self, place: _Place, value: Any, whole: bool, depth: int) -> None:
        if place.done or depth == 0:
            return
        place.reached = True
        if place.tests:
            for words in [words for words, test in place.tests.items() if test(value)]:
                del place.tests[words]
        for part in place.parts:
            self._look(part, value, whole, depth - 1)
        for _, branch, child in place.branches:
            if not child.done and self._schemas.is_valid(branch, value, direction="response"):
                self._look(child, value, whole, depth - 1)
        if isinstance(value, dict):
            self._look_into(place, value, whole, depth)
        elif isinstance(value, list) and place.items is not None:
            for element in value[:_ELEMENTS]:
                self._look(place.items, element, whole, depth - 1)
        place.done = _is_done(place)

    def _look_into(self, place: _Place, value: dict[str, Any], whole: bool, depth: int) -> None:
        for member in place.members:
            if member.settled:
                continue
            inner = value.get(member.name, _ABSENT)
            if inner is not _ABSENT:
                member.present = True
                self._look(member.place, inner, whole, depth - 1)
            elif whole and member.absent is False:
                member.absent = True
            member.settled = member.present and member.absent is not False and member.place.done
        if place.others is not None:
            known = {member.name for member in place.members}
            for name in [name for name in value if name not in known][:_ELEMENTS]:
                self._look(place.others, value[name], whole, depth - 1)


def _is_done(place: _Place) -> bool:
    """Tell whether nothing is unseen in and below a place; in a circle the answer stays no."""
    return (
        not place.tests
        and all(member.settled for member in place.members)
        and all(part.done for part in place.parts)
        and all(child.done for _, _, child in place.branches)
        and (place.items is None or place.items.done)
        and (place.others is None or place.others.done)
    )


def _point(what: str, seen: bool, why: str) -> Point:
    return Point(kind=PointKind.SCHEMAS, operation="", what=what, seen=seen, why="" if seen else why)


def _required(node: Any) -> frozenset[str]:
    said = node.get("required") if isinstance(node, Mapping) else None
    return (
        frozenset(name for name in said if isinstance(name, str)) if isinstance(said, list) else frozenset()
    )


def _list(node: Mapping[str, Any], keyword: str) -> list[Any]:
    said = node.get(keyword)
    return said if isinstance(said, list) else []


def _tests(node: Mapping[str, Any]) -> Iterator[tuple[str, _Test]]:
    """Yield what can be seen of a value itself."""
    kinds = node.get("type")
    kinds = set(kinds) if isinstance(kinds, list) else {kinds}
    if node.get("nullable") is True or ("null" in kinds and len(kinds) > 1):
        yield "null", lambda value: value is None
        yield "not null", lambda value: value is not None
    enum = node.get("enum")
    if isinstance(enum, list):
        for wanted in enum:
            if wanted is not None:
                words = json.dumps(wanted, ensure_ascii=False)
                yield f"value {words}", partial(_same, wanted)
    elif "boolean" in kinds:
        yield "value true", lambda value: value is True
        yield "value false", lambda value: value is False
    yield from _number_tests(node)
    for keyword in ("minLength", "maxLength"):
        if _is_size(limit := node.get(keyword)):
            yield (
                f"{keyword} {limit}",
                partial(_sized, str, limit),
            )
    if "array" in kinds:
        yield from _array_tests(node)


def _number_tests(node: Mapping[str, Any]) -> Iterator[tuple[str, _Test]]:
    for keyword in ("minimum", "maximum"):
        limit = node.get(keyword)
        excluded = node.get(f"exclusive{keyword.capitalize()}") is True
        if isinstance(limit, int | float) and not isinstance(limit, bool) and not excluded:
            yield f"{keyword} {limit}", partial(_same, limit)


def _array_tests(node: Mapping[str, Any]) -> Iterator[tuple[str, _Test]]:
    least, most = node.get("minItems"), node.get("maxItems")
    if not _is_size(least):
        yield "empty", lambda value: value == []
    if most != 0:
        yield "not empty", lambda value: isinstance(value, list) and bool(value)
    for keyword, limit in (("minItems", least), ("maxItems", most)):
        if _is_size(limit):
            yield (
                f"{keyword} {limit}",
                partial(_sized, list, limit),
            )


def _is_size(limit: Any) -> bool:
    return isinstance(limit, int) and not isinstance(limit, bool) and limit > 0


def _sized(kind: type[str] | type[list[Any]], size: Any, value: Any) -> bool:
    return isinstance(value, kind) and len(value) == size


def _same(wanted: Any, value: Any) -> bool:
    """Compare as JSON does: true is not 1, and 1.0 is 1."""
    return isinstance(value, bool) is isinstance(wanted, bool) and bool(value == wanted)
