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

    Where it was about a thing that had been deleted, a new one is made and deleted. Where another thing had
    the values that it wanted, there is one again.

    Raises:
        NotExercised: What it needs could not be made.
        TargetError: No answer came, or nothing more may be sent.
    """
    last, resource = breach.evidence[-1], operation.resource
    request, rival = last.request, None
    if len(breach.evidence) > 1 and resource is not None:
        request = _about_what_is_there(suite, scratch, operation, request)
        ended, rival = suite.origins.end_before(last), suite.origins.rival_of(last)
        if ended is not None:
            _end(suite, scratch, resource, ended)
        if rival is not None:
            rival = scratch.another(resource)
            request = _with_values(scratch, resource, request, _members(rival.request))
    if last.response.status != 412:
        request = rematched(suite, request)
    exchange = suite.send(request)
    if rival is not None and resource is not None and resource.create is not None:
        scratch.tidy(suite.operations[resource.create], rival)
    elif exchange.response.status == 409 and last.response.status != 409:
        exchange = suite.send(_with_free_values(scratch, operation, request))
    scratch.tidy(operation, exchange)
    return exchange


def _about_what_is_there(suite: Suite, scratch: Scratch, operation: Operation, request: Request) -> Request:
    resource = operation.resource
    known = scratch.path(operation)
    own = {name: value for name, value in known.items() if resource and name == resource.parameter}
    return with_path_values(request, operation, suite.client.base_url, own)


def _end(suite: Suite, scratch: Scratch, resource: Resource, ended: Exchange) -> None:
    """Delete the thing that there is, as the earlier one was."""
    operation = suite.operations.get(ended.request.operation or "")
    if operation is not None:
        suite.send(rematched(suite, _about_what_is_there(suite, scratch, operation, ended.request)))
        scratch.forget(resource)


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
