"""Links lead somewhere, have the form of links, and a thing's own link leads to the thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.field_values import is_reference
from specproof.model.finding import Breach
from specproof.model.link import Link
from specproof.model.operation import Operation

_NOWHERE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A link and what it led to."""

    link: Link
    exchange: Exchange


def _breach(name: str, operation: Operation, summary: str, *evidence: Exchange, detail: str) -> Breach:
    return Breach(
        promise=f"links.{name}",
        operation=operation.label,
        summary=summary,
        evidence=evidence,
        detail=detail,
    )


def lead_somewhere(operation: Operation, followed: Sequence[Followed]) -> Iterator[Breach]:
    """Nobody is led to what is not there. Who may see it is another matter."""
    for each in followed:
        status = each.exchange.response.status
        if status in _NOWHERE or status >= 500:
            text = f"expected {each.link.place} to lead somewhere; got status {status} at {each.link.href}"
            yield _breach(
                "lead-somewhere", operation, text, each.link.exchange, each.exchange, detail=each.link.place
            )


def well_formed(operation: Operation, links: Sequence[Link]) -> Iterator[Breach]:
    """Every link has an address, and the address is one (RFC 3986)."""
    for link in links:
        if not isinstance(link.href, str) or not link.href.strip():
            text = f"expected an address at {link.place}; got {link.href!r}"[:200]
            yield _breach("well-formed", operation, text, link.exchange, detail=link.place)
        elif not link.templated and not is_reference(link.href):
            text = f"expected a URL at {link.place}; got {link.href[:100]!r}"
            yield _breach("well-formed", operation, text, link.exchange, detail=link.place)


def leads_to_itself(operation: Operation, followed: Sequence[Followed]) -> Iterator[Breach]:
    """The link of a thing to itself leads to this thing, by its identity.

    Where the document says what identifies a thing, something that has no identity is another one, too.

    Source: the relation ``self`` in the IANA registry of link relations (RFC 8288 section 4.2).
    """
    resource = operation.resource
    if resource is None:
        return
    for each in followed:
        holder = resolve_pointer(each.link.holder, resource.identity)
        there = resolve_pointer(each.exchange.response.document, resource.identity)
        bare = there is MISSING and (resource.inferred or each.exchange.response.status != 200)
        if each.link.relation == "self" and holder is not MISSING and not bare and holder != there:
            got = "something without identity" if there is MISSING else there
            text = f"expected self to lead to {holder}; got {got} at {each.link.href}"
            yield _breach("self", operation, text, each.link.exchange, each.exchange, detail=each.link.place)
