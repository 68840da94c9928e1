"""Switchable violations: each breaks one promise of the contract and, as far as can be, nothing else.

A fault is a subclass of one part of the target (see ``parts.Parts``). To add one, write the subclass in
the module of its area and decorate it with its name, the promise it breaks and what it does.
"""

from __future__ import annotations

from collections.abc import Iterable

from specproof.target.faults import (
    acceptance,
    access,
    answers,
    assertions,
    assertions_rare,
    at_once,
    client_secrets,
    cloning,
    corners,
    cors,
    credentials,
    errors,
    filter_joins,
    filter_lengths,
    filter_pages,
    filtering,
    foreign,
    forms,
    guessable,
    histories,
    inputs,
    lifecycle,
    links,
    masks,
    oauth,
    oauth_rare,
    oauth_tokens,
    packs,
    page_links,
    paging,
    partial,
    partial_pages,
    places,
    refusals,
    rights,
    search,
    search_edges,
    search_modifiers,
    search_results,
    secret_history,
    sorting,
    values,
    wire,
)
from specproof.target.faults.registry import FAULTS, Fault
from specproof.target.problems import UnknownFault

__all__ = ["FAULTS", "MODULES", "Fault", "forms", "named"]

MODULES = (
    wire,
    refusals,
    corners,
    access,
    masks,
    secret_history,
    inputs,
    paging,
    packs,
    page_links,
    lifecycle,
    acceptance,
    values,
    histories,
    at_once,
    partial,
    partial_pages,
    filtering,
    filter_joins,
    filter_lengths,
    filter_pages,
    sorting,
    oauth,
    oauth_tokens,
    oauth_rare,
    client_secrets,
    guessable,
    assertions,
    assertions_rare,
    search,
    search_modifiers,
    search_results,
    search_edges,
    cloning,
    credentials,
    rights,
    foreign,
    places,
    answers,
    cors,
    links,
    errors,
)
"""Importing them registers their faults."""


def named(names: Iterable[str]) -> list[Fault]:
    """Return the faults with these names, each once.

    Raises:
        UnknownFault: One does not exist.
    """
    chosen: dict[str, Fault] = {}
    for name in names:
        if name not in FAULTS:
            raise UnknownFault(name, FAULTS)
        chosen[name] = FAULTS[name]
    return list(chosen.values())
