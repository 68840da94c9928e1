"""Look at one fault, or at the target without one. Everything here runs in a worker process."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from specproof.contract.load import Document, load_document
from specproof.environment.load import load_profile
from specproof.errors import SpecproofError
from specproof.model.verdict import Outcome, State
from specproof.sensitivity.matrix import Control, Look
from specproof.sensitivity.whole_suite import run_suite
from specproof.shipped import reference_contract, shipped, strict_overlays
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, preflight, read_contract
from specproof.target.faults import FAULTS
from specproof.target.process import RunningTarget, start


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTask:
    """Find out whether the suite notices one fault.

    Args:
        fault: Its name.
        plan: Seed and depth.
        full: Look at every promise and do not stop at the first finding.
    """

    fault: str
    plan: Plan
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTask:
    """Run the whole suite against the target without a fault."""

    plan: Plan


def carry_out(task: FaultTask | ControlTask) -> Look | Control:
    """Do what a task says; whatever keeps the suite from running stands in the answer."""
    return control(task.plan) if isinstance(task, ControlTask) else look_at(task)


def look_at(task: FaultTask) -> Look:
    """Start the target with a fault and see whether there is a finding of the promise that it breaks.

    The promise alone is tried first: most faults show there, within a second. Some show only in answers to
    what is sent for other promises, so these come next. Both go without generated requests. Where nothing
    was seen, or everything is wanted, a fresh target gets a whole run of the suite, as a user makes it.
    """
    fault = FAULTS[task.fault]
    blank = Look(fault=fault.name, promise=fault.promise, summary=fault.summary)
    strict = fault.beyond or fault.promise not in _promised()  # beyond the reference contract
    if fault.promise not in _promised(strict=strict):
        return replace(blank, why="the reference contract does not make this promise")
    try:
        with start(fault.name) as target:
            first = _without_generation(blank, target, task.plan, strict=strict)
        if strict or (first.found and not task.full):
            return first
        with start(fault.name) as target:
            return _with_everything(first, target, task.plan)
    except SpecproofError as error:
        return replace(blank, why=f"could not be run: {error}")


def _without_generation(blank: Look, target: RunningTarget, plan: Plan, *, strict: bool) -> Look:
    """Prove in this process, until the promise is seen broken."""
    clock = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="specproof-sensitivity-") as folder:
        prover = _prover(target, plan, Path(folder), _document(strict=strict))
        broken = _alone(prover, blank.promise) or _among_all(prover, blank.promise)
        prover.suite.ledger.close()
    findings = broken.findings if broken else ()
    return replace(
        blank,
        findings={blank.promise: len(findings)},
        unstable=bool(findings) and all(finding.unstable is not None for finding in findings),
        requests=prover.suite.traffic.requests,
        seconds=time.perf_counter() - clock,
    )


def _prover(target: RunningTarget, plan: Plan, folder: Path, document: Document) -> Prover:
    environ = {**os.environ, **target.variables}
    profile = load_profile(shipped("environments") / "embedded.toml", environ=environ)
    prover = build_prover(document, profile, plan, ledger=folder / "ledger.jsonl")
    preflight(prover)
    return prover


@cache
def _document(*, strict: bool = False) -> Document:
    overlays = [str(overlay) for overlay in strict_overlays()] if strict else []
    return load_document(str(reference_contract()), overlays=overlays)


@cache
def _promised(*, strict: bool = False) -> Mapping[str, int]:
    """Return for how many operations the reference contract makes each promise."""
    return Counter(promise.id for promise in read_contract(_document(strict=strict)).promises)


def _alone(prover: Prover, promise_id: str) -> Outcome | None:
    """Prove a promise for one operation after another; return the first that is broken."""
    outcomes = (prover.prove(p) for p in prover.suite.contract.promises if p.id == promise_id)
    return next((outcome for outcome in outcomes if outcome.state is State.BROKEN), None)


def _among_all(prover: Prover, promise_id: str) -> Outcome | None:
    """Prove every promise; return what that showed about one of them."""
    for promise in prover.suite.contract.promises:
        prover.prove(promise)
    prover.finish()
    mine = (outcome for (name, _), outcome in prover.outcomes.items() if name == promise_id)
    return next((outcome for outcome in mine if outcome.state is State.BROKEN), None)


def _with_everything(first: Look, target: RunningTarget, plan: Plan) -> Look:
    """Add to a look what a whole run sees."""
    clock = time.perf_counter()
    verdict = run_suite(target, plan)
    seconds = time.perf_counter() - clock
    own = [finding for finding in verdict["findings"] if finding["promise"] == first.promise]
    whole = replace(first, findings=_counts(verdict), whole_suite=True)
    if first.found:
        # A whole run that misses what was seen alone is a miss: users make whole runs.
        return whole if own else replace(whole, why="seen alone, but not in a whole run")
    return replace(
        whole,
        unstable=bool(own) and all(finding["unstable"] is not None for finding in own),
        requests=first.requests + verdict["requests"],
        seconds=first.seconds + seconds,
        why="" if own else _why_silent(first.promise, verdict),
    )


def _counts(verdict: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of findings of each promise that a whole run looked at."""
    found = Counter(finding["promise"] for finding in verdict["findings"])
    return {promise: found[promise] for promise in _promised()}


def _why_silent(promise: str, verdict: Mapping[str, Any]) -> str:
    """Return why a promise was exercised for no operation at all; nothing where it was for one."""
    entries = verdict["coverage"]["not_exercised"]
    reasons = [entry["why"] for entry in entries if entry["promise"] == promise]
    return "; ".join(sorted(set(reasons))) if len(reasons) == _promised()[promise] else ""


def control(plan: Plan) -> Control:
    """Make a whole run against the target without a fault."""
    clock = time.perf_counter()
    try:
        with start() as target:
            clock = time.perf_counter()
            verdict = run_suite(target, plan)
    except SpecproofError as error:
        return Control(seed=plan.seed, verdict="none", troubles=(str(error),))
    found = verdict["findings"]
    reasons = [] if verdict["verdict"] == "pass" or found else verdict["reasons"]
    return Control(
        seed=plan.seed,
        verdict=verdict["verdict"],
        false_alarms=tuple(f"{f['promise']}  {f['operation']}  {f['summary']}" for f in found),
        troubles=(*reasons, *(f"left behind: {item}" for item in verdict["left_behind"])),
        requests=verdict["requests"],
        seconds=time.perf_counter() - clock,
    )
