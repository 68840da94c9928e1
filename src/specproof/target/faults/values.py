"""Faults that damage what a client sent: the value that comes back is not the value that went in."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

from specproof.target.faults.registry import fault
from specproof.target.intake import Intake

ECHO = "lifecycle.echo"


def _damaged(member: str, damage: Callable[[str], str]) -> type[Intake]:
    """Build an intake that passes one member through a function."""

    class Damaged(Intake):
        def value(self, given: object) -> object:
            found = super().value(given)
            return damage(found) if member == "value" and isinstance(found, str) else found

        def key(self, given: object) -> object:
            found = super().key(given)
            return (damage(found) or "_") if member == "key" and isinstance(found, str) else found

    return Damaged


def _no_leading_zeros(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdecimal() else text


def _read_as_latin_1(text: str) -> str:
    return text.encode().decode("latin-1") if text and max(text) < "\u0100" else text


def _replace_astral(text: str) -> str:
    return "".join("?" if ord(character) > 0xFFFF else character for character in text)


DAMAGES: tuple[tuple[str, str, Callable[[str], str], str], ...] = (
    ("value-trimmed", "value", str.strip, "Spaces around a value are lost."),
    (
        "value-trailing-newline-lost",
        "value",
        lambda text: text.removesuffix("\n"),
        "A newline at the end is lost.",
    ),
    ("value-crlf-to-lf", "value", lambda text: text.replace("\r\n", "\n"), "CR LF becomes LF."),
    ("value-tab-to-space", "value", lambda text: text.replace("\t", " "), "A tab becomes a space."),
    ("value-spaces-joined", "value", lambda text: re.sub(" +", " ", text), "Several spaces become one."),
    ("value-nfc", "value", lambda text: unicodedata.normalize("NFC", text), "Characters are composed (NFC)."),
    ("value-astral-lost", "value", _replace_astral, "Characters beyond U+FFFF become question marks."),
    ("value-cut-at-255", "value", lambda text: text[:255], "Values end after 255 characters."),
    ("value-cut-at-1000", "value", lambda text: text[:1_000], "Values end after 1,000 characters."),
    ("value-cut-before-maximum", "value", lambda text: text[:4_095], "The last of 4,096 characters is lost."),
    ("value-html-escaped", "value", html.escape, "Markup characters come back escaped."),
    ("value-unquoted", "value", lambda text: text.replace('"', ""), "Quotation marks are lost."),
    ("value-leading-zeros-lost", "value", _no_leading_zeros, "007 becomes 7."),
    (
        "value-whole-number-is-fraction",
        "value",
        lambda text: f"{text}.0" if re.fullmatch("[1-9][0-9]{0,8}", text) else text,
        "A whole number without leading zeros comes back as a fraction.",
    ),
    ("value-bom-lost", "value", lambda text: text.removeprefix("\ufeff"), "U+FEFF at the start is lost."),
    (
        "value-expands-variables",
        "value",
        lambda text: re.sub(r"\$\{?[A-Z]+\}?", "", text),
        "What looks like a variable of a shell is replaced by nothing.",
    ),
    (
        "value-unescaped",
        "value",
        lambda text: text.replace("\\n", "\n"),
        "A backslash and n are a line break.",
    ),
    (
        "value-controls-lost",
        "value",
        lambda text: re.sub(r"[\x01-\x08\x0b\x0c\x0e-\x1f]", "", text),
        "Control characters are lost, but for tabs and line breaks.",
    ),
    (
        "value-delete-lost",
        "value",
        lambda text: re.sub(r"[\x7f-\x9f]", "", text),
        "Control characters behind ASCII are lost.",
    ),
    (
        "value-separators-broken",
        "value",
        lambda text: re.sub("[\u0085\u2028\u2029]", "\n", text),
        "Separators of lines and paragraphs become line breaks.",
    ),
    (
        "value-read-as-latin-1",
        "value",
        _read_as_latin_1,
        "A text of Latin-1 letters is read as if it were Latin-1, and other ones are not.",
    ),
    (
        "value-final-sigma-lost",
        "value",
        lambda text: text.replace("\u03c2", "\u03c3"),
        "A sigma at the end of a word becomes one inside of a word.",
    ),
    (
        "value-variation-lost",
        "value",
        lambda text: text.replace("\ufe0f", ""),
        "What tells a coloured sign from a plain one is lost.",
    ),
    (
        "value-quotes-straightened",
        "value",
        lambda text: re.sub("[\u201c\u201d]", '"', text),
        "Typographic quotation marks become straight ones.",
    ),
    (
        "value-backslashes-joined",
        "value",
        lambda text: text.replace("\\\\", "\\"),
        "Of two backslashes one is lost.",
    ),
    (
        "value-boolean-capital",
        "value",
        lambda text: "True" if text == "true" else text,
        "A value that looks like a boolean gets a capital.",
    ),
    ("value-lower-case", "value", str.lower, "Values are folded to lower case."),
    ("key-upper-case", "key", str.upper, "Keys are folded to upper case."),
    ("key-trimmed", "key", str.strip, "Spaces around a key are lost."),
    ("key-cut-at-64", "key", lambda text: text[:64], "Keys end after 64 characters."),
)
for _name, _member, _damage, _summary in DAMAGES:
    fault("intake", _name, ECHO, _summary)(_damaged(_member, _damage))
