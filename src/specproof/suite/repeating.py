"""Send again what a finding about one answer was seen in: with things that are there, and free values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specproof.generate.addresses import with_path_values
from specproof.generate.request import json_body
from specproof.model.exchange import Exchange, Request
from specproof.model.finding import Breach
from specproof.model.operation import Operation, Resource
from specproof.suite.scratch import Scratch, rematched
from specproof.suite.session import Suite


def repeat(suite: Suite, scratch: Scratch, operation: Operation, breach: Breach) -> Exchange:
    """Bring about again what the last exchange of a breach met, and send its request again.

    It is about a thing that is made as the first one was, and deleted before where that one was. Where
    another thing had the values that it wanted, there is one again.

    Raises:
        NotExercised: What it needs could not be made.
        TargetError: No answer came, or nothing more may be sent.
    """
    last, resource = breach.evidence[-1], operation.resource
    request, made, rival = last.request, None, None
    if len(breach.evidence) > 1 and resource is not None:
        made = _made_likewise(suite, scratch, resource, last)
        own = _own_value(scratch, operation, resource, made)
        request = with_path_values(request, operation, suite.client.base_url, own)
        ended, rival = suite.origins.end_before(last), suite.origins.rival_of(last)
        if ended is not None:
            _end(suite, scratch, ended, own)
            made = None
        if rival is not None:
            rival = scratch.another(resource)
            request = _with_values(scratch, resource, request, _members(rival.request))
    if last.response.status != 412:
        request = rematched(suite, request)
    exchange = suite.send(request)
    if exchange.response.status == 409 and last.response.status != 409 and rival is None:
        exchange = suite.send(_with_free_values(scratch, operation, request))
    scratch.tidy(operation, exchange)
    is_gone = exchange.request.method == "DELETE" and exchange.response.status < 300
    for other in (None if is_gone else made, rival):
        if other is not None and resource is not None and resource.create in suite.operations:
            scratch.tidy(suite.operations[resource.create], other)
    return exchange


def _made_likewise(suite: Suite, scratch: Scratch, resource: Resource, last: Exchange) -> Exchange | None:
    """Make a thing from the body that the first one was made from, with free values."""
    origin, create = suite.origins.origin_of(last), suite.operations.get(resource.create or "")
    if origin is None or create is None or origin.request.operation != create.label:
        return None
    made = suite.send(_with_free_values(scratch, create, origin.request))
    return made if 200 <= made.response.status < 300 else None


def _own_value(
    scratch: Scratch, operation: Operation, resource: Resource, made: Exchange | None
) -> dict[str, str]:
    """Return the path value that names the thing to work on, where the operation takes one."""
    identity = scratch.identity(resource, made) if made is not None else None
    if identity is not None:
        return {resource.parameter: identity}
    return {name: value for name, value in scratch.path(operation).items() if name == resource.parameter}


def _end(suite: Suite, scratch: Scratch, ended: Exchange, own: Mapping[str, str]) -> None:
    """Delete the thing as the earlier one was."""
    operation = suite.operations.get(ended.request.operation or "")
    if operation is not None:
        request = with_path_values(ended.request, operation, suite.client.base_url, own)
        scratch.tidy(operation, suite.send(rematched(suite, request)))


def _with_free_values(scratch: Scratch, operation: Operation, request: Request) -> Request:
    plan, resource = scratch.plan(operation), operation.resource
    if plan is None or resource is None:
        return request
    return _with_values(scratch, resource, request, scratch.fresh_body(operation, plan))


def _with_values(
    scratch: Scratch, resource: Resource, request: Request, values: Mapping[str, Any]
) -> Request:
    """Return a request that wants these values for what no two things may share."""
    sent = _members(request)
    taken = {name: values[name] for name in scratch.own_values(resource) & sent.keys() & values.keys()}
    return replace(request, body=json_body({**sent, **taken})) if taken else request


def _members(request: Request) -> dict[str, Any]:
    try:
        sent = json.loads(request.body or b"")
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}
