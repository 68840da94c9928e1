"""Compare schemas and what is inside them, each pair once, in whatever circles it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.contract.diff import limits, objects, values
from specproof.contract.diff.choices import choices_rule, lifted
from specproof.contract.diff.pair import Found, Inner, Pair, Rule, Side
from specproof.contract.diff.view import Sub, name_of
from specproof.contract.diff.views import Views

_MAX_STEPS = 12  # of a path, as people can read it
Key = tuple[str, tuple[str, ...], tuple[str, ...]]


@dataclass(slots=True)
class _Node:
    found: list[tuple[str, Found]] = field(default_factory=list)  # with where it is, in words
    inside: list[Key] = field(default_factory=list)


class Walk:
    """The pairs of schemas of two documents."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.old, self.new = old, new
        self._old, self._new = Views(old), Views(new)
        self._choices = choices_rule(self._old.of, self._new.of)
        self._rules: tuple[Rule, ...] = (
            values.types, values.enumerations, values.texts, values.opaque, values.marks,
            values.discriminators, limits.counts, limits.ranges, limits.steps,
            objects.properties_rule(self._old.of, self._new.of), objects.unlisted_members, objects.items,
            self._choices,
        )  # fmt: skip
        self._nodes: dict[Key, _Node] = {}

    def compare(
        self, old: tuple[Sub, ...], new: tuple[Sub, ...], side: Side, where: str
    ) -> Iterator[tuple[str, str, Found]]:
        """Yield kind, place in words and difference of everything that two schemas lead to."""
        root = self._visit(old, new, side, where)
        waiting, seen = [root], {root}
        while waiting:
            node = self._nodes[waiting.pop()]
            for place, found in node.found:
                yield f"{side}-{found.aspect}", place, _placed(found)
            waiting.extend(key for key in node.inside if key not in seen)
            seen.update(node.inside)

    def _visit(self, old: tuple[Sub, ...], new: tuple[Sub, ...], side: Side, where: str) -> Key:
        old, new = self._old.settled(old), self._new.settled(new)
        root = _key(side, old, new)
        waiting = [(root, old, new, where)]
        while waiting:
            key, before, after, place = waiting.pop()
            if key in self._nodes:
                continue
            node = self._nodes[key] = _Node()
            place = _named(before, after) or place
            for each in self._differences(before, after, side):
                if isinstance(each, Found):
                    node.found.append((place, each))
                    continue
                inner = (self._old.settled(each.old), self._new.settled(each.new))
                inner_key = _key(side, *inner)
                node.inside.append(inner_key)
                waiting.append((inner_key, *inner, _step(place, each.step)))
        return root

    def _differences(self, old: tuple[Sub, ...], new: tuple[Sub, ...], side: Side) -> Iterator[Found | Inner]:
        before, after = self._old.of(old), self._new.of(new)
        both = lifted(before, after, old, new)
        if both is not None:
            yield from self._choices(Pair(old=both[0], new=both[1], side=side))
            return
        pair = Pair(old=before, new=after, side=side)
        for rule in self._rules:
            yield from rule(pair)


def _placed(found: Found) -> Found:
    """Leave out the pointer of a schema that is not there."""
    old, new = (None if pointer == "#" else pointer for pointer in (found.old, found.new))
    return replace(found, old=old, new=new)


def _key(side: Side, old: tuple[Sub, ...], new: tuple[Sub, ...]) -> Key:
    return side, tuple(sub.pointer for sub in old), tuple(sub.pointer for sub in new)


def _named(old: tuple[Sub, ...], new: tuple[Sub, ...]) -> str:
    """Return the name of a component, if it is the same in both."""
    name = name_of(new)
    return f"schema {name}" if name and name == name_of(old) else ""


def _step(place: str, step: str) -> str:
    if not step or place.count(".") >= _MAX_STEPS:
        return place
    return f"{place}{step}" if step.startswith("[") else f"{place}.{step}"
