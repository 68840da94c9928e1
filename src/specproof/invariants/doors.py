"""Who was let in: each function judges one answer, or two that belong together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.finding import Breach
from specproof.model.operation import Operation

PROMISES = (
    "credential.exact", "credential.dead", "credential.unauthorized", "credential.scheme-case",
    "credential.places", "credential.form-token", "authorization.allowed", "authorization.scope-enforced",
    "authorization.refusal-status", "authorization.refused-without-effect",
    "authorization.foreign-unreachable", "authorization.foreign-like-absent", "authorization.bound",
    "authorization.unlisted-unreachable", "alias.same-answer",
)  # fmt: skip
"""What is judged here; the first two and ``scope-enforced`` by ``let_in``."""
_LATER = frozenset({408, 429})  # says nothing about who asked


def is_in(exchange: Exchange) -> bool:
    """Tell whether a request was let in: a success, or a redirect to what was asked for."""
    return exchange.response.status < 400


def let_in(
    promise: str, operation: Operation, what: str, exchange: Exchange, *before: Exchange
) -> Iterator[Breach]:
    """Somebody who must be refused is let in."""
    if is_in(exchange):
        text = f"expected a refusal {what}; got status {exchange.response.status}"
        yield _breach(promise, operation, text, what, *before, exchange)


def unauthorized(operation: Operation, what: str, exchange: Exchange) -> Iterator[Breach]:
    """A credential that is not good is answered as if the caller were known."""
    if exchange.response.status == 403:
        text = f"expected 401 {what}; got status 403, which is for callers who are known"
        yield _breach("credential.unauthorized", operation, text, what, exchange)


def shut_out(promise: str, operation: Operation, what: str, exchange: Exchange) -> Iterator[Breach]:
    """Somebody who may is refused for who they are."""
    if exchange.response.status in {401, 403}:
        text = f"expected to be let in {what}; got status {exchange.response.status}"
        yield _breach(promise, operation, text, what, exchange)


def unseen(operation: Operation, what: str, exchange: Exchange, usual: Exchange) -> Iterator[Breach]:
    """Somebody who may is told that there is nothing, where others see it."""
    if exchange.response.status in {404, 410} and usual.response.status < 300:
        text = f"expected to see what others see {what}; got status {exchange.response.status}"
        yield _breach("authorization.allowed", operation, text, what, usual, exchange)


def asked_to_log_in(operation: Operation, what: str, exchange: Exchange) -> Iterator[Breach]:
    """Somebody who is known, but may not, is answered as if unknown."""
    if exchange.response.status == 401:
        text = f"expected 403 {what}; got status 401"
        yield _breach("authorization.refusal-status", operation, text, what, exchange)


def echoed(promise: str, operation: Operation, secret: str, exchange: Exchange) -> Iterator[Breach]:
    """A token that travelled outside the header stands in the answer.

    In a link to another page it may: the link is opaque and carries the query on. That it should not
    (RFC 6750 section 5.3) is no promise.
    """
    shown = exchange.response.body.decode("utf-8", "replace")
    shown += " ".join(value for name, value in exchange.response.headers if name.lower() != "link")
    for link in page_links(operation, exchange):
        shown = shown.replace(json.dumps(link)[1:-1], "").replace(link, "")
    if secret and (secret in shown or quote(secret, safe="") in shown):
        text = "expected no token in the answer; got the one that was sent"
        yield _breach(promise, operation, text, "echoed", exchange)


def page_links(operation: Operation, exchange: Exchange) -> Iterator[str]:
    """Yield the links to other pages in an answer."""
    pages = operation.pagination
    for pointer in (pages.next, pages.previous) if pages else ():
        found = resolve_pointer(exchange.response.document, pointer) if pointer else None
        if isinstance(found, str) and found:
            yield found


def without_links(operation: Operation, document: Any) -> Any:
    """Return the document of an answer without its links to other pages: they may differ each time."""
    pages = operation.pagination
    names = {pointer[1:] for pointer in (pages.next, pages.previous) if pointer} if pages else set()
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if name not in names}


def effect(operation: Operation, what: str, before: Any, after: Any, *evidence: Exchange) -> Iterator[Breach]:
    """Something changed although the request was refused."""
    if before != after:
        text = f"expected no effect of a refused request {what}; got another state"
        yield _breach("authorization.refused-without-effect", operation, text, what, *evidence)


def altered(promise: str, operation: Operation, what: str, *evidence: Exchange) -> Iterator[Breach]:
    """What belongs to others has changed although the request was refused; the caller has compared it."""
    text = f"expected no effect on {what} of a refused request; got another state"
    yield _breach(promise, operation, text, f"effect {what}", *evidence)


def unlike_absent(
    operation: Operation,
    what: str,
    foreign: Exchange,
    absent: Exchange,
    *,
    spellings: Mapping[str, str],
    message: str | None,
) -> Iterator[Breach]:
    """What belongs to others can be told from what is not there.

    Args:
        operation: What was called.
        what: Which combination of own and foreign values it was called with.
        foreign: The answer about what belongs to others.
        absent: The answer about what does not exist.
        spellings: Values in the two requests that an answer may repeat, each with what stands for it.
        message: Pointer to the message of the error object; ``None``: only the status is compared.
    """
    seen, wanted = foreign.response.status, absent.response.status
    if {seen, wanted} & _LATER or seen < 400:
        return
    if seen != wanted:
        text = f"expected {what} to look like what is not there (status {wanted}); got status {seen}"
        yield _breach("authorization.foreign-like-absent", operation, text, f"status {what}", absent, foreign)
    elif message is not None:
        told = [_told(each, message, spellings) for each in (foreign, absent)]
        if told[0] != told[1]:
            text = f"expected the message that is given for what is not there; got another one for {what}"
            yield _breach(
                "authorization.foreign-like-absent", operation, text, f"message {what}", absent, foreign
            )


def _told(exchange: Exchange, pointer: str, spellings: Mapping[str, str]) -> Any:
    found = resolve_pointer(exchange.response.document, pointer)
    return _respelt(found, spellings) if isinstance(found, str) else None


def beyond(
    operation: Operation,
    what: str,
    bound: set[str],
    free: set[str],
    *evidence: Exchange,
    most: str = "what others see",
) -> Iterator[Breach]:
    """A bound credential sees items that an unbound one does not find."""
    if bound - free:
        text = f"expected {what} to see at most {most}; got {len(bound - free)} more"
        yield _breach("authorization.bound", operation, text, f"more {what}", *evidence)


def outside(
    operation: Operation, what: str, items: list[Any], part: set[str], *evidence: Exchange
) -> Iterator[Breach]:
    """A bound credential sees items outside its part, judged by the addresses in them.

    Only where an address of one item names the part can it be said of the others that theirs do not.
    """
    inside = [bool(part & _segments(item)) for item in items]
    if any(inside) and not all(inside):
        text = f"expected {what} to see {', '.join(sorted(part))} alone; got others too"
        yield _breach("authorization.bound", operation, text, f"outside {what}", *evidence)


def of_others(
    operation: Operation, what: str, own: list[Any], names: set[str], *evidence: Exchange
) -> Iterator[Breach]:
    """An item of one's own list has an address inside what belongs to others."""
    leaked = [item for item in own if names & _segments(item)]
    if leaked:
        text = f"expected nothing of others {what}; got {len(leaked)} items whose addresses name them"
        yield _breach("authorization.foreign-unreachable", operation, text, what, *evidence)


def shared(operation: Operation, own: list[Any], theirs: list[Any], *evidence: Exchange) -> Iterator[Breach]:
    """One address stands both in one's own list and in that of others: it leads to what is theirs."""
    both = set[str]().union(*map(_addresses, own)) & set[str]().union(*map(_addresses, theirs))
    if both:
        text = f"expected nothing of others in an own list; got {len(both)} addresses that others list too"
        yield _breach("authorization.foreign-unreachable", operation, text, "in both lists", *evidence)


def same_items(
    operation: Operation, identity: str, own: list[Any], theirs: list[Any], *evidence: Exchange
) -> Iterator[Breach]:
    """One thing stands both in one's own list and in that of others.

    Numbers are left out: they may well be counted per parent.
    """
    mine, others = (
        {str(found) for each in items if isinstance(found := resolve_pointer(each, identity), str)}
        for items in (own, theirs)
    )
    both = [each for each in mine & others if not each.isdigit()]
    if both:
        text = f"expected nothing of others in an own list; got {len(both)} things that others list too"
        yield _breach("authorization.foreign-unreachable", operation, text, "things in both lists", *evidence)


def _addresses(item: Any) -> set[str]:
    """Return every absolute URL in an item."""
    if isinstance(item, str):
        return {item} if item.startswith(("http://", "https://")) else set()
    values = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return set[str]().union(*map(_addresses, values))


def _segments(item: Any) -> set[str]:
    """Return the path segments of every absolute URL in an item."""
    return {unquote(part) for url in _addresses(item) for part in urlsplit(url).path.split("/")}


def other_answer(
    operation: Operation,
    what: str,
    alias: Exchange,
    plain: Exchange,
    spellings: Mapping[str, str],
    *,
    described: Callable[[Exchange], Any] = lambda exchange: exchange.response.document,
) -> Iterator[Breach]:
    """An alias gives another answer than the plain spelling; ``described`` takes what can be compared."""
    seen, wanted = alias.response.status, plain.response.status
    if {seen, wanted} & _LATER:
        return
    if seen != wanted:
        text = f"expected status {wanted} {what} as by the plain spelling; got {seen}"
        yield _breach("alias.same-answer", operation, text, f"status {what}", plain, alias)
    elif plain.response.document is not MISSING and seen < 300:
        shown = [_respelt(described(each), spellings) for each in (alias, plain)]
        if shown[0] != shown[1]:
            text = f"expected the same body {what} as by the plain spelling; got another one"
            yield _breach("alias.same-answer", operation, text, f"body {what}", plain, alias)


def _respelt(value: Any, spellings: Mapping[str, str]) -> Any:
    """Return a JSON value in which every spelling is replaced, plain and percent-encoded, in any case."""
    if isinstance(value, str):
        text = value.casefold()
        for spelling, stand_in in spellings.items():
            for form in (quote(spelling, safe=""), spelling):
                text = text.replace(form.casefold(), stand_in)
        return text
    if isinstance(value, dict):
        return {name: _respelt(member, spellings) for name, member in value.items()}
    return [_respelt(item, spellings) for item in value] if isinstance(value, list) else value


def _breach(promise: str, operation: Operation, text: str, detail: str, *evidence: Exchange) -> Breach:
    return Breach(promise=promise, operation=operation.label, summary=text, evidence=evidence, detail=detail)
