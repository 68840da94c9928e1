"""Clients that come at the same time: to create, to change, to delete and to list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
from specproof.model.operation import Operation
from specproof.model.verdict import NOT_QUICK
from specproof.suite.judgement import Judgement
from specproof.suite.session import Suite

_CLIENTS = 4
_ROUNDS = {"quick": 1, "standard": 3, "deep": 10}
_MORE_ROUNDS = {"quick": 0, "standard": 1, "deep": 5}  # of what takes more requests
_FEWER = 3  # clients that delete, or change all of one thing
_BESIDE = 3  # creations, and as many lists


def come_together(suite: Suite, judgement: Judgement, stage: Stage, known: Known) -> None:
    """Let several clients do the same at once, and judge what they are told and what is left."""
    _creations(suite, judgement, stage)
    _renames(suite, judgement, stage)
    _changes(suite, judgement, stage, known)
    _whole_changes(suite, judgement, stage, known)
    _deletions(suite, judgement, stage)
    _lists(suite, judgement, stage)


def _creations(suite: Suite, judgement: Judgement, stage: Stage) -> None:
    """Create with one unique value from several clients at once."""
    if not stage.resource.unique:
        judgement.skip(ONE_WINNER, "no member is unique")
        return
    for _ in range(_ROUNDS[suite.plan.depth]):
        body = stage.body()
        create = stage.operations["create"]
        answers = suite.send_together([_request(stage, create, body=body)] * _CLIENTS)
        judgement.judge(ONE_WINNER, one_winner(create.label, answers))
        for answer in answers:
            _remove(stage, stage.identity_of(answer))


def _renames(suite: Suite, judgement: Judgement, stage: Stage) -> None:
    """Give two things the same unique value from two clients at once."""
    update, plan = stage.operations.get("update"), stage.update_plan
    name = next((pointer.lstrip("/") for pointer in stage.resource.unique), "")
    if update is None or plan is None or not stage.resource.keeps_omitted or name not in plan.texts():
        return
    for _ in range(_MORE_ROUNDS[suite.plan.depth]):
        change = {name: stage.names.next()}
        if not stage.is_valid(plan.operation, change):
            return
        made = [stage.create_new("renamed") for _ in range(2)]
        requests = [
            _request(stage, update, body=change, identity=each.identity) for each in made if each.identity
        ]
        answers = suite.send_together(requests)
        before = tuple(each.exchange for each in made)
        judgement.judge(ONE_WINNER, one_winner(update.label, answers, before=before), times=0)
        for each in made:
            _remove(stage, each.identity)


def _changes(suite: Suite, judgement: Judgement, stage: Stage, known: Known) -> None:
    """Change two members of one thing from two clients at once."""
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
        made = stage.create_new("shared")
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
        _remove(stage, made.identity)


def _whole_changes(suite: Suite, judgement: Judgement, stage: Stage, known: Known) -> None:
    """Change the same two members of one thing from several clients at once, each to values of its own."""
    update, plan = stage.operations.get("update"), stage.update_plan
    if update is None or plan is None or "read" not in stage.operations:
        return
    names = [name for name in plan.texts() if name in known.shown][:2]
    for _ in range(_MORE_ROUNDS[suite.plan.depth]):
        bodies = [{**plan.base, **{name: stage.names.next() for name in names}} for _ in range(_FEWER)]
        if len(names) < 2 or not all(stage.is_valid(plan.operation, body) for body in bodies):
            return
        made = stage.create_new("shared")
        if made.identity is None:
            return
        requests = [_request(stage, update, body=body, identity=made.identity) for body in bodies]
        answers = suite.send_together(requests)
        read = stage.call("read", identity=made.identity, purpose="read after all")
        seen = (made.exchange, *answers, read)
        sent = [{name: body[name] for name in names} for body in bodies]
        judgement.judge(BOTH_KEPT, none_mixed(known, update.label, sent, seen))
        _remove(stage, made.identity)


def _deletions(suite: Suite, judgement: Judgement, stage: Stage) -> None:
    """Delete one thing from several clients at once."""
    delete = stage.operations.get("delete")
    for _ in range(_MORE_ROUNDS[suite.plan.depth] if delete is not None else 0):
        made = stage.create_new("doomed")
        if delete is None or made.identity is None:
            judgement.skip(ONE_DELETION, f"nothing could be created: status {made.exchange.response.status}")
            return
        stage.made.discard(made.identity)
        answers = suite.send_together([_request(stage, delete, identity=made.identity)] * _FEWER)
        judgement.judge(ONE_DELETION, one_deletion(delete.label, (made.exchange, *answers)))
        if not any(200 <= answer.response.status < 300 for answer in answers):
            _remove(stage, made.identity)
    judgement.skip(ONE_DELETION, NOT_QUICK)


def _lists(suite: Suite, judgement: Judgement, stage: Stage) -> None:
    """List while something is created, and while it is deleted again."""
    operation = stage.operations.get("list")
    if operation is None or operation.pagination is None or "delete" not in stage.operations:
        judgement.skip(BESIDE, "no operation lists in pages what another one creates")
        return
    pages = operation.pagination
    collection = Collection(
        operation=operation,
        base_url=stage.base_url,
        path=dict(stage.path),
        credential=stage.credential(operation),
    )
    listing = collection.request(*collection.sized(pages.size_maximum), purpose="list at the same time")
    for _ in range(_MORE_ROUNDS[suite.plan.depth]):
        alone = suite.profile.environment.exclusive
        kept = stage.create_new("lasting") if not alone else None  # what others made, they may remove
        before = read_page(pages, suite.send(listing))
        lasting = before.identities if kept is None else (kept.identity or "",)
        if before.next is not None or not set(lasting) <= set(before.identities):
            judgement.skip(BESIDE, "the list does not fit on its largest page")
        else:
            listed = [read_page(pages, each) for each in _beside_writers(suite, stage, listing)]
            first = (*([kept.exchange] if kept is not None else []), before.exchange)
            judgement.judge(BESIDE, lists_whole(operation.label, first, listed, lasting))
        if kept is not None:
            _remove(stage, kept.identity)
    judgement.skip(BESIDE, NOT_QUICK)


def _beside_writers(suite: Suite, stage: Stage, listing: Request) -> list[Exchange]:
    """Return how a list was answered while things were created, and while they were deleted."""
    create, delete = stage.operations["create"], stage.operations["delete"]
    creations = [_request(stage, create, body=stage.body()) for _ in range(_BESIDE)]
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


def _remove(stage: Stage, identity: str | None) -> None:
    if identity is not None and "delete" in stage.operations:
        stage.call("delete", identity=identity, purpose="clear")
