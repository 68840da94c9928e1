"""What a run would send, found out without sending anything: ``--plan`` and ``specproof environment check``.

Every promise is tried as in a run, by a suite that stops at the first request. What is not exercised then has
the reason that the run will give; what got as far as a request would be looked at.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from specproof.client.safety import SAFE_METHODS
from specproof.errors import RefusedBySafety, TargetError
from specproof.model.exchange import Exchange, Request
from specproof.model.operation import Operation
from specproof.model.promise import Promise
from specproof.model.verdict import NEGATIVE_FORBIDDEN, WRITES_FORBIDDEN, State
from specproof.suite.access import NotExercised
from specproof.suite.bounds import GENERATED
from specproof.suite.places import MOST_PAGES
from specproof.suite.prove import Prover, look_of
from specproof.suite.session import Suite

_WOULD_BE_SENT = "a request would be sent"
METHODS = ("GET", "HEAD", "OPTIONS", "QUERY", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_AT_THE_START = 20  # requests before the first look: is anybody there, and tokens


class WouldBeSent(TargetError):
    """A request got as far as the client."""


@dataclass(kw_only=True)
class DrySuite(Suite):
    """A suite that refuses what the environment forbids, and stops before anything else is sent."""

    reached: set[tuple[str, str]] = field(default_factory=set)  # looks that got as far as a request

    def send(self, request: Request) -> Exchange:
        """Send nothing.

        Raises:
            RefusedBySafety: The environment forbids it.
            WouldBeSent: It does not.
        """
        self.refuse_left_out(request)
        self.client.admit(request)
        self.reached.add(self.look)
        raise WouldBeSent(_WOULD_BE_SENT)

    def send_together(self, requests: Sequence[Request]) -> list[Exchange]:
        """Send nothing; as ``send``."""
        return [self.send(request) for request in requests]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLook:
    """One look that a run would take."""

    kind: str  # an area, "generated requests", "single requests" or "secrets"
    subject: str  # label of an operation; empty for the API as a whole
    promises: tuple[Promise, ...]
    most: int  # requests


@dataclass(slots=True, kw_only=True)
class RunPlan:
    """What a run would do.

    Args:
        looks: What would be looked at; the document itself takes no request.
        reasons: Why promises could not be exercised, with those promises.
        methods: What may be sent to the API.
        before: The most requests before the first look: is anybody there, tokens, what is there already.
    """

    looks: list[PlannedLook] = field(default_factory=list)
    reasons: dict[str, list[Promise]] = field(default_factory=dict)
    methods: tuple[str, ...] = ()
    before: int = 0

    @property
    def most(self) -> int:
        """The most requests of all looks together."""
        return self.before + sum(look.most for look in self.looks)

    @property
    def areas(self) -> dict[str, tuple[int, int, Counter[str]]]:
        """By area: how many promises would be looked at, how many there are, and why others would not."""
        able = Counter(p.kind.area for look in self.looks for p in look.promises)
        why: dict[str, Counter[str]] = {}
        for reason, promises in self.reasons.items():
            for promise in promises:
                why.setdefault(promise.kind.area, Counter())[reason] += 1
        areas = sorted({*able, *why})
        return {
            area: (able[area], able[area] + sum(why.get(area, Counter()).values()), why.get(area, Counter()))
            for area in areas
        }


def plan_run(
    suite: DrySuite,
    prover: Prover,
    promises: Sequence[Promise],
    *,
    called: Container[str],
    elsewhere: Mapping[tuple[str, str], str],
) -> RunPlan:
    """Return what a run would do, by a prover of that suite.

    Args:
        suite: The suite that sends nothing.
        prover: Its prover.
        promises: What is tested.
        called: Labels of the operations that get generated requests.
        elsewhere: Why a promise is left to another machine, by its key.
    """
    plan = RunPlan(methods=tuple(method for method in METHODS if suite.client.allows(method)))
    lists = sum(o.resource is not None and o.resource.create == o.label for o in suite.contract.operations)
    plan.before = (
        _AT_THE_START + len(suite.profile.setup) + (MOST_PAGES * lists if suite.client.writes else 0)
    )
    looks: dict[tuple[str, str], list[Promise]] = {}
    for operation in suite.contract.operations:
        if operation.label in called and _may_be_called(prover, operation):
            looks[GENERATED, operation.label] = []
    with contextlib.suppress(TargetError, NotExercised):
        prover.begin()  # what is planted comes before the first promise
    for promise in promises:
        if promise.key in elsewhere:
            plan.reasons.setdefault(elsewhere[promise.key], []).append(promise)
    outcomes = [(promise, prover.prove(promise)) for promise in promises if promise.key not in elsewhere]
    for promise, outcome in outcomes:
        look = look_of(promise, suite.operations.get(promise.operation))
        ruled_out = outcome.why.startswith((WRITES_FORBIDDEN, NEGATIVE_FORBIDDEN))
        if outcome.state is not State.NOT_EXERCISED or (look in suite.reached and not ruled_out):
            looks.setdefault(look, []).append(promise)
        else:
            plan.reasons.setdefault(outcome.why, []).append(promise)
    plan.looks = [
        PlannedLook(kind=kind, subject=subject, promises=tuple(found), most=suite.most_requests(kind) or 0)
        for (kind, subject), found in looks.items()
    ]
    return plan


def _may_be_called(prover: Prover, operation: Operation) -> bool:
    client = prover.suite.client
    if operation.label in prover.suite.own.left_out:
        return False
    if not client.allows(operation.method) or not (client.writes or operation.method in SAFE_METHODS):
        return False
    try:
        prover.scratch.path(operation)
        prover.suite.access.credential(operation)
    except (NotExercised, RefusedBySafety):
        return False
    except WouldBeSent:
        return True
    return True
