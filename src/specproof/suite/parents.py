"""Unique values below two parents: one's own, and one of somebody else."""

from __future__ import annotations

from dataclasses import replace

from specproof.generate.sequences import Stage
from specproof.generate.stories import unique_members
from specproof.invariants.at_once import PER_PARENT, apart, free_elsewhere
from specproof.model.life import Act
from specproof.model.verdict import NOT_QUICK
from specproof.suite.judgement import Judgement
from specproof.suite.rights import Rights
from specproof.suite.session import Suite


def compare_parents(suite: Suite, judgement: Judgement, stage: Stage) -> None:
    """Use below one's own parent what a thing of another parent has: it is free, and the two are apart.

    The other parent is the foreign one of the profile, and who makes things there a credential that reaches
    it and may do everything that is needed.
    """
    if not stage.resource.unique_per_parent or not stage.resource.unique:
        judgement.skip(PER_PARENT, "x-resource does not say that values are unique per parent")
        return
    if suite.plan.depth == "quick":
        judgement.skip(PER_PARENT, NOT_QUICK)
        return
    other = _other_parent(suite, stage)
    if other is None:
        why = "the profile has no credential that may create and delete below another parent ([foreign])"
        judgement.skip(PER_PARENT, why)
        return
    theirs = [other.create_new("foreign") for _ in range(2)]
    own: list[Act] = []
    left = list(theirs)
    try:
        if any(act.identity is None for act in theirs):
            status = theirs[-1].exchange.response.status
            judgement.skip(PER_PARENT, f"nothing could be created below the other parent: status {status}")
            return
        own.append(_take(stage, judgement, theirs))
        gone = [other.delete(left.pop(), "clear") for _ in theirs]
        read = stage.read(own[0], "after theirs were deleted")
        if read is not None:
            seen = (*theirs, *own, *gone, read)
            evidence = [act.exchange for act in seen if act is not None]
            judgement.judge(PER_PARENT, apart(stage.operations["create"].label, evidence), times=0)
    finally:
        for where, acts in ((other, left), (stage, own)):
            for act in acts:
                where.delete(act, "clear")


def _take(stage: Stage, judgement: Judgement, theirs: list[Act]) -> Act:
    """Create with the unique values of the first of theirs, and change to those of the second; return it."""
    label = stage.operations["create"].label
    first, second = (unique_members(stage, act.sent) for act in theirs)
    own = stage.create("own", stage.body(**first))
    judgement.judge(PER_PARENT, free_elsewhere(label, theirs[0].exchange, own.exchange))
    plan = stage.update_plan
    if own.identity is None or plan is None or "update" not in stage.operations:
        return own
    body = second if stage.resource.keeps_omitted else {**plan.base, **second}
    if stage.is_valid(plan.operation, body):
        changed = stage.call(
            "update", identity=own.identity, body=body, purpose="take what another parent has"
        )
        judgement.judge(PER_PARENT, free_elsewhere(label, theirs[1].exchange, changed))
    return own


def _other_parent(suite: Suite, stage: Stage) -> Stage | None:
    """Return where things of the same kind are made below the foreign parent; ``None`` where nobody may."""
    foreign = {name: str(suite.profile.foreign[name]) for name in stage.path if name in suite.profile.foreign}
    if not foreign or "delete" not in stage.operations:
        return None
    rights, create = Rights(suite=suite), stage.operations["create"]
    rivals = rights.able(create, foreign.values())
    able = [c.name for c in rivals if all(rights.may(c, each) for each in stage.operations.values())]
    if not able:
        return None
    return replace(stage, path={**stage.path, **foreign}, credential=lambda _operation: able[0], acts=[])
