"""Literals of a filter language: values that were seen, and values beside them.

Each function yields ``(operator, operand)`` pairs for one member, the plainest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from specproof.contract.vocabulary import Filter
from specproof.generate.shuffle import shuffle
from specproof.generate.traps import hardest, other_case
from specproof.model.condition import Operand, moment_of

Pair = tuple[str, Operand]
ORDERS = ("greater", "greater_or_equal", "less", "less_or_equal")
_LONGEST = 200  # characters of a text: longer ones make the address too long for some servers
_LONGEST_WRITTEN = 1200  # characters of a longer one as it stands in an address
_LONG = 500  # characters: what is cut somewhere is cut here
_ODD = set("%&+#;'=<>()~!*?,|/")
_WORDS = {"true", "false", "null", "and", "or", "not"}
_SHORTLY = timedelta(minutes=10)  # whoever compares days alone takes what is so close for the same
_SPELLINGS = (
    ("equals", "+02:00"), ("equals", "-05:30"), ("not_equals", "Z"), ("less_or_equal", ""),
    ("greater", "-05:30"), ("greater_or_equal", "+02:00"), ("less", "+02:00"),
)  # fmt: skip
_ABSENT = ("specproof's absent text", "specproof AND (nothing", "%pecproof")


def operand(terms: Filter, value: Any) -> Operand | None:
    """Return a literal for a text, a number, a boolean or ``None``; ``None`` where it cannot be written."""
    if value is None:
        return Operand(kind="null", value=None, written=terms.absent or "null")
    if isinstance(value, bool):
        return Operand(kind="boolean", value=value, written="true" if value else "false")
    if isinstance(value, int | Decimal):
        return Operand(kind="number", value=value, written=str(value))
    text = str(value)
    if not text.isprintable() or (len(text) > _LONGEST and len(quote(text)) > _LONGEST_WRITTEN):
        return None
    written = text
    if terms.escape is not None:
        for sign in (terms.escape, '"'):
            written = written.replace(sign, terms.escape + sign)
    elif '"' in text or "\\" in text:
        return None
    return Operand(kind="string", value=text, written=f'"{written}"')


def moment(at: datetime, *, offset: str = "", milliseconds: bool = False, day: bool = False) -> Operand:
    """Return a literal for a moment.

    Args:
        at: The moment; what is finer than the literal can say is cut off.
        offset: As it shall be written: ``+02:00``, ``Z``, or empty for none, which means UTC.
        milliseconds: Whether a fraction of the second is written.
        day: Whether the date alone is written.
    """
    at = at.astimezone(UTC)
    if day:
        value = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return Operand(kind="datetime", value=value, written=value.date().isoformat(), unit=timedelta(days=1))
    value = at.replace(microsecond=at.microsecond // 1000 * 1000 if milliseconds else 0)
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{offset or '+00:00'}").utcoffset() or timedelta(0)
    local = value.astimezone(timezone(zone)).replace(tzinfo=None)
    written = local.isoformat(timespec="milliseconds" if milliseconds else "seconds") + offset
    unit = timedelta(milliseconds=1) if milliseconds else timedelta(seconds=1)
    return Operand(kind="datetime", value=value, written=written, unit=unit)


def booleans(terms: Filter) -> Iterator[Pair]:
    """Yield both booleans."""
    for value in (True, False):
        for operator in ("equals", "not_equals"):
            if (literal := operand(terms, value)) is not None:
                yield operator, literal


def numbers(terms: Filter, values: Sequence[Any], *, full: bool) -> Iterator[Pair]:
    """Yield a number that is there, and ones between and beyond."""
    seen = sorted({Decimal(str(v)) for v in values if isinstance(v, int | float) and not isinstance(v, bool)})
    seen = [value for value in seen if value.is_finite() and abs(value) < 2**53 and "E" not in str(value)]
    if not seen:
        return
    middle = seen[len(seen) // 2]
    beside = [middle + Decimal("0.5"), seen[-1] + 1, seen[0] - 1] if full else []
    for value in [middle, *beside]:
        for operator in ("equals", "not_equals", *ORDERS):
            if (literal := operand(terms, value)) is not None:
                yield operator, literal


def moments(values: Sequence[Any], *, full: bool) -> Iterator[Pair]:
    """Yield a moment that is there, with each operator written in another way, and days beside it."""
    seen = sorted({found[0] for value in values if (found := moment_of(value))})
    if not seen:
        return
    even = [value for value in seen if value.microsecond % 1000 == 0] or seen
    middle, median = even[len(even) // 2], seen[len(seen) // 2]
    fraction = bool(middle.microsecond)
    for operator, offset in _SPELLINGS:
        yield operator, moment(middle, offset=offset, milliseconds=fraction)
    yield "less", moment(median + timedelta(days=1), day=True)
    if not full:
        return
    yield "equals", moment(middle, milliseconds=True)
    for operator in ("equals", *ORDERS):
        yield operator, moment(middle, offset="Z", milliseconds=fraction)
    for operator in ("less", "less_or_equal"):
        for offset in ("", "-05:30"):
            yield operator, moment(middle, offset=offset, milliseconds=fraction)
    yield "greater", moment(median - _SHORTLY, offset="+02:00", milliseconds=True)
    yield "less", moment(median, offset="-05:30")
    for day in (median, median + timedelta(days=1)):
        yield "less", moment(day, day=True)
        yield "greater_or_equal", moment(day, day=True)
    yield "less", moment(seen[0], offset="+00:00")
    yield "greater", moment(seen[-1] + timedelta(days=1), day=True)


def absences(terms: Filter) -> Iterator[Pair]:
    """Yield the word for no value."""
    for operator in ("equals", "not_equals"):
        if (literal := operand(terms, None)) is not None:
            yield operator, literal


def texts(
    terms: Filter, values: Sequence[Any], *, full: bool, seed: str, few: bool = False
) -> Iterator[Pair]:
    """Yield texts that are there, of every kind that servers tend to mishandle, and texts beside them.

    ``few`` takes one text in their place, the one that is hardest to read.
    """
    seen = shuffle({v for v in values if isinstance(v, str) and operand(terms, v)}, seed)
    if not seen:
        return
    if few:
        pairs = _few_text_pairs(terms, seen)
    else:
        chosen = samples(seen, spaces=terms.collation == "codepoint")
        pairs = _text_pairs(terms, sorted(seen), chosen, full=full)
    for operator, text in pairs:
        if (literal := operand(terms, text)) is not None and (text or operator in {"equals", "not_equals"}):
            yield operator, literal


def _few_text_pairs(terms: Filter, seen: Sequence[str]) -> Iterator[tuple[str, str]]:
    hard, median = hardest(seen) or "", sorted(seen)[len(seen) // 2]
    piece = hard[1:-1].strip() or hard
    piece = other_case(piece) if terms.contains_ignores_case else piece
    yield from (("equals", hard), ("not_equals", hard), ("contains", piece), ("not_contains", piece))
    yield "contains", "%_"  # both stand for any text in SQL
    if terms.collation is not None:
        yield from (("greater", median), ("less_or_equal", median))


def spellings(terms: Filter, values: Sequence[Any], *, seed: str) -> Iterator[Pair]:
    """Yield texts that are almost the hardest one that is there, and equal none."""
    seen = shuffle({v for v in values if isinstance(v, str) and operand(terms, v)}, seed)
    hard = hardest(seen) or ""
    almost = [hard[: len(hard) // 2], hard[len(hard) // 2 :]]
    if terms.collation == "codepoint":
        cased = "".join(sign.swapcase() if sign.isascii() else sign for sign in hard)
        almost += [cased, hard.strip(), *(normalize(form, hard) for form in ("NFC", "NFD"))]
    numbers = [found[1] for found in (re.match(r" *0+([1-9]\d*)", text) for text in seen) if found]
    almost += [_same_number(text) for text in [samples(seen).get("like a number")] if text] + numbers[:1]
    for text in dict.fromkeys(almost):
        literal = operand(terms, text) if text and text not in seen else None
        if literal is not None:
            yield "equals", literal


def _text_pairs(
    terms: Filter, seen: list[str], chosen: dict[str, str], *, full: bool
) -> Iterator[tuple[str, str]]:
    plain = chosen.get("cased") or chosen.get("plain") or seen[0]
    median = seen[len(seen) // 2]
    piece = _piece(plain).swapcase() if terms.contains_ignores_case else _piece(plain)
    yield from (("equals", plain), ("not_equals", plain), ("equals", plain.swapcase()))
    yield from (("contains", piece), ("not_contains", _piece(plain)))
    if terms.collation is not None:
        yield from (("greater", median), ("less_or_equal", median))
    if full:
        yield from _more_text_pairs(terms, plain, median, chosen)


def _more_text_pairs(
    terms: Filter, plain: str, median: str, chosen: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for text in chosen.values():
        yield from (("equals", text), ("contains", _piece(text)), ("contains", _piece(text).swapcase()))
    for text in (plain + "x", plain[:-1], plain[1:], *_ABSENT):
        yield "equals", text
    if "long" in chosen:  # as long, and shorter by its end alone
        yield "equals", chosen["long"][:-1]
    if "spaces" in chosen:
        yield "equals", chosen["spaces"].strip()
    if "like a number" in chosen:
        yield "equals", _same_number(chosen["like a number"])
    if terms.collation == "codepoint" and (text := normalize("NFD", chosen.get("non-ASCII", ""))):
        yield "equals", text
    for name in ("non-ASCII", "quoted", "odd"):
        if name in chosen:
            yield from (("not_equals", chosen[name]), ("not_contains", _piece(chosen[name]).swapcase()))
    for text in ("%", "_", plain, *_ABSENT):
        yield "contains", text
    yield "not_contains", _piece(plain).swapcase()
    if terms.collation is not None:
        for text in dict.fromkeys((median, median.swapcase(), chosen.get("non-ASCII", median))):
            yield from ((operator, text) for operator in ORDERS)


def samples(seen: Sequence[str], *, spaces: bool = False) -> dict[str, str]:
    """Return one text of each kind that is there."""
    kinds: dict[str, Callable[[str], bool]] = {
        "plain": lambda text: text.isascii() and text.replace("_", "").isalnum(),
        "cased": lambda text: text.isascii() and text.isalpha() and len(text) > 4,
        "non-ASCII": lambda text: (
            not text.isascii() and text.swapcase() != text == text.swapcase().swapcase()
        ),
        "quoted": lambda text: '"' in text,
        "backslash": lambda text: "\\" in text,
        "odd": lambda text: text.isascii() and bool(_ODD & set(text)),
        "percent": lambda text: bool(re.search("%[0-9A-Fa-f]{2}", text)),
        "like a word": lambda text: text.lower() in _WORDS,
        "like a number": lambda text: bool(text) and text.isascii() and text.replace(".", "").isdecimal(),
        "empty": lambda text: not text,
        "beyond the BMP": lambda text: text[:1] > "\uffff",
        "long": lambda text: _LONG < len(text) <= _LONGEST_WRITTEN and text.isascii(),
        "at the end of the BMP": lambda text: "\ue000" <= text[:1] <= "\uffff",
    }
    if spaces:
        kinds["spaces"] = lambda text: text != text.strip() or "  " in text
    found = ((name, next((text for text in seen if fits(text)), None)) for name, fits in kinds.items())
    return {name: text for name, text in found if text is not None}


def _same_number(text: str) -> str:
    """Return another way to write the number that a text looks like."""
    if text.startswith("0") and text.strip("0"):
        return text.lstrip("0")
    return f"{text}0" if "." in text else f"0{text}"


def _piece(text: str) -> str:
    """Return a part from the middle of a text; of a quoted one, a part with a quotation mark."""
    start, length = len(text) // 4, max(3, len(text) // 2)
    special = next((place for place, sign in enumerate(text) if sign in '"\\'), None)
    cased = (place for place, sign in enumerate(text) if not sign.isascii() and sign.swapcase() != sign)
    foreign = next(cased, special)
    if foreign is not None:
        start, length = max(0, foreign - 1), 3
    return text[start : start + length].strip() or text
