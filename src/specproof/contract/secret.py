"""Which members of a body are secrets: ``x-secret``, or ``writeOnly`` with ``format: password``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.shapes import object_schema
from specproof.model.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRule:
    """One member of a request body that must never come back.

    ``when`` holds the member and the value that make it a secret; ``None`` means always.
    """

    member: str
    when: tuple[str, Any] | None = None

    def applies(self, body: Any) -> bool:
        """Tell whether a body carries a secret under this rule."""
        if not isinstance(body, Mapping) or not isinstance(body.get(self.member), str):
            return False
        return self.when is None or body.get(self.when[0]) == self.when[1]


def secret_rules(document: Mapping[str, Any], operation: Operation) -> tuple[SecretRule, ...]:
    """Return the secret members of an operation's JSON body."""
    rules: list[SecretRule] = []
    for media in operation.request_body.content if operation.request_body else ():
        rules += rules_of(object_schema(document, media.schema))
    return tuple(dict.fromkeys(rules))


def rules_of(members: Mapping[str, Any]) -> Iterator[SecretRule]:
    """Yield a rule for each member of an object schema that is secret."""
    for name, schema in members.items():
        said = schema.get("x-secret") if isinstance(schema, Mapping) else None
        if isinstance(said, Mapping):
            when = said.get("when") or {}
            yield SecretRule(member=name, when=(when["property"], when.get("equals")) if when else None)
        elif said is True or (isinstance(schema, Mapping) and _write_only_password(schema)):
            yield SecretRule(member=name)


def _write_only_password(schema: Mapping[str, Any]) -> bool:
    return schema.get("writeOnly") is True and schema.get("type", "string") == "string"
