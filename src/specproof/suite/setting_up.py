"""The requests of ``[[setup]]``: sent before anything is looked at; what they answer feeds parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specproof.client.safety import SAFE_METHODS
from specproof.environment.profile import Setup
from specproof.errors import ProfileError, Stopped, TargetError, did_you_mean
from specproof.generate.names import Names
from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.styles import as_text, query_pairs
from specproof.model.exchange import MISSING, Exchange, Request, resolve_pointer
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.session import Suite

_HOLE = re.compile(r"\{(\w+)\}")
_UNIQUE = "unique"
_STYLE = 2  # specproof-RUN-N: what most names may be
_LONGEST = 200  # characters of an answer that is shown
_ASSUMED = "specproof-set-up"  # stands for what a plan cannot know


def check_setup(suite: Suite) -> None:
    """See that the set-up requests can be sent here.

    Raises:
        ProfileError: One line for each that cannot.
    """
    wrong = []
    for number, step in enumerate(suite.profile.setup):
        operation = operation_named(suite, step.operation)
        place = f"{suite.profile.source}: setup[{number}]"
        if operation is None:
            known = [name for o in suite.contract.operations for name in (o.operation_id, o.label) if name]
            near = did_you_mean(step.operation, known)
            wrong.append(f"{place}.operation: the document has no {step.operation}.{near}")
        elif not suite.client.allows(operation.method):
            rule = "methods" if suite.client.writes or operation.method in SAFE_METHODS else "writes"
            wrong.append(
                f"{place}: {operation.label} is forbidden by environment.{rule}; remove one of the two"
            )
        if step.credential is not None and suite.profile.credential(step.credential) is None:
            known = [each.name for each in suite.profile.credentials]
            wrong.append(
                f'{place}.credential: there is no "{step.credential}".{did_you_mean(step.credential, known)}'
            )
    if wrong:
        raise ProfileError("\n".join(wrong))


def operation_named(suite: Suite, name: str) -> Operation | None:
    """Return the operation of that operationId or label."""
    return next((o for o in suite.contract.operations if name in {o.operation_id, o.label}), None)


def assume_set_up(suite: Suite) -> None:
    """Take the parameters that set-up requests would feed for known, where nothing is sent."""
    suite.know({name: _ASSUMED for step in suite.profile.setup for name in step.capture})


def set_up(suite: Suite) -> None:
    """Send the requests in their order; values that they capture count as those of [parameters] from then on.

    Raises:
        Stopped: One of them did not give what the others and the run rest on; nothing more is sent.
        TargetError: It could not be sent.
    """
    captured: dict[str, Any] = {}
    names = suite.names("setup") if suite.profile.setup else None
    before, suite.look = suite.look, ("", "")
    try:
        for number, step in enumerate(suite.profile.setup):
            place = f"{suite.profile.source}: setup[{number}]"
            operation = operation_named(suite, step.operation)
            if operation is None or names is None:
                raise _stopped(suite, f"{place}: the document has no {step.operation}")
            captured |= _sent(suite, operation, step, place, _Filling(captured, names))
            suite.know({name: as_text(captured[name]) for name in step.capture})
    finally:
        suite.look = before


class _Filling:
    """Puts values into the holes of a body."""

    def __init__(self, captured: Mapping[str, Any], names: Names) -> None:
        self._captured, self._names = captured, names

    def filled(self, value: Any) -> Any:
        """Return a value with its holes filled; a text that is one hole gets the type of what fills it."""
        if isinstance(value, Mapping):
            return {name: self.filled(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.filled(item) for item in value]
        if not isinstance(value, str):
            return value
        whole = _HOLE.fullmatch(value)
        if whole is not None and whole[1] in self._captured:
            return self._captured[whole[1]]
        return _HOLE.sub(self._text, value)

    def _text(self, hole: re.Match[str]) -> str:
        if hole[1] == _UNIQUE:
            return self._names.next(_STYLE)
        return as_text(self._captured[hole[1]]) if hole[1] in self._captured else hole[0]


def _sent(suite: Suite, operation: Operation, step: Setup, place: str, filling: _Filling) -> dict[str, Any]:
    """Send one request; return what it captures."""
    try:
        exchange = suite.send(_request(suite, operation, step, filling))
    except NotExercised as error:
        raise _stopped(suite, f"{place}: {operation.label}: {error}") from error
    except TargetError as error:
        suite.dead = suite.dead or f"{place}: {error}"
        suite.trouble(f"{place}: {error}")
        raise
    status = exchange.response.status
    if not 200 <= status < 300:
        raise _stopped(suite, f"{place}: {operation.label} answered {status}: {_shown(exchange)}")
    found: dict[str, Any] = {}
    for name, pointer in step.capture.items():
        value = resolve_pointer(exchange.response.document, pointer)
        if value is MISSING or value is None or isinstance(value, dict | list):
            raise _stopped(
                suite, f'{place}.capture.{name}: {operation.label} answered no value at "{pointer}"'
            )
        found[name] = value
    return found


def _request(suite: Suite, operation: Operation, step: Setup, filling: _Filling) -> Request:
    given = {name: str(filling.filled(value)) for name, value in step.parameters.items()}
    path: dict[str, str] = {}
    for parameter in (p for p in operation.parameters if p.location == "path"):
        known = given.get(parameter.name) or suite.access.known_value(parameter.name, "path", operation)
        if known is None:
            raise NotExercised(f"no value for the path parameter {parameter.name}: give one under parameters")
        path[parameter.name] = known
    asked = [p for p in operation.parameters if p.location == "query" and p.name in given]
    required = [pair for pair in suite.access.required_query(operation) if pair[0] not in given]
    media = json_media(operation) if step.body is not None else None
    if step.body is not None and media is None:
        raise NotExercised("it takes no JSON body; remove body")
    return build_request(
        operation,
        base_url=suite.client.base_url,
        path=path,
        query=[*required, *(pair for p in asked for pair in query_pairs(p, given[p.name]))],
        headers=(("Content-Type", media),) if media is not None else (),
        body=json_body(filling.filled(step.body)) if media is not None else None,
        credential=step.credential or suite.access.credential(operation, path),
        purpose="set-up",
    )


def _stopped(suite: Suite, text: str) -> Stopped:
    suite.dead = text
    suite.trouble(text)
    return Stopped(text)


def _shown(exchange: Exchange) -> str:
    text = " ".join(exchange.response.body.decode("utf-8", "replace").split())
    return text[:_LONGEST] or "nothing"
