"""Play lives with hard texts and flags: what was sent has to come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from specproof.generate.bodies import HARD_TEXTS, PARTS, BodyPlan, hard_texts, joined_text
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

_MORE_TEXTS = (("looks like a boolean", "true"),)
_PLAINEST, (_JOINED, _JOINED_TEXT) = HARD_TEXTS[0][0], joined_text()

_UNDECLARED = {"specproof_note": "a member that nobody declared"}
_ROW = 6  # things that are created one after the other
_FEW_TEXTS = 2  # besides the plainest, the joined and the longest one, where not all are tried


def echoes(stage: Stage, sampler: Sampler = EVERYTHING) -> Iterator[Life]:
    """Create, read and delete one thing per hard value; update one thing through them too.

    Args:
        stage: Where to play.
        sampler: Chooses hard values: other ones for each member, and for updates than for creations.
    """
    members = stage.plan.texts()
    for turn, member in enumerate(members):
        texts = _hard_texts(stage, stage.plan, member, replace(sampler, turn=turn), size=_bytes)
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
            if plan is not None:
                play_late_update(stage, made, {**plan.base, member: "changed"})
            if made.accepted and "delete" in stage.operations:
                # Nothing may be left of the flag, nor of the text: under the same name comes something else.
                anew = {**made.sent, flag: False, member: "anew"}
                again = anew if stage.is_valid(stage.plan.operation, anew) else {**made.sent, flag: False}
                stage.delete(stage.create("again", again), "clear")
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


def _more(stage: Stage, plan: BodyPlan | None) -> dict[str, Any]:
    """Return a member that is not declared, where the document takes such ones."""
    takes = plan is not None and plan.takes_more and not stage.resource.inferred
    return dict(_UNDECLARED) if takes else {}


def _with_more(stage: Stage) -> Iterator[Life]:
    """Create and update a thing with a member that is not declared, where the document takes such ones."""
    more, plan = _more(stage, stage.plan), stage.update_plan
    body = {**stage.body(), **more}
    if not more or not stage.is_valid(stage.plan.operation, body):
        return
    stage.acts = []
    made = stage.create("first", body)
    stage.read(made, "after create")
    if plan is not None and _more(stage, plan) and "update" in stage.operations and made.identity is not None:
        changed = {**stage.body(plan, **kept_values(stage, plan, made)), **more}
        if stage.is_valid(plan.operation, changed):
            play_update(stage, made, changed, "a member that is not declared")
    stage.delete(made, "clear")
    yield Life(name="a member that is not declared", acts=tuple(stage.acts))


def _echoes_of(stage: Stage, member: str, texts: Sequence[tuple[str, str]]) -> Iterator[Life]:
    """Play one member; end with the plainest text where the server has a value of its own for it."""

    def play(name: str, text: str) -> Life | None:
        members: dict[str, Any] = {member: text, **(_more(stage, stage.plan) if name == _JOINED else {})}
        body = stage.body(**members)
        if not stage.is_valid(stage.plan.operation, body):
            return None
        stage.acts = []
        made = stage.create("first", body)
        if _is_taken(stage, member, made.exchange):
            return None
        stage.read(made, "after create")
        stage.delete(made, "clear")
        return Life(name=f"{member}: {name}", acts=tuple(stage.acts))

    for life in _each_text(stage, member, texts, play):
        yield life
        if life.name == f"{member}: {_PLAINEST}" and _is_replaced(stage, life.acts[0], member):
            return


def _each_text(
    stage: Stage, member: str, texts: Sequence[tuple[str, str]], play: Callable[[str, str], Life | None]
) -> Iterator[Life]:
    """Play each text; where the joined one does not come back, what it is made of, which says better why."""
    for name, text in texts:
        life = play(name, text)
        if life is None:
            continue
        if name == _JOINED and not _comes_back(stage, life, member):
            parts = [each for part, one in HARD_TEXTS if part in PARTS if (each := play(part, one))]
            parts += _with_more(stage)
            yield from parts
            if not all(_comes_back(stage, each, member) for each in parts):
                continue
        yield life


def _comes_back(stage: Stage, life: Life, member: str) -> bool:
    """Tell whether all that was sent was taken, and the last text of a member is shown where it is read."""
    sent = [act for act in life.acts if act.kind in {"create", "update"}]
    text = sent[-1].sent.get(member, MISSING)
    secret = any(rule.member == member and rule.applies(sent[-1].sent) for rule in stage.plan.secrets)
    shown = [resolve_pointer(act.shown, f"/{member}") for act in (sent[-1], *life.all("read")[-1:])]
    same = secret or text is MISSING or all(value in (text, MISSING) for value in shown)
    return same and all(act.accepted for act in sent)


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
        texts = _hard_texts(stage, plan, member, replace(sampler, turn=turn + later))
        longest = max((text for _, text in texts), key=len)
        play = partial(_update, stage=stage, plan=plan, made=made, member=member, longest=longest)
        yield from _each_text(stage, member, texts, play)
    stage.delete(made, "clear")


def _update(
    name: str, text: str, *, stage: Stage, plan: BodyPlan, made: Act, member: str, longest: str
) -> Life | None:
    """Update a thing with a text, read it, and list the longest one; ``None`` where it cannot be sent."""
    more = _more(stage, plan) if name == _JOINED else {}
    body = {**plan.base, **kept_values(stage, plan, made), member: text, **more}
    if not stage.is_valid(plan.operation, body):
        return None
    stage.acts = [made]
    exchange = stage.call("update", identity=made.identity, body=body, purpose=f"update {member}")
    if _is_taken(stage, member, exchange):
        return None
    stage.act("update", "first", exchange, moment=member, sent=body, identity=made.identity)
    stage.read(made, "after update")
    if text == longest:
        stage.list("after update")
    return Life(name=f"{member}: {name}, by update", acts=tuple(stage.acts))


def _hard_texts(
    stage: Stage,
    plan: BodyPlan,
    member: str,
    sampler: Sampler,
    *,
    size: Callable[[str], int] = len,
) -> list[tuple[str, str]]:
    """Return named texts for a member: all, or the plainest, the joined one, the longest and some others."""
    plainest, *texts = [*hard_texts(plan.members[member]), *_MORE_TEXTS]
    if sampler.whole:
        return [plainest, *texts]
    if not stage.is_valid(plan.operation, {**plan.base, member: _JOINED_TEXT}):
        return [plainest, *sampler.some(texts, _FEW_TEXTS + 2)]
    longest = max(texts, key=lambda named: size(named[1]))
    rest = [named for named in texts if named[0] not in PARTS and named != longest]
    return [plainest, (_JOINED, _JOINED_TEXT), longest, *sampler.some(rest, _FEW_TEXTS)]


def _bytes(text: str) -> int:
    return len(text.encode())


def _is_taken(stage: Stage, member: str, exchange: Exchange) -> bool:
    """Tell whether a value that is no name of the run may be taken, by others or by a run that was killed."""
    return member in stage.own_values and exchange.response.status == 409
