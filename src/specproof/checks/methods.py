"""Methods that the path does not document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specproof.checks.context import Context
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation


def undocumented_refused(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """An undocumented method gets no 2xx."""
    method, status = exchange.request.method, exchange.response.status
    if method not in context.methods and 200 <= status < 300:
        text = f"expected {method} to be refused, for it is not documented; got status {status}"
        yield context.breach("method.undocumented-refused", exchange, text, detail=method)


def reached(operation: Operation, operations: Iterable[Operation]) -> frozenset[str]:
    """Return the methods that some path documents for the addresses of an operation.

    ``/pools/count`` is an address of ``/pools/{name}`` too. A document that has both means the first (OpenAPI
    3.1 section 4.8.8.2), but servers choose by method as well, and a thing may be called so.
    """
    return frozenset(each.method for each in operations if _covers(each.path, operation.path))


def _covers(path: str, other: str) -> bool:
    mine, others = path.split("/"), other.split("/")
    pairs = zip(mine, others, strict=False)
    return len(mine) == len(others) and all(one == two or "{" in one for one, two in pairs)


def allow_header(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A 405 has an Allow header that names the documented methods and not the refused one.

    Source: RFC 9110 section 15.5.6 (the header MUST be there) and section 10.2.1.
    """
    if exchange.response.status != 405:
        return
    method, value = exchange.request.method, exchange.response.header("Allow")
    if value is None:
        text = f"expected an Allow header with the 405 for {method}; got none"
        yield context.breach("method.allow-header", exchange, text, detail="missing")
        return
    allowed = {name.strip().upper() for name in value.split(",")}
    lacking = context.methods - allowed
    if method in allowed:
        text = f"expected Allow without {method}, which was just refused; got {value}"
        yield context.breach("method.allow-header", exchange, text, detail="names-refused")
    elif lacking:
        text = f"expected Allow to name {', '.join(sorted(lacking))}; got {value}"
        yield context.breach("method.allow-header", exchange, text, detail="lacks-documented")
