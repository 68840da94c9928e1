"""What one process of a run found out, and how the parts of several processes become one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType

from specproof.contract.contract import Contract
from specproof.environment.secrets import Secret
from specproof.model.access import AccessCell, merge_cells
from specproof.model.change import Change
from specproof.model.coverage import Point, merge_points
from specproof.model.exchange import Exchange
from specproof.model.finding import Finding
from specproof.model.promise import Promise
from specproof.model.verdict import DESELECTED, IN_ANOTHER_SHARD, Outcome, Run, Shard, State, Traffic
from specproof.suite.sample import joined

ELSEWHERE = (DESELECTED, IN_ANOTHER_SHARD)  # reasons that hold for one machine: another one may have looked
NOBODY: Mapping[tuple[str, str], str] = MappingProxyType({})  # nothing is left to another machine
_RANK = {State.BROKEN: 0, State.PROVEN: 1, State.NOT_EXERCISED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The result of one process; it can be pickled."""

    environment: str
    base_url: str
    outcomes: Mapping[tuple[str, str], Outcome]
    traffic: Traffic
    left_behind: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    sample: tuple[Exchange, ...] = ()
    coverage: tuple[Point, ...] = ()
    access: tuple[AccessCell, ...] = ()
    secrets: tuple[Secret, ...] = field(default=(), repr=False)  # of the profile and of the run: to be masked


def merge(parts: Sequence[Part]) -> Part:
    """Add up the parts of a run, one at least: a promise that one process saw broken is broken."""
    outcomes: dict[tuple[str, str], Outcome] = {}
    statuses: dict[str, Counter[int]] = {}
    durations: dict[str, list[float]] = {}
    left: list[str] = []
    troubles: list[str] = []
    secrets: list[Secret] = []
    requests = 0
    for part in parts:
        for key, outcome in part.outcomes.items():
            known = outcomes.get(key)
            outcomes[key] = outcome if known is None else _joined(known, outcome)
        for label, counts in part.traffic.statuses.items():
            statuses.setdefault(label, Counter()).update(counts)
        for label, seconds in part.traffic.durations.items():
            durations.setdefault(label, []).extend(seconds)
        requests += part.traffic.requests
        left += part.left_behind
        troubles += [text for text in part.troubles if text not in troubles]
        secrets += part.secrets
    traffic = Traffic(
        requests=requests,
        statuses={label: dict(counts) for label, counts in statuses.items()},
        durations={label: tuple(seconds) for label, seconds in durations.items()},
    )
    return Part(
        environment=parts[0].environment,
        base_url=parts[0].base_url,
        outcomes=outcomes,
        traffic=traffic,
        left_behind=tuple(left),
        troubles=tuple(troubles),
        sample=joined(part.sample for part in parts),
        access=merge_cells(cell for part in parts for cell in part.access),
        coverage=merge_points([part.coverage for part in parts], elsewhere=ELSEWHERE),
        secrets=tuple(dict.fromkeys(secrets)),
    )


def _joined(one: Outcome, other: Outcome) -> Outcome:
    """Return what two processes found out about one promise: the worse state, the findings of both.

    Of a finding that both have, the one that came back on every replay stays, then that with less evidence.
    """
    worse = min(one, other, key=_rank)
    found: dict[str, Finding] = {}
    for finding in (*one.findings, *other.findings):
        known = found.setdefault(finding.fingerprint, finding)
        found[finding.fingerprint] = min(known, finding, key=_weight)
    by_detail = sorted(found.values(), key=lambda finding: finding.detail)
    return replace(worse, findings=tuple(by_detail), times=one.times + other.times)


def _rank(outcome: Outcome) -> tuple[int, int]:
    """Of two that did not look, the one comes first whose reason holds for others too."""
    here_only = next((n for n, reason in enumerate(ELSEWHERE, 1) if outcome.why.startswith(reason)), 0)
    return _RANK[outcome.state], here_only


def _weight(finding: Finding) -> tuple[bool, int, tuple[str, ...]]:
    return finding.unstable is not None, len(finding.evidence), finding.reproduce


def complete(
    promises: Sequence[Promise], part: Part, elsewhere: Mapping[tuple[str, str], str] = NOBODY
) -> tuple[Outcome, ...]:
    """Return an outcome for every promise of the contract, in its order.

    What nobody asked is deselected, unless ``elsewhere`` says who looks at it.
    """
    deselected = f"{DESELECTED}: its test did not run"
    return tuple(
        part.outcomes.get(promise.key)
        or Outcome(promise=promise, state=State.NOT_EXERCISED, why=elsewhere.get(promise.key, deselected))
        for promise in promises
    )


def explained(points: Sequence[Point], outcomes: Sequence[Outcome], traffic: Traffic) -> tuple[Point, ...]:
    """Give what was not seen of operations that answered nothing the reason for that, where it has none."""
    reasons: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        if outcome.state is State.NOT_EXERCISED:
            reasons.setdefault(outcome.promise.operation, Counter())[outcome.why] += 1

    def why(label: str) -> str:
        known = reasons.get(label)
        return known.most_common(1)[0][0] if known else "no request was sent to it"

    return tuple(
        replace(point, why=why(point.operation))
        if not point.seen and not point.why and point.operation and not traffic.statuses.get(point.operation)
        else point
        for point in points
    )


def as_run(
    contract: Contract,
    part: Part,
    *,
    seed: int,
    depth: str,
    started: float,
    seconds: float,
    base: str = "",
    changes: tuple[Change, ...] = (),
    shard: Shard | None = None,
    elsewhere: Mapping[tuple[str, str], str] = NOBODY,
) -> Run:
    """Return the record of the whole run for the gate and the reports.

    Args:
        contract: What the run was about.
        part: What all processes found out.
        seed: As the user gave it.
        depth: As the user gave it.
        started: Unix time in seconds.
        seconds: How long the run took.
        base: The older document, as the user gave it.
        changes: What differs from it.
        shard: Which part of the work this is, where other machines do the rest.
        elsewhere: Why a promise is not looked at here, by its key.
    """
    outcomes = complete(contract.promises, part, elsewhere)
    return Run(
        contract_title=contract.title,
        contract_version=contract.version,
        contract_sha256=contract.sha256,
        contract_source=contract.source,
        environment=part.environment,
        base_url=part.base_url,
        seed=seed,
        depth=depth,
        started=started,
        seconds=seconds,
        operations=tuple(operation.label for operation in contract.operations),
        outcomes=outcomes,
        traffic=part.traffic,
        left_behind=part.left_behind,
        troubles=part.troubles,
        access=part.access,
        sample=part.sample,
        coverage=explained(part.coverage, outcomes, part.traffic),
        shard=shard,
        inferred=contract.inferred,
        document_notes=contract.notes,
        base=base,
        changes=changes,
    )


def part_of(run: Run) -> Part:
    """Return the part that a run was made of, so that it can be merged with others; its secrets are gone."""
    named = {each.name for each in fields(Part)} - {"outcomes", "secrets"}
    return Part(
        outcomes={outcome.promise.key: outcome for outcome in run.promised},
        **{name: getattr(run, name) for name in named},
    )
