"""What must not be seen in the answers any more when the requests of a finding are sent again.

Only what can be said about these answers alone stands here. All other findings are judged by specproof's own
checks (:mod:`specproof.suite.again`), which a file calls where it finds nothing here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specproof.invariants import secrets
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.suite.replay.steps import body_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """How a reproduction judges what it sees.

    Args:
        says: Completes the sentence "It fails as long as …".
        lines: Python statements that know ``answers``, in the order of sending, and ``FINDING``, the sentence
            of the finding.
        helpers: Sources of functions that the statements call.
        imports: Import statements for what the statements use of specproof.
    """

    says: str
    lines: tuple[str, ...]
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


def _assert(says: str, condition: str) -> Symptom:
    return Symptom(says=says, lines=(f"assert {condition}, FINDING",))


# Where not even the head of an answer comes, sending raises what says how the connection ended.
NO_ANSWER_COMES = Symptom(
    says="the connection ends before the last answer does",
    lines=(
        'length = None if answers[-1].method == "HEAD" else answers[-1].header("Content-Length")',
        "assert length is None or len(answers[-1].body) == int(length), FINDING",
    ),
)

# What follows "expected" in the sentence of a finding, and "got": both have to fit.
_BY_WORDS: tuple[tuple[str, str, Symptom], ...] = (
    (
        "a refusal|to be refused|nothing to read after the delete|a conflict over",
        r"status [23]\d\d",
        _assert("the last request is accepted", "answers[-1].status >= 400"),
    ),
    (
        "a refusal|no more scopes than before",
        "a token$",
        _assert("the last answer holds a token", "given(answers[-1], 'access_token') is None"),
    ),
    (
        "neither a code nor a token",
        "a redirect with",
        _assert(
            "the last answer leads to a code or a token",
            "not given(answers[-1], 'code') and not given(answers[-1], 'access_token')",
        ),
    ),
    (
        "to be let in",
        r"status 40[13]",
        _assert("the last request is refused with 401 or 403", "answers[-1].status not in {401, 403}"),
    ),
    (
        "to be known|403",
        "status 401",
        _assert("the last request is refused with 401", "answers[-1].status != 401"),
    ),
    ("401", "status 403", _assert("the last request is refused with 403", "answers[-1].status != 403")),
    (
        "404 for the second delete",
        r"status \d+",
        _assert("the second delete finds something", "answers[-1].status in {404, 410}"),
    ),
    (
        "the delete to be accepted|a valid body to be accepted|a valid update|to read what was just created"
        "|Location to lead to the new thing",
        r"status [45]\d\d",
        _assert("the last request is refused", "answers[-1].status < 400"),
    ),
    ("a token", r"status \d+", _assert("no token comes", "given(answers[-1], 'access_token') is not None")),
    (
        ".* to look like what is not there",
        r"status \d+",
        _assert("the last two answers have different statuses", "answers[-1].status == answers[-2].status"),
    ),
)


def symptom_of(breach: Breach, operation: Operation | None, planted: Sequence[str]) -> Symptom | None:
    """Return what the answers show of a breach; ``None`` where they say nothing by themselves.

    Args:
        breach: With evidence; the last exchange shows the fault.
        operation: What it is about; ``None`` for the API as a whole.
        planted: The secrets that the run made up itself.
    """
    if breach.promise in _BY_PROMISE:
        return _BY_PROMISE[breach.promise](breach, operation, planted)
    if breach.promise.partition(".")[0] not in {"credential", "authorization", "oauth", "lifecycle"}:
        return None
    return _by_words(breach)


def _by_words(breach: Breach) -> Symptom | None:
    found = re.match(r"expected (.*?); got (.*)", breach.summary, re.DOTALL)
    if found is None:
        return None
    got = found[2].partition(", with ")[0]
    for expected, seen, symptom in _BY_WORDS:
        if re.match(expected, found[1]) and re.match(seen, got):
            return symptom
    return None


# --- pages ------------------------------------------------------------------------------------


def _pages(says: str, condition: str, before: tuple[str, ...], operation: Operation | None) -> Symptom | None:
    pages = operation.pagination if operation is not None else None
    if pages is None or pages.identity is None:
        return None
    read = f"pages = [identities(each, {pages.items!a}, {pages.identity!a}) for each in answers]"
    lines = ("go_on(answers[-1])", read, *before, f"assert {condition}, FINDING")
    return Symptom(says=says, lines=lines)


def _repeats(breach: Breach, operation: Operation | None, _: Sequence[str]) -> Symptom | None:
    if len(breach.evidence) == 2 and breach.evidence[0] == breach.evidence[1]:  # twice on one page
        return _pages("an item comes twice", "len(pages[-1]) == len(set(pages[-1]))", (), operation)
    met = "met = [each for page in pages for each in page]"
    return _pages("an item comes twice", "len(met) == len(set(met))", (met,), operation)


def _order(_: Breach, operation: Operation | None, __: Sequence[str]) -> Symptom | None:
    before = ("one, other = pages", "both = set(one) & set(other)")
    condition = "[each for each in one if each in both] == [each for each in other if each in both]"
    return _pages("the two pages disagree on the order", condition, before, operation)


# --- what was sent ----------------------------------------------------------------------------


def _echo(breach: Breach, _: Operation | None, __: Sequence[str]) -> Symptom | None:
    by_words = _by_words(breach)
    sent = [body_of(each) for each in breach.evidence]
    body = next((each for each in reversed(sent) if isinstance(each, dict)), {})
    names = [name for name in body if f"{breach.detail} ".startswith(f"{name} ")]
    if by_words is not None or not names or " stay " in breach.summary:
        return by_words
    name = max(names, key=len)
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    shown = f"enter(answers[-1].json, {pointer!a})"
    return Symptom(
        says=f"{name} is not shown as it was sent",
        lines=("go_on(answers[-1])", f"assert {shown} == {body[name]!a}, FINDING"),
    )


def _secret(breach: Breach, _: Operation | None, planted: Sequence[str]) -> Symptom | None:
    known = [each for each in planted if _sends(breach.evidence, each)]
    if len(known) != 1 or breach.detail.startswith(secrets.MASK_TELLS):
        return None
    lines = (
        *(["go_on(answers[-1])"] if breach.evidence[-1].response.status < 400 else []),
        "shown = answers[-1].body + repr(answers[-1].headers).encode()",
        "assert [form for form, text in forms(planted) if text in shown] == [], FINDING",
    )
    part = f"_PART, _PARTS = {secrets._PART}, {secrets._PARTS}\n"
    return Symptom(
        says="the secret stands in the last answer, in whatever form",
        lines=lines,
        helpers=(part, inspect.getsource(secrets.forms), inspect.getsource(secrets._starts)),
    )


def _sends(evidence: Sequence[Exchange], secret: str) -> bool:
    return any(secret.encode() in (each.request.body or b"") for each in evidence)


_BY_PROMISE: dict[str, Callable[[Breach, Operation | None, Sequence[str]], Symptom | None]] = {
    "pagination.no-repeats": _repeats,
    "pagination.stable-order": _order,
    "lifecycle.echo": _echo,
    "lifecycle.update": _echo,
    "secrets.never-exposed": _secret,
}
