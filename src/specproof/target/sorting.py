"""The ``sort`` parameter: one field, with a hyphen before it for descending order."""

from __future__ import annotations

from specproof.target.columns import COLUMNS, SORTABLE
from specproof.target.problems import Problem
from specproof.target.variables import CREATION_ORDER


class Sort:
    """Turns ``sort`` into an ORDER BY."""

    def order(self, text: str | None) -> str:
        """Return the order that was asked for; what is equal in it stays in the order of creation.

        Raises:
            Problem: 400, there is no such field.
        """
        if not text:
            return CREATION_ORDER
        name = text.removeprefix("-")
        if name not in SORTABLE:
            place = len(text) - len(name) + 1
            raise Problem(
                400,
                "The sort order is not valid",
                detail=f"Column {place}: expected one of {', '.join(SORTABLE)}.",
                data={"key": "sort.malformed", "parameter": "sort", "column": place},
            )
        return f"{COLUMNS[name].sql}{self.direction(descending=text != name)}, {CREATION_ORDER}"

    def direction(self, *, descending: bool) -> str:
        """Return the SQL of the direction."""
        return " DESC" if descending else ""
