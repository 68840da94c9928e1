"""Secrets that are almost right: made from real ones, for requests and for shell lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specproof.suite.signing import shell_variable

_SHORTEST = 6  # characters; of a shorter secret too little is left to say anything
_FROM, _TO = "A-Za-z0-9", "g-z0-9A-Za-f"  # each 32 places on in the alphabet of base64: see `_turned`
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TURN = str.maketrans(_ALPHABET, _ALPHABET[32:] + _ALPHABET[:32])


@dataclass(frozen=True, slots=True, kw_only=True)
class Almost:
    """A secret that is not quite the right one.

    Args:
        what: What is wrong with it, in words that begin with "with" or "without".
        value: The secret.
        shown: What the shell has in its place.
    """

    what: str
    value: str = field(repr=False)
    shown: str


def almost(secret: str, variable: str | None) -> Iterator[Almost]:
    """Yield secrets that are almost the given one.

    Args:
        secret: The right one.
        variable: The environment variable that holds it; ``None``: none does, and the shell shows a mask.
    """
    for what, value, shown in _made(secret, shell_variable(variable).strip("${}")):
        yield Almost(what=what, value=value, shown=shown if variable else shell_variable(None))


def _made(secret: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong, the secret, and how bash writes it."""
    yield "with a longer secret", f"{secret}x", f"${{{name}}}x"
    if len(secret) >= _SHORTEST:
        yield "without the last character of the secret", secret[:-1], f"${{{name}%?}}"
        yield "with half of the secret", secret[: len(secret) // 2], f"${{{name}:0:{len(secret) // 2}}}"
    if secret.swapcase() != secret and secret.swapcase().swapcase() == secret:
        yield "with the secret in other case", secret.swapcase(), f"${{{name}~~}}"


def turned(secret: str, variable: str | None, *, first: bool = False) -> Almost | None:
    """Return a secret with another last or first character; ``None`` where none can be made.

    The other character differs in the first bits of what base64 makes of it: the last ones may be padding,
    which a reader may overlook (RFC 4648 section 3.5).
    """
    value = secret[:1].translate(_TURN) + secret[1:] if first else secret[:-1] + secret[-1:].translate(_TURN)
    if len(secret) < _SHORTEST or value == secret:
        return None
    name = shell_variable(variable).strip("${}")
    part = f"${{{name}:0:1}}" if first else f"${{{name}: -1}}"
    other = f'$(printf %s "{part}" | tr {_FROM} {_TO})'
    shown = f"{other}${{{name}#?}}" if first else f"${{{name}%?}}{other}"
    what = f"with another {'first' if first else 'last'} character of the secret"
    return Almost(what=what, value=value, shown=shown if variable else shell_variable(None))
