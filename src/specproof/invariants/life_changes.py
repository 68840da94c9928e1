"""What must hold when a thing is changed: what was asked for, nothing else, and nothing of its neighbours."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping

from specproof.invariants.life_context import LifeContext, status_of
from specproof.invariants.members import differences, same, shorten
from specproof.model.condition import moment_of
from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.finding import Breach
from specproof.model.life import Act, Life


def update(context: LifeContext, life: Life) -> Iterator[Breach]:
    """An accepted update shows in its answer and in what is read later, and nothing else changed."""
    created = life.find("create", subject="first")
    for act in life.all("update", subject="first"):
        if act.moment.startswith("immutable"):
            continue
        if act.exchange.request.valid is True and not act.accepted and status_of(act) not in {429, 503}:
            text = f"expected a valid update ({act.moment}) to be accepted; got status {status_of(act)}"
            yield context.breach("update", "update", text, created, act, detail=f"refused {status_of(act)}")
            return
        read = _next_read(life, act)
        for shown in (act, read) if act.accepted else ():
            if shown is None or not shown.accepted:
                continue
            found = differences(context.known, act.sent, shown.shown)
            for name, sent, got in found:
                text = f"expected {name} = {shorten(sent)} after the update; got {shorten(got)}"
                yield context.breach("update", "update", text, created, act, shown, detail=name)
            if found:
                return
    yield from _kept(context, life)


def _next_read(life: Life, act: Act) -> Act | None:
    later = [a for a in life.all("read", subject=act.subject) if a.exchange.number > act.exchange.number]
    return later[0] if later else None


def _kept(context: LifeContext, life: Life) -> Iterator[Breach]:
    """Members that an update does not name keep their values, where the contract says so."""
    if not context.resource.keeps_omitted:
        return
    created, before = life.find("create", subject="first"), None
    for act in life.acts:
        if act.kind == "update" and act.subject == "first" and act.moment.startswith("part") and before:
            after = _next_read(life, act)
            if not act.accepted or after is None or not after.accepted:
                continue
            for name in context.known.shown - set(act.sent or ()):
                old, new = resolve_pointer(before.shown, f"/{name}"), resolve_pointer(after.shown, f"/{name}")
                if old is not MISSING and not same(old, new):
                    text = f"expected {name} to stay {shorten(old)} when it is left out; got {shorten(new)}"
                    yield context.breach(
                        "update", "update", text, created, before, act, after, detail=f"kept {name}"
                    )
                    return
        if act.kind == "read" and act.subject == "first" and act.accepted:
            before = act


def immutable(context: LifeContext, life: Life) -> Iterator[Breach]:
    """An update changes neither the identity nor another immutable member."""
    created = life.find("create", subject="first")
    if created is None or not created.accepted:
        return
    chosen = life.find("create-chosen")
    if chosen is not None and chosen.accepted and _asked_identity(context, chosen) == chosen.identity:
        text = f"expected the server to give {context.resource.identity}; got the one that the body asked for"
        yield context.breach("immutable", "update", text, created, chosen, detail="chosen")
    yield from _chosen(context, created, chosen)
    pointers = dict.fromkeys((context.resource.identity, *context.resource.immutable))
    for act in life.all("update", subject="first"):
        read = _next_read(life, act)
        if read is not None and act.accepted and status_of(read) in {404, 410}:
            text = f"expected the thing under its identity after an update; got status {status_of(read)}"
            yield context.breach("immutable", "update", text, created, act, read, detail="identity")
            return
        for shown in (act, read) if act.accepted else ():
            for pointer in pointers if shown is not None and shown.accepted else ():
                old = resolve_pointer(created.shown, pointer)
                new = resolve_pointer(shown.shown, pointer) if shown else MISSING
                if old is not MISSING and new is not MISSING and old != new:
                    text = f"expected {pointer} to stay {shorten(old)}; got {shorten(new)} after an update"
                    yield context.breach("immutable", "update", text, created, act, shown, detail=pointer)
                    return


def _chosen(context: LifeContext, created: Act, chosen: Act | None) -> Iterator[Breach]:
    """A creation takes another member from the body that only the server gives, such as a moment."""
    if chosen is None or not chosen.accepted:
        return
    for pointer in (p for p in context.resource.immutable if p != context.resource.identity):
        asked, shown = resolve_pointer(chosen.sent, pointer), resolve_pointer(chosen.shown, pointer)
        moments = [found[0] if (found := moment_of(each)) else None for each in (asked, shown)]
        if isinstance(asked, str) and (asked == shown or (moments[0] and moments[0] == moments[1])):
            text = f"expected the server to give {pointer}; got the one that the body asked for"
            yield context.breach("immutable", "update", text, created, chosen, detail=f"chosen {pointer}")


def _asked_identity(context: LifeContext, act: Act) -> str:
    try:
        body = json.loads(act.exchange.request.body or b"null")
    except ValueError:
        return ""
    return str(resolve_pointer(body, context.resource.identity))


def neighbours(context: LifeContext, life: Life) -> Iterator[Breach]:
    """Updating or deleting one thing changes no other."""
    for subject in ("left", "right"):
        created = life.find("create", subject=subject)
        before = life.find("read", subject=subject, moment="after create")
        for moment, kind in (("after update", "update"), ("after delete", "delete")):
            after = life.find("read", subject=subject, moment=moment)
            first = life.find("create", subject="first")
            same_thing = first is not None and after is not None and first.identity == after.identity
            if before is None or after is None or not before.accepted or same_thing:
                continue  # a creation may answer with what is there already
            cause = life.all(kind, subject="first")
            if not after.accepted or _changed(context, created, before, after):
                got = f"status {status_of(after)}" if not after.accepted else "another representation"
                text = f"expected the {subject} neighbour unchanged {moment} of another thing; got {got}"
                acts = (created, first, before, *cause, after)
                yield context.breach("neighbours", "update", text, *acts, detail=moment)
                return
    yield from _listed_neighbours(context, life)


def _changed(context: LifeContext, created: Act | None, before: Act, after: Act) -> bool:
    """Tell whether a thing is shown in another way; members that change by themselves do not count.

    Such are those that were shown otherwise when nobody had done anything: a time that runs, a counter of
    readings.
    """
    old, new = context.described(before.exchange), context.described(after.exchange)
    first = context.described(created.exchange) if created is not None else MISSING
    if all(isinstance(each, Mapping) for each in (first, old, new)):
        moving = {name for name in old if name in first and not same(first[name], old[name])}
        old, new = ({n: v for n, v in each.items() if n not in moving} for each in (old, new))
    return bool(old != new)


def _listed_neighbours(context: LifeContext, life: Life) -> Iterator[Breach]:
    """Compare what nobody touched in the lists before and after, by the members that a client can write."""
    own = {act.identity for act in life.acts if act.kind != "list"}
    lists = [life.find("list", moment=f"after {moment}") for moment in ("create", "update", "delete")]
    for kind, (before, after) in zip(("update", "delete"), itertools.pairwise(lists), strict=True):
        cause = life.all(kind, subject="first")
        if not context.exclusive or before is None or after is None or not any(c.accepted for c in cause):
            continue
        for identity, item in before.listed.items():
            now = after.listed.get(identity)
            if identity in own or (now is not None and not differences(context.known, item, now)):
                continue
            got = "no such thing" if now is None else "another representation"
            text = f"expected {identity} unchanged in the list after {kind} of another thing; got {got}"
            yield context.breach("neighbours", "update", text, before, *cause, after, detail=f"list {kind}")
            return
