"""Faults of filters as a whole: how conditions are joined and refused, and what they give away."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from flask import request
from lark import Lark, Token, Tree

from specproof.target.columns import COLUMNS
from specproof.target.faults.filtering import QUOTED, refused
from specproof.target.faults.registry import fault
from specproof.target.filtering import GRAMMAR, Filter
from specproof.target.problems import Problem
from specproof.target.variables import EVERYTHING, Condition

COMBINATORS = "filter.combinators"
PARENTHESES = "filter.parentheses"
PRECEDENCE = "filter.precedence"
SPACES = "filter.spaces"
MALFORMED = "filter.malformed-refused"
SECRETS = "filter.secrets-hidden"
Children = list[Tree[Token] | Token]
OR_FIRST = GRAMMAR.replace("start: any", "start: all").replace('"(" any ")"', '"(" all ")"')
OR_FIRST = OR_FIRST.replace("any: all (_OR all)*", "all: any (_AND any)*")
OR_FIRST = OR_FIRST.replace("all: _item (_AND _item)*", "any: _item (_OR _item)*")


def outside_quotes(text: str, change: Callable[[str], str]) -> str:
    """Change a filter, but not the text in its quotation marks."""
    return "".join(part if part.startswith('"') else change(part) for part in QUOTED.split(text))


def rebuilt(tree: Tree[Token], change: Callable[[str, Children], Tree[Token]]) -> Tree[Token]:
    """Return a tree in which each node that joins several others was made anew."""
    children: Children = [rebuilt(c, change) if isinstance(c, Tree) else c for c in tree.children]
    if tree.data in {"any", "all"} and len(children) > 1:
        return change(str(tree.data), children)
    return Tree(tree.data, children)


def field_of(node: Tree[Token] | Token) -> str:
    """Return the field of a comparison; of anything else a name that no field has."""
    first = node.children[0] if isinstance(node, Tree) and node.data == "comparison" else ""
    return str(first) or str(id(node))


@functools.cache
def or_first() -> Lark:
    """Build a parser for which OR binds tighter than AND."""
    return Lark(OR_FIRST, parser="lalr", propagate_positions=True)


@fault("filter", "filter-first-condition-only", COMBINATORS, "Of joined conditions the first alone counts.")
class FilterFirstConditionOnly(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(super().parse(text), lambda how, children: Tree(how, children[:1]))


@fault("filter", "filter-last-condition-only", COMBINATORS, "Of joined conditions the last alone counts.")
class FilterLastConditionOnly(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(super().parse(text), lambda how, children: Tree(how, children[-1:]))


@fault("filter", "filter-third-condition-ignored", COMBINATORS, "Of joined conditions the first two count.")
class FilterThirdConditionIgnored(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(super().parse(text), lambda how, children: Tree(how, children[:2]))


@fault("filter", "filter-and-means-or", COMBINATORS, "AND joins as OR does.")
class FilterAndMeansOr(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(super().parse(text), lambda how, children: Tree("any", children))


@fault("filter", "filter-or-means-and", COMBINATORS, "OR joins as AND does.")
class FilterOrMeansAnd(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return rebuilt(super().parse(text), lambda how, children: Tree("all", children))


@fault(
    "filter", "filter-one-condition-per-field", COMBINATORS, "Of two conditions on a field the later counts."
)
class FilterOneConditionPerField(Filter):
    def parse(self, text: str) -> Tree[Token]:
        def latest(how: str, children: Children) -> Tree[Token]:
            return Tree(how, list({field_of(child): child for child in children}.values()))

        return rebuilt(super().parse(text), latest)


@fault("filter", "filter-small-letters-refused", COMBINATORS, "and is refused where AND is understood.")
class FilterSmallLettersRefused(Filter):
    def parse(self, text: str) -> Tree[Token]:
        tree = super().parse(text)
        if any(re.search(r"\b(and|or)\b", part) for part in QUOTED.split(text)[::2]):
            raise refused()
        return tree


@fault("filter", "filter-mixed-letters-refused", COMBINATORS, "And and oR are refused, and and OR are not.")
class FilterMixedLettersRefused(Filter):
    def parse(self, text: str) -> Tree[Token]:
        tree = super().parse(text)
        words = re.findall(r"(?i)\b(?:and|or)\b", " ".join(QUOTED.split(text)[::2]))
        if any(word not in {word.lower(), word.upper()} for word in words):
            raise refused()
        return tree


@fault("filter", "filter-parentheses-ignored", PARENTHESES, "Parentheses are read and ignored.")
class FilterParenthesesIgnored(Filter):
    def parse(self, text: str) -> Tree[Token]:
        super().parse(text)
        return super().parse(outside_quotes(text, lambda part: re.sub("[()]", " ", part)))


@fault(
    "filter", "filter-second-group-lost", PARENTHESES, "Of two groups in parentheses the first alone counts."
)
class FilterSecondGroupLost(Filter):
    def parse(self, text: str) -> Tree[Token]:
        def first(how: str, children: Children) -> Tree[Token]:
            groups = [c for c in children if isinstance(c, Tree) and c.data != "comparison"]
            return Tree(how, [child for child in children if child not in groups[1:]])

        tree = super().parse(text)
        return rebuilt(tree, first) if text.count("(") > 1 else tree


@fault(
    "filter", "filter-nested-parentheses-refused", PARENTHESES, "Parentheses inside parentheses are refused."
)
class FilterNestedParenthesesRefused(Filter):
    def parse(self, text: str) -> Tree[Token]:
        if any(re.search(r"\([^)]*\(", part) for part in QUOTED.split(text)[::2]):
            raise refused()
        return super().parse(text)


@fault("filter", "filter-or-binds-tighter", PRECEDENCE, "OR goes before AND.")
class FilterOrBindsTighter(Filter):
    def parse(self, text: str) -> Tree[Token]:
        super().parse(text)
        return or_first().parse(text)


@fault("filter", "filter-left-to-right", PRECEDENCE, "Conditions are joined from left to right.")
class FilterLeftToRight(Filter):
    def parse(self, text: str) -> Tree[Token]:
        def chained(how: str, children: Children) -> Tree[Token]:
            if how == "all":
                return Tree(how, children)
            left = children[0]
            for child in children[1:]:
                several = isinstance(child, Tree) and child.data == "all" and len(child.children) > 1
                first, *rest = child.children if several and isinstance(child, Tree) else [child]
                left = Tree("any", [left, first])
                for each in rest:
                    left = Tree("all", [left, each])
            return left if isinstance(left, Tree) else Tree(how, children)

        return rebuilt(super().parse(text), chained)


@fault("filter", "filter-needs-spaces", SPACES, "An operator without spaces round it is refused.")
class FilterNeedsSpaces(Filter):
    def parse(self, text: str) -> Tree[Token]:
        tree = super().parse(text)
        if any(re.search(r"\w[=!~<>]", part) for part in QUOTED.split(text)):
            raise refused()
        return tree


@fault("filter", "filter-one-space-only", SPACES, "Two spaces in a row are refused.")
class FilterOneSpaceOnly(Filter):
    def parse(self, text: str) -> Tree[Token]:
        if any("  " in part for part in QUOTED.split(text)[::2]):
            raise refused()
        return super().parse(text)


# --- refusals and secrets ------------------------------------------------------------------------


@fault("filter", "filter-malformed-ignored", MALFORMED, "A filter that cannot be read is ignored.")
class FilterMalformedIgnored(Filter):
    def condition(self, text: str | None, *, address: str) -> Condition:
        try:
            return super().condition(text, address=address)
        except Problem:
            return EVERYTHING


@fault("filter", "filter-malformed-422", MALFORMED, "A filter that cannot be read is answered with 422.")
class FilterMalformed422(Filter):
    def condition(self, text: str | None, *, address: str) -> Condition:
        try:
            return super().condition(text, address=address)
        except Problem as problem:
            raise refused(422) from problem


@fault("filter", "filter-closes-parentheses", MALFORMED, "An open parenthesis is closed by the server.")
class FilterClosesParentheses(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return super().parse(text + ")" * max(0, text.count("(") - text.count(")")))


@fault("filter", "filter-closes-text", MALFORMED, "An open text is closed by the server.")
class FilterClosesText(Filter):
    def parse(self, text: str) -> Tree[Token]:
        return super().parse(f'{text}"' if text.count('"') == 1 else text)


class _OpenSecrets(Filter):
    """Compares the secret itself, where a subclass says so."""

    operators: frozenset[str] = frozenset()

    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return found.replace(COLUMNS["value"].sql, "value") if operator in self.operators else found


@fault("filter", "filter-equals-secrets", SECRETS, "= compares secured values, so that one can be guessed.")
class FilterEqualsSecrets(_OpenSecrets):
    operators = frozenset({"="})


@fault("filter", "filter-contains-secrets", SECRETS, "~ looks into secured values.")
class FilterContainsSecrets(_OpenSecrets):
    operators = frozenset({"~"})


@fault("filter", "filter-orders-secrets", SECRETS, "< compares secured values: they can be found by halving.")
class FilterOrdersSecrets(_OpenSecrets):
    operators = frozenset({"<"})


@fault("filter", "fields-before-filter", "partial-response.with-filter", "What is not shown cannot be found.")
class FieldsBeforeFilter(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        asked = request.args.get("fields", "")
        return f"({found} AND 0)" if asked and f"values.{field}" not in asked else found
