"""How queries are refused that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.contract.vocabulary import Search
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.finding import Breach
from specproof.model.operation import Operation

_OTHER_REASONS = frozenset({401, 403, 429})


def is_refusal(exchange: Exchange) -> bool:
    """Tell whether a query was refused for what it says: others at the same address are answered."""
    status = exchange.response.status
    return 400 <= status < 500 and status not in _OTHER_REASONS


def refused_as_promised(
    operation: Operation, rules: Search, exchange: Exchange, name: str
) -> Iterator[Breach]:
    """A query that cannot be read gets the status that is promised, and a key that says why.

    The key is promised for queries that are malformed, not for one that is missing.
    """
    status, promised = exchange.response.status, rules.malformed
    where = "" if name == "missing" else rules.malformed_key
    if status != promised:
        text = f"expected status {promised} for a query that is {name}; got {status}"
        yield _breach(operation, exchange, text, f"{name} status")
    elif where:
        key = resolve_pointer(exchange.response.document, where)
        if key is MISSING or key is None or key == "":
            got = "nothing" if key is MISSING else repr(key)
            text = f"expected {where} to say what is wrong with a query that is {name}; got {got}"
            yield _breach(operation, exchange, text, f"{name} key")


def _breach(operation: Operation, exchange: Exchange, text: str, detail: str) -> Breach:
    return Breach(
        promise="search.malformed",
        operation=operation.label,
        summary=text,
        evidence=(exchange,),
        detail=detail,
    )
