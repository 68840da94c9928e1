"""Decide about a run: pure, three-valued, and never a pass where nothing was tested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from specproof.gate.policy import DEFAULT, Policy
from specproof.gate.seen import seen_enough
from specproof.gate.standing import Standing, standing
from specproof.gate.words import be, count, listed
from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Effect, Ruling, Run, State, Verdict

_NOTHING: frozenset[str] = frozenset()
_SHAKY = frozenset({"findings.unstable", "durations.p95"})  # what a disturbance alone can cause


def decide(run: Run, policy: Policy = DEFAULT, *, known: Set[str] = _NOTHING) -> Decision:
    """Judge one run.

    ``fail``: something blocks. ``inconclusive``: nothing does, but the suite did not see enough to say
    that there is nothing. ``pass``: what was to be looked at was looked at, and nothing blocks.

    Which findings block says ``standing``. A finding that did not come back on replay blocks only in a run
    without troubles, since what disturbed the run may be what was seen; so it is with answers that took too
    long. Confirmed findings always count.

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
        run: What was seen, waivers applied. ``Outcome.why`` of the fair reasons starts with
            ``WRITES_FORBIDDEN``, ``DESELECTED`` or ``IN_ANOTHER_SHARD``.
        policy: The rules; the default ones are those of ``specproof gate-policy``.
        known: Fingerprints of an older verdict.

    Returns:
        The verdict, with what every rule said. The reasons are the sentences of those that decided, then
        what the reader should know although it does not decide.
    """
    groups = _by_standing(run, policy, known)
    enough = list(seen_enough(run, policy))
    certain = list(_confirmed(groups[Standing.BLOCKS], policy))
    left = list(_left_behind(run, policy))
    shaky = [*_unstable(groups[Standing.BLOCKS_UNSTABLE]), *_durations(run, policy)]
    doubted = any(ruling.effect is Effect.INCONCLUSIVE for ruling in enough)
    if doubted and not any(ruling.effect is Effect.FAIL for ruling in (*certain, *left)):
        shaky = [_doubtful(ruling) for ruling in shaky]
    rulings = (*certain, *shaky, *enough, *_notes(groups), *left, *_part_only(run))
    verdict = _worst(rulings)
    first = (_proven(run),) if verdict is Verdict.PASS else ()
    telling = sorted((ruling for ruling in rulings if ruling.effect is not Effect.PASS), key=_place)
    reasons = (*first, *(ruling.sentence for ruling in telling))
    return Decision(verdict=verdict, reasons=reasons, rulings=rulings, policy=policy.source)


def _by_standing(run: Run, policy: Policy, known: Set[str]) -> dict[Standing, list[Finding]]:
    groups: dict[Standing, list[Finding]] = {each: [] for each in Standing}
    for outcome in run.outcomes:
        for finding in outcome.findings:
            where = standing(finding, policy, known=known, inferred=outcome.promise.inferred)
            groups[where].append(finding)
    return groups


def _worst(rulings: Iterable[Ruling]) -> Verdict:
    effects = {ruling.effect for ruling in rulings}
    if Effect.FAIL in effects:
        return Verdict.FAIL
    return Verdict.INCONCLUSIVE if Effect.INCONCLUSIVE in effects else Verdict.PASS


def _place(ruling: Ruling) -> int:
    """Return where a ruling stands among the reasons: what decided comes first, a mere doubt after it."""
    if ruling.effect is Effect.INCONCLUSIVE:
        return 2 if ruling.rule in _SHAKY else 1
    return 0 if ruling.effect is Effect.FAIL else 3


def _doubtful(ruling: Ruling) -> Ruling:
    """Take from a ruling that would block what a disturbed run cannot prove."""
    if ruling.effect is not Effect.FAIL:
        return ruling
    return Ruling(
        rule=ruling.rule, effect=Effect.INCONCLUSIVE, sentence=ruling.sentence, numbers=ruling.numbers
    )


# --- what blocks ---------------------------------------------------------------------------------


def _confirmed(findings: list[Finding], policy: Policy) -> Iterator[Ruling]:
    plain = [f for f in findings if policy.override(f.promise, f.operation) is None]
    for severity in Severity:
        if number := sum(finding.severity is severity for finding in plain):
            verb = "blocks" if number == 1 else "block"
            sentence = (
                f"{count(number, f'{severity.value} finding')} {verb} at {policy.findings.block_at.value}"
            )
            yield _blocks("findings.confirmed", sentence, **{severity.value: number})
    if number := len(findings) - len(plain):
        verb = "blocks" if number == 1 else "block"
        yield _blocks(
            "findings.override",
            f"{count(number, 'finding')} {verb} by an override of the policy",
            findings=number,
        )
    if not findings:
        yield Ruling(rule="findings.confirmed", effect=Effect.PASS, sentence="no confirmed finding blocks")


def _blocks(rule: str, sentence: str, **numbers: float) -> Ruling:
    return Ruling(rule=rule, effect=Effect.FAIL, sentence=sentence, numbers=numbers)


def _unstable(findings: list[Finding]) -> Iterator[Ruling]:
    if number := len(findings):
        verb = "blocks" if number == 1 else "block"
        again = "it did not" if number == 1 else "they did not"
        sentence = f"{count(number, 'unstable finding')} {verb}, although {again} come back on every replay"
        yield _blocks("findings.unstable", sentence, findings=number)
    else:
        yield Ruling(rule="findings.unstable", effect=Effect.PASS, sentence="no unstable finding blocks")


def _durations(run: Run, policy: Policy) -> Iterator[Ruling]:
    wanted = policy.durations
    slow, judged = [], 0
    for label in run.operations:
        limit, timing = wanted.limit(label), run.traffic.timing(label)
        if limit is None or timing is None or len(run.traffic.durations[label]) < wanted.least_answers:
            continue
        judged += 1
        if timing.p95 > limit:
            slow.append(f"{label} {timing.p95:.3f} s (limit {limit:g} s)")
    if slow:
        effect = Effect.FAIL if wanted.exceeded == "block" else Effect.NOTE
        sentence = f"{count(len(slow), 'operation')} answered too slowly, p95: {listed(slow)}"
        numbers = {"operations": float(len(slow)), "judged": float(judged)}
        yield Ruling(rule="durations.p95", effect=effect, sentence=sentence, numbers=numbers)
    elif judged:
        sentence = f"{count(judged, 'operation')} answered fast enough"
        yield Ruling(
            rule="durations.p95", effect=Effect.PASS, sentence=sentence, numbers={"judged": float(judged)}
        )


def _left_behind(run: Run, policy: Policy) -> Iterator[Ruling]:
    if number := len(run.left_behind):
        effect = Effect.FAIL if policy.run.left_behind == "block" else Effect.NOTE
        sentence = f"{count(number, 'created object')} could not be removed"
        yield Ruling(rule="run.left-behind", effect=effect, sentence=sentence, numbers={"objects": number})
    else:
        yield Ruling(rule="run.left-behind", effect=Effect.PASS, sentence="nothing was left behind")


# --- what does not decide ------------------------------------------------------------------------


def _notes(groups: dict[Standing, list[Finding]]) -> Iterator[Ruling]:
    said = {
        Standing.REPORTED: ("findings.reported", "reported without blocking"),
        Standing.WAIVED: ("findings.waived", "waived"),
        Standing.KNOWN: ("findings.known", "known from the older verdict"),
    }
    for where, (rule, words) in said.items():
        if number := len(groups[where]):
            sentence = f"{count(number, 'finding')} {be(number)} {words}"
            yield Ruling(rule=rule, effect=Effect.NOTE, sentence=sentence, numbers={"findings": number})


def _part_only(run: Run) -> Iterator[Ruling]:
    if run.shard is not None:
        sentence = (
            f"this is shard {run.shard} only: what the others look at is decided after `specproof merge`"
        )
        yield Ruling(rule="run.whole", effect=Effect.NOTE, sentence=sentence)


def _proven(run: Run) -> str:
    proven = sum(outcome.state is State.PROVEN for outcome in run.promised)
    return f"{proven} of {count(len(run.promised), 'promise')} proven, nothing blocks"
