"""What several clients leave that come at the same time, and what two parents of things have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from specproof.invariants.members import Known, differences, shorten
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.walk import Page

ONE_WINNER = "history.concurrent-create"
BOTH_KEPT = "history.concurrent-update"
ONE_DELETION = "history.concurrent-delete"
BESIDE = "history.concurrent-list"
PER_PARENT = "history.unique-per-parent"

Story = tuple[Exchange, ...]


def one_winner(operation: str, answers: Sequence[Exchange], *, before: Story = ()) -> Iterator[Breach]:
    """Of creations with one unique value, or changes to one, sent at the same time, one is accepted.

    Args:
        operation: What was called.
        answers: What the clients were told.
        before: How the things that were changed had been made.
    """
    what = "changes to one unique value" if before else "creations"
    detail = f"several {what} accepted" if before else "several accepted"
    yield from _only_one(
        answers,
        f"{what} to be accepted",
        promise=ONE_WINNER,
        operation=operation,
        detail=detail,
        before=before,
    )


def one_deletion(operation: str, exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """Of deletions of one thing, sent at the same time, one succeeds: the others find nothing.

    Args:
        operation: Label of the deletion.
        exchanges: The creation, and the deletions.
    """
    made, *answers = exchanges
    yield from _only_one(
        answers,
        "deletions to succeed",
        promise=ONE_DELETION,
        operation=operation,
        detail="several succeed",
        before=(made,),
    )


def _only_one(
    answers: Sequence[Exchange], what: str, *, promise: str, operation: str, detail: str, before: Story
) -> Iterator[Breach]:
    done = [answer for answer in answers if 200 <= answer.response.status < 300]
    if len(done) > 1:
        yield Breach(
            promise=promise,
            operation=operation,
            summary=f"expected one of {len(answers)} simultaneous {what}; got {len(done)}",
            evidence=(*before, *done[:2]),
            detail=detail,
        )


def both_kept(
    known: Known, operation: str, changes: Sequence[tuple[str, Any]], exchanges: Sequence[Exchange]
) -> Iterator[Breach]:
    """Updates of different members, sent at the same time, are both there in the end.

    Args:
        known: Which members can be compared.
        operation: Label of the update.
        changes: Member and value of each update.
        exchanges: The creation, the updates, and the read that came after them.
    """
    *updates, read = exchanges[1:]
    if not all(200 <= each.response.status < 300 for each in (*updates, read)):
        return
    for name, wanted, got in differences(known, dict(changes), read.response.document)[:1]:
        text = f"expected {name} = {shorten(wanted)} of two simultaneous updates to stay; got {shorten(got)}"
        yield Breach(
            promise=BOTH_KEPT,
            operation=operation,
            summary=text,
            evidence=tuple(exchanges),
            detail="lost update",
        )


def none_mixed(
    known: Known, operation: str, bodies: Sequence[Mapping[str, Any]], exchanges: Sequence[Exchange]
) -> Iterator[Breach]:
    """Of updates of the same members, sent at the same time, one is left as a whole.

    Args:
        known: Which members can be compared.
        operation: Label of the update.
        bodies: What each update sent of these members.
        exchanges: The creation, the updates, and the read that came after them.
    """
    *updates, read = exchanges[1:]
    if not all(200 <= each.response.status < 300 for each in (*updates, read)):
        return
    left = [list(differences(known, body, read.response.document)) for body in bodies]
    if bodies and all(left):
        name, wanted, got = left[0][0]
        text = f"expected what one of {len(updates)} simultaneous updates sent; got {name} = {shorten(got)}, "
        text += f"not {shorten(wanted)}, beside what another one sent"
        yield Breach(
            promise=BOTH_KEPT, operation=operation, summary=text, evidence=tuple(exchanges), detail="mixture"
        )


def lists_whole(
    operation: str, before: Sequence[Exchange], listed: Iterable[Page], lasting: Iterable[str]
) -> Iterator[Breach]:
    """A list that is read while others write has what lasts, each once.

    Args:
        operation: Label of the list.
        before: What shows that the lasting things are there.
        listed: The largest first page, read beside creations and deletions.
        lasting: Identities of what was there before and is there afterwards.
    """
    wanted = list(lasting)
    for page in listed:
        status, found = page.exchange.response.status, page.identities
        evidence = (*before, page.exchange)
        if not page.readable:
            if status not in {429, 503}:
                yield _broken(operation, f"a list; got status {status}", evidence, f"status {status}")
            continue
        twice = next((each for place, each in enumerate(found) if each in found[:place]), None)
        missing = next((each for each in wanted if each not in found), None)
        if twice is not None:
            yield _broken(operation, f"each thing once; got {twice} twice", evidence, "twice")
        elif missing is not None and page.next is None:
            text = f"{missing}, which was there all the time; got {len(found)} things without it"
            yield _broken(operation, text, evidence, "missing")


def _broken(operation: str, text: str, evidence: tuple[Exchange, ...], detail: str) -> Breach:
    return Breach(
        promise=BESIDE,
        operation=operation,
        summary=f"while others create and delete, expected {text}",
        evidence=evidence,
        detail=detail,
    )


def free_elsewhere(operation: str, theirs: Exchange, own: Exchange) -> Iterator[Breach]:
    """What a thing of another parent has, is free here."""
    if own.response.status == 409:
        text = "expected a value to be free that only a thing of another parent has; got status 409"
        yield Breach(
            promise=PER_PARENT, operation=operation, summary=text, evidence=(theirs, own), detail="taken"
        )


def apart(operation: str, exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """One's own thing stays when those of another parent go that have its unique values.

    Args:
        operation: Label of the creation.
        exchanges: How all were made, how the others were deleted, and a read of one's own afterwards.
    """
    if exchanges[-1].response.status in {404, 410}:
        text = "expected one's own thing to stay when one of another parent with the same name is deleted; "
        text += f"got status {exchanges[-1].response.status}"
        yield Breach(
            promise=PER_PARENT, operation=operation, summary=text, evidence=tuple(exchanges), detail="gone"
        )
