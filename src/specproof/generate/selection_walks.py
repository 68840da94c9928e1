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

    Args:
        chooser: Knows the first page and how members are written.
        items: Where the items stand.
        identity: The member that tells two items apart, from the root.
        links: The members that lead to other pages.
    """
    terms = chooser.terms
    if terms.include:
        yield chooser.write("pages", *(("include", path) for path in (*links, identity)))
    if chooser.depth == "quick":
        return
    if terms.exclude is not None and (others := _left_out(chooser, items, identity)):
        yield chooser.write("pages", ("exclude", others[0]))
    hidden = [tuple(name.split(terms.separator)) for name in terms.hidden or ()]
    inside = [path for path in hidden if path[: len(items)] == items]
    if terms.add is not None and inside:
        yield chooser.write("pages", ("add", inside[-1]))


def _left_out(chooser: Chooser, items: Path, identity: Path) -> list[Path]:
    """Return members of the items that can be left out without losing the identity, in an order by chance."""
    known = {path for path, _ in members(chooser.document) if chooser.can_write(path)}
    inside = [path for path in known if len(path) > len(items) and path[: len(items)] == items]
    return shuffle([path for path in inside if path != identity[: len(path)]], f"{chooser.seed} left out")
