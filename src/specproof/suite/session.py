"""One run against one environment: what is shared by everything that sends and judges."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from specproof.checks import status
from specproof.checks.context import context_of
from specproof.client.client import Client
from specproof.client.curl import Captured
from specproof.client.ledger import Ledger
from specproof.client.safety import SAFE_METHODS
from specproof.contract.contract import Contract
from specproof.contract.languages import declared_part
from specproof.contract.preconditions import asks_for_tag
from specproof.contract.shapes import success_schema
from specproof.coverage.recorder import CoverageRecorder
from specproof.environment.profile import Profile
from specproof.errors import (
    Forbidden,
    HookError,
    NeverAnswered,
    RefusedBySafety,
    Stopped,
    TargetError,
    Unreachable,
)
from specproof.generate.examples import Examples
from specproof.generate.names import Names
from specproof.generate.once import Once
from specproof.generate.sampling import Sampler
from specproof.invariants.doors import without_links
from specproof.invariants.secrets import SecretWatch
from specproof.model.access import AccessCell
from specproof.model.exchange import Exchange, Request
from specproof.model.oauth import passed_on
from specproof.model.operation import Operation
from specproof.model.verdict import Traffic
from specproof.suite.access import Access
from specproof.suite.bookkeeping import Bookkeeper
from specproof.suite.bounds import most_requests
from specproof.suite.cleaning import Cleaner
from specproof.suite.disturbances import Disturbances
from specproof.suite.every_answer import EVERY_ANSWER
from specproof.suite.judgement import Judgement
from specproof.suite.origins import Origins
from specproof.suite.own import Own, found_by
from specproof.suite.sample import Sample
from specproof.suite.tally import Tally
from specproof.suite.unanswered import never_answered, without_answer

CONFORMANCE, FAILURE = "conformance", "status.no-server-error"
_UNREACHABLE_LIMIT = 3  # answers in a row that did not come: then nothing more is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the user asked for."""

    seed: int
    depth: str

    def run_id(self, environment: str) -> str:
        """Return 8 hex digits that are the same for the same seed and environment."""
        return hashlib.sha256(f"{self.seed} {environment}".encode()).hexdigest()[:8]


@dataclass(kw_only=True)
class Suite:
    """Everything a run knows while it goes on."""

    contract: Contract
    profile: Profile
    client: Client
    plan: Plan
    ledger: Ledger
    own: Own = field(default_factory=Own)  # code of the user's
    watch: SecretWatch = field(default_factory=SecretWatch)
    cells: list[AccessCell] = field(default_factory=list)  # of the access matrix, as they were tried
    judgements: dict[tuple[str, str], Judgement] = field(default_factory=lambda: defaultdict(Judgement))
    origins: Origins = field(default_factory=Origins)
    tally: Tally = field(default_factory=Tally)
    troubles: list[str] = field(default_factory=list)
    dead: str = ""  # why nothing more can be sent
    harmless: Request | None = None  # a request that succeeded at the start
    secrets: dict[str, None] = field(default_factory=dict)  # codes, tokens, assertions: to be masked
    stand_ins: list[Captured] = field(default_factory=list)  # what the shell has in place of secrets
    sample: Sample = field(default_factory=Sample)
    examples: Examples = field(default_factory=Examples)  # found by earlier runs
    keep_judging: bool = True
    generation: str = ""  # in every name after the run's id: things with the plain names were there already
    before_creating: Callable[[], None] | None = None  # called once, before the first name is given
    look: tuple[str, str] = ("", "")  # what is being looked at: kind and subject; see bounds.py
    sent_for: Counter[tuple[str, str]] = field(default_factory=Counter)  # requests, by look
    _unanswered: int = 0
    _scopes: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Watch every answer for secrets, and count it."""
        self.operations = {operation.label: operation for operation in self.contract.operations}
        self.disturbances = Disturbances(operations=self.operations)
        self.promised = {promise.key for promise in self.contract.promises}
        self.access = Access(contract=self.contract, profile=self.profile)
        own = partial(found_by, self.own) if self.own.judge is not None else None
        self.contexts = {
            label: context_of(self.contract, operation, own=own)
            for label, operation in self.operations.items()
        }
        self.coverage = CoverageRecorder(self.contract, self.profile, self.client.base_url)
        self.book = Bookkeeper(
            ledger=self.ledger,
            operations=self.operations,
            access=self.access,
            base_url=self.client.base_url,
        )
        self.origins.values_of = self.book.unique_values
        self.client.add_recorder(self.tally)
        self.client.add_recorder(self.coverage)
        self.client.add_recorder(self.watch)
        self.client.add_recorder(self._keep_secret)
        self.client.add_recorder(self.sample)
        if any(map(asks_for_tag, self.contract.operations)):
            self.client.add_recorder(self.origins.tags.note)

    def _keep_secret(self, exchange: Exchange) -> None:
        """Remember what an authorization server gives away, so that no report shows it."""
        if exchange.request.operation is None:
            self.secrets.update(dict.fromkeys(passed_on(exchange).values()))

    # --- sending ---------------------------------------------------------------------------------

    def send(self, request: Request) -> Exchange:
        """Send a request, keep the ledger, and judge the answer by the checks that every answer must pass.

        Raises:
            Unreachable: No answer came, or none came several times before.
            Stopped: The run is over before its end.
            RefusedBySafety: The environment forbids it.
        """
        self._count_for_look(1)
        request = self._prepared(request)
        number = self._announce(request)
        self.tally.begin()
        try:
            exchange = self.client.send(request, prepared=True)
        except Unreachable as error:
            if self._fails_alone(request, error):
                raise NeverAnswered(f"{error}, whenever it is sent") from error
            self._not_answered(error, number)
            raise
        except TargetError as error:
            self._not_answered(error, number)
            raise
        return self._take_in(exchange, number)

    def send_together(self, requests: Sequence[Request]) -> list[Exchange]:
        """Send requests at the same time; otherwise as ``send``."""
        self._count_for_look(len(requests))
        requests = [self._prepared(request) for request in requests]
        numbers = [self._announce(request) for request in requests]
        self.tally.begin()
        try:
            exchanges = self.client.send_together(requests, prepared=True)
        except TargetError as error:
            self._not_answered(error, *numbers)
            raise
        return [self._take_in(exchange, number) for exchange, number in zip(exchanges, numbers, strict=True)]

    def most_requests(self, kind: str) -> int | None:
        """Return how many requests a look of that kind may take; ``None`` for what is no look."""
        credentials, operations = len(self.profile.credentials), len(self.operations)
        return most_requests(kind, self.plan.depth, credentials=credentials, operations=operations)

    def _count_for_look(self, number: int) -> None:
        """Keep to the bound that ``--plan`` names for what is being looked at."""
        most = self.most_requests(self.look[0])
        if most is not None and self.sent_for[self.look] + number > most:
            raise RefusedBySafety(f"{' '.join(self.look)}: it would take more than {most} requests")
        self.sent_for[self.look] += number

    def refuse_left_out(self, request: Request) -> None:
        """Refuse to call what the user leaves out.

        Raises:
            Forbidden: The operation is left out.
        """
        why = self.own.left_out.get(request.operation or "")
        if why is not None:
            raise Forbidden(why)

    def _prepared(self, request: Request) -> Request:
        """Return a request as it goes out; code of the user's that fails ends the run."""
        self.refuse_left_out(request)
        try:
            return self.client.prepared(request)
        except HookError as error:
            raise self._ended_by(error) from error

    def _ended_by(self, error: HookError) -> Stopped:
        self.dead = str(error)
        self.trouble(self.dead)
        return Stopped(self.dead)

    def _announce(self, request: Request) -> int | None:
        """Write down what a request is about to create; return the number of that entry."""
        if self.dead:
            raise Unreachable(self.dead)
        if request.method not in SAFE_METHODS:
            self._prepare()
        try:
            return self.book.announce(request)
        except RefusedBySafety as error:
            self.trouble(str(error))
            raise

    def _prepare(self) -> None:
        prepare, self.before_creating = self.before_creating, None
        if prepare is not None:
            prepare()

    def _not_answered(self, error: TargetError, *numbers: int | None) -> None:
        """Settle what was not sent; end the run where nothing more can come."""
        if isinstance(error, RefusedBySafety | Stopped):
            for number in numbers:
                if number is not None and not self.tally.is_answered:
                    self.ledger.refused(number, 0)
        if isinstance(error, Stopped):
            self.dead = str(error)
            self.trouble(self.dead)
        elif isinstance(error, Unreachable):
            self._unanswered += 1
            self.trouble(str(error))
            if self._unanswered >= _UNREACHABLE_LIMIT:
                self.dead = f"the target does not answer: {error}"

    def _fails_alone(self, request: Request, error: Unreachable) -> bool:
        """Tell whether the connection breaks each time that a request is sent, and only then; judge that."""
        operation = self.operations.get(request.operation or "")
        if operation is None or not never_answered(request, error, self.harmless, self._send_aside):
            return False
        exchange = without_answer(request, error, self.client.sent)
        if self.keep_judging and (FAILURE, operation.label) in self.promised:
            breaches = status.no_server_error(self.contexts[operation.label], exchange)
            judgement = self.judgements[CONFORMANCE, operation.label]
            judgement.judge(FAILURE, self.origins.put_before(breaches))
        return True

    def _send_aside(self, request: Request) -> Exchange:
        """Send a request again, judge nothing, and keep the ledger."""
        number = self._announce(request)
        self.tally.begin()
        exchange = self.client.send(request, prepared=True)
        if request.operation in self.operations:
            self._keep_ledger(exchange, number)
        return exchange

    def _take_in(self, exchange: Exchange, number: int | None) -> Exchange:
        request = exchange.request
        self._unanswered = 0
        if exchange.response.status == 401 and request.credential and request.valid is not False:
            self._check_credential(request.credential)
        if self.disturbances.note(exchange) and not request.purpose.startswith("generated"):
            self.trouble(self.disturbances.told)  # of generated requests there are many more
        operation = self.operations.get(request.operation or "")
        if operation is not None:
            self._keep_ledger(exchange, number)
            if self.keep_judging:
                self.judge_answer(operation, exchange)
        return exchange

    def _check_credential(self, name: str) -> None:
        """Stop where a credential that worked before is refused: what follows would only show that."""
        usual = self.harmless is not None and self.harmless.credential == name
        worked = self.harmless if usual else self.tally.worked.get(name)
        if worked is None or self.client.send(worked).response.status != 401:
            return
        text = f'the credential "{name}" worked before and is refused with 401 now'
        self.trouble(text)
        if usual:
            self.dead = text
        raise Unreachable(text)

    def _keep_ledger(self, exchange: Exchange, number: int | None) -> None:
        request, status = exchange.request, exchange.response.status
        if number is None:
            self.book.notice(exchange)
        else:
            identity = self.book.settle(number, exchange, attempts=self.tally.earlier(request))
            if identity is not None:
                self.origins.made[identity] = exchange
        if request.method == "DELETE" and 200 <= status < 300:
            self.ledger.removed(request.url)
            self.origins.note_end(exchange)
        if self.ledger.trouble:
            self.trouble(self.ledger.trouble)

    def item_url(self, operation: Operation, request: Request, identity: str) -> str | None:
        """Return the URL under which a created thing can be deleted, or ``None``."""
        return self.book.place(operation, request).url_of(identity) or None

    def judge_answer(self, operation: Operation, exchange: Exchange) -> None:
        """Run the checks that every answer must pass."""
        context, judgement = self.contexts[operation.label], self.judgements[CONFORMANCE, operation.label]
        for promise, (check, relevant) in EVERY_ANSWER.items():
            if (promise, operation.label) in self.promised and relevant(context, exchange):
                try:
                    judgement.judge(promise, self.origins.put_before(check(context, exchange)))
                except HookError as error:
                    raise self._ended_by(error) from error

    def described(self, exchange: Exchange) -> Any:
        """Return what of an answer stays the same while nothing changes.

        That is what the document names, without links to other pages: they may differ each time.
        """
        document = exchange.response.document
        operation = self.operations.get(exchange.request.operation or "")
        if operation is None or not 200 <= exchange.response.status < 300:
            return document
        part = declared_part(self.contract.document, success_schema(operation), document)
        return without_links(operation, part)

    def trouble(self, text: str) -> None:
        """Note once what kept the suite from looking."""
        if text not in self.troubles:
            self.troubles.append(text)

    def looking(self) -> Callable[[Request], Exchange]:
        """Return what sends a row of requests between which nothing is changed.

        At depth quick, and where nobody else changes anything, none is sent twice. Otherwise it may show
        that a server contradicts itself, or that something changed.
        """
        quiet = self.profile.environment.exclusive and self.plan.depth == "quick"
        return Once(send=self.send) if quiet else self.send

    # --- values ----------------------------------------------------------------------------------

    def sampler(self, operation: Operation) -> Sampler:
        """Return what chooses, of many things to try on an operation, those that the depth has time for."""
        return Sampler(
            seed=self.plan.seed,
            turn=list(self.operations).index(operation.label),
            turns=len(self.operations),
            whole=self.plan.depth != "quick",
        )

    def turns_of_method(self, operation: Operation) -> Sampler:
        """Return what chooses by turns among the operations of one method alone."""
        alike = [label for label, each in self.operations.items() if each.method == operation.method]
        return replace(self.sampler(operation), turn=alike.index(operation.label), turns=len(alike))

    def names(self, *scope: str) -> Names:
        """Return unique names for one part of the run, the same on every run with this seed."""
        self._prepare()
        run = self.plan.run_id(self.profile.environment.name)
        asked = self._scopes[scope]  # a third look at something must not meet the names of the second
        self._scopes[scope] += 1
        part = hashlib.sha256(" ".join((*scope, *([str(asked)] if asked else []))).encode()).hexdigest()[:4]
        return Names(f"{run}{self.generation}_{part}")

    def know(self, values: Mapping[str, str]) -> None:
        """Take values for parameters as if they stood under [parameters] of the profile."""
        self.profile = self.profile.knowing(values)
        self.access = replace(self.access, profile=self.profile, _found={})
        self.book.access = self.access

    @property
    def traffic(self) -> Traffic:
        """What was sent so far."""
        return self.tally.traffic(self.client.sent)

    def clear(self) -> tuple[str, ...]:
        """Remove what the run created, the newest first, and look whether it is gone.

        Returns:
            What could not be removed, and what may be there although nobody knows: the ledger keeps it.
        """
        self.keep_judging = False
        self.client.begin_cleaning()
        left = Cleaner(ledger=self.ledger, send=self.client.send).clean()
        self.ledger.close()
        return left
