"""Try to learn secrets that the run made up itself: by filtering with parts of them, and by sorting."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
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
    asker: Asker, plain: Walk, language: Language[Filter], made: Act, secret: Secret
) -> Iterator[Guess]:
    """Filter by a secret and by another text of its kind, with every operator.

    Args:
        asker: Walks the list.
        plain: The walk without a condition, before the thing was made.
        language: The filter.
        made: The creation of the thing that has the secret.
        secret: Its secret.
    """
    symbols = {name: symbol for name, symbol in language.terms.operators if symbol is not None}
    chosen = list(symbols) if asker.depth != "quick" else list(symbols)[:2]
    reach = asker.reach(plain) + 1
    for operator in chosen:
        literals = [operand(language.terms, text) for text in _guesses(operator, secret)]
        written = [f"{secret.member} {symbols[operator]} {each.written}" for each in literals if each]
        if all(asker.allows(language.parameter, text) for text in written):
            right, wrong = (asker.walk((language.parameter, text), max_pages=reach) for text in written)
            yield Guess(operator=operator, made=made, right=right, wrong=wrong)


def _guesses(operator: str, secret: Secret) -> tuple[str, str]:
    """Return two literals that only somebody who knows the secret can tell apart."""
    if "equals" in operator:
        return secret.text, secret.other
    if "contains" in operator:
        return secret.text[4:16], secret.other[4:16]
    return secret.text[:-1], secret.text + "0"  # just below it and just above it, in every order of text


def guess_by_order(
    asker: Asker, plain: Walk, language: Language[Sort], stage: Stage, secrets: Sequence[Secret]
) -> tuple[tuple[Act, ...], SortedSecrets | None]:
    """Make things with secrets and sort by the secret member, both ways.

    Returns:
        What was made; and what was seen, ``None`` where not all could be made.
    """
    made = [stage.create_new(f"secret {index}", **secret.members) for index, secret in enumerate(secrets)]
    if any(act.identity is None for act in made):
        return tuple(made), None
    texts = [secrets[0].member]
    if language.terms.descending is not None:
        texts.append(f"{language.terms.descending}{secrets[0].member}")
    reach = asker.reach(plain) + 1
    walks = tuple(asker.walk((language.parameter, text), max_pages=reach) for text in texts)
    pairs = sorted(zip(secrets, made, strict=True), key=lambda pair: pair[0].text)
    by_secret = tuple(act.identity or "" for _, act in pairs)
    return tuple(made), SortedSecrets(made=tuple(made), by_secret=by_secret, walks=walks)
