"""The area *history*: any order of steps, and clients that come at the same time."""

from __future__ import annotations

from specproof.generate.sequences import Stage
from specproof.invariants.at_once import BESIDE, BOTH_KEPT, ONE_DELETION, ONE_WINNER, PER_PARENT
from specproof.invariants.history import CONSISTENT
from specproof.invariants.members import Known
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.at_once import come_together
from specproof.suite.histories import play_histories
from specproof.suite.judgement import Judgement
from specproof.suite.living import judge_life, life_context
from specproof.suite.parents import compare_parents
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping
from specproof.suite.spares import Spares

_ALL = (CONSISTENT, ONE_WINNER, BOTH_KEPT, ONE_DELETION, BESIDE, PER_PARENT)


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
        spares = Spares(stage=stage)
        try:
            compare_parents(suite, scratch, judgement, spares)
            come_together(suite, judgement, spares, known)
        finally:
            spares.clear()
    return judgement


def _any_order(suite: Suite, judgement: Judgement, stage: Stage, known: Known) -> None:
    player = play_histories(suite, stage, known)
    for count in player.counts.values():
        judgement.judge(CONSISTENT, (), times=count)
    judgement.judge(CONSISTENT, player.breaches, times=0)
    if player.trouble is not None:
        raise player.trouble
