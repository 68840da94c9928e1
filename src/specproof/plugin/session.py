"""The run that belongs to one pytest process: made when the first test needs it."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

import pytest

from specproof.aside import Aside
from specproof.client.safety import SAFE_METHODS
from specproof.contract.lines import Problem
from specproof.contract.operations import METHODS
from specproof.contract.validate import problems
from specproof.environment.secrets import Secret
from specproof.errors import OptionError, SpecproofError
from specproof.gate.gate import Gate
from specproof.gate.older import require_same_contract
from specproof.model.access import merge_cells
from specproof.model.exchange import Request
from specproof.model.operation import Operation
from specproof.model.promise import Promise
from specproof.model.verdict import Run
from specproof.plugin.given import Given
from specproof.suite.leftovers import left_open, take_over
from specproof.suite.planning import RunPlan
from specproof.suite.prove import Prover
from specproof.suite.result import Part, as_run, merge
from specproof.suite.session import Plan
from specproof.suite.settings import safety_of
from specproof.suite.setup import build_prover, make_plan, preflight
from specproof.suite.sharding import in_other_shards, requests_to, share
from specproof.suite.surveying import survey

SESSION = pytest.StashKey["Session"]()
_PROBLEMS = "problems of the document"


@dataclass(kw_only=True)
class Session(Given):
    """One process of a run: the controller, or one worker of pytest-xdist."""

    worker: str = ""  # "gw0", or "" for the controller or a single process
    parts: list[Part] = field(default_factory=list)  # what the workers found out
    lost_workers: int = 0
    workers: int = 1  # processes of the run
    spent: int = 0  # requests that were sent before the run, when the environment was looked at
    only_reads: bool = False  # the environment was looked at before the run, and forbids writes
    started: float = field(default_factory=time.time)
    left_before: list[str] = field(default_factory=list)  # by earlier runs, and this one could not remove it
    asked: frozenset[tuple[str, str]] = frozenset()  # keys of promises that tests of this run ask about
    aside: Aside | None = None  # what another process does meanwhile
    _case_schema: Any = None
    _told: int = 0  # requests that `sent_since` has returned

    @cached_property
    def prover(self) -> Prover:
        """The prover of this process, with a target that was seen to answer."""
        plan = Plan(seed=self.options.seed, depth=self.options.depth)
        name = f"ledger-{self.worker or 'main'}.jsonl"
        gate, document, profile = self.check_gate(), self.document, self.profile
        prover = build_prover(
            document,
            profile,
            plan,
            ledger=self.options.reports_dir / name,
            overlays=self.options.overlays,
            own_target=self.own_target,
            contract=self.contract,
            processes=self._sharing,
            spent=self.spent,
            own=self.own,
        )
        prover.suite.examples = self.examples
        prover.accepted = gate.accepted
        try:
            preflight(prover)
        except SpecproofError:
            prover.suite.ledger.close()
            raise
        if not self.worker:  # several workers would do it at the same time
            self.left_before += take_over(prover.suite, self.options.reports_dir)
        # Not yet: another worker may be lost first, and this one take over what it had begun.
        prover.suite.before_creating = lambda: self.left_before.extend(survey(prover.suite))
        return prover

    def check_gate(self) -> Gate:
        """Return what the gate goes by; an older verdict has to be about the same contract.

        Raises:
            OptionError: It is not, or something cannot be read.
        """
        if self.gate.older is not None:
            require_same_contract(self.gate.older, self.contract.title)
        return self.gate

    def planned(self) -> tuple[RunPlan, Plan]:
        """Return what the run, or this shard of it, would send; nothing is sent.

        Raises:
            OptionError: What the run would be judged by, or its examples, cannot be used.
        """
        self.check_gate()
        _ = self.examples
        plan = Plan(seed=self.options.seed, depth=self.options.depth)
        found = make_plan(
            self.document,
            self.profile,
            plan,
            contract=self.contract,
            promises=self._chosen,
            called=self.called,
            elsewhere=self.elsewhere,
            own=self.own,
        )
        return found, plan

    def generated_test(self, operation: Operation, found: list[Request]) -> Any:
        """Return a test for schemathesis to run, that puts generated requests of an operation into a list."""
        from specproof.generate import cases  # noqa: PLC0415  # schemathesis takes long to import

        if self._case_schema is None:
            document = self.prover.suite.contract.document
            self._case_schema = cases.case_schema(document, seed=self.options.seed, depth=self.options.depth)
        base_url = self.prover.suite.client.base_url
        return cases.keeping(self._case_schema, operation, base_url=base_url, found=found)

    def work_aside(self, work: Mapping[str, Callable[[], object]]) -> None:
        """Begin with what can be done in another process: judge the document, and what else is given."""
        document = self.document
        aside = Aside({_PROBLEMS: lambda: list(problems(document)), **work})
        self.aside = aside
        self.prover.find_problems = lambda _: cast("list[Problem]", aside.take(_PROBLEMS))

    @property
    def sendable_operations(self) -> list[Operation]:
        """The operations that are tested, belong to this shard and may be called in this environment."""
        suite = self.prover.suite
        client = suite.client
        return [
            operation
            for operation in suite.contract.operations
            if operation.label in self.called
            and client.allows(operation.method)
            and operation.method.lower() in METHODS  # schemathesis makes none for additionalOperations
            and (client.writes or operation.method in SAFE_METHODS)
        ]

    @property
    def promises(self) -> list[Promise]:
        """The promises that are tested and belong to this shard."""
        return [promise for promise in self._chosen if promise.key not in self.elsewhere]

    @property
    def _chosen(self) -> list[Promise]:
        """The promises that are tested, by this shard or another one."""
        return [p for p in self.contract.promises if self.selection.has(p.operation, p.kind.area)]

    @property
    def called(self) -> frozenset[str]:
        """Labels of the operations that this shard sends generated requests to, where it may."""
        if self.options.depth == "quick":
            return frozenset()
        chosen, shard = self.selection.operations - self.own.left_out.keys(), self.options.shard
        if shard is None:
            return chosen
        return frozenset(each for each in chosen if self.shares[requests_to(each)] == shard.number)

    @cached_property
    def elsewhere(self) -> Mapping[tuple[str, str], str]:
        """Why this shard does not look at a promise that another one looks at, by its key."""
        shard = self.options.shard
        return {} if shard is None else in_other_shards(self._chosen, self._operations, self.shares, shard)

    @property
    def _operations(self) -> Mapping[str, Operation]:
        return {operation.label: operation for operation in self.contract.operations}

    @cached_property
    def shares(self) -> Mapping[str, int]:
        """Which shard looks at which subject.

        Raises:
            OptionError: The work cannot be shared among so many, or shards would disturb each other.
        """
        shard = self.options.shard
        if shard is None:
            return {}
        if not self.starts_own and self._makes_things and not self.profile.environment.exclusive:
            raise OptionError(
                f"{self.profile.source}: --shard: writes are allowed, and the server is not exclusive, so "
                'that shards would see the changes of others; set writes = "forbidden", or give each shard a '
                "server of its own and set exclusive = true"
            )
        return share(self._chosen, self._operations, shard.of, called=self.selection.operations)

    @property
    def _makes_things(self) -> bool:
        return safety_of(self.profile).makes_things

    @property
    def apart(self) -> bool:
        """Whether several workers cannot disturb each other: each starts its own target, or none writes."""
        return self.starts_own or self.only_reads

    @property
    def _sharing(self) -> int:
        """How many processes send: one alone where they could disturb each other."""
        return self.workers if self.starts_own or not self._makes_things else 1

    @property
    def running(self) -> bool:
        """Whether this process has a prover already."""
        return "prover" in self.__dict__

    @property
    def pending(self) -> int:
        """How many requests this process has sent since ``sent_since`` was called."""
        return self.prover.suite.client.sent - self._told if self.running else 0

    def sent_since(self) -> int:
        """Return the requests since the last call; the first one counts those before any test too."""
        number = self.pending
        self._told += number
        return number

    def finish_part(self, *, trouble: str = "") -> Part:
        """Remove what was created, and return what this process found out."""
        suite, profile = self.prover.suite, self.profile
        self.prover.finish(asked=self.asked | self.elsewhere.keys())
        left = suite.clear()
        if suite.examples.trouble:
            suite.trouble(suite.examples.trouble)
        return Part(
            environment=profile.environment.name,
            base_url=profile.environment.base_url,
            outcomes=self.prover.outcomes,
            traffic=suite.traffic,
            left_behind=(*left, *dict.fromkeys(self.left_before)),
            troubles=(*suite.troubles, *([trouble] if trouble else [])),
            sample=suite.sample.exchanges,
            coverage=suite.coverage.points(),
            access=merge_cells(suite.cells),
            secrets=(*profile.secrets, *(Secret(value=v) for v in (*suite.watch.secrets, *suite.secrets))),
        )

    def finish_run(self, parts: list[Part]) -> Run:
        """Put the parts of all processes together, and look for ledgers of processes that were lost."""
        part = merge(parts)
        lost = [] if self.running else list(dict.fromkeys(self.left_before))
        if self.lost_workers:
            lost += left_open(self.options.reports_dir)
        return as_run(
            self.contract,
            replace(part, left_behind=(*part.left_behind, *lost)),
            seed=self.options.seed,
            depth=self.options.depth,
            started=self.started,
            seconds=time.time() - self.started,
            base=self.options.base or "",
            changes=self.changes,
            shard=self.options.shard,
            elsewhere=self.elsewhere,
        )


def pack(part: Part) -> bytes:
    """Write a part for the way from a worker to the controller."""
    return pickle.dumps(part)


def unpack(data: bytes) -> Part:
    """Read what :func:`pack` wrote; both ends are processes of the same run."""
    part = pickle.loads(data)  # noqa: S301  # comes from our own worker over a pipe
    if not isinstance(part, Part):
        raise TypeError(f"expected a Part; got {type(part).__name__}")
    return part
