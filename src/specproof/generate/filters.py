"""Ask a collection with conditions and in orders, and walk what it lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from specproof.contract.languages import Language
from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter
from specproof.generate.broken_conditions import broken
from specproof.generate.conditions import Phrases
from specproof.generate.long_conditions import long_conditions
from specproof.generate.together import together
from specproof.generate.traps import escaped
from specproof.generate.walks import Collection, Send, back_again, walk
from specproof.model.condition import (
    Filtered,
    FilterEvidence,
    Question,
    comparisons,
)
from specproof.model.walk import Walk

_PAGES = {"quick": 3, "standard": 10, "deep": 40}  # of the walk without a condition
_PAGES_OF_LARGE = 2  # of each other walk where that one did not come to its end
_PAGED = {"quick": 1, "standard": 4, "deep": 12}  # walks with small pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Walks one collection again and again.

    Args:
        collection: What is walked.
        send: Sends one request.
        depth: ``quick``, ``standard`` or ``deep``: how much is asked, and how far a walk goes.
        seed: Decides what is asked where not everything is.
        allows: Tells whether the schema of a query parameter, by its name, allows a text.
    """

    collection: Collection
    send: Send
    depth: str
    seed: int
    allows: Callable[[str, str], bool] = lambda _name, _text: True

    def plain(self) -> Walk:
        """Walk without a condition, with the largest pages."""
        return self.walk(max_pages=_PAGES[self.depth])

    def walk(
        self,
        *query: tuple[str, str],
        size: int | None = None,
        max_pages: int = _PAGES_OF_LARGE,
        back: bool = False,
    ) -> Walk:
        """Walk with more query parameters; without a size with the largest pages there are.

        ``back`` follows the previous link of the last page, too.
        """
        pages = self.collection.pagination
        collection = replace(self.collection, query=(*self.collection.query, *query))
        size = size or (pages.size_maximum if pages.size_parameter else None)
        walked = walk(collection, self.send, size=size, max_pages=max_pages)
        return back_again(collection, self.send, walked) if back else walked

    def reach(self, plain: Walk) -> int:
        """Return how many pages another walk may have."""
        return len(plain.pages) + 1 if plain.complete else _PAGES_OF_LARGE

    def small(self, items: int) -> int | None:
        """Return a page size that cuts so many items into three pages or more, where sizes can be chosen."""
        pages = self.collection.pagination
        if not pages.size_parameter:
            return None
        return min(max(pages.size_minimum or 1, -(-items // 3)), pages.size_maximum or items or 1)


def ask_filter(
    asker: Asker,
    plain: Walk,
    language: Language[Filter],
    secrets: tuple[SecretRule, ...],
    is_wrong: Callable[[Filtered, Walk], bool] = lambda _each, _plain: False,
) -> FilterEvidence:
    """Ask single conditions, then such as are made of them, then some with small pages.

    ``is_wrong`` tells whether a list shows that its condition was not understood, given the list without one:
    what was asked together is asked one by one then.
    """
    items = [item for page in plain.pages for item in page.items]
    phrases = Phrases(terms=language.terms, items=items, secrets=secrets, depth=asker.depth, seed=asker.seed)
    reach = asker.reach(plain)

    def answer(question: Question) -> Filtered:
        walked = asker.walk((language.parameter, question.text), max_pages=reach)
        return Filtered(question=question, walk=walked)

    def allowed(questions: Iterable[Question]) -> list[Question]:
        return [each for each in questions if asker.allows(language.parameter, each.text)]

    asked = {question.text: answer(question) for question in allowed(phrases.single())}
    answered = list(asked.values())
    some = [each for each in answered if each.walk.complete and each.walk.identities]
    equal = [each.question for each in answered if each.question.topic == "equality"]
    good = min(equal, key=lambda question: len(question.text), default=None)
    long = long_conditions(language.terms, answered, asker.depth)
    more = allowed([*phrases.joined(answered), *phrases.spaced(some), *long])
    joined = tuple(answer(question) for question in more)
    at_once = []
    for question, parts in together(phrases):
        if asker.allows(language.parameter, question.text):
            at_once.append(answer(question))
            if is_wrong(at_once[-1], plain):
                asked |= {part.text: answer(part) for part in allowed(parts)}
    return FilterEvidence(
        plain=plain,
        asked=asked,
        joined=joined,
        together=tuple(at_once),
        paged=tuple(_paged(asker, language.parameter, some, joined)),
        refused=tuple(
            (text, wrong, asker.walk((language.parameter, text), max_pages=1))
            for text, wrong in (broken(language.terms, good, asker.depth) if good else ())
            if language.terms.malformed is not None and asker.allows(language.parameter, text)
        ),
    )


def _paged(
    asker: Asker, parameter: str, some: Sequence[Filtered], joined: Sequence[Filtered]
) -> Iterator[Filtered]:
    """Walk with small pages: conditions with characters that a link must escape, and others."""
    if asker.depth == "quick":
        wanted = _most_escaped(some, joined)
    else:
        wanted = _escaped_and_others([each for each in some if len(each.listed) > 1])
    for number, each in enumerate(wanted[: _PAGED[asker.depth]]):
        size = asker.small(len(each.listed))
        pages = -(-len(each.listed) // size) + 1 if size else 10
        walked = asker.walk((parameter, each.question.text), size=size, max_pages=pages, back=number == 0)
        yield replace(each, walk=walked)


def _most_escaped(some: Sequence[Filtered], joined: Sequence[Filtered]) -> list[Filtered]:
    """Return conditions that list several items, first that with most characters that a link must escape.

    One of two comparisons goes before a single one, for it drops items in more than one place of a list.
    """
    pairs = [each for each in joined if len(list(comparisons(each.question.condition))) == 2]
    many = [each for each in (*pairs, *some) if each.walk.complete and len(each.listed) > 1]
    return sorted(many, key=lambda each: -escaped(each.question.text) // 2)


def _escaped_and_others(many: Sequence[Filtered]) -> list[Filtered]:
    """Return conditions, first some that a link must escape each in another way."""
    few = sorted(many, key=lambda each: len(each.listed))  # two or three fill as many pages of one item each
    tests: tuple[Callable[[Question], bool], ...] = (
        lambda question: "+" in question.text,
        lambda question: not question.text.isascii(),
        lambda question: any(sign in question.text for sign in "%&#"),
        _orders_by_capitals,
        lambda question: True,
    )
    found = [
        next((each for each in (few if number == 0 else many) if fits(each.question)), None)
        for number, fits in enumerate(tests)
    ]
    chosen = found if found[-2] is None else found[:-1]
    wanted = [*(each for each in chosen[::-1] if each), *many]
    return list({each.question.text: each for each in wanted}.values())


def _orders_by_capitals(question: Question) -> bool:
    """Tell whether something else is asked for when the condition is written in small letters."""
    operands = (each.operand for each in comparisons(question.condition))
    return question.topic == "order" and any(
        each.kind == "string" and re.search(r"[A-Z]", str(each.value)) for each in operands
    )


def plain_conditions(
    asker: Asker, plain: Walk, language: Language[Filter], secrets: tuple[SecretRule, ...]
) -> list[Question]:
    """Return a few simple comparisons: those of booleans first, for they often keep about half."""
    items = [item for page in plain.pages for item in page.items]
    phrases = Phrases(terms=language.terms, items=items, secrets=secrets, depth="quick", seed=asker.seed)
    questions = [
        question
        for question in phrases.single()
        if question.topic in {"equality", "order"} and asker.allows(language.parameter, question.text)
    ]

    kinds = ("boolean", "datetime", "number", "string", "null")
    return sorted(questions, key=lambda each: kinds.index(next(comparisons(each.condition)).operand.kind))[:4]
