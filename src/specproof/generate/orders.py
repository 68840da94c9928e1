"""Sort a collection by what it can be sorted by, and walk what it lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specproof.contract.languages import Language
from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter, Sort
from specproof.generate.filters import Asker, plain_conditions
from specproof.generate.literals import samples
from specproof.model.condition import Sorted, SortEvidence, moment_of, values_at
from specproof.model.walk import Walk

NOBODY = "specproof_no_such_member"
Order = tuple[str, bool]  # a member, and whether it is sorted by descending


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Which orders are asked for: with large pages, with small ones, and beside a condition."""

    whole: Sequence[Order]
    paged: Sequence[Order]
    filtered: Sequence[Order]


def ask_sort(
    asker: Asker,
    plain: Walk,
    language: Language[Sort],
    condition: Language[Filter] | None,
    secrets: tuple[SecretRule, ...],
) -> SortEvidence:
    """Sort by every member both ways, with large pages and small ones, with a condition and without.

    A quick look sorts by members of different kinds alone.
    """
    terms, reach = language.terms, asker.reach(plain)
    chosen = _few(terms, plain) if asker.depth == "quick" else _all(terms, asker.depth)
    size = asker.small(len(plain.identities)) if plain.complete else None

    def ordered(order: Order, *query: tuple[str, str], size: int | None = None) -> Sorted:
        name, descending = order
        text = f"{terms.descending}{name}" if descending else name
        pages = 3 * reach + 3 if size else reach
        back = size is not None and order == next((each for each in chosen.paged if each[1]), None)
        walked = asker.walk(*query, (language.parameter, text), size=size, max_pages=pages, back=back)
        return Sorted(field=name, descending=descending, walk=walked, text=text)

    found = _condition(asker, plain, condition, secrets)
    return SortEvidence(
        plain=plain,
        whole=tuple(ordered(order) for order in chosen.whole),
        paged=tuple(ordered(order, size=size) for order in chosen.paged) if size else (),
        filtered=tuple((ordered(order, query), alone) for query, alone in found for order in chosen.filtered),
        unknown=tuple(
            (text, asker.walk((language.parameter, text), max_pages=1))
            for text in (NOBODY, f"{terms.descending}{NOBODY}")[: len(_ways(terms))]
            if terms.unknown is not None
        ),
    )


def _ways(terms: Sort) -> tuple[bool, ...]:
    return (False, True) if terms.descending is not None else (False,)


def _all(terms: Sort, depth: str) -> _Chosen:
    """Return every order there is; with small pages at standard those of every third member."""
    ways, few = _ways(terms), terms.fields if depth == "deep" else terms.fields[::3]
    return _Chosen(
        whole=[(name, way) for name in terms.fields for way in ways],
        paged=[(name, way) for name in few for way in ways],
        filtered=[(name, ways[-1]) for name in terms.fields[:2]],
    )


def _few(terms: Sort, plain: Walk) -> _Chosen:
    """Return orders by two text members, and by one member of each other kind.

    With small pages those are asked for in which fewest and most items are equal.
    """
    ways, known = _ways(terms), {name: _values(plain, name) for name in terms.fields}
    kinds = {name: _kind(values) for name, values in known.items()}
    texts = [name for name in terms.fields if kinds[name] == "text"]
    texts.sort(key=lambda name: -len(samples(known[name])))
    others = {kind: name for name, kind in reversed(kinds.items()) if kind not in {"text", "nothing"}}
    names = [*texts[:1], *others.values()] or list(terms.fields[:1])
    names.sort(key=lambda name: len(set(known[name])))
    return _Chosen(
        whole=[*((name, way) for name in names for way in ways), *((name, False) for name in texts[1:2])],
        paged=list(dict.fromkeys([(names[0], ways[-1]), (names[-1], False)])),
        filtered=[(names[-1], ways[-1])],
    )


def _values(plain: Walk, name: str) -> list[Any]:
    items = [item for page in plain.pages for item in page.items]
    found = [values_at(item, tuple(name.split("."))) for item in items]
    return [value for values in found for value in values if isinstance(value, str | int | float)]


def _kind(values: Sequence[Any]) -> str:
    if values and all(isinstance(value, str) for value in values):
        return "moment" if all(moment_of(value) for value in values) else "text"
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    return "number" if values else "nothing"


def _condition(
    asker: Asker, plain: Walk, language: Language[Filter] | None, secrets: tuple[SecretRule, ...]
) -> list[tuple[tuple[str, str], Walk]]:
    """Return a condition that keeps some items and drops others, as a query parameter, with what it lists."""
    if language is None:
        return []
    for question in plain_conditions(asker, plain, language, secrets):
        query = (language.parameter, question.text)
        found = asker.walk(query, max_pages=asker.reach(plain))
        if 1 < len(found.identities) < len(plain.identities) or not plain.complete:
            return [(query, found)]
    return []
