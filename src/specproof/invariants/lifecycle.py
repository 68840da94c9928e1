"""What must hold over the life of a thing: each function judges one sequence for one promise."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.invariants.members import Known, differences, same, shorten
from specproof.model.condition import moment_of
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.finding import Breach
from specproof.model.life import Act, Life
from specproof.model.operation import Operation, Resource

STORY = "story"  # the name of the life in which every act is played
_REFUSES_VALID = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeContext:
    """What the judgement may know: the resource and its operations."""

    resource: Resource
    operations: Mapping[str, Operation]  # verb -> operation
    known: Known
    exclusive: bool = False  # nobody else changes anything meanwhile
    described: Callable[[Exchange], Any] = lambda exchange: exchange.response.document

    def breach(self, name: str, verb: str, summary: str, *acts: Act | None, detail: str = "") -> Breach:
        """Return a breach of a life cycle promise on the operation of a verb."""
        evidence = sorted({a.exchange.number: a.exchange for a in acts if a is not None}.items())
        return Breach(
            promise=f"lifecycle.{name}",
            operation=self.operations[verb].label,
            summary=summary,
            evidence=tuple(exchange for _, exchange in evidence),
            detail=detail,
        )


Judge = Callable[[LifeContext, Life], Iterator[Breach]]


def _status(act: Act) -> int:
    return act.exchange.response.status


def create_accepts_valid(context: LifeContext, life: Life) -> Iterator[Breach]:
    """A body that is valid against the schema is not refused as invalid."""
    for act in life.all("create"):
        if act.exchange.request.valid is True and _status(act) in _REFUSES_VALID:
            text = f"expected a valid body to be accepted ({life.name}); got status {_status(act)}"
            yield context.breach("create-accepts-valid", "create", text, act, detail=life.name)


def location(context: LifeContext, life: Life) -> Iterator[Breach]:
    """The Location of a 201 leads to the new thing (RFC 9110 section 15.3.2)."""
    created, followed = life.find("create", subject="first"), life.find("location")
    if created is None or _status(created) != 201 or life.name != STORY:
        return
    value = created.exchange.response.header("Location")
    if followed is None:
        got = f"{value[:100]!r}" if value else "none"
        text = f"expected a Location on this server; got {got}"
        yield context.breach("location", "create", text, created, detail="header")
    elif not followed.accepted:
        text = f"expected Location to lead to the new thing; got status {_status(followed)}"
        yield context.breach("location", "create", text, created, followed, detail="status")
    elif str(resolve_pointer(followed.shown, context.resource.identity)) != created.identity:
        text = "expected Location to lead to the new thing; got another one"
        yield context.breach("location", "create", text, created, followed, detail="other")


def read_after_create(context: LifeContext, life: Life) -> Iterator[Breach]:
    """Reading by the new identity gives the new thing."""
    for read in life.all("read"):
        created = life.find("create", subject=read.subject)
        if read.moment != "after create" or created is None:
            continue
        identity = str(resolve_pointer(read.shown, context.resource.identity))
        if not read.accepted or identity != created.identity:
            got = f"status {_status(read)}" if not read.accepted else "another thing"
            text = f"expected to read what was just created; got {got}"
            yield context.breach("read-after-create", "read", text, created, read, detail=got)
            return


def listed(context: LifeContext, life: Life) -> Iterator[Breach]:
    """A walk after the creation meets every new identity, and shows what a read shows."""
    act = life.find("list", moment="after create")
    for created in life.all("create") if act else ():
        if act and created.identity is not None and created.identity not in act.listed:
            text = f"expected the new thing among the {len(act.listed)} that are listed; got it nowhere"
            yield context.breach("listed", "list", text, created, act, detail="missing")
            return
    for act in life.all("list"):
        read = _last_read_before(life, act)
        item = act.listed.get(read.identity or "") if read is not None else None
        for name, shown, got in differences(context.known, read.shown if read else None, item):
            if got is not MISSING:  # a list may show less of each thing
                text = f"expected {name} = {shorten(shown)} in the list, as it is read; got {shorten(got)}"
                evidence = (
                    life.find("create", subject="first"),
                    *life.all("update", subject="first")[:1],
                    read,
                    act,
                )
                yield context.breach("listed", "list", text, *evidence, detail=f"other {name}")
                return


def _last_read_before(life: Life, act: Act) -> Act | None:
    reads = [
        read
        for read in life.all("read", subject="first")
        if read.exchange.number < act.exchange.number and read.accepted
    ]
    return reads[-1] if reads else None


def echo(context: LifeContext, life: Life) -> Iterator[Breach]:
    """What was sent on creation stands in the answer and in what is read later."""
    for created in (act for act in life.all("create") if act.accepted):
        reads = [
            act
            for act in life.all("read", subject=created.subject)
            if act.moment == "after create" and act.accepted
        ]
        for act in (created, *reads):
            found = differences(context.known, created.sent, act.shown)
            for name, sent, got in found:
                text = f"expected {name} = {shorten(sent)} as it was sent; got {shorten(got)}"
                # A member that the life is not about is wrong in every life: that is one bug.
                detail = f"{name} {life.name}" if life.name.startswith(f"{name}:") else name
                yield context.breach("echo", "create", text, created, act, detail=detail)
            if found:
                return


def update(context: LifeContext, life: Life) -> Iterator[Breach]:
    """An accepted update shows in its answer and in what is read later, and nothing else changed."""
    created = life.find("create", subject="first")
    for act in life.all("update", subject="first"):
        if act.moment.startswith("immutable"):
            continue
        if act.exchange.request.valid is True and not act.accepted and _status(act) not in {429, 503}:
            text = f"expected a valid update ({act.moment}) to be accepted; got status {_status(act)}"
            yield context.breach("update", "update", text, created, act, detail=f"refused {_status(act)}")
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
        if read is not None and act.accepted and _status(read) in {404, 410}:
            text = f"expected the thing under its identity after an update; got status {_status(read)}"
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
                got = f"status {_status(after)}" if not after.accepted else "another representation"
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


def unique(context: LifeContext, life: Life) -> Iterator[Breach]:
    """A unique value cannot be taken twice."""
    owner = life.find("create", subject="first")
    for act in life.all("duplicate"):
        if act.accepted and owner is not None and owner.accepted:
            how = "updated to" if act.moment == "update" else "created with"
            names = ", ".join(act.sent or ())
            text = f"expected a conflict over {names}; got status {_status(act)} for a second thing {how} it"
            other = life.find("create", subject=act.subject)
            yield context.breach("unique", "create", text, owner, other, act, detail=act.moment or "create")


def delete(context: LifeContext, life: Life) -> Iterator[Breach]:
    """Deleting an existing thing is a success."""
    act = life.find("delete")
    if act is not None and not act.accepted and _status(act) not in {429, 503}:
        text = f"expected the delete to be accepted; got status {_status(act)}"
        yield context.breach("delete", "delete", text, life.find("create", subject="first"), act)


def gone_after_delete(context: LifeContext, life: Life) -> Iterator[Breach]:
    """After an accepted delete the thing can neither be read nor be found in a list."""
    act, created = life.find("delete"), life.find("create", subject="first")
    if act is None or not act.accepted:
        return
    read, seen = (
        life.find("read", subject="first", moment="after delete"),
        life.find("list", moment="after delete"),
    )
    if read is not None and read.accepted:
        text = f"expected nothing to read after the delete; got status {_status(read)}"
        yield context.breach("gone-after-delete", "delete", text, created, act, read, detail="read")
    if seen is not None and act.identity in seen.listed:
        text = "expected the deleted thing in no list; got it listed"
        yield context.breach("gone-after-delete", "delete", text, created, act, seen, detail="list")


def delete_again(context: LifeContext, life: Life) -> Iterator[Breach]:
    """The second delete finds nothing: 404, or 410 (RFC 9110 sections 15.5.5 and 15.5.11).

    Who may see nothing of what is not there may say 403 as well, where the operation documents that.
    """
    first, again = life.find("delete"), life.find("delete-again")
    fine = {404, 410, 429, *({403} if "403" in context.operations["delete"].responses else ())}
    if first is not None and again is not None and first.accepted and _status(again) not in fine:
        text = f"expected 404 for the second delete; got status {_status(again)}"
        yield context.breach(
            "delete-again", "delete", text, life.find("create", subject="first"), first, again
        )


# promise -> (the judge, the kind of act that exercises it)
JUDGES: dict[str, tuple[Judge, str]] = {
    "lifecycle.create-accepts-valid": (create_accepts_valid, "create"),
    "lifecycle.location": (location, "create"),
    "lifecycle.read-after-create": (read_after_create, "read"),
    "lifecycle.listed": (listed, "list"),
    "lifecycle.echo": (echo, "create"),
    "lifecycle.update": (update, "update"),
    "lifecycle.immutable": (immutable, "update"),
    "lifecycle.neighbours": (neighbours, "update"),
    "lifecycle.unique": (unique, "duplicate"),
    "lifecycle.delete": (delete, "delete"),
    "lifecycle.gone-after-delete": (gone_after_delete, "delete"),
    "lifecycle.delete-again": (delete_again, "delete-again"),
}
