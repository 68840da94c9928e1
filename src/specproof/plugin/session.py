"""The run that belongs to one pytest process: made when the first test needs it."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from specproof.client.safety import SAFE_METHODS
from specproof.contract.catalogue import CATALOGUE
from specproof.contract.contract import Contract
from specproof.contract.diff.compare import compare
from specproof.contract.load import Document, load_document
from specproof.contract.selection import Selection, select
from specproof.environment.load import find_profile, load_profile
from specproof.environment.overrides import read_overrides
from specproof.environment.profile import Profile
from specproof.environment.secrets import Secret
from specproof.errors import OptionError, SpecproofError
from specproof.gate.gate import Gate, load_gate
from specproof.gate.older import require_same_contract
from specproof.generate.cases import case_schema
from specproof.generate.examples import Examples, open_examples
from specproof.model.access import merge_cells
from specproof.model.change import Change
from specproof.model.operation import Operation
from specproof.model.promise import Promise
from specproof.model.verdict import Run
from specproof.plugin.options import Options
from specproof.plugin.own_hooks import Hooks
from specproof.shipped import reference_contract, shipped
from specproof.suite.leftovers import left_open, take_over
from specproof.suite.own import JUDGE, Own
from specproof.suite.planning import RunPlan
from specproof.suite.prove import Prover
from specproof.suite.result import Part, as_run, merge
from specproof.suite.session import Plan
from specproof.suite.settings import safety_of
from specproof.suite.setup import build_prover, make_plan, preflight, read_contract
from specproof.suite.sharding import in_other_shards, requests_to, share, subject
from specproof.suite.surveying import survey
from specproof.target.process import start

_OF_ENVIRONMENT = "environment:"
_TARGET_URL = "SPECPROOF_TARGET_URL"


@dataclass(kw_only=True)
class Session:
    """One process of a run: the controller, or one worker of pytest-xdist."""

    options: Options
    root: Path  # pytest's root folder
    hooks: Hooks | None = None  # of the user's conftest.py
    worker: str = ""  # "gw0", or "" for the controller or a single process
    parts: list[Part] = field(default_factory=list)  # what the workers found out
    lost_workers: int = 0
    workers: int = 1  # processes of the run
    spent: int = 0  # requests that were sent before the run, when the environment was looked at
    only_reads: bool = False  # the environment was looked at before the run, and forbids writes
    started: float = field(default_factory=time.time)
    left_before: list[str] = field(
        default_factory=list
    )  # what earlier runs left, and this one could not remove
    _own_target: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def document(self) -> Document:
        """The OpenAPI document, overlays applied."""
        source = self.options.spec or str(self._default_spec())
        if source.startswith(_OF_ENVIRONMENT):  # a URL as the environment's base URL has it (RFC 3986)
            base_url = self.profile.environment.base_url.rstrip("/")
            source = urljoin(f"{base_url}/", source.removeprefix(_OF_ENVIRONMENT))
        return load_document(source, overlays=self.options.overlays, lenient=self.options.lenient)

    @cached_property
    def contract(self) -> Contract:
        """What the document promises."""
        contract = read_contract(self.document)
        judged = self.hooks is not None and self.hooks.has(JUDGE)
        return contract.with_own_checks() if judged else contract

    @cached_property
    def own(self) -> Own:
        """Code of the user's."""
        return self.hooks.own(self.contract.operations) if self.hooks is not None else Own()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the older document, if one was named."""
        if self.options.base is None:
            return ()
        older = load_document(self.options.base, overlays=self.options.overlays)
        return compare(older, self.document, today=datetime.now(UTC).date())

    @cached_property
    def selection(self) -> Selection:
        """The operations that are tested."""
        contract, options = self.contract, self.options
        return select(
            contract.document,
            contract.operations,
            options.wish,
            changes=self.changes,
            changed_only=options.changed_only,
        )

    @cached_property
    def profile(self) -> Profile:
        """The environment's profile; the embedded target is started where it is asked for."""
        folders = [
            self.root / "tests" / "environments",
            self.root / "environments",
            shipped("environments"),
        ]
        path = find_profile(self.options.environment, folders=folders)
        environ = dict(os.environ)
        overrides = read_overrides(self.options.overrides, environ)
        if path.stem == "embedded" and "base_url" in overrides:
            raise OptionError(
                f"{overrides['base_url'].origin}: the embedded target has a URL of its own; "
                "name the environment that is meant with --environment"
            )
        if path.stem == "embedded" and _TARGET_URL not in environ:
            environ |= self._stack.enter_context(start(ephemeral=True)).variables
            self._own_target = True
        profile = load_profile(path, environ=environ, overrides=overrides)
        return self.hooks.with_credentials(profile) if self.hooks is not None else profile

    @cached_property
    def gate(self) -> Gate:
        """What the gate goes by; all of it is read before anything is sent."""
        options = self.options
        return load_gate(
            policy=options.gate_policy,
            waivers=options.waivers,
            older=options.compare_with,
            promises=CATALOGUE,
            folders=self._waiver_folders,
        )

    @cached_property
    def prover(self) -> Prover:
        """The prover of this process, with a target that was seen to answer."""
        plan = Plan(seed=self.options.seed, depth=self.options.depth)
        name = f"ledger-{self.worker or 'main'}.jsonl"
        gate, document, profile = self.gate, self.document, self.profile
        prover = build_prover(
            document,
            profile,
            plan,
            ledger=self.options.reports_dir / name,
            overlays=self.options.overlays,
            own_target=self._own_target,
            contract=self.contract,
            processes=self._sharing,
            spent=self.spent,
            own=self.own,
        )
        prover.suite.examples = self.examples
        if gate.older is not None:
            require_same_contract(gate.older, prover.suite.contract.title)
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

    def planned(self) -> tuple[RunPlan, Plan]:
        """Return what the run would send; nothing is sent."""
        plan = Plan(seed=self.options.seed, depth=self.options.depth)
        found = make_plan(
            self.document,
            self.profile,
            plan,
            contract=self.contract,
            selection=self.selection,
            own=self.own,
        )
        return found, plan

    @cached_property
    def examples(self) -> Examples:
        """What earlier runs found; only a run with a random seed keeps what it finds."""
        return open_examples(self.options.examples_db, writes=self.options.exploring)

    @cached_property
    def case_schema(self) -> Any:
        """The document as schemathesis generates from it."""
        document = self.prover.suite.contract.document
        return case_schema(document, seed=self.options.seed, depth=self.options.depth)

    @property
    def sendable_operations(self) -> list[Operation]:
        """The operations that are tested, belong to this shard and may be called in this environment."""
        suite = self.prover.suite
        client = suite.client
        return [
            operation
            for operation in suite.contract.operations
            if operation.label in self.selection.operations
            and operation.label not in self.own.left_out
            and self._is_mine(requests_to(operation.label))
            and client.allows(operation.method)
            and (client.writes or operation.method in SAFE_METHODS)
        ]

    @property
    def promises(self) -> list[Promise]:
        """The promises that are tested and belong to this shard."""
        operations = self.prover.suite.operations
        return [promise for promise in self._chosen if self._is_mine(subject(promise, operations))]

    @property
    def _chosen(self) -> list[Promise]:
        """The promises that are tested, by this shard or another one."""
        return [p for p in self.contract.promises if self.selection.has(p.operation, p.kind.area)]

    def _is_mine(self, each: str) -> bool:
        shard = self.options.shard
        return shard is None or self.shares[each] == shard.number

    @cached_property
    def shares(self) -> Mapping[str, int]:
        """Which shard looks at which subject.

        Raises:
            OptionError: The work cannot be shared among so many, or shards would disturb each other.
        """
        shard, client = self.options.shard, self.prover.suite.client
        if shard is None:
            return {}
        profile = self.profile
        if not self._starts_own and client.writes and not profile.environment.exclusive:
            raise OptionError(
                f"{profile.source}: --shard: writes are allowed, and the server is not exclusive, so that "
                'shards would see the changes of others; set writes = "forbidden", or give each shard a '
                "server of its own and set exclusive = true"
            )
        return self._shares(shard.of)

    def _shares(self, of: int) -> Mapping[str, int]:
        operations = {operation.label: operation for operation in self.contract.operations}
        return share(self._chosen, operations, of, called=self.selection.operations)

    @property
    def apart(self) -> bool:
        """Whether several workers cannot disturb each other: each starts its own target, or none writes."""
        return self._starts_own or self.only_reads

    @property
    def _starts_own(self) -> bool:
        return self.options.environment == "embedded" and _TARGET_URL not in os.environ

    @property
    def _sharing(self) -> int:
        """How many processes send: one alone where they could disturb each other."""
        return self.workers if self._starts_own or not safety_of(self.profile).makes_things else 1

    @property
    def running(self) -> bool:
        """Whether this process has a prover already."""
        return "prover" in self.__dict__

    def close(self) -> None:
        """Stop the embedded target."""
        self._stack.close()

    def finish_part(self, *, trouble: str = "") -> Part:
        """Remove what was created, and return what this process found out."""
        suite, profile = self.prover.suite, self.profile
        self.prover.finish()
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
        shard, elsewhere = self.options.shard, {}
        if shard is not None:
            operations = {operation.label: operation for operation in self.contract.operations}
            elsewhere = in_other_shards(self._chosen, operations, self._shares(shard.of), shard)
        return as_run(
            self.contract,
            replace(part, left_behind=(*part.left_behind, *lost)),
            seed=self.options.seed,
            depth=self.options.depth,
            started=self.started,
            seconds=time.time() - self.started,
            base=self.options.base or "",
            changes=self.changes,
            shard=shard,
            elsewhere=elsewhere,
        )

    @property
    def _waiver_folders(self) -> list[Path]:
        spec = self.options.spec
        beside = [Path(spec).parent] if spec and Path(spec).is_file() else []
        return [*beside, self.root / "spec"]

    def _default_spec(self) -> Path:
        here = Path(os.path.relpath(self.root / "spec" / reference_contract().name))
        return here if here.is_file() else reference_contract()


def pack(part: Part) -> bytes:
    """Write a part for the way from a worker to the controller."""
    return pickle.dumps(part)


def unpack(data: bytes) -> Part:
    """Read what :func:`pack` wrote; both ends are processes of the same run."""
    part = pickle.loads(data)  # noqa: S301  # comes from our own worker over a pipe
    if not isinstance(part, Part):
        raise TypeError(f"expected a Part; got {type(part).__name__}")
    return part
