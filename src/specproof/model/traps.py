"""What a text may have in it that servers stumble over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from unicodedata import normalize

TRAPS: Mapping[str, Callable[[str], bool]] = {
    "a blank at an end": lambda text: text != text.strip(),
    "two blanks": lambda text: "  " in text.strip(),
    "a quotation mark": lambda text: '"' in text,
    "an apostrophe": lambda text: "'" in text,
    "a backslash": lambda text: "\\" in text,
    "an ampersand": lambda text: "&" in text,
    "a plus sign": lambda text: "+" in text,
    "a hash sign": lambda text: "#" in text,
    "a semicolon": lambda text: ";" in text,
    "a percent sign": lambda text: "%" in text,
    "a percent escape": lambda text: bool(re.search("%[0-9A-Fa-f]{2}", text)),
    "a letter beyond ASCII": lambda text: any(sign.isalpha() and not sign.isascii() for sign in text),
    "a letter of two characters": lambda text: normalize("NFC", text) != text,
    "a capital": lambda text: bool(re.search("[A-Z]", text)),
    "a word that joins": lambda text: bool(re.search("(?i) (and|or) ", text)),
    "more than 255 characters": lambda text: len(text) > 255,
}
"""What a text may have in it, for people, and how it is seen."""


def traps(text: str) -> tuple[str, ...]:
    """Return the names of what a text has in it that servers stumble over."""
    return tuple(name for name, has in TRAPS.items() if has(text))
