"""Whether a result fits a modifier, as far as the result itself can show it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from specproof.model.search import Found

_ENDING = re.compile(r"[^.]+\.([^.]+)")  # names with one dot: how others are cut is nobody's promise


def fits(path: str | None, kind: str, value: str) -> bool | None:
    """Tell whether a path fits a modifier: certainly, certainly not, or who knows (``None``).

    ``path`` asks for a part of the path, ``extension`` for its ending; no other kind shows in a path.
    A result of a repository is told by its address: see :func:`names_repository`.
    """
    if path is None or re.search(r"[*?\[\]{}^$\\]", value):  # a pattern, in a language that is not described
        return None
    folded, wanted = path.casefold(), value.casefold().strip('"')
    if kind == "path":
        if wanted not in folded:
            return False
        return True if path.startswith(f"{value}/") else None
    if kind == "extension":
        wanted = wanted.removeprefix(".")
        if not folded.endswith(f".{wanted}"):
            return False
        ending = _ENDING.fullmatch(path.rpartition("/")[2])
        return True if ending and ending[1] == value else None
    return None


def names_repository(found: Found, value: str) -> bool:
    """Tell whether the address of a result names a repository, outside the path of the file."""
    address = unquote(found.identity).casefold().partition("?")[0]
    steps = address.removesuffix((found.path or "").casefold()).split("/")
    return value.casefold().rpartition("/")[2] in steps
