"""Waivers that do not hold any more are findings themselves: out of date, or nothing is left to accept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from specproof.gate.waivers import Waiver, Waivers
from specproof.model.finding import Finding
from specproof.model.promise import Promise, PromiseKind, Severity
from specproof.model.verdict import DESELECTED, WAIVERS, Outcome, Run, State

IN_DATE = PromiseKind(
    id=f"{WAIVERS}.in-date",
    sentence="Every waiver is in date.",
    severity=Severity.MINOR,
    broken_when="a waiver of this environment has ended",
    source="docs/waivers.md",
)
NEEDED = PromiseKind(
    id=f"{WAIVERS}.needed",
    sentence="Every waiver accepts something that is still there.",
    severity=Severity.MINOR,
    broken_when="a run that looked as hard as the one it was seen in does not find what a waiver accepts",
    source="docs/waivers.md",
)
KINDS = (IN_DATE, NEEDED)
_DEPTHS = ("quick", "standard", "deep")


def waiver_outcomes(run: Run, waivers: Waivers, *, today: date) -> tuple[Outcome, ...]:
    """Return what became of the promises of the waiver file.

    Nothing is returned where no waiver speaks about this environment.

    Args:
        run: What was seen.
        waivers: The waivers.
        today: The day by which ``expires`` is judged.
    """
    mine = list(waivers.within(run.environment))
    if not mine:
        return ()
    over = [waiver for waiver in mine if not waiver.holds_on(today)]
    holding = [waiver for waiver in mine if waiver.holds_on(today)]
    return (
        _outcome(IN_DATE, run, len(mine), [_ended(waiver, waivers) for waiver in over]),
        _needed(run, holding, waivers),
    )


def _outcome(kind: PromiseKind, run: Run, times: int, findings: Iterable[Finding], why: str = "") -> Outcome:
    found = tuple(findings)
    state = State.BROKEN if found else State.PROVEN if times else State.NOT_EXERCISED
    promise = Promise(kind=kind, operation="", source="")
    why = why if state is State.NOT_EXERCISED else ""
    return Outcome(promise=promise, state=state, why=why, times=times, findings=found, started=run.started)


def _finding(kind: PromiseKind, waiver: Waiver, waivers: Waivers, summary: str) -> Finding:
    return Finding(
        promise=kind.id,
        operation="",
        severity=kind.severity,
        summary=summary,
        source="",
        place=waivers.place(waiver),
        detail=waiver.fingerprint,
    )


def _ended(waiver: Waiver, waivers: Waivers) -> Finding:
    return _finding(
        IN_DATE,
        waiver,
        waivers,
        f"expected the waiver of {waiver.fingerprint} to be in date; got one that ended on "
        f"{waiver.expires.isoformat()}: ask {waiver.owner}, then take it out or give it another date",
    )


# --- what is not needed any more -----------------------------------------------------------------


def _needed(run: Run, holding: list[Waiver], waivers: Waivers) -> Outcome:
    found = {finding.fingerprint for finding in run.findings}
    unmatched = [waiver for waiver in holding if waiver.fingerprint not in found]
    silence = {waiver.fingerprint: why_unknown(run, waiver) for waiver in unmatched}
    gone = [waiver for waiver in unmatched if not silence[waiver.fingerprint]]
    unknown = [why for why in silence.values() if why]
    return _outcome(
        NEEDED,
        run,
        len(holding) - len(unknown),
        [_gone(waiver, waivers) for waiver in gone],
        why=unknown[0] if unknown else "no waiver is in date",
    )


def _gone(waiver: Waiver, waivers: Waivers) -> Finding:
    return _finding(
        NEEDED,
        waiver,
        waivers,
        f"expected the finding {waiver.fingerprint}, which a waiver accepts; got a run that looked for it "
        "and did not find it: take the waiver out",
    )


def why_unknown(run: Run, waiver: Waiver) -> str:
    """Return why a run cannot tell that what a waiver accepts is gone; empty where it can.

    It has to have looked as hard as the run in which the finding was seen: at the same contract, with the
    same seed, at least as deep, at everything, and undisturbed. A fingerprint does not tell what it is
    about; where the waiver does not say it either, every promise has to have been exercised.
    """
    seen = waiver.seen
    rules: tuple[tuple[bool, str], ...] = (
        (bool(run.troubles), "the run was disturbed"),
        (run.shard is not None, "only one shard of the run was looked at"),
        (
            any(outcome.why.startswith(DESELECTED) for outcome in run.promised),
            "a part of the run was left out, and a waiver may be needed there",
        ),
        (bool(seen and seen.unstable), "what a waiver accepts does not come back every time"),
        (
            _hardness(run.depth) < _hardness(seen.depth if seen else "standard"),
            "the run looked less hard than the one that a waiver was written for",
        ),
        (
            bool(seen and seen.contract not in {None, run.contract_title}),
            "a waiver was written for another contract",
        ),
        (
            bool(seen and seen.seed not in {None, run.seed}),
            "a waiver was written for a run with another seed",
        ),
    )
    known = next((why for applies, why in rules if applies), "")
    return known or _unexercised(run, _about(waiver))


def _hardness(depth: str) -> int:
    return _DEPTHS.index(depth) if depth in _DEPTHS else -1


def _about(waiver: Waiver) -> Callable[[Outcome], bool]:
    seen = waiver.seen
    if seen is None:
        return lambda _: True
    promise, operation = seen.promise, seen.operation
    return lambda outcome: (
        promise in {None, outcome.promise.id} and operation in {None, outcome.promise.operation}
    )


def _unexercised(run: Run, about: Callable[[Outcome], bool]) -> str:
    silent = any(about(outcome) and outcome.state is State.NOT_EXERCISED for outcome in run.promised)
    return "what a waiver is about was not exercised" if silent else ""
