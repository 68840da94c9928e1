"""What pages of other origins are told: each function judges the answers of one path for one promise.

Source: the Fetch standard (https://fetch.spec.whatwg.org/), section on the CORS protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from specproof.contract.vocabulary import Cors
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation

SAFELISTED_METHODS = frozenset({"GET", "HEAD", "POST"})
SAFELISTED_RESPONSE = frozenset({
    *("cache-control", "content-language", "content-length", "content-type"),
    *("expires", "last-modified", "pragma"),
})
ALLOW_ORIGIN = "Access-Control-Allow-Origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossOrigin:
    """What was answered to pages of other origins."""

    rules: Cors
    origin: str  # one that is allowed
    simple: tuple[Exchange, ...] = ()  # requests with that origin that succeeded
    refusals: tuple[Exchange, ...] = ()  # requests with that origin that were refused
    preflights: tuple[Exchange, ...] = ()  # each asks for one method
    strange: tuple[Exchange, ...] = ()  # requests with an origin that is not allowed

    @property
    def everything(self) -> tuple[Exchange, ...]:
        """Every answer to the allowed origin."""
        return (*self.simple, *self.refusals, *self.preflights)


Judge = Callable[[Operation, CrossOrigin], Iterator[Breach]]


def _breach(name: str, operation: Operation, summary: str, exchange: Exchange, detail: str) -> Breach:
    return Breach(
        promise=f"cors.{name}",
        operation=operation.label,
        summary=summary,
        evidence=(exchange,),
        detail=detail,
        source="#/x-cors",
    )


def _lets_in(seen: CrossOrigin, exchange: Exchange) -> bool:
    """Tell whether a browser shows an answer to the page that asked for it."""
    value = (exchange.response.header(ALLOW_ORIGIN) or "").strip()
    return value == (exchange.request.header("Origin") or seen.origin) or (
        value == "*" and not seen.rules.credentials
    )


def _not_let_in(
    name: str, operation: Operation, seen: CrossOrigin, exchanges: Sequence[Exchange]
) -> Iterator[Breach]:
    for exchange in exchanges:
        if not _lets_in(seen, exchange):
            value = exchange.response.header(ALLOW_ORIGIN)
            what = f"{exchange.request.method} with status {exchange.response.status}"
            asked = exchange.request.header("Origin") or seen.origin
            if asked != seen.origin:
                what += f" for the origin {asked}"
            wanted = asked if seen.rules.credentials or "*" not in seen.rules.origins else "*"
            text = f"expected {ALLOW_ORIGIN}: {wanted} on {what}; got {value or 'none'}"
            detail = f"{exchange.request.method} {exchange.response.status}"
            detail += f" {asked}" if asked != seen.origin else ""
            yield _breach(name, operation, text, exchange, detail)


def origin(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """An answer may be read by pages of the promised origins."""
    yield from _not_let_in("origin", operation, seen, seen.simple)


def refusals(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """A refusal may be read by them, too: else a page cannot tell what is wrong."""
    yield from _not_let_in("refusals", operation, seen, seen.refusals)


def preflight(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """A preflight succeeds without a credential, and allows the promised methods and headers."""
    for exchange in seen.preflights:
        asked = exchange.request.header("Access-Control-Request-Method") or ""
        status = exchange.response.status
        if not 200 <= status < 300:
            text = f"expected a success for the preflight of {asked}; got status {status}"
            yield _breach("preflight", operation, text, exchange, f"status {asked}")
            continue
        if not _lets_in(seen, exchange):
            yield from _not_let_in("preflight", operation, seen, [exchange])
            continue
        methods = {method.upper() for method in _named(exchange, "Access-Control-Allow-Methods")}
        anything = "*" in methods and not seen.rules.credentials
        if asked not in methods | SAFELISTED_METHODS and not anything:
            text = f"expected {asked} among the allowed methods; got {', '.join(sorted(methods)) or 'none'}"
            yield _breach("preflight", operation, text, exchange, f"method {asked}")
        yield from _headers(operation, seen, exchange)


def _headers(operation: Operation, seen: CrossOrigin, exchange: Exchange) -> Iterator[Breach]:
    allowed = {name.lower() for name in _named(exchange, "Access-Control-Allow-Headers")}
    anything = "*" in allowed and not seen.rules.credentials
    for name in _named_in(exchange.request.header("Access-Control-Request-Headers")):
        # The wildcard does not cover Authorization.
        if name.lower() not in allowed and not (anything and name.lower() != "authorization"):
            text = f"expected {name} among the allowed headers; got {', '.join(sorted(allowed)) or 'none'}"
            yield _breach("preflight", operation, text, exchange, f"header {name.lower()}")
            return


def exposed(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """Pages may read the promised response headers; some they may always read."""
    for exchange in seen.simple:
        named = {name.lower() for name in _named(exchange, "Access-Control-Expose-Headers")}
        anything = "*" in named and not seen.rules.credentials
        for name in () if anything else seen.rules.exposed:
            if name.lower() not in named | SAFELISTED_RESPONSE:
                got = ", ".join(sorted(named)) or "none"
                text = f"expected {name} in Access-Control-Expose-Headers; got {got}"
                yield _breach("exposed", operation, text, exchange, name.lower())


def max_age(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """A preflight says how long it may be kept."""
    for exchange in seen.preflights:
        value, promised = exchange.response.header("Access-Control-Max-Age"), seen.rules.max_age
        if 200 <= exchange.response.status < 300 and value != str(promised):
            text = f"expected Access-Control-Max-Age: {promised}; got {value or 'none'}"
            yield _breach("max-age", operation, text, exchange, "max-age")


def credentials(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """Cookies may be sent where that is promised, and nowhere else."""
    promised = seen.rules.credentials
    for exchange in seen.everything:
        said = (exchange.response.header("Access-Control-Allow-Credentials") or "").strip().lower() == "true"
        if said is not promised and _lets_in_somebody(exchange):
            wanted = "true" if promised else "none"
            got = "true" if said else "none"
            text = f"expected Access-Control-Allow-Credentials: {wanted}; got {got}"
            detail = f"{exchange.request.method} {exchange.response.status}"
            yield _breach("credentials", operation, text, exchange, detail)


def _lets_in_somebody(exchange: Exchange) -> bool:
    return exchange.response.header(ALLOW_ORIGIN) is not None


def strangers(operation: Operation, seen: CrossOrigin) -> Iterator[Breach]:
    """An origin that is not promised is not let in."""
    for exchange in seen.strange:
        value = (exchange.response.header(ALLOW_ORIGIN) or "").strip()
        if value in {"*", exchange.request.header("Origin")}:
            text = f"expected no {ALLOW_ORIGIN} for {exchange.request.header('Origin')}; got {value}"
            yield _breach("strangers", operation, text, exchange, exchange.request.method)


def _named(exchange: Exchange, header: str) -> list[str]:
    return _named_in(exchange.response.header(header))


def _named_in(value: str | None) -> list[str]:
    return [name.strip() for name in (value or "").split(",") if name.strip()]


JUDGES: dict[str, tuple[Judge, str]] = {
    "cors.origin": (origin, "simple"),
    "cors.refusals": (refusals, "refusals"),
    "cors.preflight": (preflight, "preflights"),
    "cors.exposed": (exposed, "simple"),
    "cors.max-age": (max_age, "preflights"),
    "cors.credentials": (credentials, "everything"),
    "cors.strangers": (strangers, "strange"),
}
"""How each promise is judged, and by which answers."""
