"""Conditions that nobody can read."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.contract.vocabulary import Filter
from specproof.model.condition import Comparison, Question

_LIKELY = ("an open string", "an open parenthesis", "no such day")  # to be read nevertheless, or to fail
_FEW = 3  # of a quick look


def broken(terms: Filter, good: Question, depth: str) -> list[tuple[str, str]]:
    """Return conditions that nobody can read, and what is wrong with them.

    Args:
        terms: The language.
        good: A comparison that can be read, which is broken in each way.
        depth: ``quick``, ``standard`` or ``deep``: at quick there are a few, those that are often overlooked.
    """
    found = list(_broken(terms, good))
    if depth != "quick":
        return found
    return sorted(found, key=lambda each: each[1] not in _LIKELY)[:_FEW]


def _broken(terms: Filter, good: Question) -> Iterator[tuple[str, str]]:
    comparison, words = good.condition, terms.combinators
    if not isinstance(comparison, Comparison):
        return
    symbol = getattr(terms.operators, comparison.operator)
    yield f"{comparison.field} {symbol}", "no literal"
    yield f"{symbol} {comparison.operand.written}", "no member"
    yield comparison.field, "no operator"
    yield f"{comparison.field} {symbol} {symbol} {comparison.operand.written}", "two operators"
    moment = next((name for name, kind in terms.fields.items() if kind == "datetime"), None)
    if moment is not None and terms.operators.greater is not None:
        yield f"{moment} {terms.operators.greater} 2024-13-45", "no such day"
    string = next((name for name, kind in terms.fields.items() if kind == "string"), None)
    if string is not None and terms.operators.equals is not None:
        yield f'{string} {terms.operators.equals} "open', "an open string"
    word = words.and_ or words.or_
    if word is not None:
        yield f"{good.text} {word}", "nothing after a combinator"
        yield f"{word} {good.text}", "nothing before a combinator"
    if terms.parentheses:
        yield f"({good.text}", "an open parenthesis"
        yield f"{good.text})", "a parenthesis too many"
        yield "()", "empty parentheses"
