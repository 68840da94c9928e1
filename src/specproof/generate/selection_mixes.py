"""Few selections of members, each with many kinds of paths: what a quick run asks for."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specproof.generate.selections import NOBODY, Chooser
from specproof.generate.shuffle import shuffle
from specproof.model.selection import EVERY, Path, Selection

_MOST = 8  # paths in one selection
_ADDED = 3

Values = Mapping[Path, list[Any]]


def selections(chooser: Chooser) -> tuple[Selection, ...]:
    """Return what to ask at the depth of a chooser: one by one, or in a quick run mixed."""
    return tuple(_mixed(chooser)) if chooser.depth == "quick" else chooser.selections()


def _mixed(chooser: Chooser) -> Iterator[Selection]:
    paths, terms = chooser.paths(), chooser.terms
    mix = _Mix(chooser=chooser, paths=paths)
    if terms.include and mix.leaves:
        yield mix.write("include", "include", mix.leaves)
    if terms.exclude is not None and mix.leaves:
        yield mix.write("exclude", "exclude", mix.leaves)
        yield from (chooser.write("exclude", ("exclude", path)) for path in mix.containers[:1])
    yield from mix.additions()
    yield from mix.wildcards()
    yield from mix.combinations()
    yield from mix.orders()
    yield from mix.unknown()


@dataclass(kw_only=True)
class _Mix:
    """Mixes the paths of one answer."""

    chooser: Chooser
    paths: Values
    leaves: list[Path] = field(init=False)
    containers: list[Path] = field(init=False)  # in an order by chance

    def __post_init__(self) -> None:
        self.leaves = _leaves(self.paths, str(self.chooser.seed))
        inside = [
            path for path in self.paths if any(isinstance(value, dict | list) for value in self.paths[path])
        ]
        roots = {path for path in inside if any(len(other) > 1 and other[:1] == path for other in inside)}
        self.containers = shuffle([path for path in inside if path not in roots], str(self.chooser.seed))

    def write(self, topic: str, mode: str, paths: Iterable[Path]) -> Selection:
        """Return a selection of paths in one mode."""
        return self.chooser.write(topic, *((mode, path) for path in paths))

    def additions(self) -> Iterator[Selection]:
        """Add what is shown anyway, and what is hidden; what is hidden is named alone, too."""
        terms = self.chooser.terms
        hidden = [tuple(name.split(terms.separator)) for name in terms.hidden or ()]
        outer = [path for path in hidden if not any(path[: len(o)] == o != path for o in hidden)]
        if terms.add is not None:
            if self.leaves:
                yield self.write("add", "add", self.leaves[:_ADDED])
            yield from (self.write("add", "add", [path]) for path in outer[:1])
        if terms.include:
            yield from (self.write("include", "include", [path]) for path in outer[:1])

    def wildcards(self) -> Iterator[Selection]:
        """Ask for everything, and leave out all that is inside some objects."""
        terms = self.chooser.terms
        if terms.wildcard is None:
            return
        if terms.include:
            yield self.chooser.write("wildcard", ("include", (EVERY,)))
        if terms.exclude is not None:
            objects = [path for path in self.containers if all(isinstance(v, dict) for v in self.paths[path])]
            outer = [path for path in objects if not any(path[: len(o)] == o != path for o in objects)]
            emptied = [(*path, EVERY) for path in outer[:_ADDED]] or [(EVERY,)]
            yield self.write("wildcard", "exclude", emptied)

    def combinations(self) -> Iterator[Selection]:
        """Add some of what is left out, and leave out some of what is named."""
        terms, inner = self.chooser.terms, [path for path in self.leaves if len(path) > 1]
        if terms.exclude is None:
            return
        if terms.add is not None and terms.wildcard is not None and self.leaves:
            added = (("add", path) for path in self.leaves[:_ADDED])
            yield self.chooser.write("combined", ("exclude", (EVERY,)), *added)
        elif terms.add is not None and inner:
            yield self.chooser.write("combined", ("exclude", inner[0][:-1]), ("add", inner[0]))
        if terms.include and inner:
            others = [path for path in self.leaves if path[:1] != inner[0][:1]]
            named = (("include", path) for path in (inner[0][:1], *others[:1]))
            yield self.chooser.write("combined", *named, ("exclude", inner[0]))

    def orders(self) -> Iterator[Selection]:
        """Ask for some members, and for the same turned round with one of them twice."""
        if not self.chooser.terms.include or len(self.leaves) < 2:
            return
        deep, *others = self.leaves
        shallow = min(others, key=len)
        for mixed in ((deep, shallow), (shallow, deep, shallow)):
            yield self.write("order", "include", mixed)

    def unknown(self) -> Iterator[Selection]:
        """Ask for what is not there: alone, and in every other way together."""
        terms = self.chooser.terms
        if terms.unknown is None:
            return
        if terms.include:
            yield self.write("unknown", "include", [(NOBODY,)])
        inside = self.leaves[0][:-1] if self.leaves else ()
        others = [("exclude", path) for path in ((NOBODY,), (*inside, NOBODY)) if terms.exclude is not None]
        others += [("add", (NOBODY,))] if terms.add is not None else []
        if others:
            yield self.chooser.write("unknown", *dict.fromkeys(others))


def _leaves(paths: Values, seed: str) -> list[Path]:
    """Return members without members of their own: some of each object, the deepest object first.

    Of each object about half, so that it shows if the others are there or not. Those whose values count as
    false come first, and those that another name begins with: servers mishandle them. Of two names of which
    one begins the other only one is taken.
    """
    groups: dict[Path, list[Path]] = {}
    for path in shuffle(paths, seed):
        if not any(other[: len(path)] == path != other for other in paths):
            groups.setdefault(path[:-1], []).append(path)
    chosen = [
        _apart(sorted(group, key=lambda path: _rank(path, group, paths)), (len(group) + 1) // 2)
        for _, group in sorted(groups.items(), key=lambda item: (-len(item[0]), item[0]))
    ]
    mixed = itertools.chain.from_iterable(itertools.zip_longest(*chosen))
    return [path for path in mixed if path is not None][:_MOST]


def _apart(group: list[Path], most: int) -> list[Path]:
    chosen: list[Path] = []
    for path in group:
        if not any(path[-1].startswith(o[-1]) or o[-1].startswith(path[-1]) for o in chosen):
            chosen.append(path)
    return chosen[:most]


def _rank(path: Path, group: list[Path], paths: Values) -> bool:
    begins = any(other[-1].startswith(path[-1]) for other in group if other != path)
    return not begins and all(paths[path])
