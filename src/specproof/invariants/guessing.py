"""Nothing can be learnt about a secret by filtering or sorting."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.model.finding import Breach
from specproof.model.guess import Guess, SortedSecrets
from specproof.model.operation import Operation


def not_guessed(operation: Operation, guess: Guess, history: str = "") -> Iterator[Breach]:
    """Whether a thing is listed does not depend on whether the condition holds its secret.

    ``history`` tells apart what was done to the thing before.
    """
    identity = guess.made.identity
    if identity is None or not (guess.right.complete and guess.wrong.complete):
        return
    with_it, without = identity in guess.right.identities, identity in guess.wrong.identities
    if with_it is not without:
        shown = "listed" if with_it else "not listed"
        text = f"expected the same for the secret as for another text with {guess.operator}; "
        text += f"got {identity} {shown} for the secret alone"
        pages = [page.exchange for walk in (guess.wrong, guess.right) for page in walk.pages]
        evidence = (guess.made.exchange, *pages)
        yield Breach(
            promise="filter.secrets-hidden",
            operation=operation.label,
            summary=text,
            evidence=evidence,
            detail=f"{guess.operator} {history}".strip(),
        )


def not_ranked(operation: Operation, seen: SortedSecrets) -> Iterator[Breach]:
    """Things with secrets do not stand in the order of their secrets, one way and the other."""
    orders = []
    for walk in seen.walks:
        found = tuple(identity for identity in walk.identities if identity in seen.by_secret)
        if not walk.complete or len(found) != len(seen.by_secret):
            return
        orders.append(found)
    if orders == [seen.by_secret, seen.by_secret[::-1]][: len(orders)]:
        text = f"expected {len(seen.by_secret)} things with secrets in an order of their own; "
        text += "got them in the order of their secrets"
        made = [act.exchange for act in seen.made]
        pages = [page.exchange for walk in seen.walks for page in walk.pages]
        yield Breach(
            promise="sort.secrets-hidden",
            operation=operation.label,
            summary=text,
            evidence=(*made, *pages),
            detail="order of secrets",
        )
