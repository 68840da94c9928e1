"""A correct list in memory that can be filtered, sorted and cut down, behind a plain ``send``.

It shares nothing with the mock target: other members, other operators, offset pages. Where the contract
leaves a choice, an option takes it one way or the other; ``spoil_…`` breaks what it is about to answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from builders import BASE, make_operation, make_parameter, make_response

from specproof.generate.filters import Asker
from specproof.generate.walks import Collection
from specproof.model.exchange import Exchange, Request, Response
from specproof.model.operation import Operation, Pagination

Item = dict[str, Any]
TERMS: dict[str, Any] = {
    "operators": {
        "equals": "is", "not_equals": "<>", "contains": "has", "not_contains": "lacks", "greater": ">",
        "greater_or_equal": ">=", "less": "<", "less_or_equal": "<=",
    },
    "combinators": {"and": "&&", "or": "||"},
    "parentheses": True,
    "binds_tighter": "and",
    "absent": "nothing",
    "escape": "\\",
    "collation": "codepoint",
    "contains_ignores_case": True,
    "fields": {
        "name": "string", "price": "number", "sold": "boolean", "made": "datetime", "owner.nick": "string",
    },
    "malformed": 400,
}  # fmt: skip
SORT: dict[str, Any] = {
    "fields": ["name", "price", "sold", "made", "owner.nick"], "descending": "!", "collation": "codepoint",
    "unknown": 400,
}  # fmt: skip
ITEMS: tuple[Item, ...] = tuple(
    {
        "id": number,
        "name": name,
        "price": price,
        "sold": number % 3 == 0,
        "made": f"2024-03-{1 + number % 4:02}T{number:02}:00:00.000000+00:00",
        "owner": owner,
        "tags": [{"text": tag} for tag in ("a", "b")[: number % 3]],
    }
    for number, (name, price, owner) in enumerate((
        ("anchor", 7, {"nick": "Ada"}), ("Anchor", 7.5, None), ("Boje", -3, {"nick": "ben"}),
        ("bojen & ketten", 0, {"nick": "Ben"}), ("\u00e9toile", 12, {"nick": "\u00d6mer"}),
        ("\u00c9TOILE", 12, {"nick": "zoe"}), ('the "big" one', 99, {"nick": None}),
        ("C:\\temp", 1, {"nick": "ada"}), ("100% + 1_0", 2, None), ("", 3, {"nick": "x"}),
        ("007", 4, {"nick": "y"}), ("true", 5, {"nick": "z"}),
    ))
)  # fmt: skip
TOKEN = re.compile(
    r"\s*(?:(\()|(\))|(&&|\|\|)|(is|has|lacks|<>|>=|<=|<|>)"
    r'|("(?:[^"\\]|\\.)*")|(\d{4}-\d\d-\d\d[T0-9:.Z+-]*)|(-?\d+(?:\.\d+)?)|([A-Za-z_.]+))'
)


class Malformed(Exception):
    """The condition cannot be read."""


@dataclass
class Shelf:
    """One list; every option is a choice that the contract leaves open."""

    items: Sequence[Item] = ITEMS
    terms: dict[str, Any] = field(default_factory=lambda: dict(TERMS))
    order: dict[str, Any] = field(default_factory=lambda: dict(SORT))
    key: Callable[[str], str] = str  # how text is compared
    day_is_whole: bool = False  # a date without a time means the whole day
    absent_is_other: bool = True  # what is absent is not equal to anything, so != lists it
    nulls_first: bool = True
    default: int = 4
    maximum: int = 50
    total: bool = True
    spoil_items: Callable[[dict[str, str], list[Item]], list[Item]] | None = None
    spoil_body: Callable[[dict[str, str], dict[str, Any]], dict[str, Any]] | None = None
    spoil_condition: Callable[[str], str] | None = None
    refuse: Callable[[dict[str, str]], int] | None = None  # 0: it is answered
    seen: list[str] = field(default_factory=list)

    def operation(self) -> Operation:
        """Return ``GET /things`` as a contract would describe it."""
        pages = Pagination(
            style="offset", items="/things", pointer="#/p", next="/more", previous="/less", total="/total",
            offset_parameter="offset", size_parameter="limit", size_default=self.default,
            size_minimum=1, size_maximum=self.maximum, identity="/id",
        )  # fmt: skip
        parameters = (
            make_parameter("q", {"type": "string"}, extensions={"x-filter": self.terms}),
            make_parameter("order", {"type": "string"}, extensions={"x-sort": self.order}),
        )
        return make_operation("200", "400", pagination=pages, parameters=parameters)

    def asker(self, depth: str = "standard") -> Asker:
        """Return what asks the list."""
        collection = Collection(operation=self.operation(), base_url=BASE, path={})
        return Asker(collection=collection, send=self.send, depth=depth, seed=1)

    def send(self, request: Request) -> Exchange:
        """Answer one request."""
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        self.seen.append(request.url)
        return Exchange(request=request, response=self._answer(query), number=len(self.seen))

    def _answer(self, query: dict[str, str]) -> Response:
        status = self.refuse(query) if self.refuse else 0
        if status:
            return make_response(status, {"error": "not now"})
        try:
            found = self.chosen(query)
        except Malformed as error:
            return make_response(400, {"error": str(error)})
        size, start = int(query.get("limit", self.default)), int(query.get("offset", 0))
        body: dict[str, Any] = {"things": found[start : start + size]}
        if self.total:
            body["total"] = len(found)
        if start + size < len(found):
            body["more"] = f"{BASE}/things?{urlencode({**query, 'offset': str(start + size)})}"
        if start:
            body["less"] = f"{BASE}/things?{urlencode({**query, 'offset': str(max(0, start - size))})}"
        return make_response(200, self.spoil_body(query, body) if self.spoil_body else body)

    def chosen(self, query: dict[str, str]) -> list[Item]:
        """Return the items that a query lists, in its order."""
        text = query.get("q", "")
        found = list(self.items)
        if text.strip():
            text = self.spoil_condition(text) if self.spoil_condition else text
            holds = Conditions(self, text).parse()
            found = [item for item in found if holds(item)]
        if "order" in query:
            found = self.sorted(found, query["order"])
        return self.spoil_items(query, found) if self.spoil_items else found

    def sorted(self, found: list[Item], text: str) -> list[Item]:
        """Return items in an order."""
        name = text.removeprefix("!")
        if name not in self.order["fields"]:
            raise Malformed(f"no order {name}")
        known = [item for item in found if value(item, name) is not None]
        unknown = [item for item in found if value(item, name) is None]
        known.sort(key=lambda item: self.rank(value(item, name)), reverse=text != name)
        return [*unknown, *known] if self.nulls_first else [*known, *unknown]

    def rank(self, found: Any) -> Any:
        """Return what a value is compared by."""
        return self.key(found) if isinstance(found, str) else found


def value(item: Item, name: str) -> Any:
    """Return a member of an item, ``None`` where it is absent."""
    node: Any = item
    for step in name.split("."):
        node = node.get(step) if isinstance(node, dict) else None
    return node


class Conditions:
    """Reads a condition: ``&&`` goes before ``||``."""

    def __init__(self, shelf: Shelf, text: str) -> None:
        """Take the text apart."""
        self.shelf, self.tokens, place = shelf, [], 0
        while text[place:].strip():
            found = TOKEN.match(text, place)
            if found is None:
                raise Malformed(f"at {place}")
            self.tokens.append(found[found.lastindex or 0])
            place = found.end()

    def parse(self) -> Callable[[Item], bool]:
        """Return what the whole text stands for."""
        found = self._any()
        if self.tokens:
            raise Malformed(f"{self.tokens[0]} makes no sense")
        return found

    def _any(self) -> Callable[[Item], bool]:
        parts = [self._all()]
        while self.tokens[:1] == ["||"]:
            self.tokens.pop(0)
            parts.append(self._all())
        return lambda item: any(part(item) for part in parts)

    def _all(self) -> Callable[[Item], bool]:
        parts = [self._one()]
        while self.tokens[:1] == ["&&"]:
            self.tokens.pop(0)
            parts.append(self._one())
        return lambda item: all(part(item) for part in parts)

    def _one(self) -> Callable[[Item], bool]:
        if self._next() == "(":
            found = self._any()
            if self._next() != ")":
                raise Malformed("open")
            return found
        name, operator, literal = self.last, self._next(), self._next()
        kind = self.shelf.terms["fields"].get(name)
        if kind is None or operator not in self.shelf.terms["operators"].values():
            raise Malformed(f"{name} {operator}")
        if kind == "datetime" and literal != "nothing":
            self._day(literal)
        return lambda item: self._holds(value(item, name), operator, literal, kind)

    def _next(self) -> str:
        if not self.tokens:
            raise Malformed("ends too early")
        self.last = self.tokens.pop(0)
        return self.last

    def _holds(self, found: Any, operator: str, literal: str, kind: str) -> bool:
        if literal == "nothing":
            return (found is None) == (operator == "is")
        if found is None:
            return operator in {"<>", "lacks"} and self.shelf.absent_is_other
        if operator in {"has", "lacks"}:
            part = self._text(literal).casefold()
            return (self.shelf.key(part) in self.shelf.key(found.casefold())) == (operator == "has")
        low, high = self._bounds(literal, kind)
        shown = datetime.fromisoformat(found) if kind == "datetime" else self.shelf.rank(found)
        return {
            "is": low <= shown <= high, "<>": not low <= shown <= high, ">": shown > high, ">=": shown >= low,
            "<": shown < low, "<=": shown <= high,
        }[operator]  # fmt: skip

    def _text(self, literal: str) -> str:
        if not literal.startswith('"'):
            raise Malformed(f"{literal} is no text")
        return re.sub(r"\\(.)", r"\1", literal[1:-1])

    def _day(self, literal: str) -> datetime:
        try:
            return datetime.fromisoformat(literal)
        except ValueError as error:
            raise Malformed(f"{literal} is no day") from error

    def _bounds(self, literal: str, kind: str) -> tuple[Any, Any]:
        """Return the lowest and the highest value that a literal means."""
        if kind == "datetime":
            low = self._day(literal)
            low = low if low.tzinfo else low.replace(tzinfo=UTC)
            whole = len(literal) == 10 and self.shelf.day_is_whole
            return low, low + timedelta(days=1, microseconds=-1) if whole else low
        if kind == "number":
            return float(literal), float(literal)
        if kind == "boolean":
            return literal == "true", literal == "true"
        text = self.shelf.key(self._text(literal))
        return text, text
