"""What a patch must do to a thing, and what it must leave alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from specproof.invariants.members import same, shorten
from specproof.model.exchange import MISSING
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.patch import Patch

PROMISES = tuple(f"patch.{name}" for name in ("merge", "removes", "json", "test", "atomic", "partial"))
_REFUSED = frozenset({"test", "atomic"})  # what these try must be refused
_MALFORMED = frozenset({400, 415, 422})


def judge_patch(operation: Operation, writable: Sequence[str], patch: Patch) -> Iterator[Breach]:
    """Judge one patch by what is shown before and after it.

    A patch in which an operation fails is refused and changes nothing (RFC 6902 section 5, RFC 5789 section
    2). An accepted one changes what it names, and nothing else that a client may write (RFC 7396 section 2).

    Args:
        operation: The PATCH.
        writable: Names of members that a client may write and reads back.
        patch: What was seen.
    """
    status = patch.patch.response.status
    before, after = patch.before.response.document, patch.after.response.document
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return
    if patch.promise in _REFUSED:
        yield from _refused(operation, writable, patch)
        return
    if not patch.accepted:
        if status == 415 or (patch.sure and status in _MALFORMED):
            text = f"expected a patch to be accepted ({patch.moment}); got status {status}"
            yield _breach(operation, patch, text, detail=f"refused {patch.member}")
        return
    for name, wanted in patch.expected.items():
        got = after.get(name, MISSING)
        if wanted is MISSING:
            if got is not None and same(before.get(name, MISSING), got) and not same(patch.default, got):
                text = f"expected {name} to be gone after a patch ({patch.moment}); got {shorten(got)}"
                yield _breach(operation, patch, text, detail=f"kept {name}")
        elif got is not MISSING and not same(wanted, got):
            text = f"expected {name} = {shorten(wanted)} after a patch ({patch.moment}); got {shorten(got)}"
            yield _breach(operation, patch, text, detail=f"effect {patch.member}")
    yield from _kept(operation, [name for name in writable if name not in patch.expected], patch)


def told_once(patches: Sequence[Patch]) -> Iterator[Patch]:
    """Yield patches; where all of a promise are refused, the first that is sure stands for them."""
    taken = {patch.promise for patch in patches if patch.accepted} | _REFUSED
    told: set[str] = set()
    for patch in sorted(patches, key=lambda each: not each.sure):
        if patch.promise in taken:
            yield patch
        elif patch.promise not in told:
            told.add(patch.promise)
            yield replace(patch, member="any member")


def _refused(operation: Operation, writable: Sequence[str], patch: Patch) -> Iterator[Breach]:
    if patch.accepted:
        text = f"expected a refusal ({patch.moment}); got status {patch.patch.response.status}"
        yield _breach(operation, patch, text, detail=f"accepted {patch.member}")
    elif patch.patch.response.status < 500:
        yield from _kept(operation, writable, patch)


def _kept(operation: Operation, names: Sequence[str], patch: Patch) -> Iterator[Breach]:
    """What a patch does not name stays as it was."""
    before, after = patch.before.response.document, patch.after.response.document
    for name in names:
        old, new = before.get(name, MISSING), after.get(name, MISSING)
        if old is not MISSING and not same(old, new):
            text = f"expected {name} to stay {shorten(old)} ({patch.moment}); got {shorten(new)}"
            yield _breach(operation, patch, text, detail=f"changed {name}")
            return


def _breach(operation: Operation, patch: Patch, summary: str, *, detail: str) -> Breach:
    return Breach(
        promise=f"patch.{patch.promise}",
        operation=operation.label,
        summary=summary,
        evidence=(patch.before, patch.patch, patch.after),
        detail=detail,
    )
