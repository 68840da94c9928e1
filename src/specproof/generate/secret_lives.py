"""Short lives of secrets: changes that come together, again, or from somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.secret import SecretRule
from specproof.generate.sequences import Stage

_BESIDE = {"quick": 0, "standard": 1, "deep": 5}  # other members with which a flag goes off


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretLife:
    """What is done to one new thing that holds a secret.

    Args:
        name: For people.
        changes: Bodies of updates, one after another; none of them names the secret.
        renewed: The place of the change that brings another secret along, ``None`` where none does.
        shown_first: The value is no secret yet when the thing is made; the first change makes it one.
        through_doors: Once for each other way in: another spelling of a parent, another credential.
        deleted: The thing is deleted while it holds the secret, and asked for afterwards.
    """

    name: str
    changes: tuple[Mapping[str, Any], ...] = ()
    renewed: int | None = None
    shown_first: bool = False
    through_doors: bool = False
    deleted: bool = False


def secret_lives(stage: Stage, rule: SecretRule, depth: str) -> Iterator[SecretLife]:
    """Yield the lives that a resource allows; bodies that an update does not take are left out.

    Where the value is a secret only together with a flag, the flag is switched off in every way that the
    member's past could come back by: together with another member, a second time, after a new name, through
    another door. Where it is one always, the other members are changed.
    """
    yield SecretLife(name="deleted with it", deleted=True)
    plan = stage.update_plan
    if plan is None or "update" not in stage.operations:
        return
    others = other_changes(stage, rule)[: _BESIDE[depth]]
    off, on = switched(rule, on=False), switched(rule, on=True)
    lives = _flagged(others, off, on) if off is not None and on is not None else _always(others)
    for life in lives:
        if all(stage.is_valid(plan.operation, body) for body in life.changes):
            yield life


_Changes = list[tuple[str, dict[str, Any]]]  # the name of a member, and a body that changes it alone


def _always(others: _Changes) -> Iterator[SecretLife]:
    for name, change in others:
        yield SecretLife(name=f"with another {name}", changes=(change,))
    for _, change in others[:1]:
        yield SecretLife(name="changed through another door", changes=(change,), through_doors=True)


def _flagged(others: _Changes, off: dict[str, Any], on: dict[str, Any]) -> Iterator[SecretLife]:
    for name, change in others:
        yield SecretLife(name=f"switched off with another {name}", changes=({**change, **off},))
    again = SecretLife(name="switched off again and again", changes=(off, on, off, on, off), renewed=3)
    yield again  # the second time the old one may come back, the third time the new one is shown
    for name, change in others[:1]:
        yield SecretLife(name=f"with another {name}, then switched off", changes=(change, off))
    yield SecretLife(name="hidden later", changes=(on,), shown_first=True)
    yield SecretLife(name="switched off through another door", changes=(off,), through_doors=True)


def other_changes(stage: Stage, rule: SecretRule) -> _Changes:
    """Return changes of one other member each: those with a value of their own in each thing first."""
    plan = stage.update_plan
    if plan is None:
        return []
    flag = rule.when[0] if rule.when is not None else None
    body = stage.body(plan)
    named = [name for name in (*stage.own_values, *body, *stage.plan.base) if name not in {rule.member, flag}]
    known = {**stage.plan.base, **body}
    return [(name, {name: known[name]}) for name in dict.fromkeys(named) if name in known]


def switched(rule: SecretRule, *, on: bool) -> dict[str, Any] | None:
    """Return the member that makes the value a secret, or the one that does not; ``None`` without a flag."""
    if rule.when is None or not isinstance(rule.when[1], bool):
        return None
    name, secret = rule.when
    return {name: secret if on else not secret}
