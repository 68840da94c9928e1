"""What of each answer has to be kept for later requests when exchanges are sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from specproof.client.curl import Captured
from specproof.model.exchange import Exchange, Request, resolve_pointer
from specproof.model.oauth import passed_on
from specproof.model.operation import Resource

VALIDATORS = {"etag": "ETag", "modified": "Last-Modified"}  # names of variables, and of headers
_CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One exchange, and what its answer gives to later ones."""

    exchange: Exchange
    number: int  # from 1
    creates: bool  # whether it was sent to create a thing of the resource
    identity: str | None  # of the thing that it made, where something comes later: to be held, or removed
    given: Mapping[str, str]  # codes and tokens that later requests hold, by their names in lower case
    validators: Mapping[str, str]  # ETag and Last-Modified that later conditions hold, by name


def steps(evidence: Sequence[Exchange], resource: Resource | None) -> Iterator[Step]:
    """Yield a step for each exchange, in the order of sending."""
    told: set[str] = set()
    for index, exchange in enumerate(evidence):
        later = evidence[index + 1 :]
        identity = _made(exchange, resource)
        outside = exchange.request.operation is None  # only these give codes and tokens away
        validators = {n: value for n, value in _validators(exchange, later).items() if value not in told}
        told |= set(validators.values())
        yield Step(
            exchange=exchange,
            number=index + 1,
            creates=resource is not None
            and resource.create is not None
            and exchange.request.operation == resource.create,
            identity=identity if later else None,
            given=_given(exchange, later) if outside else {},
            validators=validators,
        )


def in_place_of(value: str, variable: str) -> tuple[Captured, Captured]:
    """Return what stands for a value that an answer gave: percent-encoded, and as it is."""
    return (
        Captured(value=quote(value, safe=""), variable=variable),
        Captured(value=value, variable=f"{variable}_PLAIN"),
    )


def _made(exchange: Exchange, resource: Resource | None) -> str | None:
    if resource is None or exchange.request.operation != resource.create:
        return None
    if not 200 <= exchange.response.status < 300:
        return None
    found = resolve_pointer(exchange.response.document, resource.identity)
    return str(found) if isinstance(found, str | int) else None


def _given(exchange: Exchange, later: Sequence[Exchange]) -> dict[str, str]:
    """Return the codes and tokens of an answer that later requests hold."""
    reach = "".join(_reach(each.request) + str(each.request.headers) for each in later)
    return {
        name: value
        for name, value in passed_on(exchange).items()
        if value in reach or quote(value, safe="") in reach
    }


def _validators(exchange: Exchange, later: Sequence[Exchange]) -> dict[str, str]:
    """Return the validators of what was read that stand in the conditions of later requests."""
    if exchange.request.method != "GET":
        return {}
    said = [v for each in later for n, v in each.request.headers if n.lower() in _CONDITIONS]
    found = {name: exchange.response.header(header) for name, header in VALIDATORS.items()}
    return {name: value for name, value in found.items() if value and any(value in each for each in said)}


def _reach(request: Request) -> str:
    return request.url + (request.body or b"").decode("utf-8", "replace")


def body_of(exchange: Exchange) -> Any:
    """Return what was sent, parsed as JSON; ``None`` where it is none."""
    try:
        return json.loads(exchange.request.body or b"")
    except ValueError:
        return None
