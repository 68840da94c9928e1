"""Single requests: generated ones, the document's examples, and what must be refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace

from specproof.checks import authentication, errors, inputs, methods
from specproof.checks.context import Check
from specproof.client.safety import SAFE_METHODS
from specproof.contract.wire import judge_request, judge_value
from specproof.errors import NeverAnswered, RefusedBySafety
from specproof.generate.addresses import path_values, with_path_values
from specproof.model.exchange import NO_ANSWER, Exchange, Request
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.verdict import WRITES_FORBIDDEN
from specproof.suite.access import NotExercised
from specproof.suite.bounds import GENERATED
from specproof.suite.every_answer import EVERY_ANSWER
from specproof.suite.probes import Probes
from specproof.suite.remembering import Memory
from specproof.suite.repeating import repeat
from specproof.suite.scratch import Scratch, matched, valid_request
from specproof.suite.session import CONFORMANCE, Suite

_LEFT_TO_TIDY = 10  # requests that remain to make and remove what the last generated request is about
_ENDLESS = 5  # answers without an end that are enough for one operation: each takes seconds
_KEEP_RANDOM = 8  # every 8th generated path keeps its random values, to meet 404 too

# Judged on requests that were made for the purpose.
SPECIAL: dict[str, Check] = {
    "input.invalid-refused": inputs.invalid_refused,
    "input.media-type-refused": inputs.media_type_refused,
    "input.media-type-spelling": inputs.media_type_read,
    "input.examples-accepted": inputs.examples_accepted,
    "input.form-bodies": inputs.form_read,
    "method.undocumented-refused": methods.undocumented_refused,
    "method.allow-header": methods.allow_header,
    "authentication.required": authentication.authentication_required,
    "errors.unknown-path": errors.unknown_path,
}


@dataclass(kw_only=True)
class Conformance:
    """Sends single requests and judges each answer."""

    suite: Suite
    scratch: Scratch
    _probed: set[str] = field(default_factory=set)
    _replayed: set[str] = field(default_factory=set)
    _cases: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Probe with the things that everybody tries things on."""
        self.probes = Probes(suite=self.suite, scratch=self.scratch)

    def send_generated(self, request: Request, label: str) -> None:
        """Send one generated request.

        Args:
            request: As it was generated: signed by nobody, and about things that are not there.
            label: The operation that it is meant for.

        Raises:
            NotExercised: The operation cannot be called in this environment.
        """
        suite, operation = self.suite, self.suite.operations[label]
        suite.look = (GENERATED, label)
        most = suite.most_requests(GENERATED)
        if most is not None and suite.sent_for[suite.look] > most - _LEFT_TO_TIDY:
            raise NotExercised(f"{most} generated requests are enough for one operation")
        if suite.tally.endless[label] >= _ENDLESS:
            raise NotExercised(f"its answers have no end, and {_ENDLESS} of them are enough")
        self._refuse_writes(operation)
        self.replay(operation)
        known = self.scratch.path(operation)
        base_url = suite.client.base_url
        request = replace(request, credential=suite.access.credential(operation, known))
        if operation.method not in SAFE_METHODS and not _same_shape(request, operation, base_url):
            return  # a path of another shape might lead to something that the run did not make
        number = self._cases[label] = self._cases.get(label, 0) + 1
        if number % _KEEP_RANDOM or operation.method != "GET":
            generated = path_values(request, operation, base_url)
            fine = {
                n: known[n] for n, v in generated.items() if n in known and self._allowed(operation, n, v)
            }
            request = with_path_values(request, operation, base_url, fine)
        if number % _KEEP_RANDOM:
            request = matched(suite, operation, request)
        judgement = suite.judgements[CONFORMANCE, label]
        before = dict(judgement.breaches)
        self._send_judged(operation, request)
        if any(breach is not before.get(key) for key, breach in judgement.breaches.items()):
            self._memory(operation).keep(request, known)

    def replay(self, operation: Operation) -> None:
        """Send what showed something in earlier runs, once per operation; forget what shows nothing now."""
        if operation.label in self._replayed:
            return
        self._replayed.add(operation.label)
        access, memory = self.suite.access, self._memory(operation)
        judgement = self.suite.judgements[CONFORMANCE, operation.label]
        for request in memory.requests(
            lambda: self.scratch.path(operation), lambda values: access.credential(operation, dict(values))
        ):
            known, before = self.scratch.path(operation), judgement.told
            self._send_judged(operation, request)
            if judgement.told == before:
                memory.forget(request, known)

    def _memory(self, operation: Operation) -> Memory:
        suite = self.suite
        return Memory(
            examples=suite.examples,
            contract=suite.contract.title,
            operation=operation,
            base_url=suite.client.base_url,
        )

    def _allowed(self, operation: Operation, name: str, value: str) -> bool:
        """Tell whether a generated path value is to be replaced by a known one.

        Only certainly invalid ones stay, and only where nothing can be changed: what looks invalid to us may
        name something on the server.
        """
        parameter = operation.parameter(name, "path")
        if parameter is None or operation.method not in SAFE_METHODS:
            return True
        return judge_value(self.suite.contract.schemas, parameter, value).valid is not False

    def _refuse_writes(self, operation: Operation) -> None:
        client = self.suite.client
        if operation.method not in SAFE_METHODS and not (client.writes and client.allows(operation.method)):
            raise NotExercised(WRITES_FORBIDDEN)

    def _send_judged(self, operation: Operation, request: Request) -> None:
        suite = self.suite
        if suite.tally.endless[operation.label] >= _ENDLESS:
            return
        opinion = judge_request(operation, suite.contract.schemas, request, base_url=suite.client.base_url)
        purpose = opinion.why if opinion.valid is False else request.purpose
        try:
            exchange = suite.send(replace(request, valid=opinion.valid, purpose=purpose))
        except (RefusedBySafety, NeverAnswered):
            return  # a header or URL that HTTP cannot carry, or a server that fails at it
        if opinion.valid is False:
            self._judge(operation, exchange, "input.invalid-refused")
        self.scratch.tidy(operation, exchange)

    def _judge(self, operation: Operation, exchange: Exchange, *promises: str) -> None:
        suite = self.suite
        judgement, context = suite.judgements[CONFORMANCE, operation.label], suite.contexts[operation.label]
        for promise in promises:
            if promise in SPECIAL and (promise, operation.label) in suite.promised:
                judgement.judge(promise, suite.origins.put_before(SPECIAL[promise](context, exchange)))

    def probe(self, operation: Operation) -> None:
        """Send the requests that need no generated data, once per operation."""
        if operation.label in self._probed:
            return
        self._probed.add(operation.label)
        judgement = self.suite.judgements[CONFORMANCE, operation.label]
        try:
            self._refuse_writes(operation)
            base = valid_request(self.suite, self.scratch, operation, purpose="a plain valid request")
        except NotExercised as error:
            for promise in (*SPECIAL, *EVERY_ANSWER):
                judgement.skip(promise, str(error))
            return
        self.replay(operation)
        with suppress(NeverAnswered):  # which was judged
            exchange = self.suite.send(base)
            self.probes.plain[operation.label] = exchange.response.status
            self.scratch.tidy(operation, exchange)
        for request in self.probes.hard(operation):
            self._send_judged(operation, request)
        for promise, request in self.probes.special(operation):
            try:
                exchange = self.suite.send(request)
            except RefusedBySafety as error:
                unsafe = request.method not in SAFE_METHODS
                writes = self.suite.client.writes or not unsafe
                judgement.skip(promise, str(error) if writes else WRITES_FORBIDDEN)
                continue
            except NeverAnswered as error:
                judgement.skip(promise, str(error))
                continue
            also = ("method.allow-header",) if promise == "method.undocumented-refused" else ()
            self._judge(operation, exchange, promise, *also)
            self.scratch.tidy(operation, exchange)

    def confirm(self, operation: Operation, breach: Breach) -> bool:
        """Send the last exchange of a breach again; tell whether it breaks the promise the same way."""
        try:
            exchange = repeat(self.suite, self.scratch, operation, breach)
        except NeverAnswered:
            return breach.evidence[-1].response.status == NO_ANSWER
        check = SPECIAL.get(breach.promise) or EVERY_ANSWER[breach.promise][0]
        again = check(self.suite.contexts[operation.label], exchange)
        return any(found.detail == breach.detail for found in again)


def _same_shape(request: Request, operation: Operation, base_url: str) -> bool:
    return "{" not in operation.path or bool(path_values(request, operation, base_url))
