"""Play lives with hard texts and flags: what was sent has to come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from specproof.generate.bodies import HARD_TEXTS, BodyPlan, hard_texts
from specproof.generate.sampling import EVERYTHING, Sampler
from specproof.generate.sequences import Stage
from specproof.generate.stories import (
    kept_values,
    play_late_update,
    play_takeover,
    play_twin,
    play_update,
    unique_members,
)
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.life import Act, Life

_MORE_TEXTS = (("looks like a boolean", "true"),)  # not at depth quick
_PLAINEST = HARD_TEXTS[0][0]

_UNDECLARED = {"specproof_note": "a member that nobody declared"}
_ROW = 6  # things that are created one after the other
_FEW_TEXTS = 4  # besides the plainest, where not all are tried


def echoes(stage: Stage, sampler: Sampler = EVERYTHING) -> Iterator[Life]:
    """Create, read and delete one thing per hard value; update one thing through them too.

    Args:
        stage: Where to play.
        sampler: Chooses hard values: other ones for each member, and for updates than for creations.
    """
    members = stage.plan.texts()
    for turn, member in enumerate(members):
        texts = _hard_texts(stage.plan, member, sampler, turn)
        yield from _told_once(stage, member, list(_echoes_of(stage, member, texts)))
    yield from _flagged(stage, sampler)
    if sampler.whole:
        yield from _with_more(stage)
        yield _many(stage)
    yield from _updated_echoes(stage, sampler, len(members))


def _flagged(stage: Stage, sampler: Sampler) -> Iterator[Life]:
    """Create one thing for each flag that is set, with each text as short as may be; change and delete it."""
    if stage.resource.inferred:
        return  # which members are the server's own is not said
    for flag in (n for n, schema in stage.plan.members.items() if schema.get("type") == "boolean"):
        for member in (name for name in stage.plan.texts() if name not in stage.owned):
            shortest = "x" * stage.plan.members[member].get("minLength", 0)
            body = stage.body(**{flag: True, member: shortest})
            closed = member in stage.owned or member in stage.own_values
            if closed or not stage.is_valid(stage.plan.operation, body):
                continue
            stage.acts = []
            made = stage.create("first", body)
            stage.read(made, "after create")
            if made.accepted:
                play_twin(stage, unique_members(stage, made.sent))
            if made.accepted and sampler.whole:
                members: dict[str, Any] = {flag: False}
                other = stage.create("other", stage.body(**members))
                play_takeover(stage, other, unique_members(stage, made.sent))
                stage.delete(other, "clear")
            plan = stage.update_plan if "update" in stage.operations else None
            # Set again at the end: whether what is flagged can be deleted is a question of its own.
            changes = ((False, "changed"), (False, "altered"), (True, "restored"))
            for flagged, text in changes if plan is not None and made.identity is not None else ():
                whole = {**body, flag: flagged, member: text}
                if plan is not None and stage.is_valid(plan.operation, whole):
                    play_update(stage, made, whole, f"{flag} {'on' if flagged else 'off'}, {text}")
            stage.delete(made)
            stage.read(made, "after delete")
            if plan is not None and sampler.whole:
                play_late_update(stage, made, {**plan.base, member: "changed"})
            if made.accepted and "delete" in stage.operations and sampler.whole:
                # Nothing of the flag may be left: under the same name comes what has none.
                stage.delete(stage.create("again", {**made.sent, flag: False}), "clear")
            yield Life(name=f"{flag} and the shortest {member}", acts=tuple(stage.acts))


def _many(stage: Stage) -> Life:
    """Create some things in a row, and look for all of them in the list."""
    stage.acts = []
    made = [
        stage.create("first" if number == 0 else f"thing {number + 1}", stage.body())
        for number in range(_ROW)
    ]
    stage.list("after create")
    for each in made:
        stage.delete(each, "clear")
    return Life(name=f"{_ROW} things in a row", acts=tuple(stage.acts))


def _with_more(stage: Stage) -> Iterator[Life]:
    """Create and update a thing with a member that is not declared, where the document takes such ones."""
    body, plan = {**stage.body(), **_UNDECLARED}, stage.update_plan
    if stage.resource.inferred or not stage.plan.takes_more or not stage.is_valid(stage.plan.operation, body):
        return
    stage.acts = []
    made = stage.create("first", body)
    stage.read(made, "after create")
    if plan is not None and plan.takes_more and "update" in stage.operations and made.identity is not None:
        changed = {**stage.body(plan, **kept_values(stage, plan, made)), **_UNDECLARED}
        if stage.is_valid(plan.operation, changed):
            play_update(stage, made, changed, "a member that is not declared")
    stage.delete(made, "clear")
    yield Life(name="a member that is not declared", acts=tuple(stage.acts))


def _echoes_of(stage: Stage, member: str, texts: Sequence[tuple[str, str]]) -> Iterator[Life]:
    """Play one member; end with the plainest text where the server has a value of its own for it."""
    for name, text in texts:
        members: dict[str, Any] = {member: text}
        body = stage.body(**members)
        if not stage.is_valid(stage.plan.operation, body):
            continue
        stage.acts = []
        made = stage.create("first", body)
        if _is_taken(stage, member, made.exchange):
            continue
        stage.read(made, "after create")
        stage.delete(made, "clear")
        yield Life(name=f"{member}: {name}", acts=tuple(stage.acts))
        if name == _PLAINEST and _is_replaced(stage, made, member):
            return


def _is_replaced(stage: Stage, made: Act, member: str) -> bool:
    """Tell whether an accepted creation shows another value than was sent, or none."""
    secret = any(rule.member == member for rule in stage.plan.secrets)
    return made.accepted and not secret and _another_value(stage, made, member) is not None


def _another_value(stage: Stage, made: Act, member: str) -> Any:
    """Return what is shown instead of a sent value: ``MISSING`` for nothing, ``None`` for the same value."""
    got = resolve_pointer(made.shown, f"/{member}")
    inside = stage.resource.identity.count("/") > 1
    if got is MISSING and (inside or not isinstance(made.shown, Mapping)):
        return None  # the thing stands inside the answer, or is not in it
    return None if got == made.sent[member] else got


def _told_once(stage: Stage, member: str, lives: Sequence[Life]) -> Iterator[Life]:
    """Tell what holds for every text of a member once.

    A member whose schema takes any text may take none, or have a value that the server gives whatever is
    sent. An inferred life cycle promises nothing about members of the server that the document forgot to
    call ``readOnly``, those that were there without having been sent, nor about optional ones that are not
    shown.
    """
    last = lives[-1] if lives else None
    if last and last.name == f"{member}: {_PLAINEST}" and _is_replaced(stage, last.acts[0], member):
        stage.owned.add(member)
        hidden = _another_value(stage, last.acts[0], member) is MISSING
        if not (stage.resource.inferred and (hidden or member in stage.given)):
            yield Life(name=member, acts=last.acts)
        return
    taken = [life for life in lives if life.acts[0].accepted]
    refused = [life for life in lives if not life.acts[0].accepted]
    nothing = all(life.name == f"{member}: empty" for life in taken)  # which may stand for no text at all
    if len(refused) > 1 and nothing:
        stage.owned.add(member)
        yield Life(name=member, acts=refused[0].acts)
        yield from taken if not stage.resource.inferred else ()
    else:
        yield from lives


def _updated_echoes(stage: Stage, sampler: Sampler, turn: int) -> Iterator[Life]:
    plan = stage.update_plan
    if plan is None or "update" not in stage.operations:
        return
    stage.acts = []
    made = stage.create_new("first")
    closed = stage.owned | stage.distinct
    members = [text for text in plan.texts() if made.identity and text not in closed]
    for later, member in enumerate(members):
        texts = _hard_texts(plan, member, sampler, turn + later)
        longest = max((text for _, text in texts), key=len)
        for name, text in texts:
            body = {**plan.base, **kept_values(stage, plan, made), member: text}
            if stage.is_valid(plan.operation, body):
                stage.acts = [stage.acts[0]]
                exchange = stage.call("update", identity=made.identity, body=body, purpose=f"update {member}")
                if _is_taken(stage, member, exchange):
                    continue
                stage.act("update", "first", exchange, moment=member, sent=body, identity=made.identity)
                stage.read(made, "after update")
                if sampler.whole and text == longest:
                    stage.list("after update")
                yield Life(name=f"{member}: {name}, by update", acts=tuple(stage.acts))
    stage.delete(made, "clear")


def _hard_texts(plan: BodyPlan, member: str, sampler: Sampler, turn: int) -> list[tuple[str, str]]:
    """Return named texts for a member: the plainest, and others."""
    texts = [*hard_texts(plan.members[member]), *(_MORE_TEXTS if sampler.whole else ())]
    return [*texts[:1], *replace(sampler, turn=turn).some(texts[1:], _FEW_TEXTS)]


def _is_taken(stage: Stage, member: str, exchange: Exchange) -> bool:
    """Tell whether a value that is no name of the run may be taken, by others or by a run that was killed."""
    return member in stage.own_values and exchange.response.status == 409
