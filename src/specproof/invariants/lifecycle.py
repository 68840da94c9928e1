"""What must hold over the life of a thing: each function judges one sequence for one promise."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.invariants.life_changes import immutable, neighbours, update
from specproof.invariants.life_context import STORY, Judge, LifeContext, status_of
from specproof.invariants.members import differences, shorten
from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.finding import Breach
from specproof.model.life import Act, Life

_REFUSES_VALID = frozenset({400, 413, 415, 422})


def create_accepts_valid(context: LifeContext, life: Life) -> Iterator[Breach]:
    """A body that is valid against the schema is not refused as invalid."""
    for act in life.all("create"):
        if act.exchange.request.valid is True and status_of(act) in _REFUSES_VALID:
            text = f"expected a valid body to be accepted ({life.name}); got status {status_of(act)}"
            yield context.breach("create-accepts-valid", "create", text, act, detail=life.name)


def location(context: LifeContext, life: Life) -> Iterator[Breach]:
    """The Location of a 201 leads to the new thing (RFC 9110 section 15.3.2)."""
    created, followed = life.find("create", subject="first"), life.find("location")
    if created is None or status_of(created) != 201 or life.name != STORY:
        return
    value = created.exchange.response.header("Location")
    if followed is None:
        got = f"{value[:100]!r}" if value else "none"
        text = f"expected a Location on this server; got {got}"
        yield context.breach("location", "create", text, created, detail="header")
    elif not followed.accepted:
        text = f"expected Location to lead to the new thing; got status {status_of(followed)}"
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
            got = f"status {status_of(read)}" if not read.accepted else "another thing"
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


def unique(context: LifeContext, life: Life) -> Iterator[Breach]:
    """A unique value cannot be taken twice."""
    owner = life.find("create", subject="first")
    for act in life.all("duplicate"):
        if act.accepted and owner is not None and owner.accepted:
            how = "updated to" if act.moment == "update" else "created with"
            names = ", ".join(act.sent or ())
            text = (
                f"expected a conflict over {names}; got status {status_of(act)} for a second thing {how} it"
            )
            other = life.find("create", subject=act.subject)
            yield context.breach("unique", "create", text, owner, other, act, detail=act.moment or "create")


def delete(context: LifeContext, life: Life) -> Iterator[Breach]:
    """Deleting an existing thing is a success."""
    act = life.find("delete")
    if act is not None and not act.accepted and status_of(act) not in {429, 503}:
        text = f"expected the delete to be accepted; got status {status_of(act)}"
        yield context.breach("delete", "delete", text, life.find("create", subject="first"), act)


def gone_after_delete(context: LifeContext, life: Life) -> Iterator[Breach]:
    """After an accepted delete the thing can neither be read, changed nor be found in a list.

    Whoever makes a thing of a PUT says so with a documented 201 (RFC 9110 section 9.3.4).
    """
    act, created = life.find("delete"), life.find("create", subject="first")
    if act is None or not act.accepted:
        return
    read, seen = (
        life.find("read", subject="first", moment="after delete"),
        life.find("list", moment="after delete"),
    )
    if read is not None and read.accepted:
        text = f"expected nothing to read after the delete; got status {status_of(read)}"
        yield context.breach("gone-after-delete", "delete", text, created, act, read, detail="read")
    late = life.find("late-update")
    if late is not None and late.accepted and "201" not in context.operations["update"].responses:
        text = f"expected nothing to update after the delete; got status {status_of(late)}"
        yield context.breach("gone-after-delete", "delete", text, created, act, late, detail="update")
    if seen is not None and act.identity in seen.listed:
        text = "expected the deleted thing in no list; got it listed"
        yield context.breach("gone-after-delete", "delete", text, created, act, seen, detail="list")


def delete_again(context: LifeContext, life: Life) -> Iterator[Breach]:
    """The second delete finds nothing: 404, or 410 (RFC 9110 sections 15.5.5 and 15.5.11).

    Who may see nothing of what is not there may say 403 as well, where the operation documents that.
    """
    first, again = life.find("delete"), life.find("delete-again")
    fine = {404, 410, 429, *({403} if "403" in context.operations["delete"].responses else ())}
    if first is not None and again is not None and first.accepted and status_of(again) not in fine:
        text = f"expected 404 for the second delete; got status {status_of(again)}"
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
