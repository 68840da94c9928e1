"""Write texts and shell words as Python expressions that show no secret."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from specproof.client.curl import Captured, pieces

_SECRET_LAST = re.compile(r'(?P<before>[^$`"]*)"\$\{(?P<name>[A-Za-z_]\w*)\}"')
_SECRET_INSIDE = re.compile(r'"(?P<before>[^$`"\\]*)\$\{(?P<name>[A-Za-z_]\w*)\}"')


def text_of(
    text: str, captured: Sequence[Captured], known: Mapping[str, str], *, latin: bool = False, start: int = 0
) -> str:
    """Return an expression for a text.

    Args:
        text: What shall be sent.
        captured: Values in it that differ on every run, or must not be shown.
        known: Expressions for those that earlier answers give, by their variables.
        latin: The text is the value of a header.
        start: Captured values are looked for from here on.
    """
    parts = [
        ascii(piece) if isinstance(piece, str) else _captured(piece, known)
        for piece in pieces(text, tuple(captured), latin=latin, start=start)
        if piece
    ]
    return " + ".join(parts) or "''"


def _captured(item: Captured, known: Mapping[str, str]) -> str:
    if item.command:
        return f"bash({item.shown!a})"
    return known.get(item.variable) or f"secret({item.variable!a})"


def word(shell: str) -> str:
    """Return an expression for a shell word: in Python where it only puts a variable at its end."""
    found = _SECRET_LAST.fullmatch(shell) or _SECRET_INSIDE.fullmatch(shell)
    if found is not None:
        before = "".join(shlex.split(found["before"])) if shell[0] != '"' else found["before"]
        last = f"secret({found['name']!a})"
        return f"{before!a} + {last}" if before else last
    if not re.search(r"[$`]", shell):
        return ascii("".join(shlex.split(shell)))
    return f"bash({shell!a})"


def signed(words: Sequence[str], url: str) -> tuple[str, str]:
    """Return expressions for the header of a credential, or nothing, and for the URL that it signs.

    Args:
        words: The curl words that add the credential.
        url: An expression for the URL.
    """
    if not words:
        return "", url
    flag, value = words[0], word(words[1])
    if flag == "-u":
        return f"basic({value})", url
    if flag == "-b":
        return f"('Cookie', {value})", url
    if flag == "--data-urlencode":  # goes into the body
        return "", url
    if flag == "--url-query":
        return "", f"with_query({url}, {value})"
    return f"line({value})", url
