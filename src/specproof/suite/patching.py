"""Patches: make a thing, patch it in every documented way, and read it before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specproof.contract.patching import patches
from specproof.contract.preconditions import asks_for_tag
from specproof.contract.shapes import object_schema, success_schema
from specproof.generate.mutations import small_values
from specproof.generate.patches import Patchable, Wanted, optional_members
from specproof.generate.request import build_request, json_body
from specproof.generate.sequences import Stage
from specproof.invariants.patching import PROMISES, judge_patch, told_once
from specproof.model.exchange import Exchange
from specproof.model.life import Act
from specproof.model.operation import MediaType, Operation
from specproof.model.patch import Patch
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_MOST = {"quick": 10, "standard": 40, "deep": 200}  # patches by one media type


def judge_patches(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Patch a thing of the run's own, and judge what became of it."""
    judgement = Judgement()
    resource = operation.resource
    if resource is None:
        return judgement
    with skipping(judgement, PROMISES):
        stage = scratch.stage(resource, "patches again" if again else "patches")
        for media in patches(operation).values():
            _patch_by(suite, stage, operation, media, judgement)
    for promise in PROMISES:
        judgement.skip(promise, "no patch of that kind could be made of what is shown of a thing")
    return judgement


def _patch_by(
    suite: Suite, stage: Stage, operation: Operation, media: MediaType, judgement: Judgement
) -> None:
    patchable = _patchable(suite, stage, media)
    made = stage.create_new("patched", **_optional_values(suite, stage, patchable))
    if made.identity is None:
        made = stage.create_new("patched")
    if made.identity is None:
        raise NotExercised(f"nothing could be created: status {made.exchange.response.status}")
    shown = _read(stage, made).response.document
    wanted = list(patchable.wanted(shown)) if isinstance(shown, Mapping) else []
    tried = [
        patch
        for each in wanted[: _MOST[suite.plan.depth]]
        if (patch := _try(suite, stage, operation, made, media=media, wanted=each)) is not None
    ]
    for patch in told_once(tried):
        judgement.judge(f"patch.{patch.promise}", judge_patch(operation, tuple(patchable.members), patch))
    stage.delete(made, "clear")


def _patchable(suite: Suite, stage: Stage, media: MediaType) -> Patchable:
    """Return what of a thing can be patched: what a client writes and reads back, but for its names."""
    contract, resource = suite.contract, stage.resource
    read = success_schema(stage.operations["read"])
    fixed = {pointer.lstrip("/") for pointer in (resource.identity, *resource.unique, *resource.immutable)}
    fixed |= {rule.member for rule in stage.plan.secrets}
    shown = object_schema(contract.document, read).keys()
    members = {n: s for n, s in stage.plan.members.items() if n in shown and n not in fixed}
    optional = optional_members(contract, [stage.plan.media.schema, read]) & members.keys()
    return Patchable(contract=contract, media=media, members=members, optional=frozenset(optional))


def _optional_values(suite: Suite, stage: Stage, patchable: Patchable) -> dict[str, Any]:
    """Return values for members that need not be there, so that there is something to remove."""
    found: dict[str, Any] = {}
    for name in sorted(patchable.optional - stage.plan.base.keys()):
        value = next(small_values(suite.contract.document, patchable.members[name]), None)
        if value is not None and stage.is_valid(stage.plan.operation, stage.body(**{name: value})):
            found[name] = value
    return found


def _read(stage: Stage, made: Act) -> Exchange:
    return stage.call("read", identity=made.identity, purpose="what is there")


def _try(
    suite: Suite, stage: Stage, operation: Operation, made: Act, *, media: MediaType, wanted: Wanted
) -> Patch | None:
    """Read, patch and read again; ``None`` where the thing is not what the patch was made for."""
    before = _read(stage, made)
    if before.response.status != 200:
        return None
    tag = before.response.header("ETag") if asks_for_tag(operation) else None
    request = build_request(
        operation,
        base_url=stage.base_url,
        path={**stage.path, stage.resource.parameter: made.identity},
        headers=(
            ("Content-Type", media.base),
            *suite.access.required_headers(operation),
            *((("If-Match", tag),) if tag else ()),
        ),
        body=json_body(wanted.body),
        credential=stage.credential(operation),
        purpose=wanted.moment,
    )
    patched = suite.send(replace(request, valid=True if wanted.sure else None))
    after = _read(stage, made)
    if after.response.status != 200:
        return None
    return Patch(
        promise=wanted.promise,
        moment=wanted.moment,
        member=wanted.member,
        expected=wanted.expected,
        sure=wanted.sure,
        default=wanted.default,
        before=before,
        patch=patched,
        after=after,
    )
