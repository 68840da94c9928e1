"""A condition on the items of a list, as it was asked, and what was listed for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from specproof.model.walk import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """What a member is compared with.

    Args:
        kind: ``string``, ``number``, ``boolean``, ``datetime`` or ``null``.
        value: ``str``, ``int`` or ``Decimal``, ``bool``, an aware ``datetime``, or ``None``.
        written: As it stands in the condition.
        unit: How exactly a moment is told: a day where no time is given, a second where no fraction is.
    """

    kind: str
    value: Any
    written: str
    unit: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One member compared with one literal."""

    field: str  # as the language writes it: "links.self.href"
    operator: str  # by its name in the vocabulary: "not_equals"
    operand: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Conditions that are joined: ``and`` and ``or`` have two parts or more, ``not`` has one."""

    how: str
    parts: tuple[Condition, ...]


Condition = Comparison | Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One condition that is asked: which promise it is asked for, what it means and how it is written."""

    topic: str  # the promise without its area: "contains"
    condition: Condition
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtered:
    """A question, and the walk that answered it."""

    question: Question
    walk: Walk

    @property
    def listed(self) -> frozenset[str]:
        """The identities that were listed."""
        return frozenset(self.walk.identities)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterEvidence:
    """Everything that was asked of one collection.

    Args:
        plain: The walk without a condition.
        asked: Single comparisons, by their text.
        joined: Questions that are made of those.
        together: Comparisons that are asked at once, each of which is judged by what the items show.
        paged: Questions of ``asked`` and ``joined``, walked with small pages.
        refused: Conditions that cannot be read: text, what is wrong, and the first page.
    """

    plain: Walk
    asked: Mapping[str, Filtered]
    joined: tuple[Filtered, ...] = ()
    together: tuple[Filtered, ...] = ()
    paged: tuple[Filtered, ...] = ()
    refused: tuple[tuple[str, str, Walk], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """One walk in an order that was asked for."""

    field: str
    descending: bool
    walk: Walk
    text: str  # what the parameter held


@dataclass(frozen=True, slots=True, kw_only=True)
class SortEvidence:
    """Everything that was sorted of one collection.

    Args:
        plain: The walk without an order.
        whole: Sorted walks with large pages.
        paged: The same with small pages.
        filtered: Sorted walks with a condition, each with the walk of that condition alone.
        unknown: Walks by members that are not there, with the text that was asked.
    """

    plain: Walk
    whole: tuple[Sorted, ...]
    paged: tuple[Sorted, ...] = ()
    filtered: tuple[tuple[Sorted, Walk], ...] = ()
    unknown: tuple[tuple[str, Walk], ...] = field(default=())


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield the single comparisons of a condition, from left to right."""
    if isinstance(condition, Comparison):
        yield condition
    else:
        for part in condition.parts:
            yield from comparisons(part)


def values_at(item: Any, path: tuple[str, ...]) -> list[Any]:
    """Return what stands at a path of an item: nothing where it is absent, several values through lists."""
    if isinstance(item, list):
        return [value for each in item for value in values_at(each, path)]
    if not path:
        return [item]
    if isinstance(item, dict) and path[0] in item:
        return values_at(item[path[0]], path[1:])
    return []


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


def moment_of(value: Any) -> tuple[datetime, timedelta] | None:
    """Read a timestamp (RFC 3339) that an item shows.

    Returns:
        The moment in UTC, and the length of the time that is written like this: a second where no fraction
        is shown, a microsecond at least. ``None`` where it is no timestamp, or one without an offset.
    """
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    digits = min(len(found[1] or ".") - 1, 6)
    return moment, timedelta(microseconds=10 ** (6 - digits))
