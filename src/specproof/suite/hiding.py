"""Play short lives of secrets: everything that is answered meanwhile is searched for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specproof.contract.secret import SecretRule
from specproof.generate.secret_lives import SecretLife, secret_lives
from specproof.generate.sequences import Stage
from specproof.suite.histories import doors
from specproof.suite.session import Suite

MakeUp = Callable[[Stage, SecretRule], dict[str, Any] | None]


def hide_and_seek(suite: Suite, stage: Stage, rule: SecretRule, make_up: MakeUp) -> None:
    """Play every life that the resource allows, each with a secret of its own.

    Args:
        suite: The run; its watch searches every answer.
        stage: Where things with the secret are made.
        rule: What makes the value a secret.
        make_up: Returns the members that carry a new secret, which is not watched for yet; ``None`` where
            the schema takes none.
    """
    for life in secret_lives(stage, rule, suite.plan.depth):
        others = doors(suite, stage)[1:] if life.through_doors else [stage]
        for door in others:
            members = make_up(stage, rule)
            if members is not None:
                new = make_up(stage, rule) if life.renewed is not None else None
                _live(suite, stage, door, life, rule=rule, members=members, new=new)


def _live(
    suite: Suite,
    stage: Stage,
    door: Stage,
    life: SecretLife,
    *,
    rule: SecretRule,
    members: dict[str, Any],
    new: dict[str, Any] | None,
) -> None:
    secret, given = members[rule.member], dict(members)
    if life.shown_first and rule.when is not None:
        given[rule.when[0]] = not rule.when[1]
    else:
        suite.watch.expect_never(secret)
    made = stage.create_new(f"secret to be {life.name}", **given)
    suite.watch.remember_source(secret, made.exchange)
    if made.identity is None:
        return
    if life.deleted:
        stage.delete(made)
        stage.read(made, "after delete")
        return
    suite.watch.expect_never(secret)
    for place, change in enumerate(life.changes):
        body = {**change, **(new or {})} if place == life.renewed else change
        if new is not None:
            suite.watch.expect_never(new[rule.member])
        door.call("update", identity=made.identity, body=body, purpose=f"update it: {life.name}")
    stage.list("with the secret")  # first, for after a read it may be made anew
    stage.read(made, "with the secret")
    stage.delete(made, "clear")
