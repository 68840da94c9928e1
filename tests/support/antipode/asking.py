"""Conditions, order and partial answers: ``q``, ``sort``, ``fields``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from antipode.world import World

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<text>"(?:[^"\\]|\\.)*")|(?P<op>!=|!~|>=|<=|=|~|>|<)
    |(?P<word>[^\s()"=!~<>]+))""",
    re.VERBOSE,
)
_KINDS = {
    "type": "string", "uuid": "string", "key": "string", "value": "string", "secured": "boolean",
    "created_on": "datetime", "updated_on": "datetime", "links.self.href": "string",
}  # fmt: skip
SORTABLE = ("uuid", "key", "value", "secured", "created_on", "updated_on")
Row = dict[str, Any]
Test = Callable[[Row], bool]


class Unreadable(Exception):
    """A condition or an order that means nothing."""


def member(row: Row, path: str) -> Any:
    """Return a member of a row; None where it is missing."""
    value: Any = row
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def moment(text: str, *, deaf: bool = False) -> datetime:
    """Return the moment that a text names, in UTC where it does not say."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Unreadable(text) from None
    if deaf:
        return found.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _joined(join: Callable[[Iterable[bool]], bool], tests: tuple[Test, Test]) -> Test:
    return lambda row: join(test(row) for test in tests)


class Condition:
    """A reader of conditions by recursive descent."""

    def __init__(self, world: World, text: str) -> None:
        self.world, self.tokens, place = world, [], 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if not found:
                raise Unreadable(text[place:])
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self.tokens.append(("end", ""))

    def take(self) -> tuple[str, str]:
        """Return the next token and leave it behind."""
        return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]

    def joins(self, word: str) -> bool:
        """Tell whether the next token is a word between conditions, and leave it behind."""
        kind, text = self.tokens[0]
        same = text == word if self.world.on("q-join-capitals-only") else text.upper() == word
        return kind == "word" and same and bool(self.take())

    def read(self) -> Test:
        """Read everything."""
        test = self.either()
        if self.tokens[0][0] != "end":
            raise Unreadable(self.tokens[0][1])
        return test

    def either(self) -> Test:
        """Read conditions with OR between them."""
        if self.world.on("q-left-to-right"):
            return self.in_turn()
        tests = [self.both()]
        while self.joins("OR"):
            tests.append(self.both())
        if self.world.on("q-or-last-only"):
            tests = tests[-1:]
        return lambda row: any(test(row) for test in tests)

    def both(self) -> Test:
        """Read conditions with AND between them."""
        tests = [self.one()]
        while True:
            if self.joins("AND"):
                tests.append(self.one())
            else:
                break
        return lambda row: all(test(row) for test in tests)

    def in_turn(self) -> Test:
        """Read conditions as if AND and OR were alike."""
        done = self.one()
        while True:
            join = all if self.joins("AND") else any if self.joins("OR") else None
            if join is None:
                return done
            done = _joined(join, (done, self.one()))

    def one(self) -> Test:
        """Read one condition, or several in brackets."""
        kind, name = self.take()
        if kind == "open":
            test = self.both() if self.world.on("q-brackets-and-only") else self.either()
            if self.take()[0] != "close":
                raise Unreadable("unclosed bracket")
            return test
        operator, literal = self.take(), self.take()
        if kind != "word" or operator[0] != "op" or name not in _KINDS:
            raise Unreadable(name)
        return self.compare(name, operator[1], self.literal(*literal))

    def literal(self, kind: str, text: str) -> Any:
        """Return the value that a literal stands for."""
        if kind == "text":
            bare = text[1:-1]
            return bare if self.world.on("q-escape-kept") else re.sub(r"\\(.)", r"\1", bare)
        if kind != "word":
            raise Unreadable(text)
        if text in ("null", "true", "false"):
            return {"null": None, "true": True, "false": False}[text]
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            return float(text)
        return moment(text, deaf=self.world.on("q-offset-ignored"))

    def compare(self, name: str, operator: str, wanted: Any) -> Test:
        """Return what compares a member with a literal."""
        kind, on = _KINDS[name], self.world.on
        if wanted is None:
            if operator not in ("=", "!="):
                raise Unreadable("null")
            wants = operator == "="
            return lambda row: ((member(row, name) is None) == wants) and not on("q-null-never")
        fits = {"string": str, "boolean": bool, "datetime": datetime}[kind]
        if not isinstance(wanted, fits):
            if self.world.manner.lean:
                raise Unreadable(f"{name} is a {kind}")
            return lambda row: operator in ("!=", "!~")
        if operator in ("~", "!~") and kind != "string":
            raise Unreadable(operator)

        def test(row: Row) -> bool:
            shown = member(row, name)
            if shown is None:
                return operator in ("!=", "!~")
            have = moment(shown) if kind == "datetime" else shown
            return self.holds(have, operator, wanted)

        return test

    def holds(self, have: Any, operator: str, wanted: Any) -> bool:
        """Compare two values of a kind."""
        on = self.world.on
        if operator in ("~", "!~"):
            same = (lambda t: t) if on("q-contains-case") else str.casefold
            inside = same(wanted) in same(have)
            return inside if operator == "~" or on("q-not-contains-same") else not inside
        if isinstance(have, datetime) and on("q-later-includes") and operator == ">":
            return have >= wanted
        if isinstance(have, str) and on("q-less-any-case") and operator in ("<", "<="):
            have, wanted = have.casefold(), wanted.casefold()
        if isinstance(have, str) and on("q-equals-any-case") and operator == "=":
            return have.casefold() == wanted.casefold()
        if isinstance(have, bool) and on("q-unequal-boolean") and operator == "!=":
            return have == wanted
        return {
            "=": have == wanted, "!=": have != wanted, ">": have > wanted, ">=": have >= wanted,
            "<": have < wanted, "<=": have <= wanted,
        }[operator]  # fmt: skip


def ordered(world: World, rows: list[Row], sort: str | None, real: Callable[[Row], Row]) -> list[Row]:
    """Sort rows of the store; ``real`` gives what everybody sees of one."""
    if sort is None or (not sort and not world.manner.lean):
        return rows
    name = sort.removeprefix("-")
    if name not in SORTABLE:
        if world.on("sort-unknown-ignored"):
            return rows
        raise Unreadable(f"sort by {name}")

    def key(row: Row) -> tuple[Any, ...]:
        seen = row if world.on("secret-sort-oracle") else real(row)
        field = "created_on" if world.on("sort-updated-by-created") and name == "updated_on" else name
        value = member(seen, field)
        if value is None:
            return (1, "")
        if world.on("sort-any-case") and isinstance(value, str):
            value = value.casefold()
        return (0, moment(value) if field.endswith("_on") else value)

    ties = sorted(rows, key=lambda row: row["uuid"])
    if world.on("sort-ties-shuffled") and len(world.used) % 2:
        ties.reverse()
    world.used.add(f"sort {len(world.used)}")
    down = sort.startswith("-") and not world.on("sort-down-same")
    present = sorted((r for r in ties if key(r)[0] == 0), key=key, reverse=down)
    if world.on("sort-last-two-swapped") and len(present) > 12:
        present[-1], present[-2] = present[-2], present[-1]
    return [*present, *(r for r in ties if key(r)[0])]


def partial(world: World, body: Any, text: str | None, hidden: tuple[str, ...] = ()) -> Any:
    """Return what ``fields`` leaves of a body; without it, what is not hidden."""
    names = [n.strip() for n in (text or "").split(",") if n.strip()]
    if world.on("fields-add-is-include"):
        names = [name.removeprefix("+") for name in names]
    if world.on("fields-first-wins") and names and names[0].startswith("+"):
        names = [n for n in names if not n.startswith("-")]
    plain = [tuple(n.split(".")) for n in names if n[0] not in "+-"]
    away = [tuple(n[1:].split(".")) for n in names if n[0] == "-"]
    more = [tuple(n[1:].split(".")) for n in names if n[0] == "+"]
    if world.on("fields-nested-exclude-whole"):
        away = [path[:2] for path in away]
    if world.on("fields-star-last-only"):
        plain = [path for path in plain if "*" not in path[:-1]]
    cut = {tuple(path.split(".")) for path in hidden}
    return _cut(world, body, plain or None, away, more, cut, ())


Paths = list[tuple[str, ...]]


def _meets(paths: Paths, name: str) -> Paths:
    return [path[1:] for path in paths if path[0] in (name, "*")]


def _cut(  # noqa: PLR0917
    world: World, value: Any, plain: Paths | None, away: Paths, more: Paths, hidden: set[Any], at: Any
) -> Any:
    if isinstance(value, list):
        return [_cut(world, each, plain, away, more, hidden, at) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, child in value.items():
        inside: Paths | None = None
        keep = (*at, name) not in hidden
        if plain is not None:
            found = _meets(plain, name)
            inside = None if () in found else found
            keep = bool(found) and (inside is None or isinstance(child, dict | list))
        gone = _meets(away, name)
        added = _meets(more, name)
        if () in gone:
            keep = False
        if added and (() in added or isinstance(child, dict | list)) and not world.on("fields-add-ignored"):
            if not keep:
                inside = []
            keep, inside = True, None if () in added else inside
            gone = [] if () in added else gone
        if not keep:
            continue
        rest = [path for path in gone if path]
        left = _cut(world, child, inside, rest, [p for p in added if p], hidden, (*at, name))
        if left == {} and child and world.on("fields-empty-object-gone"):
            continue
        kept[name] = left
    if world.on("fields-type-sticks") and plain is not None and "type" in value and at:
        kept["type"] = value["type"]
    return kept
