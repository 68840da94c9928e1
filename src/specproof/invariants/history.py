"""What any history leaves: a small model of the things, and what a client must see of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specproof.invariants.members import Known, differences, shorten
from specproof.model.exchange import MISSING, Exchange
from specproof.model.finding import Breach

CONSISTENT = "history.consistent"
_GONE = frozenset({404, 410})


@dataclass(slots=True, kw_only=True)
class Thing:
    """A thing as the model knows it.

    Args:
        identity: Under which it is read.
        members: What a client must see; members that nobody can know any more are left out.
        alive: Whether it exists.
    """

    identity: str
    members: dict[str, Any] = field(default_factory=dict)
    alive: bool = True


def after_update(
    known: Known, before: Mapping[str, Any], sent: Mapping[str, Any], *, keeps_omitted: bool
) -> dict[str, Any]:
    """Return the members of a thing after an accepted update.

    A secret that the update does not name is unknown from then on: whether it stays or is emptied when it
    stops being secret is for the contract's prose to say.
    """
    members = {**(before if keeps_omitted else {}), **sent}
    for rule in known.secrets:
        was_secret = rule.when is None or before.get(rule.when[0]) == rule.when[1]
        if was_secret and rule.member not in sent:
            members.pop(rule.member, None)
    return members


def read_breach(
    known: Known, operation: str, thing: Thing, read: Exchange, evidence: Sequence[Exchange]
) -> Iterator[Breach]:
    """Judge one read of a thing, whatever happened before it."""
    response = read.response
    found = 200 <= response.status < 300
    if thing.alive and response.status in _GONE:
        text = f"expected to read a thing that exists; got status {response.status}"
        yield _breach(operation, text, evidence, "read missing")
    elif not thing.alive and found:
        text = f"expected nothing to read after the delete; got status {response.status}"
        yield _breach(operation, text, evidence, "read gone")
    elif thing.alive and found:
        for name, wanted, got in differences(known, thing.members, response.document)[:1]:
            text = f"expected {name} = {shorten(wanted)} after these steps; got {shorten(got)}"
            yield _breach(operation, text, evidence, f"read {name}")


def reach_breach(
    operation: str, thing: Thing, verb: str, answer: Exchange, evidence: Sequence[Exchange]
) -> Iterator[Breach]:
    """Judge a change or a deletion of a thing that exists: it is there, by whichever name."""
    if thing.alive and answer.response.status in _GONE:
        text = f"expected a thing that exists to be there for {verb}; got status {answer.response.status}"
        yield _breach(operation, text, evidence, f"{verb} missing")


def list_breach(
    known: Known,
    operation: str,
    things: Sequence[Thing],
    listed: Mapping[str, Any],
    evidence: Sequence[Exchange],
) -> Iterator[Breach]:
    """Judge one walk over the whole collection, whatever happened before it."""
    for thing in things:
        item = listed.get(thing.identity, MISSING)
        if thing.alive and item is MISSING:
            text = f"expected a thing that exists among the {len(listed)} that are listed; got it nowhere"
            yield _breach(operation, text, evidence, "list missing")
        elif not thing.alive and item is not MISSING:
            text = "expected a deleted thing in no list; got it listed"
            yield _breach(operation, text, evidence, "list gone")
        elif thing.alive:
            for name, wanted, got in differences(known, thing.members, item)[:1]:
                if got is not MISSING:  # a list may show less of each thing
                    text = (
                        f"expected {name} = {shorten(wanted)} in the list after these steps; "
                        f"got {shorten(got)}"
                    )
                    yield _breach(operation, text, evidence, f"list {name}")


def taken_breach(operation: str, answer: Exchange, evidence: Sequence[Exchange]) -> Iterator[Breach]:
    """Judge an attempt to use a unique value that another thing has."""
    if 200 <= answer.response.status < 300:
        text = f"expected a conflict over a value that is taken; got status {answer.response.status}"
        yield _breach(operation, text, evidence, "taken")


def free_breach(operation: str, answer: Exchange, evidence: Sequence[Exchange]) -> Iterator[Breach]:
    """Judge an attempt to use a unique value that only a deleted thing had."""
    if answer.response.status == 409:
        text = "expected a unique value to be free again after the delete; got status 409"
        yield _breach(operation, text, evidence, "free")


def _breach(operation: str, text: str, evidence: Sequence[Exchange], detail: str) -> Breach:
    return Breach(
        promise=CONSISTENT, operation=operation, summary=text, evidence=tuple(evidence), detail=detail
    )
