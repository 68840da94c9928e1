"""Where everything in a document stands: a tree of lines beside the tree of values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

MAX_DEPTH = 200  # deeper than any real document, shallower than the interpreter's stack
MAX_ALIASED = 500_000  # values that aliases bring: an alias bomb grows far beyond it


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that is wrong with a document, and what to do about it."""

    place: str  # "spec/file.yaml:123"
    pointer: str  # RFC 6901 with "#"
    message: str
    mend: str = ""

    def __str__(self) -> str:
        """``file:line: pointer: what is wrong; how to mend it``, on one line."""
        mend = f"; {self.mend}" if self.mend else ""
        return " ".join(f"{self.place}: {self.pointer}: {self.message}{mend}".split())


@dataclass(slots=True)
class Spot:
    """The file and line of one value, and the spots of what is inside it."""

    file: str
    line: int
    members: dict[str, Spot] | None = None
    items: list[Spot] | None = None

    def child(self, token: str) -> Spot | None:
        """Return the spot of a member or an item, by one token of a JSON pointer."""
        if self.members is not None:
            return self.members.get(token)
        if self.items is not None and token.isdecimal() and int(token) < len(self.items):
            return self.items[int(token)]
        return None

    def nearest(self, pointer: str) -> Spot:
        """Follow a JSON pointer as far as it leads."""
        spot = self
        for token in tokens(pointer):
            inner = spot.child(token)
            if inner is None:
                break
            spot = inner
        return spot

    def __str__(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


def tokens(pointer: str) -> Iterator[str]:
    """Split a JSON pointer, with or without ``#``, into unescaped tokens (RFC 6901 section 4)."""
    for token in pointer.removeprefix("#").split("/")[1:]:
        yield token.replace("~1", "/").replace("~0", "~")


def escape(token: str) -> str:
    """Escape one token for a JSON pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


class TextError(Exception):
    """The text cannot be parsed."""

    def __init__(self, line: int, message: str, mend: str) -> None:
        super().__init__(message)
        self.line, self.message, self.mend = line, message, mend


def too_deep(line: int) -> TextError:
    """Return the error for a text with more levels than ``MAX_DEPTH``."""
    return TextError(line, f"it is nested more than {MAX_DEPTH} levels deep", "flatten it")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser found."""

    data: Any
    spot: Spot
    problems: tuple[Problem, ...]  # double keys, tags: things that JSON cannot say


Container: TypeAlias = "dict[str, Any] | list[Any]"
MERGE = "<<"


@dataclass(slots=True)
class _Frame:
    data: Container
    spot: Spot
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    merging: bool = False
    merges: list[tuple[Any, Spot]] = field(default_factory=list)


class Builder:
    """Builds values and spots from a stream of starts, keys, values and ends, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: tuple[Any, Spot] | None = None
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, Spot, int, int] | None] = {}
        self._aliased = 0

    @property
    def expects_key(self) -> bool:
        """Whether the next scalar is a key."""
        return bool(self._stack) and isinstance(self._stack[-1].data, dict) and self._stack[-1].key is None

    def start(self, data: Container, line: int, anchor: str | None = None) -> None:
        """Open a mapping or a list."""
        if len(self._stack) >= MAX_DEPTH:
            raise too_deep(line)
        if self.expects_key:
            raise TextError(line, "a list or a mapping is used as a key", "use text as keys")
        mapping = isinstance(data, dict)
        spot = Spot(self.file, line, {} if mapping else None, None if mapping else [])
        if anchor is not None:
            self._anchors[anchor] = None  # unfinished: an alias to it would be endless
        self._stack.append(_Frame(data, spot, anchor))

    def end(self) -> None:
        """Close the innermost mapping or list."""
        frame = self._stack.pop()
        for data, spot in frame.merges:
            _merge(frame, data, spot)
        self.value(frame.data, frame.spot, frame.anchor)

    def key(self, text: str, line: int, *, merging: bool = False) -> None:
        """Take the key of the next member."""
        frame = self._stack[-1]
        frame.key, frame.key_line, frame.merging = text, line, merging

    def scalar(self, data: Any, line: int, anchor: str | None = None) -> None:
        """Take a text, a number, a truth value or null."""
        self.value(data, Spot(self.file, line), anchor)

    def value(self, data: Any, spot: Spot, anchor: str | None = None) -> None:
        """Take a finished value."""
        if anchor is not None:
            self._anchors[anchor] = (data, spot, *_measure(data))
        if not self._stack:
            self.root = (data, spot)
            return
        frame = self._stack[-1]
        if isinstance(frame.data, list) and frame.spot.items is not None:
            frame.data.append(data)
            frame.spot.items.append(spot)
        elif isinstance(frame.data, dict) and frame.spot.members is not None and frame.key is not None:
            if frame.merging and isinstance(data, dict | list):
                frame.merges.append((data, spot))
            else:
                if frame.key in frame.data:
                    mend = "keep one of them; here the last one counts"
                    self.trouble(frame.key_line, f"the key {frame.key!r} stands here twice", mend)
                spot.line = frame.key_line
                frame.data[frame.key] = data
                frame.spot.members[frame.key] = spot
            frame.key = None

    def alias(self, name: str, line: int) -> None:
        """Take a copy of what an anchor named."""
        found = self._anchors.get(name)
        if found is None:
            raise TextError(
                line, f"the alias *{name} names no finished anchor", "define the anchor before it"
            )
        data, spot, size, depth = found
        if self.expects_key:
            self.key(str(data), line)
            return
        if len(self._stack) + depth > MAX_DEPTH:
            raise too_deep(line)
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            mend = "write out what its aliases stand for"
            raise TextError(line, f"its aliases stand for more than {MAX_ALIASED:,} values", mend)
        self.value(*_copy(data, spot))

    def trouble(self, line: int, message: str, mend: str) -> None:
        """Note something that is wrong here and does not keep the rest from being read."""
        self.problems.append(Problem(f"{self.file}:{line}", self.pointer, message, mend))

    @property
    def pointer(self) -> str:
        """Where the builder is."""
        path = [str(len(f.data)) if isinstance(f.data, list) else f.key for f in self._stack]
        return "#" + "".join(f"/{escape(token)}" for token in path if token is not None)

    def finish(self) -> Parsed:
        """Return everything that was built."""
        data, spot = self.root if self.root is not None else (None, Spot(self.file, 1))
        return Parsed(data, spot, tuple(self.problems))


def _measure(data: Any) -> tuple[int, int]:
    """Return how many values there are, and how deep they are nested."""
    count, deepest, waiting = 0, 0, [(data, 0)]
    while waiting:
        node, depth = waiting.pop()
        count, deepest = count + 1, max(deepest, depth)
        inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting.extend((child, depth + 1) for child in inside)
    return count, deepest


def _copy(data: Any, spot: Spot) -> tuple[Any, Spot]:
    """Copy values and spots; much faster than ``deepcopy``, and depth is bounded."""
    if isinstance(data, dict) and spot.members is not None:
        pairs = {key: _copy(child, spot.members[key]) for key, child in data.items()}
        inside = Spot(spot.file, spot.line, {key: pair[1] for key, pair in pairs.items()})
        return {key: pair[0] for key, pair in pairs.items()}, inside
    if isinstance(data, list) and spot.items is not None:
        copies = [_copy(child, where) for child, where in zip(data, spot.items, strict=True)]
        return [pair[0] for pair in copies], Spot(spot.file, spot.line, None, [pair[1] for pair in copies])
    return data, Spot(spot.file, spot.line)


def _merge(frame: _Frame, data: Any, spot: Spot) -> None:
    """Add the members that ``<<`` brings; what the mapping says itself wins, then what came first."""
    if isinstance(data, list):
        for inner, where in zip(data, spot.items or [], strict=True):
            _merge(frame, inner, where)
    elif isinstance(data, dict) and isinstance(frame.data, dict) and frame.spot.members is not None:
        for name in data.keys() - frame.data.keys():
            frame.data[name] = data[name]
            frame.spot.members[name] = (spot.members or {})[name]
