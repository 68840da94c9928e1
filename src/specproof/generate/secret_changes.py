"""What is done to a thing while it holds a secret: in each way the secret could slip out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from specproof.contract.secret import SecretRule
from specproof.generate.secret_lives import other_changes, switched
from specproof.generate.sequences import Stage
from specproof.model.operation import Operation


class Renew(Protocol):
    """Makes up a secret and has it watched for."""

    def __call__(self, *, strange: bool) -> dict[str, Any] | None:
        """Return the members that carry it; ``None`` where the schema takes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One update: its body, the stage that sends it, and whether it is made to be refused."""

    body: Mapping[str, Any]
    door: Stage
    refused: bool = False


def secret_changes(stage: Stage, far: Stage, rule: SecretRule, renew: Renew) -> Iterator[Change]:
    """Yield the updates that a resource allows, in the order in which they are to be sent.

    The former secret is still there when another one comes. A flag that makes the value a secret goes off
    alone, and a second time from far and together with another member. At the end there is a secret again,
    for the thing is deleted next.

    Args:
        stage: Where the thing was made.
        far: The same as seen by somebody else, through another spelling of the parents, if there are such.
        rule: What makes the value a secret.
        renew: Makes up a new secret.
    """
    plan = stage.update_plan
    if plan is None or "update" not in stage.operations:
        return
    without = {name: value for name, value in stage.body(plan).items() if name != rule.member}
    if rule.when is not None:
        without[rule.when[0]] = rule.when[1]
    off = switched(rule, on=False)
    # A strange one in any case: where there is no flag, the first is the only one that is taken and stays.
    first = renew(strange=off is None)
    bodies: list[Mapping[str, Any]] = [without, *({name: value} for name, value in without.items())]
    if off is None or not stage.resource.keeps_omitted:
        bodies += [{**without, **first}] if first is not None else []
    else:  # the flag is left out: it goes on
        bodies += [{}, *([{rule.member: first[rule.member]}] if first is not None else [])]
    if off is not None:
        bodies += [off, {**without, **(renew(strange=True) or {})}]
    changes = [Change(body=body, door=stage) for body in bodies]
    if off is not None:
        other = next((change for _, change in other_changes(stage, rule)), {})
        changes.append(Change(body={**other, **off}, door=far))
    last = renew(strange=False)
    if last is not None:
        whole = {**without, **last}
        misfits = misfit(stage, plan.operation, without, keep=rule.member)
        changes += [Change(body=whole, door=stage)] if off is not None else []
        changes.append(Change(body={**whole, **misfits}, door=stage, refused=True))
    for change in changes:
        if change.refused or stage.is_valid(plan.operation, change.body):
            yield change


def misfit(stage: Stage, operation: Operation, body: Mapping[str, Any], *, keep: str) -> dict[str, Any]:
    """Return a member with a value of the wrong type, so that the request is refused; not ``keep``."""
    for name, value in body.items():
        wrong = {name: [{"specproof": 1}]}
        if name != keep and isinstance(value, str) and not stage.is_valid(operation, {**body, **wrong}):
            return wrong
    return {}
