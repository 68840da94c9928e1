"""Try to learn secrets that the run made up itself: by filtering with parts of them, and by sorting."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specproof.contract.languages import Language
from specproof.contract.secret import SecretRule
from specproof.contract.vocabulary import Filter, Sort
from specproof.generate.filters import Asker
from specproof.generate.literals import operand
from specproof.generate.sequences import Stage
from specproof.model.guess import Guess, SortedSecrets
from specproof.model.life import Act
from specproof.model.walk import Walk

_FALSE_OF_EMPTY = ("equals", "contains", "greater", "greater_or_equal")
_TRUE_OF_EMPTY = ("not_equals", "not_contains", "less", "less_or_equal")
_TRUE_OF_OTHERS = {"not_equals", "not_contains", "less", "less_or_equal"}  # true with the second literal
_RANKS = (3, 0, 5, 1, 4, 2)  # in this order things are made: neither the order of creation nor its reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret that stands nowhere by chance, and another text that looks like it."""

    rule: SecretRule
    text: str
    other: str

    @property
    def member(self) -> str:
        """The member that holds it."""
        return self.rule.member

    @property
    def members(self) -> dict[str, Any]:
        """The members of a body that carry it."""
        when = dict([self.rule.when]) if self.rule.when is not None else {}
        return {self.rule.member: self.text, **when}


def make_up(rule: SecretRule, seed: str, *, first: str = "S") -> Secret:
    """Return a secret, the same for the same seed; ``first`` decides where it comes in the order of text."""
    text, other = (hashlib.sha256(f"{seed} {part}".encode()).hexdigest()[:22] for part in ("text", "other"))
    return Secret(rule=rule, text=f"{first}p{text}", other=f"{first}p{other}")


def make_up_several(rule: SecretRule, seed: str) -> tuple[Secret, ...]:
    """Return secrets whose order has nothing to do with the order in which they stand here."""
    return tuple(make_up(rule, f"{seed} {rank}", first="abcdef"[rank]) for rank in _RANKS)


def guess_by_filter(
    asker: Asker,
    plain: Walk,
    language: Language[Filter],
    made: Act,
    secret: Secret,
    *,
    few: bool = False,
) -> Iterator[Guess]:
    """Filter by a secret and by another text of its kind, with every operator, and beside what holds.

    A quick look asks with several operators at once, where they can be joined, and with each of them alone
    where that tells the secret.

    Args:
        asker: Walks the list.
        plain: The walk without a condition, before the thing was made.
        language: The filter.
        made: The creation of the thing that has the secret.
        secret: Its secret.
        few: Try the first operator alone.
    """
    symbols = {name: symbol for name, symbol in language.terms.operators if symbol is not None}
    most = 1 if few else len(symbols) if asker.depth != "quick" else 2
    reach = asker.reach(plain) + 1

    def guess(name: str, written: Sequence[str]) -> Iterator[Guess]:
        if all(asker.allows(language.parameter, text) for text in written):
            right, wrong = (asker.walk((language.parameter, text), max_pages=reach) for text in written)
            yield Guess(operator=name, made=made, right=right, wrong=wrong)

    def alone(operator: str) -> list[str]:
        literals = [operand(language.terms, text) for text in _guesses(operator, secret)]
        return [f"{secret.member} {symbols[operator]} {each.written}" for each in literals if each]

    groups = _groups(language.terms, symbols) if asker.depth == "quick" and not few else []
    for word, operators in groups:
        written = [f" {word} ".join(texts) for texts in zip(*_turned(operators, alone), strict=True)]
        for one in guess(" or ".join(operators), written):
            each_alone = (
                [each for name in operators for each in guess(name, alone(name))] if one.tells else []
            )
            yield from [each for each in each_alone if each.tells] or [one]
    for operator in list(symbols)[:most] if not groups else ():
        written = alone(operator)
        yield from guess(operator, written)
        if asker.depth != "quick" and operator == "equals" and not few:
            for word, beside in _beside(language.terms, made, secret)[
                : 1 if asker.depth == "standard" else 2
            ]:
                yield from guess(f"{operator}, joined", [f"{beside} {word} {text}" for text in written])


def _groups(terms: Filter, symbols: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Return operators that can be asked at once, with the word that joins them.

    Where nothing is known about a value, a server takes it for absent or empty. Then no comparison of the
    first group is true, and OR leaves it to the secret; those of the second are all true, or none is, and AND
    leaves it to the secret in the first case.
    """
    words = ((terms.combinators.or_, _FALSE_OF_EMPTY), (terms.combinators.and_, _TRUE_OF_EMPTY))
    found = [(word, [name for name in names if name in symbols]) for word, names in words]
    return [(word, names) for word, names in found if word is not None and names]


def _turned(operators: Sequence[str], alone: Callable[[str], list[str]]) -> list[list[str]]:
    """Return for each operator the comparison that is true of the secret, and the one that is not."""
    return [alone(name)[:: -1 if name in _TRUE_OF_OTHERS else 1] for name in operators]


def _beside(terms: Filter, made: Act, secret: Secret) -> list[tuple[str, str]]:
    """Return combinators, each with a condition that leaves it to the secret whether the thing is listed."""
    open_texts = [
        (name, value)
        for name, value in (made.sent or {}).items()
        if name in terms.fields and terms.fields[name] == "string" and name != secret.member
    ]
    equals, words = terms.operators.equals, terms.combinators
    found: list[tuple[str, str]] = []
    for name, value in open_texts[:1] if equals is not None else ():
        for word, text in ((words.and_, value), (words.or_, f"{value}, which nobody has")):
            literal = operand(terms, text)
            if word is not None and literal is not None:
                found.append((word, f"{name} {equals} {literal.written}"))
    return found


def _guesses(operator: str, secret: Secret) -> tuple[str, str]:
    """Return two literals that only somebody who knows the secret can tell apart."""
    if "equals" in operator:
        return secret.text, secret.other
    if "contains" in operator:
        return secret.text[4:16], secret.other[4:16]
    return secret.text[:-1], secret.text + "0"  # just below it and just above it, in every order of text


def guess_by_order(
    asker: Asker,
    plain: Walk,
    language: Language[Sort],
    stage: Stage,
    secrets: Sequence[Secret],
    *,
    conditions: Sequence[tuple[str, str]] = (),
) -> tuple[tuple[Act, ...], tuple[SortedSecrets, ...]]:
    """Make things with secrets and sort by the secret member, both ways.

    Args:
        asker: Walks the list.
        plain: The walk before they were made.
        language: The order.
        stage: Where they are made.
        secrets: What they hold.
        conditions: Query parameters that all of them fulfil, each to be asked beside the order; a quick look
            asks the first of them in place of the order alone.

    Returns:
        What was made; and what was seen, nothing where not all could be made.
    """
    made = [stage.create_new(f"secret {index}", **secret.members) for index, secret in enumerate(secrets)]
    if any(act.identity is None for act in made):
        return tuple(made), ()
    texts = [secrets[0].member]
    if language.terms.descending is not None:
        texts.append(f"{language.terms.descending}{secrets[0].member}")
    reach = asker.reach(plain) + 1
    pairs = sorted(zip(secrets, made, strict=True), key=lambda pair: pair[0].text)
    by_secret = tuple(act.identity or "" for _, act in pairs)
    seen = []
    besides = [(condition,) for condition in conditions]
    for beside in besides[:1] if besides and asker.depth == "quick" else ((), *besides):
        walks = tuple(asker.walk(*beside, (language.parameter, text), max_pages=reach) for text in texts)
        seen.append(SortedSecrets(made=tuple(made), by_secret=by_secret, walks=walks))
    return tuple(made), tuple(seen)


def keeping_secrets(
    asker: Asker, language: Language[Filter] | None, rule: SecretRule
) -> list[tuple[str, str]]:
    """Return the condition that all things with a secret fulfil, as a query; none without a flag."""
    if language is None or rule.when is None or rule.when[0] not in language.terms.fields:
        return []
    flag, equals = operand(language.terms, rule.when[1]), language.terms.operators.equals
    if flag is None or equals is None:
        return []
    return [(language.parameter, f"{rule.when[0]} {equals} {flag.written}")]
