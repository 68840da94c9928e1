"""Choose which members of an answer to ask for: all names come from the full answer and the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specproof.contract.vocabulary import PartialResponse
from specproof.generate.shuffle import shuffle
from specproof.model.selection import EVERY, Path, Selection, Step, members

_SINGLES = {"standard": (12, 8, 3), "deep": (200, 100, 20)}
"""How many names, exclusions and wildcards are asked for one by one; a quick run mixes them."""
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NOBODY = "specproof_no_such_member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Asks for members of one answer.

    Args:
        terms: What the parameter understands.
        document: The full answer.
        depth: ``quick``, ``standard`` or ``deep``: how many members are asked for.
        seed: Decides which ones, where not all are.
    """

    terms: PartialResponse
    document: Any
    depth: str
    seed: int

    def selections(self) -> tuple[Selection, ...]:
        """Return what to ask at depth standard or deep, each text once for each topic."""
        found: dict[str, dict[str, Selection]] = {}
        for selection in self._all():
            found.setdefault(selection.topic, {}).setdefault(selection.text, selection)
        return tuple(each for topic in found.values() for each in topic.values())

    def _all(self) -> Iterator[Selection]:
        paths = self.paths()
        names, exclusions, _ = _SINGLES[self.depth]
        if self.terms.include:
            yield from self._each("include", "include", self._pick(paths, names))
            yield from self._groups("include", paths)
        if self.terms.exclude is not None:
            yield from self._each("exclude", "exclude", self._pick(paths, exclusions))
            yield from self._groups("exclude", paths)
        if self.terms.add is not None:
            yield from self._additions(paths)
        yield from self._wildcards(paths)
        yield from self._combinations(paths)
        yield from self._orders(paths)
        yield from self._unknown(paths)

    # --- names -----------------------------------------------------------------------------------

    def paths(self) -> dict[Path, list[Any]]:
        """Return every member that can be written, with its values in the order they stand in."""
        found: dict[Path, list[Any]] = {}
        for path, value in members(self.document):
            if self.can_write(path):
                found.setdefault(path, []).append(value)
        return found

    def can_write(self, path: Path) -> bool:
        """Tell whether every name of a path can be written without being taken for a sign."""
        return all(_SIMPLE.fullmatch(name) and self._is_plain(name) for name in path)

    def _is_plain(self, name: str) -> bool:
        terms = self.terms
        inside = (terms.separator, terms.delimiter, terms.wildcard)
        before = tuple(sign for sign in (terms.exclude, terms.add) if sign)
        return not name.startswith(before) and not any(sign and sign in name for sign in inside)

    def _pick(self, paths: dict[Path, list[Any]], limit: int) -> list[Path]:
        """Choose paths of every depth and kind first, then others."""
        shuffled = shuffle(paths, f"{self.seed} {limit}")
        first: dict[tuple[int, str], Path] = {}
        for path in shuffled:
            for value in paths[path]:
                first.setdefault((len(path), _kind(value)), path)
        ordered = dict.fromkeys([*sorted(first.values(), key=shuffled.index), *shuffled])
        return sorted(list(ordered)[:limit])

    def write(self, topic: str, *steps: tuple[str, Path]) -> Selection:
        """Return a selection of ``(mode, path)`` pairs."""
        signs = {"include": "", "exclude": self.terms.exclude or "", "add": self.terms.add or ""}
        texts = [signs[mode] + self._text(path) for mode, path in steps]
        return Selection(
            topic=topic,
            steps=tuple(Step(mode=mode, path=path) for mode, path in steps),
            text=self.terms.delimiter.join(texts),
        )

    def _text(self, path: Path) -> str:
        wildcard = self.terms.wildcard or ""
        return self.terms.separator.join(wildcard if name == EVERY else name for name in path)

    # --- what to ask -----------------------------------------------------------------------------

    def _each(self, topic: str, mode: str, paths: Sequence[Path]) -> Iterator[Selection]:
        for path in paths:
            yield self.write(topic, (mode, path))

    def _groups(self, mode: str, paths: dict[Path, list[Any]]) -> Iterator[Selection]:
        """Ask for siblings, for members of different branches, for one inside another, for all but one."""
        for group in (self._siblings(paths), self._branches(paths), self._nested(paths)):
            if group:
                yield self.write(mode, *((mode, path) for path in group))
        roots = [path for path in paths if len(path) == 1]
        if len(roots) > 2:
            yield self.write(mode, *((mode, path) for path in roots[1:]))

    def _siblings(self, paths: dict[Path, list[Any]]) -> list[Path]:
        """Return two members of the deepest object that has two."""
        for path in sorted(paths, key=len, reverse=True):
            others = [other for other in paths if other[:-1] == path[:-1] and other != path]
            if others:
                return [path, others[-1]]
        return []

    def _branches(self, paths: dict[Path, list[Any]]) -> list[Path]:
        """Return the deepest member and one of another branch."""
        deepest = max(paths, key=len, default=())
        others = [path for path in paths if path[:1] != deepest[:1]]
        return [deepest, others[0]] if others else []

    def _nested(self, paths: dict[Path, list[Any]]) -> list[Path]:
        """Return a member and one inside it."""
        inner = next((path for path in sorted(paths, key=len, reverse=True) if len(path) > 1), None)
        return [inner[:-1], inner] if inner else []

    def _additions(self, paths: dict[Path, list[Any]]) -> Iterator[Selection]:
        hidden = [tuple(name.split(self.terms.separator)) for name in self.terms.hidden or ()]
        usual = [max(paths, key=len, default=()), next(iter(paths), ())]
        for path in dict.fromkeys([*(each for each in usual if each), *hidden]):
            yield self.write("add", ("add", path))
        for path in hidden if self.terms.include else ():
            yield self.write("include", ("include", path))
        if len(hidden) > 1:
            yield self.write("add", *(("add", path) for path in hidden))

    def _wildcards(self, paths: dict[Path, list[Any]]) -> Iterator[Selection]:
        if self.terms.wildcard is None:
            return
        limit = _SINGLES[self.depth][2]
        inside = sorted(dict.fromkeys(path[:-1] for path in paths if len(path) > 1), key=len)
        objects = [path for path in inside if all(isinstance(value, dict) for value in paths[path])]
        modes = ["include"] if self.terms.include else []
        modes += ["exclude"] if self.terms.exclude is not None else []
        for mode in modes:
            yield self.write("wildcard", (mode, (EVERY,)))
        if "exclude" in modes:
            yield from self._each("wildcard", "exclude", [(*path, EVERY) for path in objects[:limit]])
        if "include" in modes:
            yield from self._each("wildcard", "include", [(*path, EVERY) for path in inside[:limit]])
            deep = [path for path in paths if len(path) > 2 and path[:-1] in objects][:limit]
            yield from self._each("wildcard", "include", [(*path[:-2], EVERY, path[-1]) for path in deep])

    def _combinations(self, paths: dict[Path, list[Any]]) -> Iterator[Selection]:
        if self.terms.exclude is None:
            return
        roots = [path for path in paths if len(path) == 1]
        inner = next((path for path in sorted(paths, key=len) if len(path) > 1), None)
        wild = self.terms.wildcard is not None
        if self.terms.add is not None and wild and roots:
            yield self.write("combined", ("exclude", (EVERY,)), ("add", roots[-1]))
            yield self.write("combined", ("exclude", (EVERY,)), *(("add", path) for path in roots[:2]))
        if self.terms.add is not None and inner:
            whole = (*inner[:-1], EVERY) if wild else inner[:-1]
            yield self.write("combined", ("exclude", whole), ("add", inner))
        if self.terms.include and inner:
            yield self.write("combined", ("include", inner[:-1]), ("exclude", inner))
            if wild:
                yield self.write("combined", ("include", (*inner[:-1], EVERY)), ("exclude", inner))

    def _orders(self, paths: dict[Path, list[Any]]) -> Iterator[Selection]:
        """Ask for the same members in another order, and for one of them twice."""
        pair = self._branches(paths) or self._siblings(paths)
        modes = ["include"] if self.terms.include else []
        modes += ["exclude"] if self.terms.exclude is not None else []
        for mode in modes if pair else ():
            one, other = ((mode, path) for path in pair)
            for steps in ((one, other), (other, one), (one, other, one)):
                yield self.write("order", *steps)
        if pair and self.terms.exclude is not None and self.terms.add is not None:
            added, away = ("add", pair[0]), ("exclude", pair[1])
            for steps in ((away, added), (added, away)):
                yield self.write("order", *steps)

    def _unknown(self, paths: dict[Path, list[Any]]) -> Iterator[Selection]:
        said, terms = self.terms.unknown, self.terms
        if said is None:
            return
        inside = max((path[:-1] for path in paths if len(path) > 1), key=len, default=())
        modes = [("include", terms.include), ("exclude", terms.exclude), ("add", terms.add)]
        for mode in [mode for mode, sign in modes if sign]:
            yield self.write("unknown", (mode, (NOBODY,)))
            if inside:
                yield self.write("unknown", (mode, (*inside, NOBODY)))
        if terms.include and paths:
            yield self.write("unknown", ("include", next(iter(paths))), ("include", (NOBODY,)))


def _kind(value: Any) -> str:
    """Name what a server may mishandle: values that count as false apart from the others."""
    if value is None or isinstance(value, bool):
        return str(value)
    name = "number" if isinstance(value, int | float) else type(value).__name__
    return name if value else f"empty {name}"
