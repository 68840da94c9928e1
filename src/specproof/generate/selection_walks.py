"""Choose with which members a list is walked: what is asked on the first page holds on every other."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.generate.selections import Chooser
from specproof.generate.shuffle import shuffle
from specproof.model.selection import Path, Selection, members


def walked_selections(
    chooser: Chooser, *, items: Path, identity: Path, links: list[Path]
) -> Iterator[Selection]:
    """Yield what to walk with, the plainest first: named members, one left out, one added.

    In a quick run the last two go together, for a walk costs more requests than one question.

    Args:
        chooser: Knows the first page and how members are written.
        items: Where the items stand.
        identity: The member that tells two items apart, from the root.
        links: The members that lead to other pages.
    """
    terms = chooser.terms
    if terms.include:
        yield chooser.write("pages", *(("include", path) for path in (*links, identity)))
    steps: list[tuple[str, Path]] = []
    if terms.exclude is not None and (others := _left_out(chooser, items, identity)):
        steps.append(("exclude", others[0]))
    hidden = [tuple(name.split(terms.separator)) for name in terms.hidden or ()]
    inside = [path for path in hidden if path[: len(items)] == items]
    if terms.add is not None and inside:
        steps.append(("add", inside[-1]))
    if chooser.depth != "quick":
        yield from (chooser.write("pages", step) for step in steps)
    elif steps:
        yield chooser.write("pages", *steps)


def _left_out(chooser: Chooser, items: Path, identity: Path) -> list[Path]:
    """Return members of the items that can be left out without losing the identity, in an order by chance."""
    known = {path for path, _ in members(chooser.document) if chooser.can_write(path)}
    inside = [path for path in known if len(path) > len(items) and path[: len(items)] == items]
    return shuffle([path for path in inside if path != identity[: len(path)]], f"{chooser.seed} left out")
