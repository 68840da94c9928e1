"""List pagination: numbered pages of a collection of known size, with links in both directions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from specproof.target.incoming import Place, Query
from specproof.target.problems import Problem

CANONICAL = re.compile(r"[1-9][0-9]{0,3999}")
Values = Sequence[dict[str, object]]
Page = dict[str, object]


@dataclass(frozen=True, slots=True)
class Window:
    """The page that was asked for; both numbers start at 1."""

    number: int
    length: int

    @property
    def offset(self) -> int:
        """How many items come before the page."""
        return (self.number - 1) * self.length


class Pager:
    """Cuts a collection into pages and describes the page it cut."""

    size_default = 10
    size_minimum = 1
    size_maximum = 100

    def window(self, query: Query) -> Window:
        """Read ``page`` and ``pagelen``.

        Raises:
            Problem: 400, not a whole number in canonical decimal form, or out of range.
        """
        page, length = query.one("page"), query.one("pagelen")
        return Window(
            1 if page is None else self.page(page),
            self.size_default if length is None else self.length(length),
        )

    def page(self, text: str) -> int:
        """Read a page number."""
        return self.number("page", text, 1, None)

    def length(self, text: str) -> int:
        """Read a page size."""
        return self.number("pagelen", text, self.size_minimum, self.size_maximum)

    def number(self, name: str, text: str, minimum: int, maximum: int | None) -> int:
        """Read a whole number.

        Raises:
            Problem: 400, it is none, or out of range.
        """
        number = int(text) if CANONICAL.fullmatch(text) else None
        if number is None or number < minimum or (maximum is not None and number > maximum):
            detail = f"Expected a whole number from {minimum}{f' to {maximum}' if maximum else ''}."
            data = {"key": "pagination.malformed", "parameter": name}
            raise Problem(400, f"Invalid {name}", detail=detail, data=data)
        return number

    def span(self, window: Window) -> tuple[int, int]:
        """Return offset and limit of the slice that fills the page."""
        return window.offset, window.length

    def order(self, window: Window, usual: str) -> str:
        """Return the ORDER BY of the collection; ``usual`` is complete, that is, without ties."""
        return usual

    def last(self, window: Window, total: int) -> int:
        """Return the number of the last page; an empty collection has one, empty page."""
        return max(1, -(-total // window.length))

    def next(self, window: Window, total: int) -> int | None:
        """Return the number of the page after, ``None`` on the last one and beyond."""
        return window.number + 1 if window.number < self.last(window, total) else None

    def previous(self, window: Window, total: int) -> int | None:
        """Return the number of the page before; from beyond the end, this is the last page."""
        return min(window.number - 1, self.last(window, total)) or None

    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        """Build the object around the values."""
        page: Page = {"page": window.number, "pagelen": window.length, "size": total}
        page["values"] = list(values)
        following, preceding = self.next(window, total), self.previous(window, total)
        if following is not None:
            page["next"] = place.with_page(following)
        if preceding is not None:
            page["previous"] = place.with_page(preceding)
        return page
