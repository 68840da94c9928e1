"""Choose conditions for a filter and write them down: single ones and joined ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter
from specproof.generate import literals
from specproof.generate.literals import Pair
from specproof.generate.shuffle import shuffle
from specproof.generate.traps import hardest
from specproof.model.condition import Comparison, Condition, Filtered, Joined, Operand, Question, values_at
from specproof.model.traps import traps

_FULL = {"quick": 0, "standard": 1, "deep": 99}  # how many members of each kind get every literal
_ABSENCES = {"quick": 1, "standard": 3, "deep": 99}
_MOST_PARTS = 24  # comparisons among which those are chosen that are joined
_TOPICS = {
    "equals": "equality", "not_equals": "equality", "contains": "contains", "not_contains": "contains",
    "greater": "order", "greater_or_equal": "order", "less": "order", "less_or_equal": "order",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Writes conditions in the language of a filter.

    Args:
        terms: The language.
        items: What is listed without a condition: literals are taken from there.
        secrets: Members whose values are no literals where they are secret.
        depth: ``quick``, ``standard`` or ``deep``: how many conditions are written.
        seed: Decides which values are taken.
    """

    terms: Filter
    items: Sequence[Any]
    secrets: tuple[SecretRule, ...]
    depth: str
    seed: int

    # --- single comparisons ----------------------------------------------------------------------

    def single(self) -> tuple[Question, ...]:
        """Return comparisons of every operator with every kind of member, each text once."""
        found: dict[str, Question] = {}
        for question in self._singles():
            found.setdefault(question.text, question)
        return tuple(found.values())

    def members(self) -> dict[str, list[str]]:
        """Return the members that have values by their kinds, those first whose texts are the most varied."""
        by_kind: dict[str, list[str]] = {}
        for name, literal in self.terms.fields.items():
            if literal == "null" or self.values(name):
                by_kind.setdefault(literal, []).append(name)
        for names in by_kind.values():
            names.sort(key=lambda name: -self._variety(name))
        return by_kind

    def _variety(self, name: str) -> int:
        if self.depth != "quick":
            return len(literals.samples(self._texts(name)))
        texts = [text for text in self._texts(name) if literals.operand(self.terms, text)]
        return len(traps(hardest(texts) or ""))

    def _singles(self) -> Iterator[Question]:
        by_kind = self.members()
        for kind, names in by_kind.items():
            for rank, name in enumerate(names):
                if self.depth != "quick" or rank == 0:
                    for operator, operand in self._pairs(name, kind, full=rank < _FULL[self.depth]):
                        yield from self.question(_TOPICS[operator], name, operator, operand)
        yield from self._absences(by_kind)

    def _absences(self, by_kind: Mapping[str, Sequence[str]]) -> Iterator[Question]:
        names = [name for kind, each in by_kind.items() for name in each[:1] if kind != "null"]
        names = names[: _ABSENCES[self.depth]] if self.terms.absent is not None else []
        for name in (*names, *by_kind.get("null", ())):
            for operator, operand in literals.absences(self.terms):
                yield from self.question("absent", name, operator, operand)

    def _pairs(self, name: str, kind: str, *, full: bool) -> Iterator[Pair]:
        if kind == "string":
            values, seed, few = self.values(name), f"{self.seed} {name}", self.depth == "quick"
            yield from literals.texts(self.terms, values, full=full, seed=seed, few=few)
        elif kind == "boolean":
            yield from literals.booleans(self.terms)
        elif kind == "number":
            yield from literals.numbers(self.terms, self.values(name), full=full)
        elif kind == "datetime":
            yield from literals.moments(self.values(name), full=full)

    def question(self, topic: str, name: str, operator: str, operand: Operand) -> Iterator[Question]:
        """Yield one comparison, if the language has the operator."""
        if getattr(self.terms.operators, operator) is not None:
            comparison = Comparison(field=name, operator=operator, operand=operand)
            yield Question(topic=topic, condition=comparison, text=self.text(comparison))

    def text(self, comparison: Comparison) -> str:
        """Write one comparison."""
        symbol = getattr(self.terms.operators, comparison.operator)
        return f"{comparison.field} {symbol} {comparison.operand.written}"

    def values(self, name: str) -> list[Any]:
        """Return what a member is known to be in the items, secrets and what is absent left out."""
        path = tuple(name.split(self.terms.separator))
        open_items = (item for item in self.items if not is_secret(item, path, self.secrets))
        return [value for item in open_items for value in values_at(item, path) if value is not None]

    def _texts(self, name: str) -> list[str]:
        values = {value for value in self.values(name) if isinstance(value, str)}
        return shuffle(values, f"{self.seed} {name}")

    # --- joined comparisons ----------------------------------------------------------------------

    def joined(self, asked: Sequence[Filtered]) -> tuple[Question, ...]:
        """Return conditions that are made of comparisons whose lists are known and overlap well."""
        parts = _overlapping(asked)
        if len(parts) < 3:
            return ()
        questions = [each.question for each in parts]
        joins = self._few_joins(questions, asked) if self.depth == "quick" else self._joins(questions)
        found = {question.text: question for question in joins}
        same = _two_of_one_member(asked)
        if any(_is_of_one_member(question) for question in found.values()):
            same = ()
        if same and (word := self.terms.combinators.and_):
            question = _join("combinators", "and", word, *same)
            found[question.text] = question
        return tuple(found.values())

    def _joins(self, parts: Sequence[Question]) -> Iterator[Question]:
        words = self.terms.combinators
        a, b, c = parts[:3]
        for how, word in (("and", words.and_), ("or", words.or_)):
            if word is None:
                continue
            yield _join("combinators", how, word, a, b)
            yield _join("combinators", how, word, a, b, c)
            if self.terms.combinators_ignore_case:
                other = word.swapcase() if how == "and" else word[:1].swapcase() + word[1:]
                yield _join("combinators", how, other, b, a)
        yield from self._negated(a)
        if words.and_ is None or words.or_ is None:
            return
        both, either = _join("", "and", words.and_, a, b), _join("", "or", words.or_, a, b)
        later = _join("", "or", words.or_, b, c)
        if self.terms.parentheses:
            yield _join("parentheses", "and", words.and_, _grouped(either), c)
            yield _join("parentheses", "and", words.and_, c, _grouped(either))
            yield _join("parentheses", "or", words.or_, _grouped(_join("", "and", words.and_, a, c)), b)
            yield _join("parentheses", "and", words.and_, _grouped(_grouped(either)), _grouped(later))
        tighter = self.terms.binds_tighter
        if tighter is not None:
            inner_join, outer, word = (
                (both, "or", words.or_) if tighter == "and" else (either, "and", words.and_)
            )
            yield _join("precedence", outer, word, c, inner_join)
            yield _join("precedence", outer, word, inner_join, c)

    def _few_joins(self, parts: Sequence[Question], asked: Sequence[Filtered]) -> Iterator[Question]:
        """Yield one of each kind: their words in small and in mixed letters where that may be."""
        a, b, c = parts[:3]
        and_, or_ = self.terms.combinators.and_, self.terms.combinators.or_
        if and_ is not None:
            mixed = and_[:1].swapcase() + and_[1:] if self.terms.combinators_ignore_case else and_
            yield _join("combinators", "and", mixed, *(_beside_hardest(asked) or (a, b)))
        if or_ is not None:
            yield _join(
                "combinators", "or", or_.swapcase() if self.terms.combinators_ignore_case else or_, b, a
            )
        tighter = self.terms.binds_tighter
        yield from self._negated(a)
        if and_ is None or or_ is None:
            return
        either, later = _join("", "or", or_, a, b), _join("", "or", or_, b, c)
        if self.terms.parentheses:
            yield _join("parentheses", "and", and_, _grouped(_grouped(either)), _grouped(later))
        if tighter == "and":
            yield _join("precedence", "or", or_, c, _join("", "and", and_, a, b))
        elif tighter == "or":
            yield _join("precedence", "and", and_, c, either)

    def _negated(self, part: Question) -> Iterator[Question]:
        if self.terms.combinators.not_ is not None:
            inner = f"({part.text})" if self.terms.parentheses else part.text
            condition = Joined(how="not", parts=(part.condition,))
            text = f"{self.terms.combinators.not_} {inner}"
            yield Question(topic="combinators", condition=condition, text=text)

    def spaced(self, asked: Sequence[Filtered]) -> Iterator[Question]:
        """Yield a known comparison with more spaces round its parts, and with none where that can be read.

        At quick it is one, with none before the operator and more behind it.
        """
        short = [each for each in asked if each.question.topic == "equality"] if self.depth == "quick" else []
        for each in sorted(short, key=lambda each: len(each.question.text))[:1] or asked[:1]:
            comparison = each.question.condition
            if isinstance(comparison, Comparison):
                symbol = getattr(self.terms.operators, comparison.operator)
                spaces = [("  ", "  ")]
                if not (symbol[:1].isalnum() or symbol[-1:].isalnum()):
                    spaces = [("", "  ")] if self.depth == "quick" else [("", ""), *spaces]
                for before, after in spaces:
                    text = f"{comparison.field}{before}{symbol}{after}{comparison.operand.written}"
                    yield Question(topic="spaces", condition=comparison, text=text)


def is_secret(item: Any, path: tuple[str, ...], secrets: Sequence[SecretRule]) -> bool:
    """Tell whether a member of an item is a secret, so that nothing is known about its value."""
    return any(len(path) == 1 and rule.member == path[0] and rule.applies(item) for rule in secrets)


def _join(topic: str, how: str, word: str, *parts: Question) -> Question:
    conditions: tuple[Condition, ...] = tuple(part.condition for part in parts)
    text = f" {word} ".join(part.text for part in parts)
    return Question(topic=topic, condition=Joined(how=how, parts=conditions), text=text)


def _grouped(question: Question) -> Question:
    return Question(topic=question.topic, condition=question.condition, text=f"({question.text})")


def _beside_hardest(asked: Sequence[Filtered]) -> tuple[Question, Question] | None:
    """Return a comparison that keeps some items, and one that drops the text with most traps, and it alone.

    What is asked with both over several pages shows whether links keep all of it.
    """
    known = [(each, each.question.condition) for each in asked if each.walk.complete]
    everything = frozenset[str]().union(*(each.listed for each, _ in known))
    drops = [
        (len(traps(condition.operand.value)), each)
        for each, condition in known
        if isinstance(condition, Comparison) and condition.operator == "not_equals"
        if isinstance(condition.operand.value, str) and each.listed
    ]
    hard = max(drops, key=lambda pair: pair[0])[1] if drops else None
    if hard is None:
        return None
    keeps = [each for each, _ in known if each.listed - hard.listed and len(each.listed & hard.listed) > 2]
    keeps = [each for each in keeps if everything - each.listed]
    keeps.sort(key=lambda each: abs(2 * len(each.listed) - len(everything)))
    keeps.sort(key=lambda each: _member(each.question) != _member(hard.question))
    return (keeps[0].question, hard.question) if keeps else None


def _member(question: Question) -> str:
    """Return the member that a comparison asks for; of anything else nothing."""
    return question.condition.field if isinstance(question.condition, Comparison) else ""


def _is_of_one_member(question: Question) -> bool:
    """Tell whether it asks two things of one member, joined by AND."""
    condition = question.condition
    if isinstance(condition, Comparison) or condition.how != "and":
        return False
    names = [part.field for part in condition.parts if isinstance(part, Comparison)]
    return len(set(names)) < len(names)


def _overlapping(asked: Sequence[Filtered]) -> list[Filtered]:
    """Choose three comparisons whose lists divide the items into as many regions as possible."""
    known: dict[frozenset[str], Filtered] = {}
    for each in asked:
        if each.walk.complete and (listed := each.listed):
            known.setdefault(listed, each)
    everything = sorted(frozenset[str]().union(*known))
    partial = [listed for listed in known if len(listed) < len(everything)]
    partial.sort(key=lambda listed: abs(2 * len(listed) - len(everything)))
    masks = [  # one bit per item
        (sum(1 << bit for bit, item in enumerate(everything) if item in listed), known[listed])
        for listed in partial[:_MOST_PARTS]
    ]
    best: tuple[int, list[Filtered]] = (0, [])
    for three in combinations(masks, 3):
        regions = _regions((1 << len(everything)) - 1, [mask for mask, _ in three])
        if regions > best[0]:
            best = (regions, [each for _, each in three])
    return best[1]


def _regions(everything: int, masks: Sequence[int]) -> int:
    """Return into how many parts sets divide everything; each set has one bit per item."""
    parts = [everything]
    for mask in masks:
        parts = [part for whole in parts for part in (whole & mask, whole & ~mask) if part]
    return len(parts)


def _two_of_one_member(asked: Sequence[Filtered]) -> tuple[Question, ...]:
    """Choose two comparisons of one member whose lists overlap, neither of which contains the other."""
    by_member: dict[str, list[tuple[Question, frozenset[str]]]] = {}
    for each in asked:
        if each.walk.complete and isinstance(each.question.condition, Comparison):
            by_member.setdefault(each.question.condition.field, []).append((each.question, each.listed))
    for known in by_member.values():
        for (one, left), (other, right) in combinations(known, 2):
            if left & right and not (left <= right or right <= left):
                return one, other
    return ()
