"""Ask as a page of another origin does: simple requests, refusals, preflights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from pydantic import ValidationError

from specproof.contract.vocabulary import Cors
from specproof.errors import Forbidden
from specproof.generate.mutations import BROKEN_JSON
from specproof.generate.request import json_body
from specproof.invariants.cors import JUDGES, CrossOrigin
from specproof.model.exchange import Exchange, Request
from specproof.model.operation import Operation
from specproof.suite.absent import absent_request
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.listing import promised
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_ANY_ORIGIN = "https://page.specproof.example"
_OTHER_ORIGINS = ("http://localhost:3000", "null")  # of pages under development, and of files and sandboxes
_FEW = 1  # at depth quick, of other origins and of refusals each
_STRANGE_ORIGINS = ("https://stranger.specproof.example", "null")


def judge_cors(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Ask one path as a page of another origin, and judge by every promise about that."""
    judgement = Judgement()
    promises = promised(suite, operation, "cors")
    try:
        rules = Cors.model_validate(suite.contract.document.get("x-cors"))
    except ValidationError:
        return judgement
    with skipping(judgement, promises):
        seen = _ask(suite, scratch, operation, rules)
        for promise in promises:
            judge, evidence = JUDGES[promise]
            answers = getattr(seen, evidence)
            if answers:
                judgement.judge(promise, judge(operation, seen), times=len(answers))
            else:
                judgement.skip(promise, "no request of the kind could be made, or none got such an answer")
    return judgement


def _ask(suite: Suite, scratch: Scratch, operation: Operation, rules: Cors) -> CrossOrigin:
    origin = _ANY_ORIGIN if "*" in rules.origins else rules.origins[0]
    readable = suite.operations.get(f"GET {operation.path}")
    if readable is None:
        raise NotExercised("the path has no GET, and a page of another origin shall change nothing")
    plain = valid_request(suite, scratch, readable, purpose="from a page of another origin")
    asked = replace(plain, headers=(*plain.headers, ("Origin", origin)))
    few = suite.turns_of_method(readable).some
    others = [_from(plain, other) for other in _OTHER_ORIGINS if "*" in rules.origins]
    requests = [asked, *few(_refused(suite, readable, asked), _FEW), *few(others, _FEW)]
    answers = [suite.send(request) for request in requests]
    answers += _written(suite, scratch, operation, origin)
    return CrossOrigin(
        rules=rules,
        origin=origin,
        simple=tuple(answer for answer in answers if 200 <= answer.response.status < 300),
        refusals=tuple(answer for answer in answers if 400 <= answer.response.status < 500),
        preflights=tuple(_preflights(suite, operation, rules, plain, origin)),
        strange=tuple(_from_strangers(suite, rules, plain)),
    )


def _from(request: Request, origin: str) -> Request:
    headers = (*request.headers, ("Origin", origin))
    return replace(request, headers=headers, purpose="from a page of another origin")


def _written(suite: Suite, scratch: Scratch, operation: Operation, origin: str) -> Iterator[Exchange]:
    """Create or change something of the run's own, as such a page would."""
    for method in ("POST", "PUT", "PATCH"):
        writing = suite.operations.get(f"{method} {operation.path}")
        resource = writing.resource if writing is not None else None
        if writing is None or resource is None or writing.label not in {resource.create, resource.update}:
            continue
        if suite.client.writes and suite.client.allows(method):
            plain, plan = valid_request(suite, scratch, writing, purpose=""), scratch.plan(writing)
            if plan is not None:
                plain = replace(plain, body=json_body(scratch.fresh_body(writing, plan)))
            request = _from(plain, origin)
            answer = suite.send(request)
            yield answer
            if method == "POST" and resource.unique:
                yield suite.send(replace(request, purpose="from another origin, what is there already"))
            if suite.plan.depth != "quick" or method == "POST":
                purpose = "from another origin, a body that is broken"
                with suppress(Forbidden):  # where no negative data are to be sent
                    yield suite.send(replace(request, body=BROKEN_JSON[0], valid=False, purpose=purpose))
            scratch.tidy(writing, answer)
    yield from _deleted(suite, scratch, operation, origin)


def _deleted(suite: Suite, scratch: Scratch, operation: Operation, origin: str) -> Iterator[Exchange]:
    """Make one more thing and delete it, as such a page would."""
    deleting = suite.operations.get(f"DELETE {operation.path}")
    resource = deleting.resource if deleting is not None else None
    if deleting is None or resource is None or resource.delete != deleting.label or not resource.create:
        return
    if not suite.client.writes or not suite.client.allows("DELETE"):
        return
    made = scratch.another(resource)
    identity = scratch.identity(resource, made)
    url = suite.item_url(suite.operations[resource.create], made.request, identity) if identity else None
    if url is not None:
        plain = Request(
            method="DELETE", url=url, credential=made.request.credential, operation=deleting.label
        )
        yield suite.send(_from(plain, origin))


def _refused(suite: Suite, operation: Operation, asked: Request) -> Iterator[Request]:
    """Yield requests that are refused for one reason each."""
    yield replace(asked, credential=None, valid=None, purpose="from another origin, without a credential")
    absent = absent_request(suite, operation, asked)
    if absent is not None:
        yield replace(absent, purpose="from another origin, for something absent")
    nowhere = f"{asked.url.partition('?')[0].rstrip('/')}/specproof/knows/nothing/here"
    yield replace(asked, url=nowhere, operation=None, valid=None, purpose="from another origin, to nowhere")


def _preflights(
    suite: Suite, operation: Operation, rules: Cors, plain: Request, origin: str
) -> Iterator[Exchange]:
    """Ask for each method that is promised and documented. A browser sends no credential with it."""
    documented = suite.contexts[operation.label].methods
    for method in sorted(documented & {method.upper() for method in rules.methods}):
        names = ",".join(sorted(name.lower() for name in rules.headers))  # as browsers write them
        headers = (
            ("Origin", origin),
            ("Access-Control-Request-Method", method),
            *((("Access-Control-Request-Headers", names),) if names else ()),
        )
        yield suite.send(
            replace(
                plain,
                method="OPTIONS",
                headers=headers,
                body=None,
                credential=None,
                operation=None,
                valid=None,
                purpose=f"the preflight of {method}",
            )
        )


def _from_strangers(suite: Suite, rules: Cors, plain: Request) -> Iterator[Exchange]:
    for origin in () if "*" in rules.origins else _STRANGE_ORIGINS:
        headers = (*plain.headers, ("Origin", origin))
        yield suite.send(replace(plain, headers=headers, purpose="from an origin that is not allowed"))
