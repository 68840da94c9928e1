"""What a run says in the end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from specproof.model.access import AccessCell
from specproof.model.change import Change
from specproof.model.coverage import Point, Ratio, ratios_of
from specproof.model.exchange import Exchange
from specproof.model.finding import Finding
from specproof.model.promise import Promise

WRITES_FORBIDDEN = "writes are forbidden"  # what `Outcome.why` starts with where the profile forbids it
WAIVERS = "waivers"  # the area of promises that the waiver file makes, not the contract
NEGATIVE_FORBIDDEN = "negative data are forbidden"  # likewise; what is valid can still be looked at
NOT_QUICK = "depth quick does not try it"
DESELECTED = "deselected"  # what `Outcome.why` starts with where the user left it out
IN_ANOTHER_SHARD = "in another shard"  # what `Outcome.why` starts with where another machine looks at it


class Verdict(StrEnum):
    """The three answers of a run."""

    PASS = "pass"  # noqa: S105  # a verdict, no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class State(StrEnum):
    """What a run found out about one promise."""

    PROVEN = "proven"
    BROKEN = "broken"
    NOT_EXERCISED = "not exercised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run found out about one promise of one operation."""

    promise: Promise
    state: State
    why: str = ""  # why it was not exercised
    times: int = 0  # how many exchanges were judged for it
    findings: tuple[Finding, ...] = ()
    started: float = 0.0  # Unix time in seconds
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the answers of one operation took, in seconds."""

    p50: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What was sent, per operation label: how often each status came back, and how long each answer took."""

    requests: int = 0
    statuses: Mapping[str, Mapping[int, int]] = field(default_factory=dict)  # label -> status -> count
    durations: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # label -> seconds of each

    def timing(self, label: str) -> Timing | None:
        """Return how long the answers of an operation took, or ``None`` where there was none.

        A percentile is the least duration that so many of the answers did not exceed (nearest rank), so it
        is one that was measured.
        """
        durations = sorted(self.durations.get(label, ()))
        if not durations:
            return None
        half, most = (durations[math.ceil(len(durations) * share) - 1] for share in (0.5, 0.95))
        return Timing(p50=half, p95=most, longest=durations[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Which part of a run that is shared among machines."""

    number: int  # from 1
    of: int

    def __str__(self) -> str:
        return f"{self.number} of {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNote:
    """Something in the document that was not tested as it stands."""

    pointer: str  # into the document as it was read, with "#"
    place: str  # "file:line"
    said: str  # what is the matter
    effect: str  # what was done about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that a run leaves for the gate and the reports."""

    contract_title: str
    contract_version: str
    contract_sha256: str
    contract_source: str  # file or URL as given
    environment: str
    base_url: str
    seed: int
    depth: str
    started: float  # Unix time in seconds
    seconds: float
    operations: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    traffic: Traffic
    left_behind: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()  # what kept the suite from looking: unreachable target, expired credential
    inferred: tuple[str, ...] = ()
    sample: tuple[Exchange, ...] = ()  # some exchanges of every kind, for those who want to see how it went
    context: Mapping[str, Any] = field(default_factory=dict)
    coverage: tuple[Point, ...] = ()  # every point of the contract, seen or not
    document_notes: tuple[DocumentNote, ...] = ()
    base: str = ""  # the older document that changes are counted from, as given
    changes: tuple[Change, ...] = ()  # what differs from it, the worst first
    access: tuple[AccessCell, ...] = ()  # what every credential may do, and what came of trying
    shard: Shard | None = None  # set where other machines look at the rest: never judge it as the whole

    @property
    def ratios(self) -> Mapping[str, Ratio]:
        """How much was seen of how much: ``operations``, ``promises``, and every kind of contract coverage.

        An operation counts where one of its promises was exercised; statuses are the documented ones.
        """
        seen = [outcome.promise for outcome in self.promised if outcome.state is not State.NOT_EXERCISED]
        operations = {promise.operation for promise in seen}.intersection(self.operations)
        return {
            "operations": (len(operations), len(self.operations)),
            "promises": (len(seen), len(self.promised)),
            **ratios_of(self.coverage),
        }

    @property
    def promised(self) -> tuple[Outcome, ...]:
        """The outcomes of what the contract promises."""
        return tuple(outcome for outcome in self.outcomes if outcome.promise.kind.area != WAIVERS)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst first, then by promise and operation."""
        found = [finding for outcome in self.outcomes for finding in outcome.findings]
        return tuple(sorted(found, key=lambda f: (f.severity.rank, f.promise, f.operation, f.detail)))


class Effect(StrEnum):
    """What one rule of the gate did to the verdict."""

    FAIL = "fail"  # it blocks
    INCONCLUSIVE = "inconclusive"  # it says that not enough was seen
    NOTE = "note"  # it says something that does not decide
    PASS = "pass"  # noqa: S105  # a ruling, no password


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one rule of the gate said about a run."""

    rule: str  # "findings.confirmed"; docs/gate.md describes each
    effect: Effect
    sentence: str
    numbers: Mapping[str, float] = field(default_factory=dict)  # what was compared: seen, least, …


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The gate's answer and its reasons."""

    verdict: Verdict
    reasons: tuple[str, ...]  # the sentences of what decided, then what the reader should know
    rulings: tuple[Ruling, ...] = ()  # every rule that was applied
    policy: str = ""  # the file that set the rules; "" for the default
