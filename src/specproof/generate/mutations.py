"""Make requests that the document forbids, one rule broken at a time.

Fresh unique values stand in everything else, so that a refusal cannot be a conflict in disguise. Whether a
mutation really is invalid is judged afterwards, on the wire form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from specproof.contract.operations import follow, kind_of
from specproof.contract.shapes import item_schema, object_schema
from specproof.generate.bodies import BodyPlan
from specproof.generate.sampling import EVERYTHING, Sampler
from specproof.generate.styles import query_pairs
from specproof.model.operation import Operation, Parameter

_WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (1, None, True, ["x"], {"x": 1}),
    "integer": ("word", 1.5, None, True, [1]),
    "number": ("word", None, True, [1]),
    "boolean": ("word", 2, None, [True]),
    "array": ("word", 1, None, {"x": 1}),
    "object": ("word", 1, None, ["x"]),
}
_HUGE = tuple(str(number) for number in (2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**20))
_ODD_TEXTS = (
    *('"', "'", "(", ")", "\\", "%", "*", "-", ":", "NOT", "a AND", 'x "y'),
    *("\u0000", "\U0001f600", "\u202e", "x" * 200),
)
_LONGEST = 100_000  # characters
_MANY = 100  # items; longer lists are not made
_FEW_TYPES, _FEW_HUGE, _FEW_TEXTS = 2, 2, 2  # where not all are tried
_TYPES = 4  # of which these few are chosen: two operations try all of them
BROKEN_JSON = (b'{"specproof": ', b'{"specproof": 1,}', b'\xff\xfe{"specproof": 1}', b"")
"""Bodies that no reader takes for JSON."""
LONG_QUERY = ("specproof", "x" * 16_384)
"""A parameter that makes a URL longer than most servers read."""


def invalid_bodies(
    plan: BodyPlan, fresh: Callable[[], dict[str, Any]], sampler: Sampler = EVERYTHING
) -> Iterator[Any]:
    """Yield bodies that should be refused.

    Args:
        plan: What the operation takes.
        fresh: Makes a valid body with new unique values.
        sampler: Chooses among the values of wrong types.
    """
    for name in sorted(plan.required):
        yield {member: value for member, value in fresh().items() if member != name}
    for name, schema in plan.members.items():
        for value in _invalid_in_json(schema, sampler):
            yield {**fresh(), name: value}
    yield [fresh()]
    yield "text"


def invalid_queries(
    operation: Operation, sampler: Sampler = EVERYTHING
) -> Iterator[tuple[Parameter, str | None]]:
    """Yield query parameters with values that should be refused; ``None`` leaves a required one out."""
    for parameter in operation.parameters:
        if parameter.location != "query" or not isinstance(parameter.schema, Mapping):
            continue
        if parameter.required:
            yield parameter, None
        is_text = parameter.schema.get("type") == "string"
        for value in _invalid_values(parameter.schema, sampler):
            if is_text and not isinstance(value, str) and not sampler.whole:
                continue  # in a query it is text as well
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield parameter, str(value)


def invalid_spellings(
    document: Mapping[str, Any], operation: Operation
) -> Iterator[tuple[Parameter, list[tuple[str, str]]]]:
    """Yield lists and objects of the query, in their documented style, that should be refused."""
    for parameter in (each for each in operation.parameters if each.location == "query"):
        values: Iterator[Any] = iter(())
        if parameter.content:
            values = iter(["{", *([1] if parameter.kind in {"array", "object"} else [])])
        elif parameter.kind == "array":
            values = _invalid_lists(document, parameter)
        elif parameter.kind == "object" and parameter.style == "deepObject":
            values = _invalid_members(document, parameter)
        for value in values:
            raw = parameter.content and isinstance(value, str)
            yield parameter, [(parameter.name, value)] if raw else query_pairs(parameter, value)


def _invalid_lists(document: Mapping[str, Any], parameter: Parameter) -> Iterator[list[Any]]:
    node, _ = follow(document, parameter.schema, "#")
    inside, _ = follow(document, item_schema(document, node), "#")
    good = next(iter(small_values(document, inside)), None)
    bad = list(_invalid_values(inside)) if isinstance(inside, Mapping) else []
    plain = [value for value in bad if isinstance(value, str | int) and not isinstance(value, bool)][:2]
    for value in plain:
        yield [value]
        if good is not None:
            yield [good, value]  # a reader of the first value alone does not see it
    longest = node.get("maxItems") if isinstance(node, Mapping) else None
    if isinstance(longest, int) and longest < _MANY and good is not None:
        yield [good] * (longest + 1)


def _invalid_members(document: Mapping[str, Any], parameter: Parameter) -> Iterator[dict[str, Any]]:
    for name, schema in object_schema(document, parameter.schema).items():
        node, _ = follow(document, schema, "#")
        for value in _invalid_values(node) if isinstance(node, Mapping) else ():
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield {name: value}
                break


def small_values(document: Mapping[str, Any], schema: Any) -> Iterator[Any]:
    """Yield values of a primitive that may well be valid: what the document shows, then small ones."""
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping):
        return
    shown = [node[key] for key in ("example", "default", "const") if key in node]
    kind, low = kind_of(document, node), node.get("minimum")
    first = low if isinstance(low, int) and not isinstance(low, bool) else 1
    plain: dict[str | None, list[Any]] = {
        "integer": [first, first + 1],
        "number": [first, first + 1],
        "boolean": [True, False],
        "string": [] if {"format", "pattern", "enum"} & node.keys() else ["a", "b"],
    }
    found = [*shown, *(node.get("examples") or ()), *(node.get("enum") or ()), *plain.get(kind, [])]
    yield from (value for number, value in enumerate(found) if value not in found[:number])


def invalid_headers(operation: Operation) -> Iterator[tuple[Parameter, str]]:
    """Yield header parameters with values that should be refused."""
    for parameter in (each for each in operation.parameters if each.location == "header"):
        node = parameter.schema if isinstance(parameter.schema, Mapping) else {}
        for value in _invalid_values(node):
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield parameter, str(value)


def extreme_queries(operation: Operation, sampler: Sampler = EVERYTHING) -> Iterator[tuple[Parameter, str]]:
    """Yield query parameters with values that the document allows and that servers stumble over."""
    for number, parameter in enumerate(operation.parameters):
        if parameter.location != "query" or not isinstance(parameter.schema, Mapping):
            continue
        kind, mine = parameter.schema.get("type"), replace(sampler, turn=sampler.turn + number)
        huge = (
            () if "maximum" in parameter.schema and not sampler.whole else _HUGE
        )  # one is beyond it already
        values = {"integer": mine.some(huge, _FEW_HUGE), "string": mine.some(_ODD_TEXTS, _FEW_TEXTS)}
        for value in values.get(kind, ()) if isinstance(kind, str) else ():
            yield parameter, value


def _invalid_values(schema: Mapping[str, Any], sampler: Sampler = EVERYTHING) -> Iterator[Any]:
    kind = schema.get("type")
    if isinstance(kind, str):
        wrong = _WRONG_TYPES.get(kind, ())
        yield from sampler.some(wrong if sampler.whole else wrong[:_TYPES], _FEW_TYPES)
    for keyword, step in (("minimum", -1), ("maximum", 1)):
        bound = schema.get(keyword)
        if isinstance(bound, int) and not isinstance(bound, bool):
            beyond = (bound + step, bound + step * 1000)  # of a minimum of 1: zero, and what is negative
            yield from beyond if keyword == "minimum" else _first(beyond, sampler)
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    if isinstance(shortest, int) and 0 < shortest <= _LONGEST:
        yield "x" * (shortest - 1)
    if isinstance(longest, int) and longest <= _LONGEST:
        yield from _first(("x" * (longest + 1), "x" * (longest * 2 + 10)), sampler)
    if isinstance(schema.get("pattern"), str) and not schema.get("enum"):
        yield from _first(("specproof\u0000", "\u0000"), sampler)  # what a pattern keeps out most often
    if schema.get("enum"):
        yield "specproof-none-of-these"


def _invalid_in_json(schema: Mapping[str, Any], sampler: Sampler) -> Iterator[Any]:
    """Yield invalid values; where a boolean is asked for, a text that reads like one is none."""
    for value in _invalid_values(schema, sampler):
        yield "true" if schema.get("type") == "boolean" and value == "word" else value


def _first(values: tuple[Any, ...], sampler: Sampler) -> tuple[Any, ...]:
    """Return values that break one rule, where not all are tried the one that breaks it least."""
    return values if sampler.whole else values[:1]
