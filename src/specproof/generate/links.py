"""Find the links of an answer, and choose which of them to follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from specproof.contract.lines import escape
from specproof.contract.vocabulary import Links
from specproof.generate.shuffle import shuffle
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.link import Link

_HEADER_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]+)", re.IGNORECASE)
_PAGES = frozenset({"next", "prev", "previous", "first", "last"})  # where pages lead is promised elsewhere


def links_of(rules: Links, exchange: Exchange) -> Iterator[Link]:
    """Yield every link of a JSON body, in the order of the document."""
    yield from _inside(rules, exchange.response.document, "", exchange)


def _inside(rules: Links, node: Any, pointer: str, exchange: Exchange) -> Iterator[Link]:
    if isinstance(node, list):
        for number, child in enumerate(node):
            yield from _inside(rules, child, f"{pointer}/{number}", exchange)
    if not isinstance(node, Mapping):
        return
    for name, child in node.items():
        at = f"{pointer}/{escape(name)}"
        if name == rules.member and isinstance(child, Mapping):
            for relation, held in child.items():
                pointer_of = f"{at}/{escape(relation)}"
                link = Link(pointer=pointer_of, relation=relation, href=None, holder=node, exchange=exchange)
                yield from _held(rules, held, link)
        else:
            yield from _inside(rules, child, at, exchange)


def _held(rules: Links, held: Any, link: Link) -> Iterator[Link]:
    """Yield what stands under one relation: a link, its address alone, or a list of them."""
    for number, each in enumerate(held) if isinstance(held, list) else ((None, held),):
        said = isinstance(each, Mapping)
        yield replace(
            link,
            pointer=link.pointer if number is None else f"{link.pointer}/{number}",
            href=each.get(rules.href) if said else each,
            templated=said and rules.templated is not None and each.get(rules.templated) in {True, "true"},
        )


def header_links(exchange: Exchange) -> Iterator[Link]:
    """Yield the links of the Link header, those between pages left out, and of Location.

    Source: RFC 8288 section 3, RFC 9110 section 10.2.2.
    """
    for found in _HEADER_LINK.finditer(exchange.response.header("Link") or ""):
        said = _RELATION.search(found[2])
        relations = said[1].lower().split() if said else []
        if relations and _PAGES.isdisjoint(relations):
            yield Link(pointer="Link", relation=relations[0], href=found[1], holder=None, exchange=exchange)
    location = exchange.response.header("Location")
    if location is not None:
        yield Link(pointer="Location", relation="location", href=location, holder=None, exchange=exchange)


def choose(
    links: Sequence[Link], *, seed: str, base_url: str, number: int, identity: str | None = None
) -> list[Link]:
    """Choose links to follow: some of each place, odd ones first.

    A thing's own link is odd where it lacks the identity of the thing although another one at this place has
    that of its own. After these come addresses with odd characters. What Git clones from is not followed:
    Git asks below such an address, and nothing need be at it (gitprotocol-http).

    Args:
        links: All of them.
        seed: Decides among equals.
        base_url: What differs from run to run, and so decides nothing.
        number: How many of each place.
        identity: Pointer to the identity in the object that has a link.
    """
    places: dict[str, dict[tuple[str, str], Link]] = {}
    for link in links:
        if isinstance(link.href, str) and not link.templated and not _is_for_git(link, link.href):
            address = link.href.removeprefix(base_url)
            places.setdefault(link.place, {}).setdefault((address, _owner(link, identity)), link)
    chosen = []
    for at_place in places.values():
        named = {key for key in at_place if key[1] and key[1] in unquote(key[0]).casefold()}
        keys = sorted(shuffle(at_place, seed), key=lambda key: -_oddness(key[0]))
        if named:
            keys.sort(key=lambda key: not key[1] or key in named)
        chosen += [at_place[key] for key in keys[:number]]
    return chosen


def _is_for_git(link: Link, href: str) -> bool:
    return link.relation == "clone" or re.split("[?#]", href)[0].rstrip("/").endswith(".git")


def _owner(link: Link, identity: str | None) -> str:
    """Return the identity of the thing whose own link this is, whatever its capitals; empty for others."""
    found = resolve_pointer(link.holder, identity) if identity and link.relation == "self" else MISSING
    return "" if found is MISSING else str(found).casefold()


def _oddness(address: str) -> int:
    return len(set(re.findall(r"%[0-9A-Fa-f]{2}|[^\w/.:-]", address)))
