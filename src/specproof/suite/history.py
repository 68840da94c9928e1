"""The area *history*: any order of steps, and clients that come at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.sequences import Stage
from specproof.invariants.history import BOTH_KEPT, CONSISTENT, ONE_WINNER, both_kept, one_winner
from specproof.invariants.members import Known
from specproof.model.exchange import Exchange, Request
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.histories import play_histories
from specproof.suite.judgement import Judgement
from specproof.suite.living import judge_life, life_context
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_CLIENTS = 4
_ROUNDS = {"quick": 1, "standard": 3, "deep": 10}
_ALL = (CONSISTENT, ONE_WINNER, BOTH_KEPT)


def judge_history(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Play histories of a resource and judge them.

    Where a plain life already breaks a promise, every history would only show that once more.
    """
    judgement, resource = Judgement(), operation.resource
    with skipping(judgement, _ALL):
        if resource is None:
            raise NotExercised("the operation belongs to no resource")
        key = ("lifecycle", resource.create or operation.label)
        if key not in suite.judgements:
            suite.judgements[key] = judge_life(suite, scratch, resource, scope="life")
        broken = suite.judgements[key].breaches.values()
        if any((breach.promise, breach.operation) in suite.promised for breach in broken):
            raise NotExercised("a plain life is broken already, see the findings about life cycles")
        stage = scratch.stage(resource, "history again" if again else "history")
        known = life_context(suite, stage).known
        _any_order(suite, judgement, stage, known)
        _together(suite, judgement, stage)
        _changes_together(suite, judgement, stage, known)
    return judgement


def _any_order(suite: Suite, judgement: Judgement, stage: Stage, known: Known) -> None:
    player = play_histories(suite, stage, known)
    for count in player.counts.values():
        judgement.judge(CONSISTENT, (), times=count)
    judgement.judge(CONSISTENT, player.breaches, times=0)
    if player.trouble is not None:
        raise player.trouble


def _together(suite: Suite, judgement: Judgement, stage: Stage) -> None:
    """Create with one unique value from several clients at once."""
    if not stage.resource.unique:
        judgement.skip(ONE_WINNER, "no member is unique")
        return
    for _ in range(_ROUNDS[suite.plan.depth]):
        body = stage.body()
        create = stage.operations["create"]
        answers = suite.send_together([_request(stage, create, body, None)] * _CLIENTS)
        judgement.judge(ONE_WINNER, one_winner(create.label, answers))
        for answer in answers:
            _remove(stage, stage.identity_of(answer))


def _changes_together(suite: Suite, judgement: Judgement, stage: Stage, known: Known) -> None:
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
        answers = suite.send_together([_request(stage, update, body, made.identity) for body in bodies])
        read = stage.call("read", identity=made.identity, purpose="read after both")
        seen: Sequence[Exchange] = (made.exchange, *answers, read)
        judgement.judge(BOTH_KEPT, both_kept(known, update.label, fresh, seen))
        _remove(stage, made.identity)


def _request(stage: Stage, operation: Operation, body: object, identity: str | None) -> Request:
    path = dict(stage.path) if identity is None else {**stage.path, stage.resource.parameter: identity}
    request = build_request(
        operation,
        base_url=stage.base_url,
        path=path,
        headers=(("Content-Type", json_media(operation) or "application/json"),),
        body=json_body(body),
        credential=stage.credential(operation),
        purpose="at the same time as another",
    )
    return replace(request, valid=True)


def _remove(stage: Stage, identity: str | None) -> None:
    if identity is not None and "delete" in stage.operations:
        stage.call("delete", identity=identity, purpose="clear")
