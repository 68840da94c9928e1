"""What one schema allows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specproof.contract.lines import tokens

_COMPONENTS = "#/components/schemas/"


class Sub(NamedTuple):
    """A schema where it stands."""

    node: Any
    pointer: str


class Said(NamedTuple):
    """The value of a keyword, and where it stands."""

    value: Any
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``oneOf`` or ``anyOf`` without its null."""

    keyword: str
    pointer: str
    branches: tuple[tuple[Sub, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one schema allows. Schemas inside it are lists of parts that all hold."""

    pointer: str
    types: frozenset[str] | None = None  # without null; None: any
    nullable: bool = True
    values: Mapping[str, Any] | None = None  # enum or const, by their JSON; without null
    keywords: Mapping[str, Said] = field(default_factory=dict)
    properties: Mapping[str, tuple[Sub, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[Sub, ...]] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)  # name -> where it says so
    additional: tuple[Sub, ...] | None = None
    items: tuple[Sub, ...] = ()
    prefix: tuple[tuple[Sub, ...], ...] = ()
    choices: tuple[Choice, ...] = ()
    never: bool = False  # the schema false

    @property
    def closed(self) -> bool:
        """Whether members beyond the listed ones are ruled out."""
        return any(sub.node is False for sub in self.additional or ())

    @property
    def is_choice(self) -> bool:
        """Whether it says nothing but one list of alternatives."""
        rest = (self.types, self.values, self.keywords, self.properties, self.patterns, self.required)
        return len(self.choices) == 1 and not any(rest) and self.additional is None and not self.never

    def says(self, keyword: str) -> Any:
        """Return the value of a keyword, or ``None``."""
        said = self.keywords.get(keyword)
        return said.value if said is not None else None


def canonical(value: Any) -> str:
    """Return the JSON of a value, the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def name_of(subs: Sequence[Sub]) -> str:
    """Return the name of a schema that stands among the components, or an empty text."""
    if len(subs) != 1 or not subs[0].pointer.startswith(_COMPONENTS):
        return ""
    rest = subs[0].pointer.removeprefix(_COMPONENTS)
    return "" if "/" in rest else next(tokens(f"/{rest}"))
