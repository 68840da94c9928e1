"""What a selection of members makes of the full answer, and where another answer differs from that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from specproof.model.selection import EVERY, Path, Selection


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Here a path ended without leading anywhere: whether anything is left of the way is not promised."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where an answer is not what was expected."""

    kind: str  # missing | extra | changed | length
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness:
    """When two texts count as the same although they differ.

    Args:
        parameter: The query parameter of the selection; links of the answer may carry it on.
        links: Members that hold links which nobody may take apart, such as the one to the next page.
        volatile: Tells which members may change by themselves: they have to be there, with whatever value.
    """

    parameter: str
    links: frozenset[Path] = frozenset()
    volatile: Callable[[Path], bool] = frozenset[Path]().__contains__

    def same(self, one: Any, other: Any, path: Path) -> bool:
        """Compare two values that are neither objects nor lists."""
        if self.volatile(path):
            return True
        if isinstance(one, str) and isinstance(other, str):
            return one == other or path in self.links or self._bare(one) == self._bare(other)
        if isinstance(one, bool) or isinstance(other, bool):
            return one is other
        return bool(one == other)

    def _bare(self, text: str) -> Any:
        """Return a link without the parameter of the selection; any other text as it is."""
        try:
            parts = urlsplit(text)
        except ValueError:
            return text
        if not parts.query or not (parts.scheme or text.startswith("/")):
            return text
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = sorted(pair for pair in pairs if pair[0] != self.parameter)
        bare = parts._replace(query="").geturl()
        return (bare, kept) if kept else bare


def projected(document: Any, selection: Selection) -> Any:
    """Return what plain names, then exclusions, then additions make of a full answer.

    Members that only the selection brings are not in it. ``Nowhere`` stands where a path found nothing.
    """
    include, exclude, add = (selection.paths(mode) for mode in ("include", "exclude", "add"))
    result = _restricted(document, include) if include else document
    result = _without(result, exclude)
    return _merged(result, _restricted(document, add)) if add else result


def _tails(paths: Sequence[Path], name: str) -> list[Path]:
    return [path[1:] for path in paths if path and path[0] in {name, EVERY}]


def _restricted(node: Any, paths: Sequence[Path]) -> Any:
    if () in paths:
        return node
    if isinstance(node, list):
        return [_restricted(item, paths) for item in node] or Nowhere(node)
    if isinstance(node, dict):
        found = {n: _restricted(value, tails) for n, value in node.items() if (tails := _tails(paths, n))}
        return found or Nowhere({})
    return Nowhere(node)


def _without(node: Any, paths: Sequence[Path]) -> Any:
    if isinstance(node, list):
        return [_without(item, paths) for item in node]
    if not isinstance(node, dict) or not paths:
        return node
    return {
        name: _without(value, tails)
        for name, value in node.items()
        if () not in (tails := _tails(paths, name))
    }


def _merged(have: Any, more: Any) -> Any:
    if isinstance(more, Nowhere):
        return have
    if isinstance(have, dict) and isinstance(more, dict):
        return have | {n: _merged(have[n], value) if n in have else value for n, value in more.items()}
    if isinstance(have, list) and isinstance(more, list) and len(have) == len(more):
        return [_merged(old, new) for old, new in zip(have, more, strict=True)]
    return more


def _is_husk(expected: Any) -> bool:
    """Tell whether nothing is promised to be there: only what is left of the ways of paths."""
    if isinstance(expected, dict | list):
        inside = expected.values() if isinstance(expected, dict) else expected
        return bool(expected) and all(_is_husk(each) for each in inside)
    return isinstance(expected, Nowhere)


def differences(expected: Any, got: Any, sameness: Sameness, path: Path = ()) -> Iterator[Difference]:
    """Yield where an answer is not what a projection expects, in the order of the expectation."""
    if isinstance(expected, Nowhere):
        if got not in ({}, [], None) and list(differences(expected.value, got, sameness, path)):
            shown = next(iter(got), "") if isinstance(got, dict) else ""
            yield Difference(kind="extra", path=(*path, shown) if shown else path)
    elif isinstance(expected, dict) and isinstance(got, dict):
        yield from _in_objects(expected, got, sameness, path)
    elif isinstance(expected, list) and isinstance(got, list):
        yield from _in_lists(expected, got, sameness, path)
    elif isinstance(expected, dict | list) or isinstance(got, dict | list):
        if not (_is_husk(expected) and got is None) and not sameness.volatile(path):
            yield Difference(kind="changed", path=path)
    elif not sameness.same(expected, got, path):
        yield Difference(kind="changed", path=path)


def _in_objects(
    expected: dict[str, Any], got: dict[str, Any], sameness: Sameness, path: Path
) -> Iterator[Difference]:
    for name, value in expected.items():
        if name in got:
            yield from differences(value, got[name], sameness, (*path, name))
        elif not _is_husk(value):
            yield Difference(kind="missing", path=(*path, name))
    for name in got:
        if name not in expected:
            yield Difference(kind="extra", path=(*path, name))


def _in_lists(expected: list[Any], got: list[Any], sameness: Sameness, path: Path) -> Iterator[Difference]:
    """Compare item by item; items of which nothing is left may be left out."""
    if len(got) != len(expected):
        expected = [item for item in expected if not _is_husk(item)]
    if len(got) != len(expected):
        if not sameness.volatile(path):
            yield Difference(kind="length", path=path)
        return
    for one, other in zip(expected, got, strict=True):
        yield from differences(one, other, sameness, path)


def is_related(asked: Path, path: Path) -> bool:
    """Tell whether one of two paths leads through the other."""
    return all(step in {name, EVERY} for step, name in zip(asked, path, strict=False))
