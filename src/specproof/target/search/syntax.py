"""The search language: words, phrases, modifiers, and how they combine.

Items side by side must all hold; ``AND`` may stand between them. ``OR`` binds less tightly, parentheses
group, and ``NOT`` or a leading ``-`` negates the item or group that follows. A word with punctuation
inside, such as ``os.path``, is the phrase of its parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from specproof.target.problems import Problem
from specproof.target.search.words import words

QUERY_MAXIMUM = 250
DEPTH_MAXIMUM = 20
TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\))
        | (?P<operator>AND|OR|NOT)(?=[\s()"]|$)
        | (?P<minus>-)(?=[^\s)])
        | (?:(?P<modifier>repo|project|path|ext|lang):(?=[^\s()]))?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"()]+))
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, folded, that must stand side by side on one line."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modifier:
    """A restriction to a repository, project, path, extension or language."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of what it holds."""

    item: Node


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    items: tuple[Node, ...]


Node = Phrase | Modifier | Not | Every | Either


def refuse(key: str, message: str, detail: str) -> Problem:
    """Build the 400 of a query that cannot be understood; ``key`` is stable, for programs."""
    return Problem(400, message, detail=detail, data={"key": f"search.query.{key}"})


def understand(text: str | None) -> Node:
    """Read a search query.

    Raises:
        Problem: 400, it is missing, too long, malformed, or some way to fulfil it needs no word at all.
    """
    if text is None or not text.strip():
        raise refuse("missing", "A search query is required", "Give search_query at least one term.")
    if len(text) > QUERY_MAXIMUM:
        raise refuse("too-long", "The search query is too long", f"At most {QUERY_MAXIMUM} characters.")
    node = Reader(text.rstrip()).read()
    if node is None or not grounded(node):
        raise refuse("no-terms", "The search query has no term", "Add a term that is not negated.")
    return node


def grounded(node: Node) -> bool:
    """Tell whether every file that fulfils the query contains a word of it."""
    if isinstance(node, Every):
        return any(map(grounded, node.items))
    if isinstance(node, Either):
        return all(map(grounded, node.items))
    return isinstance(node, Phrase)


def wanted(node: Node) -> tuple[tuple[str, ...], ...]:
    """Return the phrases that are looked for, that is, all but the negated ones."""
    if isinstance(node, Phrase):
        return (node.words,)
    if isinstance(node, Every | Either):
        return tuple(phrase for item in node.items for phrase in wanted(item))
    return ()


class Reader:
    """Reads one query from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [found for found in self._split() if found[0].strip()]
        self._next = 0

    def read(self) -> Node | None:
        """Return the whole query, ``None`` if it holds nothing but punctuation."""
        node = self._either(0)
        if self._next < len(self._tokens):
            raise self._malformed("A parenthesis closes that was never opened.")
        return node

    def _split(self) -> list[re.Match[str]]:
        found, position = [], 0
        while position < len(self._text):
            token = TOKEN.match(self._text, position)
            if token is None or "\x00" in token[0]:
                raise self._malformed(f"Look at character {position + 1}.")
            found.append(token)
            position = token.end()
        return found

    def _malformed(self, detail: str) -> Problem:
        return refuse("malformed", "The search query is malformed", detail)

    def _peek(self, name: str) -> str | None:
        return self._tokens[self._next][name] if self._next < len(self._tokens) else None

    def _either(self, depth: int) -> Node | None:
        if depth > DEPTH_MAXIMUM:
            raise self._malformed(f"At most {DEPTH_MAXIMUM} parentheses inside each other.")
        items = [self._every(depth)]
        while self._peek("operator") == "OR":
            self._next += 1
            items.append(self._every(depth))
        kept = tuple(item for item in items if item is not None)
        return Either(kept) if len(kept) > 1 else next(iter(kept), None)

    def _every(self, depth: int) -> Node | None:
        items = [self._item(depth)]
        while self._next < len(self._tokens) and self._peek("operator") != "OR" and not self._peek("close"):
            if self._peek("operator") == "AND":
                self._next += 1
            items.append(self._item(depth))
        kept = tuple(item for item in items if item is not None)
        return Every(kept) if len(kept) > 1 else next(iter(kept), None)

    def _item(self, depth: int) -> Node | None:
        if self._next >= len(self._tokens):
            raise self._malformed("It ends too early.")
        token = self._tokens[self._next]
        self._next += 1
        if token["operator"] == "NOT" or token["minus"]:
            negated = self._item(depth)
            return None if negated is None else Not(negated)
        if token["open"]:
            node = self._either(depth + 1)
            if not self._peek("close"):
                raise self._malformed("A parenthesis is never closed.")
            self._next += 1
            return node
        if token["operator"] or token["close"]:
            raise self._malformed(f"Look at character {token.end() - len(token[0].strip()) + 1}.")
        return self._leaf(token)

    def _leaf(self, token: re.Match[str]) -> Node | None:
        value = token["bare"] if token["quoted"] is None else token["quoted"]
        if token["modifier"]:
            return Modifier(token["modifier"], value)
        folded = tuple(word.folded for word in words(value))
        return Phrase(folded) if folded else None
