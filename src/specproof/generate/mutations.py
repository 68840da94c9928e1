"""Make requests that the document forbids, one rule broken at a time.

Fresh unique values stand in everything else, so that a refusal cannot be a conflict in disguise. Whether a
mutation really is invalid is judged afterwards, on the wire form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specproof.generate.bodies import BodyPlan
from specproof.model.operation import Operation, Parameter

_WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (1, True, None, ["x"], {"x": 1}),
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
BROKEN_JSON = (b'{"specproof": ', b'{"specproof": 1,}', b'\xff\xfe{"specproof": 1}', b"")
"""Bodies that no reader takes for JSON."""
LONG_QUERY = ("specproof", "x" * 16_384)
"""A parameter that makes a URL longer than most servers read."""


def invalid_bodies(plan: BodyPlan, fresh: Callable[[], dict[str, Any]]) -> Iterator[Any]:
    """Yield bodies that should be refused.

    Args:
        plan: What the operation takes.
        fresh: Makes a valid body with new unique values.
    """
    for name in sorted(plan.required):
        yield {member: value for member, value in fresh().items() if member != name}
    for name, schema in plan.members.items():
        for value in _invalid_values(schema):
            yield {**fresh(), name: value}
    yield [fresh()]
    yield "text"


def invalid_queries(operation: Operation) -> Iterator[tuple[Parameter, str | None]]:
    """Yield query parameters with values that should be refused; ``None`` leaves a required one out."""
    for parameter in operation.parameters:
        if parameter.location != "query" or not isinstance(parameter.schema, Mapping):
            continue
        if parameter.required:
            yield parameter, None
        for value in _invalid_values(parameter.schema):
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield parameter, str(value)


def extreme_queries(operation: Operation) -> Iterator[tuple[Parameter, str]]:
    """Yield query parameters with values that the document allows and that servers stumble over."""
    for parameter in operation.parameters:
        if parameter.location != "query" or not isinstance(parameter.schema, Mapping):
            continue
        kind = parameter.schema.get("type")
        for value in _HUGE if kind == "integer" else _ODD_TEXTS if kind == "string" else ():
            yield parameter, value


def _invalid_values(schema: Mapping[str, Any]) -> Iterator[Any]:
    kind = schema.get("type")
    if isinstance(kind, str):
        yield from _WRONG_TYPES.get(kind, ())
    for keyword, step in (("minimum", -1), ("maximum", 1)):
        bound = schema.get(keyword)
        if isinstance(bound, int) and not isinstance(bound, bool):
            yield bound + step
            yield bound + step * 1000
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    if isinstance(shortest, int) and 0 < shortest <= _LONGEST:
        yield "x" * (shortest - 1)
    if isinstance(longest, int) and longest <= _LONGEST:
        yield "x" * (longest + 1)
        yield "x" * (longest * 2 + 10)
    if schema.get("enum"):
        yield "specproof-none-of-these"
