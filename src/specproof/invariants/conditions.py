"""Does a condition hold for an item? Written from docs/vocabulary.md, and silent where that is silent.

Every function answers ``True``, ``False``, or ``None`` where the contract leaves it open: two correct servers
may differ there, so nobody is judged by it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter
from specproof.model.condition import Comparison, Condition, Operand, moment_of, values_at

_CASES: tuple[Callable[[str], str], ...] = (str.casefold, str.lower, str.upper)
_EXACT = timedelta(microseconds=1)
_NEGATIVE = {"equals", "contains"}  # what is not there is surely neither equal nor contains anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Tells whether comparisons hold for items."""

    terms: Filter
    secrets: tuple[SecretRule, ...] = ()

    def holds(self, condition: Condition, item: Any) -> bool | None:
        """Tell whether a condition holds for an item as it is shown."""
        if isinstance(condition, Comparison):
            return self._is_true(condition, item)
        found = [self.holds(part, item) for part in condition.parts]
        if condition.how == "not":
            return None if found[0] is None else not found[0]
        deciding = condition.how == "or"  # the answer of one part that settles it
        return deciding if deciding in found else None if None in found else not deciding

    def _is_true(self, comparison: Comparison, item: Any) -> bool | None:
        known = self.known(comparison.field, item)
        if known is None:
            return None
        values = [value for value in known if value is not None]
        if comparison.operand.kind == "null":
            through = leads_through_list(item, tuple(comparison.field.split(self.terms.separator)))
            return None if through else bool(values) is (comparison.operator != "equals")
        if not values:
            return False if comparison.operator in _NEGATIVE else None
        return unanimous(self._compares(value, comparison) for value in values)

    def known(self, field: str, item: Any) -> list[Any] | None:
        """Return the values of a member, ``None`` among them; nothing is known about a secret."""
        path = tuple(field.split(self.terms.separator))
        if any(len(path) == 1 and rule.member == path[0] and rule.applies(item) for rule in self.secrets):
            return None
        return values_at(item, path)

    def _compares(self, value: Any, comparison: Comparison) -> bool | None:
        operand = comparison.operand
        if comparison.operator in {"contains", "not_contains"}:
            found = self._contains(value, operand.value) if isinstance(value, str) else None
            return found if comparison.operator == "contains" or found is None else not found
        return _ordered(comparison.operator, self._order(value, operand))

    def _order(self, value: Any, operand: Operand) -> str | None:
        """Return how a value stands to a literal: ``less``, ``equal``, ``greater``, or less exactly."""
        if operand.kind == "string" and isinstance(value, str):
            return text_order(value, operand.value, self.terms.collation)
        if operand.kind == "boolean" and isinstance(value, bool):
            return "equal" if value is operand.value else "unequal"
        if operand.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
            return _number_order(value, operand.value)
        if operand.kind == "datetime":
            return _moment_order(value, operand)
        return None

    def _contains(self, text: str, part: str) -> bool | None:
        exact = part in text
        if self.terms.contains_ignores_case:
            found = unanimous(case(part) in case(text) for case in _CASES)
        elif self.terms.collation == "codepoint" or exact:
            return exact
        else:
            found = None if part.casefold() in text.casefold() else False
        if found is False and self.terms.collation is None and folded(part) in folded(text):
            return None
        return found


def leads_through_list(node: Any, path: tuple[str, ...]) -> bool:
    """Tell whether a list stands on the way of a path or at its end: then nobody says what absent means."""
    for name in path:
        if not isinstance(node, dict) or name not in node:
            break
        node = node[name]
    return isinstance(node, list)


def unanimous(answers: Iterable[bool | None]) -> bool | None:
    """Return the answer that all give; ``None`` where they differ or one leaves it open."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def folded(text: str) -> str:
    """Return what is left of a text when case, accents and spaces do not count."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in plain if not unicodedata.combining(sign) and not sign.isspace())
    return "".join(kept).casefold()


def text_order(one: str, other: str, collation: str | None) -> str | None:
    """Return how one text stands to another: ``less``, ``equal``, ``greater``, ``unequal`` or ``None``."""
    if one == other:
        return "equal"
    if collation == "codepoint":
        return "less" if one < other else "greater"
    if collation == "ignore-case":
        found = {_sign(case(one), case(other)) for case in _CASES}
        return found.pop() if len(found) == 1 else None
    return None if folded(one) == folded(other) else "unequal"


def _sign(one: Any, other: Any) -> str:
    return "equal" if one == other else "less" if one < other else "greater"


def _number_order(value: float, literal: Any) -> str | None:
    if isinstance(value, float):
        if value == float(literal):
            return "equal" if value.is_integer() or Decimal(str(value)) == literal else None
        if abs(value - float(literal)) <= 1e-9 * max(abs(value), 1.0):
            return None
    return _sign(Decimal(str(value)), Decimal(literal))


def _moment_order(value: Any, operand: Operand) -> str | None:
    """Compare a timestamp with a literal that may say less: inside the time that it may mean, say little."""
    found = moment_of(value)
    if found is None:
        return None
    (shown, unit), meant = found, operand.value
    if shown + unit <= meant:
        return "less"
    if shown >= meant + operand.unit:
        return "greater"
    if shown == meant and unit <= _EXACT:
        return "equal"
    return "not less" if shown >= meant else None


_HOLDS: dict[str, dict[str, bool]] = {
    "equals": {"less": False, "equal": True, "greater": False, "unequal": False},
    "not_equals": {"less": True, "equal": False, "greater": True, "unequal": True},
    "greater": {"less": False, "equal": False, "greater": True},
    "greater_or_equal": {"less": False, "equal": True, "greater": True, "not less": True},
    "less": {"less": True, "equal": False, "greater": False, "not less": False},
    "less_or_equal": {"less": True, "equal": True, "greater": False},
}


def _ordered(operator: str, order: str | None) -> bool | None:
    return _HOLDS[operator].get(order or "")
