"""Unique values below two parents: one's own, and one of somebody else."""

from __future__ import annotations

from dataclasses import replace

from specproof.generate.sequences import Stage
from specproof.generate.stories import unique_members
from specproof.invariants.at_once import PER_PARENT, apart, free_elsewhere
from specproof.model.exchange import Exchange
from specproof.model.life import Act
from specproof.suite.judgement import Judgement
from specproof.suite.rights import Rights
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.spares import Spares


def compare_parents(suite: Suite, scratch: Scratch, judgement: Judgement, spares: Spares) -> None:
    """Use below one's own parent what a thing of another parent has: it is free, and the two are apart.

    The other parent is the foreign one of the profile, and who makes things there a credential that reaches
    it and may do everything that is needed.
    """
    stage = spares.stage
    if not stage.resource.unique_per_parent or not stage.resource.unique:
        judgement.skip(PER_PARENT, "x-resource does not say that values are unique per parent")
        return
    other = _other_parent(suite, stage)
    if other is None:
        why = "the profile has no credential that may create and delete below another parent ([foreign])"
        judgement.skip(PER_PARENT, why)
        return
    known = scratch.theirs.pop(stage.resource.create or "", None)
    theirs = known[1] if known is not None else other.create_new("foreign")
    if theirs.identity is None:
        status = theirs.exchange.response.status
        judgement.skip(PER_PARENT, f"nothing could be created below the other parent: status {status}")
        return
    try:
        own = _taken(stage, judgement, theirs)
        spares.leave(own)
        seen = [theirs.exchange, own.exchange, *_renamed(stage, other, judgement, (theirs, own))]
    finally:
        gone = other.delete(theirs, "clear")
    read = stage.read(own, "after theirs was deleted")
    if read is not None and gone is not None:
        evidence = [*seen, gone.exchange, read.exchange]
        judgement.judge(PER_PARENT, apart(stage.operations["create"].label, evidence), times=0)


def _taken(stage: Stage, judgement: Judgement, theirs: Act) -> Act:
    """Create with the unique values of theirs."""
    own = stage.create("own", stage.body(**unique_members(stage, theirs.sent)))
    label = stage.operations["create"].label
    judgement.judge(PER_PARENT, free_elsewhere(label, theirs.exchange, own.exchange))
    return own


def _renamed(stage: Stage, other: Stage, judgement: Judgement, made: tuple[Act, Act]) -> list[Exchange]:
    """Change theirs to fresh unique values, and one's own to the same; return what was done."""
    plan, (theirs, own) = stage.update_plan, made
    if own.identity is None or plan is None or "update" not in stage.operations:
        return []
    fresh = unique_members(stage, stage.body())
    body = fresh if stage.resource.keeps_omitted else {**plan.base, **fresh}
    if not stage.is_valid(plan.operation, body):
        return []
    first = other.call("update", identity=theirs.identity, body=body, purpose="rename theirs")
    if not 200 <= first.response.status < 300:
        return [first]
    second = stage.call("update", identity=own.identity, body=body, purpose="take what another parent has")
    label = stage.operations["create"].label
    judgement.judge(PER_PARENT, free_elsewhere(label, first, second))
    return [first, second]


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
