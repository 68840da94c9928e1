"""Single requests: generated ones, the document's examples, and what must be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.checks import authentication, errors, inputs, methods
from specproof.checks.context import Check
from specproof.client.safety import SAFE_METHODS
from specproof.contract.wire import judge_request, judge_value
from specproof.errors import NeverAnswered, RefusedBySafety
from specproof.generate.addresses import path_values, with_path_values
from specproof.generate.mutations import (
    BROKEN_JSON,
    LONG_QUERY,
    extreme_queries,
    invalid_bodies,
    invalid_headers,
    invalid_queries,
    invalid_spellings,
)
from specproof.generate.request import as_form, json_body, json_media, optional_query
from specproof.generate.sampling import Sampler
from specproof.generate.styles import header_text, query_pairs, write_query
from specproof.model.exchange import NO_ANSWER, Exchange, Request
from specproof.model.finding import Breach
from specproof.model.operation import Operation, Parameter
from specproof.model.verdict import WRITES_FORBIDDEN
from specproof.suite.access import NotExercised
from specproof.suite.bounds import GENERATED
from specproof.suite.remembering import Memory
from specproof.suite.scratch import Scratch, matched, rematched, valid_request
from specproof.suite.session import CONFORMANCE, EVERY_ANSWER, Suite

_STRANGE_MEDIA = ("text/plain", "application/xml", "application/octet-stream", "application/specproof")
_METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE")
_LEFT_TO_TIDY = 10  # requests that remain to make and remove what the last generated request is about
_ODD = "a+b & c=d% \u00e9\n\U0001f600"
_ENDLESS = 5  # answers without an end that are enough for one operation: each takes seconds
_KEEP_RANDOM = 8  # every 8th generated path keeps its random values, to meet 404 too

# Judged on requests that were made for the purpose.
SPECIAL: dict[str, Check] = {
    "input.invalid-refused": inputs.invalid_refused,
    "input.media-type-refused": inputs.media_type_refused,
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
    _plain: dict[str, int] = field(default_factory=dict)  # label -> status of the plain valid request
    _replayed: set[str] = field(default_factory=set)
    _cases: dict[str, int] = field(default_factory=dict)

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
        if suite.endless[label] >= _ENDLESS:
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
        if suite.endless[operation.label] >= _ENDLESS:
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
                judgement.judge(promise, suite.with_origin(SPECIAL[promise](context, exchange)))

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
            self._plain[operation.label] = exchange.response.status
            self.scratch.tidy(operation, exchange)
        for request in self._hard_requests(operation):
            self._send_judged(operation, request)
        for promise, request in self._special_requests(operation):
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

    def _special_requests(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        yield from self._without_credential(operation)
        yield from self._strange_media(operation)
        yield from self._forms(operation)
        yield from self._examples(operation)
        yield from self._absent(operation)
        yield from self._undocumented_methods(operation)
        yield from self._unknown_path(operation)

    def _valid(self, operation: Operation, purpose: str) -> Request:
        return valid_request(self.suite, self.scratch, operation, purpose=purpose)

    def _without_credential(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        if ("authentication.required", operation.label) in self.suite.promised:
            request = self._valid(operation, "without a credential")
            yield "authentication.required", replace(request, credential=None, valid=None)
            laden = optional_query(operation) if operation.method == "GET" else ()
            if laden:
                pairs = [*self.suite.access.required_query(operation), *laden]
                purpose = "without a credential, with every query parameter"
                yield (
                    "authentication.required",
                    replace(_with_pairs(request, pairs), credential=None, valid=None, purpose=purpose),
                )
            wrong = self.suite.access.wrong_secret(request.credential)
            if wrong is not None:
                yield (
                    "authentication.required",
                    replace(
                        request,
                        credential=None,
                        headers=(*request.headers, wrong),
                        valid=None,
                        purpose="with a wrong secret",
                    ),
                )

    def _strange_media(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        body = operation.request_body
        documented = {media.name.partition(";")[0].strip() for media in body.content} if body else set()
        if not documented or "*/*" in documented:
            return
        for media in _STRANGE_MEDIA:
            if media not in documented and f"{media.partition('/')[0]}/*" not in documented:
                request = self._valid(operation, f"a body of {media}")
                headers = (("Content-Type", media),)
                body_bytes = request.body or b"specproof"
                yield (
                    "input.media-type-refused",
                    replace(request, headers=headers, body=body_bytes, valid=None),
                )

    def _forms(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        """Send forms: a plain one, one with what forms write in another way, and one with each flag set."""
        plan = self.scratch.plan(operation)
        if plan is None or ("input.form-bodies", operation.label) not in self.suite.promised:
            return
        odd = {name: _ODD for name in plan.texts() if name in plan.base}
        flags = [n for n, schema in plan.members.items() if schema.get("type") == "boolean"]
        tried: list[dict[str, Any]] = [{}, odd, *({name: f} for name in flags for f in (True, False))]
        for changes in tried:
            body = {**plan.base, **changes}
            form = as_form(self._valid(operation, "a form"), body)
            if form is not None and self.scratch.is_valid(operation, body):
                yield "input.form-bodies", form

    def _examples(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        shown = [p for p in operation.parameters if p.location in {"query", "header"} and p.examples]
        plain = self._plain.get(operation.label)
        if shown and plain in inputs.REFUSALS_OF_VALID:  # whatever is refused, it is not the example
            why = f"the plain request is refused as well: status {plain}"
            self.suite.judgements[CONFORMANCE, operation.label].skip("input.examples-accepted", why)
            shown = []
        for parameter in shown:
            for number, example in enumerate(parameter.examples, 1):
                purpose = f"example {number} of {parameter.name}"
                request = self._valid(operation, purpose)
                if parameter.location == "header":
                    kept = [pair for pair in request.headers if pair[0].lower() != parameter.name.lower()]
                    headers = (*kept, (parameter.name, header_text(parameter, example)))
                    yield "input.examples-accepted", replace(request, headers=headers)
                    continue
                others = [p for p in self.suite.access.required_query(operation) if p[0] != parameter.name]
                pairs = [*others, *query_pairs(parameter, example)]
                yield "input.examples-accepted", _with_pairs(request, pairs)
        media = json_media(operation)
        for entry in operation.request_body.content if operation.request_body and media else ():
            for number, example in enumerate(entry.examples if entry.is_json else (), 1):
                request = self._valid(operation, f"example {number} of the body")
                yield "input.examples-accepted", replace(request, body=json_body(example))

    def _hard_requests(self, operation: Operation) -> Iterator[Request]:
        """Break one rule of the document at a time, and go to the limits of what it allows."""
        plan, media = self.scratch.plan(operation), json_media(operation)
        sampler = self.suite.sampler(operation)
        if plan is not None and media is not None:
            for body in invalid_bodies(plan, lambda: self.scratch.fresh_body(operation, plan), sampler):
                yield replace(self._valid(operation, "an invalid body"), body=json_body(body))
            for raw in BROKEN_JSON:
                yield replace(self._valid(operation, "a body that is no JSON"), body=raw)
        for parameter, value in _hard_queries(operation, sampler):
            others = [p for p in self.suite.access.required_query(operation) if p[0] != parameter.name]
            pairs = others if value is None else [*others, (parameter.name, value)]
            yield _with_pairs(self._valid(operation, "a query at its limits"), pairs)
        for parameter, spelt in invalid_spellings(self.suite.contract.document, operation):
            others = [p for p in self.suite.access.required_query(operation) if p[0] != parameter.name]
            yield _with_pairs(self._valid(operation, "a list or object at its limits"), [*others, *spelt])
        for parameter, value in invalid_headers(operation):
            plain = self._valid(operation, "a header at its limits")
            kept = [pair for pair in plain.headers if pair[0].lower() != parameter.name.lower()]
            yield replace(plain, headers=(*kept, (parameter.name, value)))
        if "414" in operation.responses and operation.method == "GET":
            pairs = [*self.suite.access.required_query(operation), LONG_QUERY]
            yield _with_pairs(self._valid(operation, "a URL that is too long"), pairs)

    def _absent(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        """Ask for what is not there, so that the answer to that is judged like any other."""
        if operation.method != "GET":
            return
        for name, value in self.suite.profile.absent.items():
            if operation.parameter(name, "path") is not None:
                request = self._valid(operation, f"an absent {name}")
                absent = with_path_values(request, operation, self.suite.client.base_url, {name: str(value)})
                yield "status.documented", replace(absent, valid=None)

    def _undocumented_methods(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        if ("method.undocumented-refused", operation.label) not in self.suite.promised:
            return
        documented = methods.reached(operation, self.suite.contract.operations)
        try:
            plain = self._valid(operation, "a method that is not documented")
        except NotExercised:
            return
        for method in _METHODS:
            if method not in documented and (method == "TRACE" or self._harmless(operation)):
                yield "method.undocumented-refused", replace(plain, method=method, valid=None)

    def _unknown_path(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        """Ask below the path for what nothing can answer; it belongs to no operation."""
        if ("errors.unknown-path", operation.label) in self.suite.promised:
            plain = self._valid(operation, "")
            url = f"{plain.url.partition('?')[0].rstrip('/')}/specproof/knows/nothing/here"
            purpose = "an address that the API does not have"
            yield (
                "errors.unknown-path",
                Request(method="GET", url=url, credential=plain.credential, purpose=purpose),
            )

    def _harmless(self, operation: Operation) -> bool:
        """Tell whether an undocumented method could only hit what is the run's own."""
        resource = operation.resource
        own = resource is not None and operation.parameter(resource.parameter, "path") is not None
        return own or self.suite.profile.environment.exclusive

    def confirm(self, operation: Operation, breach: Breach) -> bool:
        """Send the last exchange of a breach again; tell whether it breaks the promise the same way."""
        try:
            exchange = self._repeat(operation, breach)
        except NeverAnswered:
            return breach.evidence[-1].response.status == NO_ANSWER
        check = SPECIAL.get(breach.promise) or EVERY_ANSWER[breach.promise][0]
        again = check(self.suite.contexts[operation.label], exchange)
        return any(found.detail == breach.detail for found in again)

    def _repeat(self, operation: Operation, breach: Breach) -> Exchange:
        """Send a request again, about a thing that is there, and with values that are free."""
        before, resource = breach.evidence[-1], operation.resource
        request = before.request
        if len(breach.evidence) > 1 and resource is not None:
            known = self.scratch.path(operation)
            own = {name: value for name, value in known.items() if name == resource.parameter}
            request = with_path_values(request, operation, self.suite.client.base_url, own)
        if before.response.status != 412:
            request = rematched(self.suite, request)
        exchange = self.suite.send(request)
        if exchange.response.status == 409 and before.response.status != 409:
            exchange = self.suite.send(self._with_free_values(operation, request))
        self.scratch.tidy(operation, exchange)
        return exchange

    def _with_free_values(self, operation: Operation, request: Request) -> Request:
        plan, resource = self.scratch.plan(operation), operation.resource
        try:
            sent = json.loads(request.body or b"")
        except (ValueError, RecursionError):
            return request
        if plan is None or resource is None or not isinstance(sent, dict):
            return request
        fresh, own = self.scratch.fresh_body(operation, plan), self.scratch.own_values(resource)
        free = {name: fresh[name] for name in own & sent.keys() & fresh.keys()}
        return replace(request, body=json_body({**sent, **free}))


def _same_shape(request: Request, operation: Operation, base_url: str) -> bool:
    return "{" not in operation.path or bool(path_values(request, operation, base_url))


def _hard_queries(operation: Operation, sampler: Sampler) -> Iterator[tuple[Parameter, str | None]]:
    yield from invalid_queries(operation, sampler)
    yield from extreme_queries(operation, sampler)


def _with_pairs(request: Request, pairs: list[tuple[str, str]]) -> Request:
    query = f"?{write_query(pairs)}" if pairs else ""
    return replace(request, url=request.url.partition("?")[0] + query)
