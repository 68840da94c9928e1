"""The ``q`` parameter: a small query language, parsed by a grammar, compiled to SQL with bound values."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from specproof.target.columns import COLUMNS, Column
from specproof.target.problems import Problem
from specproof.target.store import timestamp
from specproof.target.variables import EVERYTHING, Condition

TEXT_MAXIMUM = 2_000
DEPTH_MAXIMUM = 20
GRAMMAR = r"""
    start: any
    any: all (_OR all)*
    all: _item (_AND _item)*
    _item: "(" any ")" | comparison
    comparison: FIELD OPERATOR (STRING | MOMENT | NUMBER | NULL | TRUE | FALSE)
    FIELD: /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/
    OPERATOR: "!=" | "!~" | ">=" | "<=" | "=" | "~" | ">" | "<"
    STRING: /"(?:[^"\\]|\\.)*"/s
    MOMENT.2: /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/
    NUMBER: /-?\d+(?:\.\d+)?/
    NULL: "null"
    TRUE: "true"
    FALSE: "false"
    _AND: /and\b/i
    _OR: /or\b/i
    %ignore /\s+/
"""
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
FRACTION = re.compile(r"(\.\d{6})\d+")
ADDRESS = object()  # stands among the bound values for the URL of a variable without its UUID
ORDERS = {">", ">=", "<", "<="}


@functools.cache
def parser() -> Lark:
    """Build the parser; it takes longer than any query, so it is kept."""
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True)


def refuse(position: int, expected: str) -> Problem:
    """Build the 400 of a filter that makes no sense at a place, counted from 0."""
    return Problem(
        400,
        "The filter is not valid",
        detail=f"Column {position + 1}: {expected}.",
        data={"key": "filter.malformed", "parameter": "q", "column": position + 1},
    )


class Filter:
    """Turns ``q`` into a condition."""

    def condition(self, text: str | None, *, address: str) -> Condition:
        """Compile a filter.

        Args:
            text: The parameter.
            address: The URL of a variable up to and with the brace before its UUID.

        Raises:
            Problem: 400, with the column of the mistake.
        """
        if text is None or not text.strip():
            return EVERYTHING
        values: list[object] = []
        sql = self._node(self.parse(text), values)
        values = [address if value is ADDRESS else value for value in values]
        return Condition(sql, tuple(values))

    def parse(self, text: str) -> Tree[Token]:
        """Parse a filter."""
        if len(text) > TEXT_MAXIMUM:
            raise refuse(TEXT_MAXIMUM, f"at most {TEXT_MAXIMUM} characters")
        depth = 0
        for place, character in enumerate(
            re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: "_" * len(found[0]), text)
        ):
            depth += (character == "(") - (character == ")")
            if depth > DEPTH_MAXIMUM:
                raise refuse(place, f"at most {DEPTH_MAXIMUM} parentheses inside each other")
        try:
            return parser().parse(text)
        except UnexpectedInput as error:
            if isinstance(error, UnexpectedToken) and error.token.type == "$END":
                raise refuse(len(text), "the filter ends too early") from error
            raise refuse(getattr(error, "pos_in_stream", 0), "this makes no sense here") from error

    def _node(self, tree: Tree[Token], values: list[object]) -> str:
        if tree.data == "comparison":
            field, operator, literal = (child for child in tree.children if isinstance(child, Token))
            return f"({self.compare(field, operator, literal, values)})"
        parts = [self._node(child, values) for child in tree.children if isinstance(child, Tree)]
        word = " OR " if tree.data == "any" else " AND "
        return parts[0] if len(parts) == 1 else f"({word.join(parts)})"

    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        """Compile one comparison, and append what it binds to ``values``."""
        column = COLUMNS.get(field)
        if column is None:
            raise refuse(field.start_pos or 0, f"expected one of {', '.join(COLUMNS)}")
        if literal.type == "NULL":
            return self.absent(operator)
        if "?" in column.sql:
            values.append(ADDRESS)
        if operator in {"~", "!~"}:
            return self.contains(column, operator, literal, values)
        if column.kind == "boolean" and operator in ORDERS:
            raise refuse(operator.start_pos or 0, "expected = or !=")
        values.append(self.bound(column, literal))
        return f"{column.sql} {operator} ?"

    def absent(self, operator: Token) -> str:
        """Compile a comparison with null; no field of a variable is ever absent."""
        if operator not in {"=", "!="}:
            raise refuse(operator.start_pos or 0, "expected = or != before null")
        return "1" if operator == "!=" else "0"

    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        """Compile ``~`` and ``!~``: contains, without regard to case."""
        if column.kind != "text":
            raise refuse(operator.start_pos or 0, "this field has no text to search in")
        values.append(str(self.bound(column, literal)).casefold())
        return f"instr(casefold({column.sql}), ?) {'>' if operator == '~' else '='} 0"

    def bound(self, column: Column, literal: Token) -> object:
        """Return the value of a literal, if it is of the column's kind."""
        if column.kind == "text" and literal.type == "STRING":
            return ESCAPE.sub(lambda found: ESCAPES.get(found[1], found[1]), literal[1:-1])
        if column.kind == "boolean" and literal.type in {"TRUE", "FALSE"}:
            return literal.type == "TRUE"
        if column.kind == "moment" and literal.type == "MOMENT":
            return self.moment(literal)
        wanted = {"text": "text in double quotes", "boolean": "true or false", "moment": "a date"}
        raise refuse(literal.start_pos or 0, f"expected {wanted[column.kind]}")

    def moment(self, literal: Token) -> str:
        """Return a date and time as the database writes it; without offset it is UTC."""
        try:
            found = datetime.fromisoformat(FRACTION.sub(r"\1", literal))
            return timestamp(found if found.tzinfo else found.replace(tzinfo=UTC))
        except (ValueError, OverflowError) as error:
            raise refuse(literal.start_pos or 0, "there is no such date") from error
