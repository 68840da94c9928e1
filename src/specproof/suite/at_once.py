"""Clients that come at the same time: to create, to change, to delete and to list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.sequences import Stage
from specproof.generate.walks import Collection, read_page
from specproof.invariants.at_once import (
    BESIDE,
    BOTH_KEPT,
    ONE_DELETION,
    ONE_WINNER,
    both_kept,
    lists_whole,
    none_mixed,
    one_deletion,
    one_winner,
)
from specproof.invariants.members import Known
from specproof.model.exchange import Exchange, Request
from specproof.model.finding import Breach
from specproof.model.life import Act
from specproof.model.operation import Operation
from specproof.model.verdict import NOT_QUICK
from specproof.suite.judgement import Judgement
from specproof.suite.session import Suite
from specproof.suite.spares import Spares

_ROUNDS = {"quick": 1, "standard": 3, "deep": 10}
_MORE_ROUNDS = {"quick": 1, "standard": 1, "deep": 5}  # of what takes more requests
_CREATE = {"quick": 3, "standard": 4, "deep": 4}  # clients
_CHANGE = {"quick": 2, "standard": 3, "deep": 3}  # clients that delete, or change all of one thing
_BESIDE = {"quick": 2, "standard": 3, "deep": 3}  # lists, and writers of their own but at quick


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """A list that is read while others write.

    Args:
        request: Asks for it.
        before: What shows that the lasting things are there.
        lasting: Their identities.
    """

    request: Request
    before: tuple[Exchange, ...]
    lasting: tuple[str, ...]

    def breaches(self, operation: Operation, answers: Sequence[Exchange]) -> Iterator[Breach]:
        """Judge what was listed meanwhile."""
        pages = operation.pagination
        listed = [read_page(pages, each) for each in answers] if pages is not None else []
        return lists_whole(operation.label, self.before, listed, self.lasting)


def come_together(suite: Suite, judgement: Judgement, spares: Spares, known: Known) -> None:
    """Let several clients do the same at once, and judge what they are told and what is left."""
    _creations(suite, judgement, spares)
    _changes(suite, judgement, spares, known)
    _whole_changes(suite, judgement, spares, known)
    _renames(suite, judgement, spares)
    _deletions(suite, judgement, spares)
    _lists(suite, judgement, spares)


def _creations(suite: Suite, judgement: Judgement, spares: Spares) -> None:
    """Create with one unique value from several clients at once; at quick others look at the list."""
    stage, depth = spares.stage, suite.plan.depth
    if not stage.resource.unique:
        judgement.skip(ONE_WINNER, "no member is unique")
        return
    listing = _listing(suite, judgement, spares) if depth == "quick" else None
    beside = [listing.request] * _BESIDE[depth] if listing is not None else []
    for _ in range(_ROUNDS[depth]):
        create, clients = stage.operations["create"], _CREATE[depth]
        answers = suite.send_together([*[_request(stage, create, body=stage.body())] * clients, *beside])
        answers, listed = answers[:clients], answers[clients:]
        judgement.judge(ONE_WINNER, one_winner(create.label, answers))
        for answer in answers:
            spares.leave(
                Act(kind="create", subject="shared", exchange=answer, identity=stage.identity_of(answer))
            )
        if listing is not None:
            operation = stage.operations["list"]
            judgement.judge(BESIDE, listing.breaches(operation, listed))


def _renames(suite: Suite, judgement: Judgement, spares: Spares) -> None:
    """Give two things the same unique value from two clients at once."""
    stage = spares.stage
    update, plan = stage.operations.get("update"), stage.update_plan
    name = next((pointer.lstrip("/") for pointer in stage.resource.unique), "")
    if update is None or plan is None or not stage.resource.keeps_omitted or name not in plan.texts():
        return
    for _ in range(_MORE_ROUNDS[suite.plan.depth]):
        change = {name: stage.names.next()}
        if not stage.is_valid(plan.operation, change):
            return
        made = [spares.take("renamed") for _ in range(2)]
        requests = [
            _request(stage, update, body=change, identity=each.identity) for each in made if each.identity
        ]
        answers = suite.send_together(requests)
        before = tuple(each.exchange for each in made)
        judgement.judge(ONE_WINNER, one_winner(update.label, answers, before=before), times=0)
        spares.leave(*made)


def _changes(suite: Suite, judgement: Judgement, spares: Spares, known: Known) -> None:
    """Change two members of one thing from two clients at once."""
    stage = spares.stage
    update, plan = stage.operations.get("update"), stage.update_plan
    if update is None or plan is None or not stage.resource.keeps_omitted or "read" not in stage.operations:
        judgement.skip(BOTH_KEPT, "an update need not keep what it leaves out")
        return
    names = [name for name in plan.texts() if name in known.shown]
    changes = [(name, stage.names.next()) for name in names[:2]]
    if len(changes) < 2 or not all(stage.is_valid(plan.operation, {n: v}) for n, v in changes):
        judgement.skip(BOTH_KEPT, "there are no two members that can be changed one by one")
        return
    for number in range(_ROUNDS[suite.plan.depth]):
        made = spares.take("shared")
        if made.identity is None:
            judgement.skip(BOTH_KEPT, f"nothing could be created: status {made.exchange.response.status}")
            return
        fresh = [(name, f"{value}_{number}") for name, value in changes]
        bodies: list[dict[str, Any]] = [dict([change]) for change in fresh]
        answers = suite.send_together([
            _request(stage, update, body=body, identity=made.identity) for body in bodies
        ])
        read = stage.call("read", identity=made.identity, purpose="read after both")
        seen: Sequence[Exchange] = (made.exchange, *answers, read)
        judgement.judge(BOTH_KEPT, both_kept(known, update.label, fresh, seen))
        spares.leave(made)


def _whole_changes(suite: Suite, judgement: Judgement, spares: Spares, known: Known) -> None:
    """Change the same two members of one thing from several clients at once, each to values of its own."""
    stage, clients = spares.stage, _CHANGE[suite.plan.depth]
    update, plan = stage.operations.get("update"), stage.update_plan
    if update is None or plan is None or "read" not in stage.operations:
        return
    names = [name for name in plan.texts() if name in known.shown][:2]
    for _ in range(_MORE_ROUNDS[suite.plan.depth]):
        bodies = [{**plan.base, **{name: stage.names.next() for name in names}} for _ in range(clients)]
        if len(names) < 2 or not all(stage.is_valid(plan.operation, body) for body in bodies):
            return
        made = spares.take("shared")
        if made.identity is None:
            return
        requests = [_request(stage, update, body=body, identity=made.identity) for body in bodies]
        answers = suite.send_together(requests)
        read = stage.call("read", identity=made.identity, purpose="read after all")
        seen = (made.exchange, *answers, read)
        sent = [{name: body[name] for name in names} for body in bodies]
        judgement.judge(BOTH_KEPT, none_mixed(known, update.label, sent, seen))
        spares.leave(made)


def _deletions(suite: Suite, judgement: Judgement, spares: Spares) -> None:
    """Delete one thing from several clients at once."""
    stage, clients = spares.stage, _CHANGE[suite.plan.depth]
    delete = stage.operations.get("delete")
    for _ in range(_MORE_ROUNDS[suite.plan.depth] if delete is not None else 0):
        made = spares.take("doomed")
        if delete is None or made.identity is None:
            judgement.skip(ONE_DELETION, f"nothing could be created: status {made.exchange.response.status}")
            return
        stage.made.discard(made.identity)
        answers = suite.send_together([_request(stage, delete, identity=made.identity)] * clients)
        judgement.judge(ONE_DELETION, one_deletion(delete.label, (made.exchange, *answers)))
        if not any(200 <= answer.response.status < 300 for answer in answers):
            spares.leave(made)


def _lists(suite: Suite, judgement: Judgement, spares: Spares) -> None:
    """List while something is created, and while it is deleted again."""
    stage = spares.stage
    for _ in range(_MORE_ROUNDS[suite.plan.depth] if suite.plan.depth != "quick" else 0):
        listing = _listing(suite, judgement, spares)
        if listing is None:
            return
        listed = _beside_writers(suite, stage, listing.request)
        judgement.judge(BESIDE, listing.breaches(stage.operations["list"], listed))
    judgement.skip(BESIDE, NOT_QUICK)


def _listing(suite: Suite, judgement: Judgement, spares: Spares) -> _Listing | None:
    """Look at a list before others write; what others made, they may remove."""
    stage = spares.stage
    operation = stage.operations.get("list")
    if operation is None or operation.pagination is None or "delete" not in stage.operations:
        judgement.skip(BESIDE, "no operation lists in pages what another one creates")
        return None
    pages = operation.pagination
    collection = Collection(
        operation=operation,
        base_url=stage.base_url,
        path=dict(stage.path),
        credential=stage.credential(operation),
    )
    request = collection.request(*collection.sized(pages.size_maximum), purpose="list at the same time")
    kept = spares.take("lasting") if not suite.profile.environment.exclusive else None
    before = read_page(pages, suite.send(request))
    lasting = before.identities if kept is None else (kept.identity or "",)
    if kept is not None:
        spares.leave(kept)
    if before.next is not None or not set(lasting) <= set(before.identities):
        judgement.skip(BESIDE, "the list does not fit on its largest page")
        return None
    shown = (*([kept.exchange] if kept is not None else []), before.exchange)
    return _Listing(request=request, before=shown, lasting=lasting)


def _beside_writers(suite: Suite, stage: Stage, listing: Request) -> list[Exchange]:
    """Return how a list was answered while things were created, and while they were deleted."""
    create, delete = stage.operations["create"], stage.operations["delete"]
    creations = [_request(stage, create, body=stage.body()) for _ in range(_BESIDE[suite.plan.depth])]
    answers = suite.send_together([each for one in creations for each in (one, listing)])
    made = [identity for each in answers[::2] if (identity := stage.identity_of(each)) is not None]
    removals = [_request(stage, delete, identity=identity) for identity in made]
    later = suite.send_together([each for one in removals for each in (one, listing)])
    return [*answers[1::2], *later[1::2]]


def _request(
    stage: Stage, operation: Operation, *, body: object = None, identity: str | None = None
) -> Request:
    path = dict(stage.path) if identity is None else {**stage.path, stage.resource.parameter: identity}
    media = (("Content-Type", json_media(operation) or "application/json"),) if body is not None else ()
    request = build_request(
        operation,
        base_url=stage.base_url,
        path=path,
        headers=media,
        body=json_body(body) if body is not None else None,
        credential=stage.credential(operation),
        purpose="at the same time as another",
    )
    return replace(request, valid=True)
