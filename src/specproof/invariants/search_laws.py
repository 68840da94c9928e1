"""What must hold between the results of several queries, whatever there is to be found."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.invariants.search_fit import fits, names_repository
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.search import Answer, Found, Law

PROMISES = frozenset(
    f"search.{name}"
    for name in (
        *("all-words", "own-words", "any-word", "word-order", "negation"),
        *("parentheses", "phrase", "modifiers", "case"),
    )
)
"""What laws are written for."""

_EXPECTED = {
    "within": "nothing that {1} does not find",
    "equal": "what {1} finds",
    "union": "what {1} or {2} finds",
    "intersection": "what both {1} and {2} find",
    "difference": "what {1} finds and {2} does not",
    "sample": "this result of {1}, which shows the word",
    "keeps": "the results of {1} that fit it",
    "nothing": "nothing, for its value is made up",
}


def is_telling(law: Law, answers: Sequence[Answer]) -> bool:
    """Tell whether enough was answered to judge a law; a result that is not complete proves little."""
    first, *others = answers
    if not 200 <= first.status < 300:
        return _is_refused(law, first)
    if not all(200 <= other.status < 300 for other in others):
        return False
    return first.complete or law.relation == "nothing" or any(other.complete for other in others)


def expected_number(law: Law, others: Sequence[Answer]) -> int:
    """Return how many results the first query of a law should have, given what the others find.

    Where only results tell whether they fit a modifier, it is the number of those that may.
    """
    sets = [other.identities for other in others]
    if law.relation == "keeps":
        return sum(_fits(law, found.path) for found in others[0].found)
    if law.relation == "union":
        return len(sets[0] | sets[1])
    if law.relation == "intersection":
        return len(sets[0] & sets[1])
    return len(sets[0] - sets[1]) if law.relation == "difference" else len(sets[0])


def broken_law(operation: Operation, law: Law, answers: Sequence[Answer]) -> Breach | None:
    """Return the breach of one law, ``None`` where it holds or cannot be judged.

    Args:
        operation: What was asked.
        law: What must hold.
        answers: One for each query of the law, in that order.
    """
    first, *others = answers
    if _is_refused(law, first):
        text = f"expected the query {law.queries[0].text!r} to be understood; got status {first.status}"
        return _named(operation, law, text, first.pages[-1:], "refused")
    stranger = next(
        (
            found
            for found in first.found
            if _is_forbidden(law, found.identity, others) or not _fits(law, found.path)
        ),
        None,
    )
    if stranger is not None:
        proof = [page for other in others for page in other.page_of(stranger.identity) or other.pages]
        return _breach(operation, law, f"{stranger.identity} as well", (*proof, stranger.exchange))
    missing = sorted(_required(law, first, others) - first.identities) if first.complete else []
    if missing:
        proof = [page for other in others for page in other.page_of(missing[0])]
        return _breach(operation, law, f"no {missing[0]}", (*proof, *first.pages))
    return None


def _is_forbidden(law: Law, identity: str, others: Sequence[Answer]) -> bool:
    """Tell whether the first query must not find something. What is incomplete excludes nothing."""
    absent = [other.complete and identity not in other.identities for other in others]
    if law.relation in {"within", "equal", "keeps"}:
        return absent[0]
    if law.relation == "union":
        return all(absent)
    if law.relation == "intersection":
        return any(absent)
    if law.relation == "difference":
        return absent[0] or identity in others[1].identities
    return law.relation == "nothing"


def _fits(law: Law, path: str | None) -> bool:
    return all(fits(path, kind, value) is not False for kind, value in law.queries[0].restrictions)


def _required(law: Law, first: Answer, others: Sequence[Answer]) -> frozenset[str]:
    """Return what the first query must find."""
    if law.relation == "sample":
        return frozenset({law.sample})
    sets = [other.identities for other in others]
    if law.relation == "equal":
        return sets[0]
    if law.relation == "union":
        return sets[0] | sets[1]
    if law.relation == "intersection":
        return sets[0] & sets[1]
    if law.relation == "difference":
        return sets[0] - sets[1] if others[1].complete else frozenset()
    if law.relation == "keeps":
        return frozenset(found.identity for found in others[0].found if _surely_fits(law, found, first))
    return frozenset()


def _surely_fits(law: Law, found: Found, answer: Answer) -> bool:
    for kind, value in law.queries[0].restrictions:
        # That addresses name repositories is known where those of the answer do.
        named = (
            kind == "repository" and answer.found and all(names_repository(f, value) for f in answer.found)
        )
        if not (names_repository(found, value) if named else fits(found.path, kind, value)):
            return False
    return True


def _is_refused(law: Law, answer: Answer) -> bool:
    """Tell whether a query in the documented language was taken for malformed."""
    return answer.status in {400, 422} and not law.may_refuse


def _breach(operation: Operation, law: Law, got: str, evidence: Sequence[Exchange]) -> Breach:
    names = [repr(query.text) for query in law.queries]
    expected = _EXPECTED[law.relation].format(*names)
    text = f"expected the query {names[0]} to find {expected}; got {got}"
    return _named(operation, law, text, evidence, "")


def _named(operation: Operation, law: Law, text: str, evidence: Sequence[Exchange], suffix: str) -> Breach:
    return Breach(
        promise=law.promise,
        operation=operation.label,
        summary=text,
        evidence=tuple({exchange.number: exchange for exchange in evidence}.values()),
        detail=" ".join(part for part in (law.name, suffix) if part),
    )
