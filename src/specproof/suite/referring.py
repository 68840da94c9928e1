"""Let a body name things that are there: a member ``flow_id`` gets the identity of one of ``/flows``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from specproof.contract.contract import Contract
from specproof.environment.profile import Profile
from specproof.generate.bodies import BodyPlan
from specproof.model.operation import Operation, Resource

_NAMES_ANOTHER = re.compile(r"(?P<thing>.+?)(?:_?id|Id|_?uuid|Uuid)")


def with_references(
    contract: Contract, profile: Profile, plan: BodyPlan, make: Callable[[Resource], str | None]
) -> BodyPlan:
    """Return a plan whose body names things that exist, where its members say what they name.

    A value that the document shows, or that was made up, names nothing on this server. What profile gives
    under the name of the member comes first, then a thing that ``make`` makes; its schema has to take it.

    Args:
        contract: Whose resources are known.
        profile: With the known values.
        plan: Of the operation that takes the body.
        make: Makes a thing of a resource and returns its identity, or ``None``.
    """
    base = dict(plan.base)
    for member, shown in plan.base.items():
        match = _NAMES_ANOTHER.fullmatch(member)
        if match is None or isinstance(shown, dict | list):
            continue
        given: Any = profile.parameters.get(member)
        resource = None if given is not None else _named(contract, plan.operation, match["thing"])
        value = make(resource) if resource is not None else given
        for candidate in _spellings(value):
            if contract.schemas.is_valid(plan.media.schema, {**base, member: candidate}, direction="request"):
                base[member] = candidate
                break
    return replace(plan, base=base)


def _spellings(value: Any) -> Iterator[Any]:
    if value is not None:
        yield value
        text = str(value)
        yield text
        if re.fullmatch(r"-?[0-9]{1,18}", text):
            yield int(text)


def _named(contract: Contract, operation: Operation, thing: str) -> Resource | None:
    """Return the resource whose collection has the name of a thing, alone or in the plural."""
    word = _plain(thing)
    names = {word, f"{word}s", f"{word}es", f"{word[:-1]}ies"}
    for each in contract.operations:
        resource = each.resource
        if resource is None or resource.create != each.label or each.label == operation.label:
            continue
        if _plain(each.path.rstrip("/").rpartition("/")[2]) in names:
            return resource
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
