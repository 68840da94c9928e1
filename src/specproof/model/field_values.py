"""Values of header fields that several judges read: entity tags, dates of HTTP, and URI references."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

_ENTITY_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')  # RFC 9110 section 8.8.3
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_HTTP_DATE = re.compile(  # RFC 9110 section 5.6.7: the form that is sent, and the two that are obsolete
    rf"(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT"
    rf"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-(?:{_MONTHS})-\d\d \d\d:\d\d:\d\d GMT"
    rf"|(?:{_DAYS}) (?:{_MONTHS}) [ \d]\d \d\d:\d\d:\d\d \d{{4}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityTag:
    """The value of an ETag header."""

    opaque: str  # with its quotes
    weak: bool

    @property
    def value(self) -> str:
        """The tag as it stands in a header."""
        return f"W/{self.opaque}" if self.weak else self.opaque


def entity_tag(value: str | None) -> EntityTag | None:
    """Read an entity tag; ``None`` where it is none. Source: RFC 9110 section 8.8.3."""
    found = _ENTITY_TAG.fullmatch((value or "").strip())
    return EntityTag(opaque=found[2], weak=found[1] is not None) if found else None


def http_date(value: str | None) -> datetime | None:
    """Read a date in one of the three forms that HTTP knows; ``None`` where it is none."""
    if not _HTTP_DATE.fullmatch((value or "").strip()):
        return None
    try:
        found = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def as_http_date(moment: datetime) -> str:
    """Write a moment as HTTP sends it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def is_reference(text: str) -> bool:
    """Tell whether a text is a URI reference: no blanks, no control characters, nothing but ASCII.

    Source: RFC 3986 section 4.1.
    """
    try:
        urlsplit(text)
    except ValueError:
        return False
    return text.isascii() and not any(character <= " " or character in '<>"{}|\\^`\x7f' for character in text)
