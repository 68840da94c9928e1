"""Requests that need no generated data: what must be refused, what must be accepted, and what is odd."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.checks import inputs, methods
from specproof.generate.addresses import with_path_values
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
from specproof.generate.written_bodies import more_than_json, named_alike
from specproof.model.exchange import Request
from specproof.model.operation import Operation, Parameter
from specproof.suite.access import NotExercised
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import CONFORMANCE, FAILURE, Suite

_STRANGE_MEDIA = ("text/plain", "application/xml", "application/octet-stream", "application/specproof")
_OTHER_MEDIA = 1  # media types beside the first that is no JSON; at quick
_NO_JSON = 2  # bodies that are almost JSON, of three; at quick
_METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE")
_WITH_BODY = ("PUT", "PATCH", "POST")
_NO_UTF_8 = "%C3%28%FF"  # percent-encoded bytes that are none
_ODD = "a+b & c=d% \u00e9\n\U0001f600"


@dataclass(frozen=True, kw_only=True)
class Probes:
    """Makes requests for one operation at a time."""

    suite: Suite
    scratch: Scratch
    plain: dict[str, int] = field(default_factory=dict)  # status of the plain request, by label

    def special(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        """Yield requests that are made for one promise, each with its id."""
        yield from self._without_credential(operation)
        yield from self._strange_media(operation)
        yield from self._media_spelt(operation)
        yield from self._forms(operation)
        yield from self._examples(operation)
        yield from self._absent(operation)
        yield from self._undocumented_methods(operation)
        yield from self._unknown_path(operation)
        yield from self._unreadable(operation)

    def _valid(self, operation: Operation, purpose: str) -> Request:
        return valid_request(self.suite, self.scratch, operation, purpose=purpose)

    def _without_credential(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        if ("authentication.required", operation.label) in self.suite.promised:
            request = self._valid(operation, "without a credential")
            yield "authentication.required", replace(request, credential=None, valid=None)
            for way in self._ways_round(operation, request) if operation.method == "GET" else ():
                yield "authentication.required", replace(way, credential=None, valid=None)
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

    def _ways_round(self, operation: Operation, request: Request) -> Iterator[Request]:
        """Yield the same with every query parameter, and by another spelling; at quick both in one."""
        aliases, plain = self.suite.profile.aliases, "without a credential"
        place = {p.name: str(aliases[p.name][0]) for p in operation.parameters if aliases.get(p.name)}
        optional = optional_query(operation)
        pairs = [*self.suite.access.required_query(operation), *optional]
        other = with_path_values(request, operation, self.suite.client.base_url, place)
        if optional and place and not self.suite.sampler(operation).whole:
            what = f"{plain}, by an alias and with every query parameter"
            yield replace(_with_pairs(other, pairs), purpose=what)
            return
        if optional:
            yield replace(_with_pairs(request, pairs), purpose=f"{plain}, with every query parameter")
        if place:
            yield replace(other, purpose=f"{plain}, by an alias")

    def _strange_media(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        taken = operation.request_body
        documented = {media.name.partition(";")[0].strip() for media in taken.content} if taken else set()
        if not documented or "*/*" in documented:
            return
        known = {
            *documented,
            *(media for media in _STRANGE_MEDIA if f"{media.partition('/')[0]}/*" in documented),
        }
        strange = [media for media in _STRANGE_MEDIA if media not in known]
        others = self.suite.sampler(operation).some(strange[1:], _OTHER_MEDIA)
        for media in (*strange[:1], *others):
            request = self._valid(operation, f"a body of {media}")
            headers = (("Content-Type", media),)
            body = request.body or b"specproof"
            yield "input.media-type-refused", replace(request, headers=headers, body=body, valid=None)

    def _media_spelt(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        """Send the plain body under other spellings of its media type, where it is taken under one."""
        promise, plain = "input.media-type-spelling", self.plain.get(operation.label, 0)
        if (promise, operation.label) not in self.suite.promised:
            return
        if plain in inputs.REFUSALS_OF_VALID:
            why = f"the plain request is refused as well: status {plain}"
            self.suite.judgements[CONFORMANCE, operation.label].skip(promise, why)
            return
        for request in named_alike(
            operation, self._valid(operation, "a body"), quoted=self.suite.plan.depth == "deep"
        ):
            yield promise, self._fresh(operation, request)

    def _fresh(self, operation: Operation, request: Request) -> Request:
        """Put free unique values into the body, so that no conflict hides how it is read."""
        plan = self.scratch.plan(operation)
        return replace(request, body=json_body(self.scratch.fresh_body(operation, plan))) if plan else request

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
        plain = self.plain.get(operation.label)
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

    def hard(self, operation: Operation) -> Iterator[Request]:
        """Break one rule of the document at a time, and go to the limits of what it allows."""
        plan, media = self.scratch.plan(operation), json_media(operation)
        sampler = self.suite.sampler(operation)
        if plan is not None and media is not None:
            writing = [label for label, each in self.suite.operations.items() if each.request_body]
            mine = replace(sampler, turn=writing.index(operation.label))
            for body in invalid_bodies(plan, lambda: self.scratch.fresh_body(operation, plan), mine):
                yield replace(self._valid(operation, "an invalid body"), body=json_body(body))
            for raw in BROKEN_JSON:
                yield replace(self._valid(operation, "a body that is no JSON"), body=raw)
            whole = self._fresh(operation, self._valid(operation, "a body that is no JSON"))
            yield from sampler.some(more_than_json(whole), _NO_JSON)
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
        writes = (self.suite.operations.get(f"{method} {operation.path}") for method in _WITH_BODY)
        writing = next((each for each in writes if each is not None), None)
        purpose = "a method that is not documented"
        try:
            plain = self._valid(operation, purpose)
            full = self._valid(writing, purpose) if writing is not None else plain
        except NotExercised:
            return
        for method in _METHODS:
            if method not in documented and (method == "TRACE" or self._harmless(operation)):
                like = full if method in _WITH_BODY and plain.body is None else plain
                request = replace(plain, headers=like.headers, body=like.body)
                yield "method.undocumented-refused", replace(request, method=method, valid=None)

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

    def _unreadable(self, operation: Operation) -> Iterator[tuple[str, Request]]:
        """Send what may be taken or refused, but must not make a server fail: bytes of no UTF-8, U+0000.

        In a quick run each is sent to one operation.
        """
        text = next(filter(_is_text, operation.parameters), None)
        if text is not None and self._is_chosen(operation, _is_text, 0):
            others = [p for p in self.suite.access.required_query(operation) if p[0] != text.name]
            odd = _with_pairs(self._valid(operation, "a query that is no UTF-8"), [*others, (text.name, "")])
            yield FAILURE, replace(odd, url=odd.url + _NO_UTF_8, valid=None)
        named = list(filter(_is_named, operation.parameters))
        if named and self._is_chosen(operation, _is_named, 1):
            plain = self._valid(operation, "a path with U+0000")
            values = {named[-1].name: "specproof\0"}
            odd = with_path_values(plain, operation, self.suite.client.base_url, values)
            yield FAILURE, replace(odd, valid=None)

    def _is_chosen(self, operation: Operation, fits: Callable[[Parameter], bool], turn: int) -> bool:
        """Tell whether a GET is one that the depth has time for, among those with such a parameter."""
        reading = [each for each in self.suite.operations.values() if each.method == "GET"]
        labels = [each.label for each in reading if any(map(fits, each.parameters))]
        return operation.label in replace(self.suite.sampler(operation), turn=turn).some(labels, 1)

    def _harmless(self, operation: Operation) -> bool:
        """Tell whether an undocumented method could only hit what is the run's own."""
        resource = operation.resource
        own = resource is not None and operation.parameter(resource.parameter, "path") is not None
        return own or self.suite.profile.environment.exclusive


def _is_text(parameter: Parameter) -> bool:
    return parameter.location == "query" and _may_be_text(parameter)


def _is_named(parameter: Parameter) -> bool:
    return parameter.location == "path" and _may_be_text(parameter)


def _may_be_text(parameter: Parameter) -> bool:
    return isinstance(parameter.schema, Mapping) and parameter.schema.get("type") == "string"


def _hard_queries(operation: Operation, sampler: Sampler) -> Iterator[tuple[Parameter, str | None]]:
    yield from invalid_queries(operation, sampler)
    yield from extreme_queries(operation, sampler)


def _with_pairs(request: Request, pairs: list[tuple[str, str]]) -> Request:
    query = f"?{write_query(pairs)}" if pairs else ""
    return replace(request, url=request.url.partition("?")[0] + query)
