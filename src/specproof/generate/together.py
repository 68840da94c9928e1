"""Comparisons that a quick look asks all at once, joined by OR: each lists what no other of them lists.

Where the answer is wrong they are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generate.conditions import Phrases
from specproof.generate.literals import operand, spellings
from specproof.generate.shuffle import shuffle
from specproof.model.condition import Joined, Question

_LONGEST = 1500  # characters of a condition: longer ones make the address too long for some servers
_PARTS = 5  # more are a promise of its own


def together(phrases: Phrases) -> Iterator[tuple[Question, tuple[Question, ...]]]:
    """Yield joined comparisons with their parts; at quick alone, where the language has a word for OR.

    Texts that are almost there, of which none may be listed; and values of the members that nothing else asks
    for.
    """
    if phrases.depth != "quick" or (word := phrases.terms.combinators.or_) is None:
        return
    for found in (_almost(phrases), _others(phrases)):
        parts = _short_enough(found, between=len(word) + 2)
        if len(parts) > 1:
            condition = Joined(how="or", parts=tuple(part.condition for part in parts))
            text = f" {word} ".join(part.text for part in parts)
            yield Question(topic="equality", condition=condition, text=text), parts


def _short_enough(questions: Iterator[Question], *, between: int) -> tuple[Question, ...]:
    """Return the first of them that make a condition of no more characters than an address should have."""
    found, length = list[Question](), 0
    for each in questions:
        length += len(each.text) + between
        if length <= _LONGEST:
            found.append(each)
    return tuple(found)


def _almost(phrases: Phrases) -> Iterator[Question]:
    for name in phrases.members().get("string", [])[:1]:
        seed = f"{phrases.seed} {name}"
        for operator, literal in spellings(phrases.terms, phrases.values(name), seed=seed):
            yield from phrases.question("equality", name, operator, literal)


def _others(phrases: Phrases) -> Iterator[Question]:
    """Yield for each other text member a value, those first that lie inside of another member."""
    names = phrases.members().get("string", [])[1:]
    names.sort(key=lambda name: phrases.terms.separator not in name)
    for place, name in enumerate(names[:_PARTS]):
        texts = [value for value in phrases.values(name) if isinstance(value, str)]
        several = shuffle(set(texts), f"{phrases.seed} {name}") if len(set(texts)) > 1 else []
        literal = operand(phrases.terms, several[place % len(several)]) if several else None
        if literal is not None and literal.value:
            yield from phrases.question("equality", name, "equals", literal)
