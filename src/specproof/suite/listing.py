"""What filtering and sorting share: one collection, walked once before and once after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specproof.contract.catalogue import CATALOGUE
from specproof.contract.languages import item_secrets
from specproof.contract.secret import SecretRule
from specproof.generate.filters import Asker
from specproof.generate.sequences import Stage
from specproof.generate.walks import Collection
from specproof.model.condition import values_at
from specproof.model.life import Act
from specproof.model.operation import Operation
from specproof.model.walk import Walk
from specproof.suite.access import NotExercised
from specproof.suite.paging import collections
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

_CHANGED = "the collection changed while it was walked (exclusive = false)"


@dataclass(kw_only=True)
class Listing:
    """One collection whose items are asked for again and again."""

    suite: Suite
    operation: Operation
    asker: Asker
    plain: Walk
    planted: tuple[Act, ...] = ()  # what the run put into it for the while

    @property
    def secrets(self) -> tuple[SecretRule, ...]:
        """The members of an item that are secret."""
        return item_secrets(self.suite.contract.document, self.operation, self.suite.operations)

    def what_changed(self, paths: list[tuple[str, ...]]) -> str:
        """Walk once more where others may write: only what stayed the same may be compared.

        Returns:
            What changed meanwhile; empty where nothing did.
        """
        if self.suite.profile.environment.exclusive:
            return ""
        again = self.asker.plain()
        return "" if _snapshot(again, paths) == _snapshot(self.plain, paths) else _CHANGED


def promised(suite: Suite, operation: Operation, area: str) -> list[str]:
    """Return the ids of an area that are promised for an operation."""
    return [
        name
        for name, kind in CATALOGUE.items()
        if kind.area == area and (name, operation.label) in suite.promised
    ]


def _snapshot(walk: Walk, paths: list[tuple[str, ...]]) -> list[tuple[str, list[object]]]:
    return [
        (identity, [values_at(item, path) for path in paths])
        for page in walk.pages
        for identity, item in zip(page.identities, page.items, strict=True)
    ]


def asker_of(suite: Suite, collection: Collection) -> Asker:
    """Return what walks a collection, and asks nothing that the schemas of its parameters forbid."""

    def allows(name: str, text: str) -> bool:
        parameter = collection.operation.parameter(name, "query")
        schema = parameter.schema if parameter else True
        if not isinstance(schema, Mapping) or schema.get("type", "string") != "string":
            return True
        return suite.contract.schemas.is_valid(schema, text, direction="request")

    plan = suite.plan
    return Asker(collection=collection, send=suite.send, depth=plan.depth, seed=plan.seed, allows=allows)


def listing(suite: Suite, operation: Operation) -> Listing:
    """Return the first collection of an operation, walked once.

    Raises:
        NotExercised: It cannot be walked, or has nothing to tell apart.
    """
    if operation.pagination is None:
        raise NotExercised("the operation has no x-pagination, so nobody knows where its items are")
    collection = next(collections(suite, operation))
    asker = asker_of(suite, collection)
    plain = asker.plain()
    if not plain.pages[0].readable:
        status = plain.pages[0].exchange.response.status
        raise NotExercised(f"the list could not be read: status {status}")
    if len(plain.identities) < 2:
        raise NotExercised(f"too few items to choose from: {len(plain.identities)}")
    return Listing(suite=suite, operation=operation, asker=asker, plain=plain)


def stage_for_secrets(
    suite: Suite, scratch: Scratch, operation: Operation, rules: list[SecretRule], scope: str
) -> tuple[Stage, SecretRule]:
    """Return where things with a secret can be made that an operation lists.

    Raises:
        NotExercised: Nothing can be made, or no secret can be made up.
    """
    resource = operation.resource
    if resource is None or resource.create is None or resource.list != operation.label:
        raise NotExercised("no operation creates what it lists")
    if resource.delete is None:
        raise NotExercised("what is made for it could not be removed again")
    if not rules:
        raise NotExercised("no secret member can be asked for")
    return scratch.stage(resource, scope), rules[0]


def remove(stage: Stage, made: tuple[Act, ...]) -> None:
    """Delete what was made, the newest first."""
    for act in reversed(made):
        stage.delete(act, "clear")
