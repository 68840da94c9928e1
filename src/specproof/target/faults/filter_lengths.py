"""Faults of filters that are long: many conditions, many parentheses, long texts."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

from lark import Token, Tree

from specproof.target.columns import Column
from specproof.target.faults.filter_joins import COMBINATORS, PARENTHESES, PRECEDENCE, or_first, rebuilt
from specproof.target.faults.registry import fault
from specproof.target.filtering import Filter, refuse

EQUALITY, CONTAINS = "filter.equality", "filter.contains"
MANY, DEEP, LONG = 6, 5, 255


def _depth(text: str) -> int:
    """Return how deep parentheses stand inside each other; those in texts are few."""
    deepest = now = 0
    for character in text:
        now += (character == "(") - (character == ")")
        deepest = max(deepest, now)
    return deepest


@fault("filter", "filter-first-six-conditions", COMBINATORS, "Of joined conditions the first six count.")
class FilterFirstSixConditions(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(super().parse(text), lambda how, children: Tree(how, children[:MANY]))


@fault("filter", "filter-first-six-alternatives", COMBINATORS, "Of alternatives the first six count.")
class FilterFirstSixAlternatives(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(
            super().parse(text),
            lambda how, children: Tree(how, children[:MANY] if how == "any" else children),
        )


@fault("filter", "filter-many-conditions-refused", COMBINATORS, "More than six conditions are a 400.")
class FilterManyConditionsRefused(Filter):
    def parse(self, text: str) -> Tree[Token]:
        tree = super().parse(text)
        if sum(1 for _ in tree.find_data("comparison")) > MANY and "(" not in text:
            raise refuse(len(text), "too many conditions")
        return tree


@fault(
    "filter", "filter-depth-refused", PARENTHESES, "More than five parentheses inside each other are a 400."
)
class FilterDepthRefused(Filter):
    def parse(self, text: str) -> Tree[Token]:
        if _depth(text) > DEEP:
            raise refuse(0, "too deep")
        return super().parse(text)


@fault(
    "filter", "filter-depth-forgotten", PARENTHESES, "From the sixth parenthesis on the last part is lost."
)
class FilterDepthForgotten(Filter):
    def parse(self, text: str) -> Tree[Token]:
        tree = super().parse(text)
        return self._cut(tree, 0) if _depth(text) > DEEP else tree

    def _cut(self, tree: Tree[Token], level: int) -> Tree[Token]:
        parts = [child for child in tree.children if isinstance(child, Tree)]
        if tree.data == "comparison" or not parts:
            return tree
        if tree.data in {"any", "all"} and len(parts) > 1:
            level += 1
            parts = parts[:1] if level > DEEP else parts
        return Tree(tree.data, [self._cut(part, level) for part in parts])


@fault(
    "filter", "filter-long-mixtures-or-first", PRECEDENCE, "Beyond six conditions OR binds tighter than AND."
)
class FilterLongMixturesOrFirst(Filter):
    def parse(self, text: str) -> Tree[Token]:
        tree = super().parse(text)
        many = sum(1 for _ in tree.find_data("comparison")) > MANY and "(" not in text
        return or_first().parse(text) if many else tree


@fault("filter", "filter-long-text-refused", EQUALITY, "A text of more than 255 characters is a 400.")
class FilterLongTextRefused(Filter):
    def bound(self, column: Column, literal: Token) -> object:
        value = super().bound(column, literal)
        if isinstance(value, str) and len(value) > LONG:
            raise refuse(literal.start_pos or 0, "expected a shorter text")
        return value


@fault("filter", "filter-long-text-cut", EQUALITY, "Of texts the first 255 characters are compared.")
class FilterLongTextCut(Filter):
    def bound(self, column: Column, literal: Token) -> object:
        value = super().bound(column, literal)
        return value[:LONG] if isinstance(value, str) else value


@fault("filter", "filter-contains-nothing-long", CONTAINS, "~ finds no text of more than 255 characters.")
class FilterContainsNothingLong(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().contains(column, operator, literal, values)
        return f"({found} AND 0)" if len(literal) > LONG else found
