"""Whether a run saw enough: what each rule says that can make it inconclusive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specproof.gate.policy import Policy
from specproof.gate.words import count, listed, percent
from specproof.model.verdict import (
    DESELECTED,
    IN_ANOTHER_SHARD,
    WRITES_FORBIDDEN,
    Effect,
    Outcome,
    Ruling,
    Run,
    State,
)


def seen_enough(run: Run, policy: Policy) -> Iterator[Ruling]:
    """Yield what each rule says about how much was seen; without a request or a judgement that is all."""
    for trouble in run.troubles:
        yield _doubt("run.undisturbed", f"the suite could not look everywhere: {trouble}")
    if not run.troubles:
        yield _fine("run.undisturbed", "nothing kept the suite from looking")
    if run.traffic.requests == 0:
        yield _doubt("run.tested", "no request was sent, so nothing was tested")
        return
    if all(outcome.state is State.NOT_EXERCISED for outcome in run.promised):
        yield _doubt("run.tested", "no promise was exercised, so nothing was tested")
        return
    yield _fine("run.tested", f"{count(run.traffic.requests, 'request')} sent", sent=run.traffic.requests)
    yield from _operations(run)
    if run.shard is None:  # what one machine saw says nothing about the whole
        yield from _shares(run, policy)


def _doubt(rule: str, sentence: str, **numbers: float) -> Ruling:
    return Ruling(rule=rule, effect=Effect.INCONCLUSIVE, sentence=sentence, numbers=numbers)


def _fine(rule: str, sentence: str, **numbers: float) -> Ruling:
    return Ruling(rule=rule, effect=Effect.PASS, sentence=sentence, numbers=numbers)


# --- each operation ------------------------------------------------------------------------------


def _operations(run: Run) -> Iterator[Ruling]:
    outcomes: dict[str, list[Outcome]] = {label: [] for label in run.operations}
    for outcome in run.outcomes:
        outcomes.setdefault(outcome.promise.operation, []).append(outcome)
    silent = [label for label in run.operations if not _answered(run, label, outcomes[label])]
    tried = [label for label in silent if run.traffic.statuses.get(label)]
    untried = [label for label in silent if label not in tried]
    if tried:
        sentence = f"{count(len(tried), 'operation')} never answered with a 2xx status: {listed(tried)}"
        yield _doubt("operations.answered", sentence, operations=len(tried))
    else:
        yield _fine("operations.answered", "every operation that could be asked answered with a 2xx status")
    if untried:
        sentence = f"{count(len(untried), 'operation')} got no request: {listed(untried)}"
        yield _doubt("operations.asked", sentence, operations=len(untried))
    else:
        yield _fine("operations.asked", "every operation that could be asked was asked")


def _answered(run: Run, label: str, outcomes: Iterable[Outcome]) -> bool:
    """Say whether an operation gave a 2xx answer, or could not fairly be asked for one."""
    statuses = run.traffic.statuses.get(label, {})
    if any(200 <= status < 300 and number > 0 for status, number in statuses.items()):
        return True
    left_out = (DESELECTED, IN_ANOTHER_SHARD)
    fair = left_out if statuses else (*left_out, WRITES_FORBIDDEN)
    return any(outcome.state is State.NOT_EXERCISED and outcome.why.startswith(fair) for outcome in outcomes)


# --- the least shares of the policy --------------------------------------------------------------


def _shares(run: Run, policy: Policy) -> Iterator[Ruling]:
    ratios = run.ratios
    for name, least in policy.coverage.shares.items():
        if least:
            yield _share(name, *ratios[name], least, known=bool(run.coverage) or name in _WITHOUT_POINTS)
    if policy.coverage.share_2xx:
        yield _share_2xx(run, policy.coverage.share_2xx)


_WITHOUT_POINTS = frozenset({"operations", "promises"})


def _share(name: str, seen: int, there: int, least: float, *, known: bool) -> Ruling:
    """Compare a share; of nothing at all everything was seen, if it is known that there is nothing."""
    share = seen / there if there else float(known)
    noun = name.replace("_", " ")
    numbers = {"seen": float(seen), "all": float(there), "share": round(share, 4), "least": least}
    sentence = f"{seen} of {there} {noun} were seen ({percent(share)}), the policy asks for {percent(least)}"
    effect = Effect.PASS if share >= least else Effect.INCONCLUSIVE
    return Ruling(
        rule=f"coverage.{name.replace('_', '-')}", effect=effect, sentence=sentence, numbers=numbers
    )


def _share_2xx(run: Run, least: float) -> Ruling:
    rare = [
        label for label in run.operations if (share := share_2xx(run, label)) is not None and share < least
    ]
    if not rare:
        return _fine(
            "coverage.share-2xx", f"no operation gave fewer than {percent(least)} of 2xx", least=least
        )
    named = listed([f"{label} {percent(share_2xx(run, label) or 0.0)}" for label in rare])
    sentence = f"{count(len(rare), 'operation')} gave fewer than {percent(least)} of 2xx answers: {named}"
    return _doubt("coverage.share-2xx", sentence, operations=len(rare), least=least)


def share_2xx(run: Run, label: str) -> float | None:
    """Return the share of 2xx among the answers of an operation; ``None`` where there was no answer."""
    statuses = run.traffic.statuses.get(label, {})
    answers = sum(statuses.values())
    good = sum(number for status, number in statuses.items() if 200 <= status < 300)
    return good / answers if answers else None
