"""Promises about filtering and sorting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.languages import filtering, item_secrets, sorting
from specproof.contract.vocabulary import Filter
from specproof.model.operation import Operation
from specproof.model.promise import Promise

OPPOSITES = (
    ("equals", "not_equals"),
    ("contains", "not_contains"),
    ("greater", "less_or_equal"),
    ("less", "greater_or_equal"),
)
"""Operators of which exactly one holds for a value."""


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation whose items can be filtered or sorted; only GET can be compared."""
    if operation.method != "GET":
        return
    by_label = {each.label: each for each in operations}
    secrets = {rule.member for rule in item_secrets(document, operation, by_label)}
    condition, order = filtering(operation), sorting(operation)
    if condition is not None:
        for name, made in _filter(condition.terms, secrets).items():
            if made and (name != "pages" or operation.pagination is not None):
                yield promise(f"filter.{name}", operation.label, condition.pointer)
    if order is not None:
        said = {
            "order": True,
            "descending": order.terms.descending is not None,
            "same-items": True,
            "pages": operation.pagination is not None,
            "with-filter": condition is not None,
            "unknown-refused": order.terms.unknown is not None,
            "secrets-hidden": bool(secrets & set(order.terms.fields)),
        }
        for name, made in said.items():
            if made:
                yield promise(f"sort.{name}", operation.label, order.pointer)


def _filter(terms: Filter, secrets: set[str]) -> dict[str, bool]:
    has = {name for name, symbol in terms.operators if symbol is not None}
    kinds = set(terms.fields.values())
    joins = terms.combinators
    both = joins.and_ is not None and joins.or_ is not None
    comparable = kinds - {"null"}
    return {
        "equality": bool(has & {"equals", "not_equals"} and comparable),
        "contains": bool(has & {"contains", "not_contains"} and "string" in kinds),
        "order": bool(
            has & {"greater", "greater_or_equal", "less", "less_or_equal"}
            and ({"number", "datetime"} & kinds or ("string" in kinds and terms.collation is not None))
        ),
        "absent": bool(has & {"equals", "not_equals"}) and (terms.absent is not None or "null" in kinds),
        "complement": any({one, other} <= has for one, other in OPPOSITES) and bool(comparable),
        "combinators": any(joined is not None for joined in (joins.and_, joins.or_, joins.not_)),
        "parentheses": terms.parentheses and both,
        "precedence": terms.binds_tighter is not None and both,
        "spaces": True,
        "pages": True,
        "malformed-refused": terms.malformed is not None,
        "secrets-hidden": bool(secrets & {name for name, kind in terms.fields.items() if kind == "string"}),
    }
