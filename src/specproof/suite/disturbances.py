"""Answers that something between the run and the server gives: they say nothing about a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specproof.model.exchange import Exchange
from specproof.model.operation import Operation

# Too many requests, and the answers of a gateway whose server does not answer (RFC 6585 section 4, RFC 9110
# sections 15.6.3 to 15.6.5). A 429 that asks for a time to wait was obeyed before.
STATUSES = frozenset({429, 502, 503, 504})


@dataclass(slots=True)
class Disturbances:
    """How many such answers there were."""

    count: int = 0
    told: str = ""  # about the last one, for people

    def spoil(self, evidence: Iterable[Exchange], operations: Mapping[str, Operation]) -> bool:
        """Tell whether one of these answers is in the evidence: then it shows nothing about the server."""
        return any(
            exchange.response.status in STATUSES
            and (operation := operations.get(exchange.request.operation or "")) is not None
            and not self._documented(operation, exchange.response.status)
            for exchange in evidence
        )

    def _documented(self, operation: Operation, status: int) -> bool:
        return status != 429 and str(status) in operation.responses

    def note(self, operation: Operation, exchange: Exchange) -> bool:
        """Count an answer; tell whether it is one of these that the document does not name."""
        status = exchange.response.status
        if status not in STATUSES or self._documented(operation, status):
            return False
        self.count += 1
        mend = "; set rate_limit in the profile" if status == 429 else ""
        self.told = f"{operation.label} was answered with {status} by something in between{mend}"
        return True
