"""Promises about search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.searching import search_parameter
from specproof.contract.vocabulary import Matches, Search
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of a query parameter that holds a search query.

    Results are compared by their identity, so most of them need pages that name one.
    """
    found = search_parameter(operation)
    if found is None:
        return
    parameter, rules = found
    pages = operation.pagination
    comparable = pages is not None and pages.identity is not None
    names = [name for name, given in _language(rules) if given and comparable]
    names += ["no-repeats"] if comparable else []
    names += [name for name, given in _results(rules.matches) if given and comparable]
    if rules.malformed is not None:
        names.append("malformed")
    inferred = pages is not None and pages.inferred
    for name in names:
        yield promise(f"search.{name}", operation.label, f"{parameter.pointer}/x-search", inferred=inferred)


def _language(rules: Search) -> list[tuple[str, bool]]:
    beside = rules.implicit == "and"
    every = beside or rules.combinators.and_ is not None
    negated = rules.combinators.not_ is not None or (rules.negation is not None and beside)
    shows = rules.matches is not None and bool(rules.matches.lines or rules.matches.path)
    return [
        ("all-words", every),
        ("own-words", every and shows),
        ("any-word", rules.combinators.or_ is not None or rules.implicit == "or"),
        ("word-order", beside),
        ("negation", negated and every),
        ("parentheses", rules.parentheses and rules.combinators.or_ is not None and every),
        ("phrase", rules.phrase is not None and every),
        ("modifiers", bool(rules.modifiers) and beside),
        ("case", rules.ignores_case),
    ]


def _results(matches: Matches | None) -> list[tuple[str, bool]]:
    if matches is None or matches.text is None:
        return []
    lines = bool(matches.blocks and matches.lines and matches.segments)
    marked = matches.match is not None
    return [
        ("marks", marked and (lines or matches.path_segments is not None)),
        ("shows-match", marked and lines and matches.path_segments is not None),
        ("pieces", bool(lines and matches.number) or bool(matches.path and matches.path_segments)),
        ("line-numbers", lines and matches.number is not None),
        ("count", marked and lines and matches.count is not None),
    ]
