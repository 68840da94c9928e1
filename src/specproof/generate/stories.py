"""Play one whole life: create, read, list, update, delete, with neighbours that must not notice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from specproof.generate.bodies import BodyPlan
from specproof.generate.sequences import Stage
from specproof.generate.walks import same_host
from specproof.model.exchange import MISSING, Request, resolve_pointer
from specproof.model.life import Act, Life


def story(stage: Stage, *, brief: bool = False) -> Life:
    """Play one whole life: three things, the middle one is changed and deleted.

    Args:
        stage: Where.
        brief: Send all members that must not change in one update, and one by one only if that is refused.
    """
    stage.acts = []
    left = stage.create_new("left")
    first = stage.create_new("first")
    later = _later(stage, first)
    right = stage.create_new("right", **_longer(stage, later))
    if first.identity is not None:
        shown = first.shown if isinstance(first.shown, Mapping) else {}
        stage.given = {name for name, value in shown.items() if value is not None} - set(first.sent or ())
        location = first.exchange.response.header("Location")
        # It may be relative (RFC 9110 section 10.2.2).
        url = urljoin(first.exchange.request.url, location or "")
        if location and same_host(url, stage.base_url):
            request = Request(
                method="GET",
                url=url,
                credential=stage.credential(stage.operations.get("read", stage.operations["create"])),
                operation=stage.resource.read,
                purpose="follow Location",
            )
            stage.act("location", "first", stage.send(request), identity=first.identity)
        for each in (left, first, right):
            stage.read(each, "after create")
        stage.list("after create")
        _chosen_identity(stage, first)
        _duplicates(stage, first, right)
        _updates(stage, first, (left, right), later, brief=brief)
        _deletes(stage, first, (left, right))
    for each in (left, right):
        stage.delete(each, "clear")
    return Life(name="story", acts=tuple(stage.acts))


def _later(stage: Stage, first: Act) -> dict[str, Any]:
    """Return the unique texts that the first thing is to have when it is deleted."""
    renamed = "update" in stage.operations and stage.update_plan is not None
    taken = unique_members(stage, stage.body() if renamed else first.sent)
    return {name: value for name, value in taken.items() if isinstance(value, str)}


def _longer(stage: Stage, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return texts that begin with others, for one who deletes by a beginning deletes what has them, too."""
    longer: dict[str, Any] = {name: f"{text}x" for name, text in texts.items()}
    return longer if stage.is_valid(stage.plan.operation, stage.body(**longer)) else {}


def unique_members(stage: Stage, sent: Any) -> dict[str, Any]:
    """Return the members of a sent body that no other thing may have."""
    names = [pointer.lstrip("/") for pointer in stage.resource.unique]
    return {name: sent[name] for name in names if isinstance(sent, Mapping) and name in sent}


def play_twin(stage: Stage, taken: Mapping[str, Any]) -> None:
    """Try to create a thing with unique values that another one has; without such values nothing is done."""
    if taken:
        second = stage.call("create", body=stage.body(**taken), purpose="create with a value that is taken")
        twin = stage.act("duplicate", "twin", second, sent=taken, identity=stage.identity_of(second))
        stage.delete(twin, "clear")


def play_takeover(stage: Stage, other: Act, taken: Mapping[str, Any]) -> bool:
    """Try to change a thing to unique values that another one has; tell whether that was done."""
    plan = stage.update_plan
    if not taken or "update" not in stage.operations or other.identity is None or plan is None:
        return False
    body = {**plan.base, **taken}
    exchange = stage.call("update", identity=other.identity, body=body, purpose="update to a taken value")
    act = stage.act(
        "duplicate", other.subject, exchange, moment="update", sent=taken, identity=other.identity
    )
    return act.accepted


def _duplicates(stage: Stage, first: Act, right: Act) -> None:
    """Try to take a unique value twice: by creation and by update."""
    taken = unique_members(stage, first.sent)
    if not taken:
        return
    play_twin(stage, taken)
    if play_takeover(stage, right, taken):  # give the neighbour its own value back
        stage.call("update", identity=right.identity, body=right.sent, purpose="restore")


def _updates(
    stage: Stage, first: Act, neighbours: tuple[Act, ...], names: Mapping[str, str], *, brief: bool
) -> None:
    plan = stage.update_plan
    if "update" not in stage.operations or plan is None or first.identity is None:
        return
    changed: dict[str, Any] = {name: f"changed {n}" for n, name in enumerate(_changeable(stage, plan))}
    own = kept_values(stage, plan, first)
    whole = stage.body(plan, **{**names, **own, **changed})
    play_update(stage, first, whole, "whole")
    for name, value in whole.items():
        other = _another(plan, name, value) if name not in own else MISSING
        if other is not MISSING and stage.is_valid(plan.operation, {name: other}):
            play_update(stage, first, {name: other}, f"part: {name}")
    others = _other_immutables(stage, first)
    together = play_immutable(stage, first, whole, others) if brief and len(others) > 1 else None
    for name in others if together is None or not together.accepted else ():
        play_immutable(stage, first, whole, {name: others[name]})
    for each in neighbours:
        stage.read(each, "after update")
    stage.list("after update")


def _other_immutables(stage: Stage, first: Act) -> dict[str, str]:
    """Return the members that no update may change, each with a value that the thing does not have."""
    found: dict[str, str] = {}
    for pointer in dict.fromkeys((stage.resource.identity, *stage.resource.immutable)):
        name = pointer.lstrip("/")
        before = resolve_pointer(first.exchange.response.document, pointer)
        if "/" not in name and isinstance(before, str):
            found[name] = _altered(before)
    return found


def play_immutable(stage: Stage, first: Act, whole: Mapping[str, Any], others: Mapping[str, str]) -> Act:
    """Update a thing as a whole with other values of immutable members; return the update."""
    act = play_update(stage, first, {**whole, **others}, f"immutable: {', '.join(others)}")
    now = stage.identity_of(act.exchange)
    if now not in {None, first.identity}:
        stage.call("delete", identity=now, purpose="clear what took another identity")
    return act


def kept_values(stage: Stage, plan: BodyPlan, made: Act) -> dict[str, Any]:
    """Return what tells a thing apart without anybody saying so: nobody says either that it may change."""
    return {name: made.sent[name] for name in stage.distinct & set(plan.members) & set(made.sent or ())}


def play_update(stage: Stage, first: Act, body: Mapping[str, Any], moment: str) -> Act:
    """Update a thing and read it afterwards; return the update."""
    exchange = stage.call("update", identity=first.identity, body=body, purpose=f"update, {moment}")
    act = stage.act("update", "first", exchange, moment=moment, sent=body, identity=first.identity)
    stage.read(first, f"after update, {moment}")
    return act


def play_late_update(stage: Stage, gone: Act, body: Mapping[str, Any]) -> None:
    """Update what was deleted; remove what that makes."""
    if gone.identity is not None:
        full = {**stage.body(), **body}
        exchange = stage.call("update", identity=gone.identity, body=full, purpose="update what was deleted")
        act = stage.act(
            "late-update", gone.subject, exchange, sent=full, identity=stage.identity_of(exchange)
        )
        if act.accepted:
            stage.delete(act, "clear")


def _chosen_identity(stage: Stage, first: Act) -> None:
    """Create with an identity of our own, where the document says that only the server gives it."""
    name = stage.resource.identity.lstrip("/")
    if name not in stage.plan.read_only or first.identity is None:
        return
    members: dict[str, Any] = {name: _altered(first.identity)}
    for other in (pointer.lstrip("/") for pointer in stage.resource.immutable):
        shown = resolve_pointer(first.shown, f"/{other}")
        if other in stage.plan.read_only and isinstance(shown, str):
            members[other] = _altered(shown) if other != name else members[name]
    body = stage.body(**members)
    exchange = stage.call("create", body=body, purpose="choose an identity")
    identity = stage.identity_of(exchange)
    act = stage.act("create-chosen", "chosen", exchange, sent=body, identity=identity)
    stage.delete(act, "clear")


def _changeable(stage: Stage, plan: BodyPlan) -> list[str]:
    own = stage.own_values
    return [
        name for name in plan.texts() if name not in own and (name in plan.base or name in stage.plan.base)
    ]


def _another(plan: BodyPlan, name: str, value: Any) -> Any:
    schema = plan.members.get(name)
    if isinstance(value, str) and name in plan.texts() and isinstance(schema, Mapping):
        return (value + " again")[: schema.get("maxLength", 10**6)]
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    return MISSING


def _altered(text: str) -> str:
    """Change letters and digits but keep the shape of an identity; a moment becomes one four years before."""
    if re.match(r"[12]\d{3}-\d\d-\d\dT", text):
        return f"{int(text[:4]) - 4}{text[4:]}"
    digits = str.maketrans("0123456789abcdef", "123456789abcdef0")
    return text.translate(digits)


def _deletes(stage: Stage, first: Act, neighbours: tuple[Act, ...]) -> None:
    if stage.delete(first) is None:
        return
    stage.read(first, "after delete")
    stage.list("after delete")
    stage.delete(first, "delete-again")
    for each in neighbours:
        stage.read(each, "after delete")
