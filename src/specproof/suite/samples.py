"""Texts of every kind that servers stumble over, put into a list for as long as it is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from specproof.generate.literals import samples
from specproof.generate.sequences import Stage
from specproof.generate.traps import TRAPPED
from specproof.model.finding import Breach
from specproof.model.life import Act
from specproof.suite.access import NotExercised
from specproof.suite.filling import can_be_filled
from specproof.suite.listing import Listing, listing, remove
from specproof.suite.scratch import Scratch

TEXTS = {
    "cased": "Specproof",
    "non-ASCII": "Größe élan",
    "quoted": 'say "open" twice',
    "backslash": "C:\\temp\\new",
    "odd": "a&b=c+d;#(e)",
    "percent": "100%25 sure",
    "like a word": "null",
    "like a number": "0070",
    "empty": "",
    "beyond the BMP": "\U0001f600 beyond",
    "at the end of the BMP": "\uffe6 before",  # by UTF-16 units it would come after
    "spaces": " two  blanks ",
    "long": "Specproof-" * 100 + "end",
}
"""One text of each kind that :func:`specproof.generate.literals.samples` tells apart."""


@contextmanager
def varied(
    scratch: Scratch,
    found: Listing,
    is_asked: Callable[[str], bool],
    scope: str,
    *,
    is_written: Callable[[str], bool] | None = None,
) -> Iterator[Listing]:
    """Create what a list lacks to be asked hard questions, and delete it afterwards.

    A quick look creates one thing alone, with a text that has in it as much as it may.

    Args:
        scratch: Where things are made.
        found: The list as it is.
        is_asked: Tells whether a text member of an item can be asked for.
        scope: Keeps the names apart that two looks use.
        is_written: Tells whether a text can be asked for; a quick look without it creates nothing.

    Yields:
        The list with texts of every kind in one member; as it was where nothing can or need be made.
    """
    quick = found.suite.plan.depth == "quick"
    stage, member = (None, "") if quick and is_written is None else _stage(scratch, found, is_asked, scope)
    if stage is None or not found.plain.complete:
        yield found
        return
    made: list[Act] = []
    try:
        for text in _missing(stage, found, member, is_written):
            given: dict[str, Any] = {member: text}
            made.append(stage.create_new("sample", **given))
            if quick and made[-1].identity is not None:
                break
        kept = tuple(act for act in made if act.identity is not None)
        yield replace(listing(found.suite, found.operation), planted=kept) if kept else found
    finally:
        remove(stage, tuple(made))


def _missing(
    stage: Stage, found: Listing, member: str, is_written: Callable[[str], bool] | None
) -> list[str]:
    """Return texts that a member may have and the list does not show; at quick such as have much in them."""

    def fits(text: str) -> bool:
        given: dict[str, Any] = {member: text}
        return stage.is_valid(stage.plan.operation, stage.body(**given))

    if found.suite.plan.depth == "quick":
        return [text for text in TRAPPED if (is_written is None or is_written(text)) and fits(text)]
    items = [item for page in found.plain.pages for item in page.items]
    there = samples([text for item in items if isinstance(text := _member(item, member), str)], spaces=True)
    return [text for kind, text in TEXTS.items() if kind not in there and fits(text)]


def _member(item: object, name: str) -> object:
    return item.get(name) if isinstance(item, dict) else None


def _stage(
    scratch: Scratch, found: Listing, is_asked: Callable[[str], bool], scope: str
) -> tuple[Stage | None, str]:
    """Return where things can be made that the operation lists, and the member that takes any text."""
    suite, operation = found.suite, found.operation
    if not suite.client.writes or not can_be_filled(operation):
        return None, ""
    try:
        stage = scratch.stage(operation.resource, scope) if operation.resource else None
    except NotExercised:
        return None, ""
    if stage is None:
        return None, ""
    closed = {pointer.lstrip("/") for pointer in stage.resource.unique}
    closed |= {rule.member for rule in found.secrets if _is_hidden(stage, rule.when)}
    names = [name for name in stage.plan.texts() if name not in closed and is_asked(name)]
    return (stage, names[0]) if names else (None, "")


def _is_hidden(stage: Stage, when: tuple[str, object] | None) -> bool:
    return when is None or stage.plan.base.get(when[0]) == when[1]


def told(found: Listing, breaches: Iterable[Breach]) -> Iterator[Breach]:
    """Put the creation of what a breach is about before its evidence, so that it can be shown again."""
    for breach in breaches:
        asked = " ".join((breach.summary, *(each.request.url for each in breach.evidence)))
        before = [act.exchange for act in found.planted if _is_about(act, asked, breach)]
        yield replace(breach, evidence=(*before, *breach.evidence)) if before else breach


def _is_about(act: Act, asked: str, breach: Breach) -> bool:
    """Tell whether a planted thing is named, or stands in what was answered."""
    identity = str(act.identity)
    return identity in asked or any(identity.encode() in each.response.body for each in breach.evidence[-1:])
