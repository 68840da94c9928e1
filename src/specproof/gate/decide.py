"""Decide about a run: pure, three-valued, and never a pass where nothing was tested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import (
    DESELECTED,
    IN_ANOTHER_SHARD,
    WRITES_FORBIDDEN,
    Decision,
    Outcome,
    Run,
    State,
    Verdict,
)

_NAMED = 5  # operations listed by name in a reason


def decide(
    run: Run,
    *,
    block_at: Severity = Severity.MINOR,
    inferred_block_at: Severity = Severity.MAJOR,
    unstable_blocks: bool = True,
) -> Decision:
    """Judge one run.

    ``fail``: a finding blocks. ``inconclusive``: none does, but the suite did not see enough to say
    that there is none. ``pass``: what was to be looked at was looked at, and nothing blocks.

    A finding blocks if it is not waived and at least as severe as ``block_at``. A finding about a
    promise that was inferred, not written in the document, has to be as severe as
    ``inferred_block_at`` as well: where the guess is ours, a trifle must not stop a release. A finding
    that did not come back on replay blocks only with ``unstable_blocks`` and only in a run without
    troubles, since what disturbed the run may be what was seen; confirmed findings always count.

    Each operation of the contract must have given a 2xx answer at least once, else its other answers
    may all come from a wrong parameter or a missing right, and the operation is named as a reason for
    ``inconclusive``. It is not fair to ask this of an operation that

    - got no request because the profile forbids writes: an outcome says so, and nothing was sent;
    - was left out, wholly or in part, by the user (``-k``, ``--deselect``): an outcome says so. What
      was still sent may be just the requests that are meant to be refused;
    - is looked at by another machine, wholly or in part (``--shard``): an outcome says so.

    Any other reason for silence, like a path parameter without a known value, is for the user to
    mend in the profile, and so makes the run inconclusive.

    Args:
        run: What was seen. ``Outcome.why`` of the fair reasons starts with ``WRITES_FORBIDDEN``,
            ``DESELECTED`` or ``IN_ANOTHER_SHARD``.
        block_at: The least severity that blocks.
        inferred_block_at: The least severity that blocks for inferred promises.
        unstable_blocks: Whether a finding that did not come back on every replay blocks.
    """
    sorted_out = _sort_out(run, block_at, inferred_block_at, unstable_blocks)
    doubts = tuple(_doubts(run))
    failed = sorted_out.confirmed or (sorted_out.unstable and not doubts)
    notes = tuple(_notes(run, sorted_out))
    if failed:
        return Decision(verdict=Verdict.FAIL, reasons=(*_blocking(sorted_out, block_at), *doubts, *notes))
    if doubts:
        suspicious = _blocking(sorted_out, block_at) if sorted_out.unstable else ()
        return Decision(verdict=Verdict.INCONCLUSIVE, reasons=(*doubts, *suspicious, *notes))
    return Decision(verdict=Verdict.PASS, reasons=(_proven(run), *notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class _SortedOut:
    confirmed: tuple[Finding, ...]  # block, and came back on replay
    unstable: tuple[Finding, ...]  # would block, but did not come back every time
    waived: tuple[Finding, ...]
    reported: tuple[Finding, ...]  # not severe enough


def _sort_out(run: Run, block_at: Severity, inferred_block_at: Severity, unstable_blocks: bool) -> _SortedOut:
    groups: dict[str, list[Finding]] = {"confirmed": [], "unstable": [], "waived": [], "reported": []}
    for outcome in run.outcomes:
        limit = block_at.rank
        if outcome.promise.inferred:
            limit = min(limit, inferred_block_at.rank)
        for finding in outcome.findings:
            severe = finding.severity.rank <= limit
            if finding.waiver is not None:
                groups["waived"].append(finding)
            elif not severe or (finding.unstable is not None and not unstable_blocks):
                groups["reported"].append(finding)
            else:
                groups["confirmed" if finding.unstable is None else "unstable"].append(finding)
    return _SortedOut(**{name: tuple(findings) for name, findings in groups.items()})


def _doubts(run: Run) -> Iterator[str]:
    """Yield why a run without blocking findings would not be a pass."""
    for trouble in run.troubles:
        yield f"the suite could not look everywhere: {trouble}"
    if run.traffic.requests == 0:
        yield "no request was sent, so nothing was tested"
        return
    if all(outcome.state is State.NOT_EXERCISED for outcome in run.outcomes):
        yield "no promise was exercised, so nothing was tested"
        return
    outcomes: dict[str, list[Outcome]] = {label: [] for label in run.operations}
    for outcome in run.outcomes:
        outcomes.setdefault(outcome.promise.operation, []).append(outcome)
    silent = [label for label in run.operations if not _answered(run, label, outcomes[label])]
    tried = [label for label in silent if run.traffic.statuses.get(label)]
    if tried:
        yield f"{_count(len(tried), 'operation')} never answered with a 2xx status: {_listed(tried)}"
    if untried := [label for label in silent if label not in tried]:
        yield f"{_count(len(untried), 'operation')} got no request: {_listed(untried)}"


def _answered(run: Run, label: str, outcomes: Iterable[Outcome]) -> bool:
    """Say whether an operation gave a 2xx answer, or could not fairly be asked for one."""
    statuses = run.traffic.statuses.get(label, {})
    if any(200 <= status < 300 and count > 0 for status, count in statuses.items()):
        return True
    left_out = (DESELECTED, IN_ANOTHER_SHARD)
    fair = left_out if statuses else (*left_out, WRITES_FORBIDDEN)
    return any(outcome.state is State.NOT_EXERCISED and outcome.why.startswith(fair) for outcome in outcomes)


def _blocking(sorted_out: _SortedOut, block_at: Severity) -> tuple[str, ...]:
    sentences = []
    for severity in Severity:
        if number := sum(finding.severity is severity for finding in sorted_out.confirmed):
            verb = "blocks" if number == 1 else "block"
            sentences.append(f"{_count(number, f'{severity.value} finding')} {verb} at {block_at.value}")
    if number := len(sorted_out.unstable):
        verb = "blocks" if number == 1 else "block"
        again = "it did not" if number == 1 else "they did not"
        sentences.append(
            f"{_count(number, 'unstable finding')} {verb}, although {again} come back on every replay"
        )
    return tuple(sentences)


def _notes(run: Run, sorted_out: _SortedOut) -> Iterator[str]:
    """Yield what the reader should know although it does not decide."""
    if run.shard is not None:
        yield f"this is shard {run.shard} only: what the others look at is decided after `specproof merge`"
    if number := len(sorted_out.reported):
        yield f"{_count(number, 'finding')} {'is' if number == 1 else 'are'} reported without blocking"
    if number := len(sorted_out.waived):
        yield f"{_count(number, 'finding')} {'is' if number == 1 else 'are'} waived"
    if number := len(run.left_behind):
        yield f"{_count(number, 'created object')} could not be removed"


def _proven(run: Run) -> str:
    proven = sum(outcome.state is State.PROVEN for outcome in run.outcomes)
    return f"{proven} of {_count(len(run.outcomes), 'promise')} proven, nothing blocks"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(labels: list[str]) -> str:
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return ", ".join(labels[:_NAMED]) + more
