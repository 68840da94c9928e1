"""What a check may know besides the exchange: the contract, and nothing about the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from specproof.contract.contract import Contract
from specproof.contract.schema import Schemas
from specproof.contract.secret import SecretRule, secret_rules
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.own import OwnFinding

OwnChecks: TypeAlias = Callable[[Exchange, Operation], Iterable[OwnFinding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One operation of a contract."""

    operation: Operation
    schemas: Schemas
    methods: frozenset[str]  # every method that the path documents
    error: Mapping[str, Any] | None = None  # the x-error extension
    secrets: tuple[SecretRule, ...] = ()  # which members nobody may read again
    own: OwnChecks | None = None  # of the user
    decided: dict[tuple[str, str | None], bool] = field(default_factory=dict)  # kept by `headers.decides`

    def breach(
        self, promise: str, exchange: Exchange, summary: str, *, detail: str, source: str = ""
    ) -> Breach:
        """Return a breach that this exchange alone shows."""
        return Breach(
            promise=promise,
            operation=self.operation.label,
            summary=summary,
            evidence=(exchange,),
            detail=detail,
            source=source,
        )


def context_of(contract: Contract, operation: Operation, *, own: OwnChecks | None = None) -> Context:
    """Return what checks may know about one operation of a contract."""
    return Context(
        operation=operation,
        schemas=contract.schemas,
        methods=frozenset(each.method for each in contract.operations if each.path == operation.path),
        error=contract.document.get("x-error"),
        secrets=secret_rules(contract.document, operation),
        own=own,
    )


Check = Callable[[Context, Exchange], Iterator[Breach]]
