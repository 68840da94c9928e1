"""Answers that something between the run and the server gives: they say nothing about a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specproof.model.exchange import Exchange
from specproof.model.operation import Operation

# Too many requests, and the answers of a gateway whose server does not answer (RFC 6585 section 4, RFC 9110
# sections 15.6.3 to 15.6.5). A 429 that asks for a time to wait was obeyed before.
STATUSES = frozenset({429, 502, 503, 504})


@dataclass(kw_only=True, slots=True)
class Disturbances:
    """Counts such answers; the document may say that a gateway's answer is the server's own."""

    operations: Mapping[str, Operation]
    count: int = 0
    told: str = ""  # about the last one, for people

    def is_one(self, exchange: Exchange) -> bool:
        """Tell whether an answer is one of these."""
        status = exchange.response.status
        operation = self.operations.get(exchange.request.operation or "")
        documented = operation is not None and str(status) in operation.responses
        return status in STATUSES and (status == 429 or not documented)

    def spoil(self, evidence: Iterable[Exchange]) -> bool:
        """Tell whether one of these answers is in the evidence: then it shows nothing about the server."""
        return any(self.is_one(exchange) for exchange in evidence)

    def note(self, exchange: Exchange) -> bool:
        """Count an answer that is one of these; tell whether it is.

        A refusal in the words of OAuth comes from the authorization server itself: it shows nothing, but it
        disturbs nothing either (RFC 6749 sections 4.1.2.1 and 5.2).
        """
        if not self.is_one(exchange) or _refuses(exchange):
            return False
        request, status = exchange.request, exchange.response.status
        self.count += 1
        mend = "; set rate_limit in the profile" if status == 429 else ""
        what = request.operation or f"{request.method} beside the documented operations"
        self.told = f"{what} was answered with {status} by something in between{mend}"
        return True


def _refuses(exchange: Exchange) -> bool:
    document = exchange.response.document
    beside = exchange.request.operation is None and exchange.response.status != 429
    return beside and isinstance(document, dict) and isinstance(document.get("error"), str)
