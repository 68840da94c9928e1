"""Texts in which many things are that servers stumble over: a quick look asks with one in place of many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from specproof.model.traps import traps

_TRAPS = " 0070  Größe & C:\\temp\\new; a+b=#1, 'n\u00e9 e\u0301' 100%25 x_y AND \u00dcnd"
_QUOTED = f'{_TRAPS} "twice" '
_UNQUOTED = f"{_TRAPS.replace(chr(92), '/')} twice "
_LONG = " Specproof" * 19
TRAPPED = (
    f"{_QUOTED[:-1]}{_LONG} ",
    _QUOTED,
    f"{_UNQUOTED[:-1]}{_LONG} ",
    _UNQUOTED,
    "Gr\u00f6\u00dfe & more ",
)
"""Texts with many traps, the one with most of them first."""


def hardest(seen: Iterable[str]) -> str | None:
    """Return the text with most traps, of equal ones the first; ``None`` where there is no text."""
    return max(seen, key=lambda text: len(traps(text)), default=None)


def other_case(text: str) -> str:
    """Return a text with small letters for capitals and the reverse, where both say the same."""
    return "".join(
        sign.swapcase() if sign.swapcase().swapcase() == sign and len(sign.swapcase()) == 1 else sign
        for sign in text
    )


def escaped(text: str) -> int:
    """Count the characters and kinds of letters in a text that a link must keep or escape."""
    signs = {sign for sign in text if quote(sign, safe="") != sign and sign.isascii()}
    kinds = (re.search("[A-Z]", text), not text.isascii())
    return len(signs) + sum(bool(kind) for kind in kinds)
