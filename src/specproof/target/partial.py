"""Partial responses: the ``fields`` parameter.

A list of dotted paths, separated by commas. A plain path asks for that field and nothing else, ``-path``
leaves a field out, ``+path`` adds one that is not shown by default; ``*`` stands for every field of its
level; lists are walked through. Plain paths are honored first, then ``-``, then ``+``. A path that
matches nothing changes nothing; one with spaces round it, such as a plus that was not encoded leaves
behind, matches nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hidden:
    """A field that is shown only where its path is asked for."""

    value: object


Path = tuple[str, ...]


def shown(node: object) -> object:
    """Return the default representation: a copy without hidden fields."""
    if isinstance(node, dict):
        return {name: shown(value) for name, value in node.items() if not isinstance(value, Hidden)}
    if isinstance(node, list):
        return [shown(item) for item in node]
    return node.value if isinstance(node, Hidden) else node


def matching(node: dict[str, object], name: str) -> list[str]:
    """Return the names that a step of a path stands for."""
    if name == "*":
        return list(node)
    return [name] if name in node else []


class Fields:
    """Cuts documents down to what was asked for, or fills them up."""

    def select(self, text: str | None, document: dict[str, object]) -> dict[str, object]:
        """Return the part of a document that ``fields`` asks for; without it, the document as it is.

        Args:
            text: The parameter, ``None`` or empty where nothing special is asked for.
            document: Everything there is. Hidden fields may be there only together with ``text``.
        """
        steps = [step for step in (text or "").split(",") if step]
        if not steps:
            return document
        plain = [self.path(step) for step in steps if step[0] not in "+-"]
        result = shown(document)
        if plain:
            result = {}
        for path in plain:
            result = self.add(result, document, path)
        for step in steps:
            if step[0] == "-":
                self.remove(result, self.path(step[1:]))
        for step in steps:
            if step[0] == "+":
                result = self.add(result, document, self.path(step[1:]), around=True)
        return result if isinstance(result, dict) else {}

    def path(self, text: str) -> Path:
        """Split a dotted path."""
        return tuple(text.split("."))

    def add(self, have: object, source: object, path: Path, *, around: bool = False) -> object:
        """Return ``have`` with what the path leads to in ``source``; ``None`` where that is nothing.

        With ``around``, a hidden object on the way is shown with its usual fields, so that it stays valid.
        """
        if isinstance(source, Hidden):
            source = source.value
            have = shown(source) if around and have is None else have
        if not path:
            return shown(source) if have is None else merged(have, shown(source))
        if isinstance(source, list):
            return self._add_to_list(have, source, path, around=around)
        if not isinstance(source, dict):
            return have
        found: dict[str, object] = dict(have) if isinstance(have, dict) else {}
        for name in matching(source, path[0]):
            value = self.add(found.get(name), source[name], path[1:], around=around)
            if value is not None:
                found[name] = value
        return found if found or have is not None else None

    def _add_to_list(self, have: object, source: list[object], path: Path, *, around: bool) -> object:
        known = have if isinstance(have, list) else [None] * len(source)
        items = [self.add(old, item, path, around=around) for old, item in zip(known, source, strict=True)]
        if all(item is None for item in items):
            return have if source else []
        return [{} if item is None else item for item in items]

    def remove(self, node: object, path: Path) -> None:
        """Take out of ``node`` what the path leads to."""
        if isinstance(node, list):
            for item in node:
                self.remove(item, path)
        elif isinstance(node, dict):
            for name in matching(node, path[0]):
                if len(path) == 1:
                    del node[name]
                else:
                    self.remove(node[name], path[1:])


def merged(have: object, more: object) -> object:
    """Join two representations of the same thing."""
    if isinstance(have, dict) and isinstance(more, dict):
        return have | {
            name: merged(have[name], value) if name in have else value for name, value in more.items()
        }
    if isinstance(have, list) and isinstance(more, list) and len(have) == len(more):
        return [merged(old, new) for old, new in zip(have, more, strict=True)]
    return more
