"""Life cycles: play them for every resource and judge what was seen."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.contract.shapes import object_schema, success_schema
from specproof.generate.echoes import echoes
from specproof.generate.sampling import Sampler
from specproof.generate.sequences import Stage
from specproof.generate.stories import story
from specproof.invariants.life_context import LifeContext
from specproof.invariants.lifecycle import JUDGES
from specproof.invariants.members import Known
from specproof.model.life import Life
from specproof.model.operation import Resource
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite


def judge_life(suite: Suite, scratch: Scratch, resource: Resource, *, scope: str) -> Judgement:
    """Play the life cycles of a resource and judge them by every promise about them.

    ``scope`` keeps the names apart that two looks at the same resource use.
    """
    judgement = Judgement()
    try:
        stage = scratch.stage(resource, scope)
    except NotExercised as error:
        for promise in JUDGES:
            judgement.skip(promise, str(error))
        return judgement
    context = life_context(suite, stage)
    sampler = Sampler(seed=suite.plan.seed, whole=suite.plan.depth != "quick")
    for life in _lives(stage, sampler):
        for promise, (judge, kind) in JUDGES.items():
            if life.find(kind) is not None:
                judgement.judge(promise, judge(context, life), times=len(life.all(kind)))
        created = life.find("create")
        if created is not None and not created.accepted and life.name == "story":
            status = created.exchange.response.status
            for promise in JUDGES:
                judgement.skip(promise, f"nothing could be created: status {status}")
    for promise in JUDGES:
        judgement.skip(promise, "the resource has no operation for it")
    return judgement


def _lives(stage: Stage, sampler: Sampler) -> Iterator[Life]:
    life = story(stage, brief=not sampler.whole)
    yield life
    created = life.find("create")
    if created is not None and created.accepted:
        yield from echoes(stage, sampler)


def life_context(suite: Suite, stage: Stage) -> LifeContext:
    """Return what the judgement may know about a resource."""
    document = suite.contract.document
    shown: set[str] = set()
    for operation in stage.operations.values():
        members = object_schema(document, success_schema(operation))
        shown |= {name for name, schema in members.items() if not _write_only(schema)}
    return LifeContext(
        resource=stage.resource,
        operations=stage.operations,
        described=suite.described,
        exclusive=suite.profile.environment.exclusive,
        known=Known(shown=frozenset(shown & set(stage.plan.members)), secrets=stage.plan.secrets),
    )


def _write_only(schema: object) -> bool:
    return isinstance(schema, dict) and schema.get("writeOnly") is True
