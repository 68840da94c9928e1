"""Faults of filters over several pages."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from dataclasses import replace

from specproof.target.faults.registry import fault
from specproof.target.incoming import Place
from specproof.target.paging import Page, Pager, Values, Window
from specproof.target.variables import EVERYTHING, Condition, Variables

PAGES = "filter.pages"


@fault("variables", "filter-total-of-everything", PAGES, "The size of a filtered list counts everything.")
class FilterTotalOfEverything(Variables):
    def count(self, connection: sqlite3.Connection, condition: str, parameters: tuple[object, ...]) -> int:
        return super().count(connection, "team_id = ?", parameters[:1])


@fault("variables", "filter-after-paging", PAGES, "Pages are cut before they are filtered.")
class FilterAfterPaging(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().select(team, offset=offset, limit=limit, order=order)
        if not where.sql:
            return total, rows
        ids = ", ".join(str(row["id"]) for row in rows) or "0"
        kept = replace(where, sql=f"({where.sql}) AND id IN ({ids})")
        return total, super().select(team, offset=0, limit=limit, order=order, where=kept)[1]


@fault("variables", "filter-on-page-1-only", PAGES, "From page 2 on everything is listed.")
class FilterOnPage1Only(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().select(team, offset=offset, limit=limit, order=order, where=where)
        if not offset:
            return total, rows
        return total, super().select(team, offset=offset, limit=limit, order=order)[1]


class _Links(Pager):
    """Writes page links with another filter."""

    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        pairs = [(n, self.kept(value) if n == "q" else value) for n, value in place.pairs]
        return super().wrap(window, total, values, replace(place, pairs=pairs))

    def kept(self, text: str) -> str:
        """Return what a link keeps of the filter."""
        raise NotImplementedError


@fault("variable_pager", "links-drop-filter", PAGES, "Page links forget the filter.")
class LinksDropFilter(_Links):
    def kept(self, text: str) -> str:
        return ""


@fault("variable_pager", "links-break-foreign-letters", PAGES, "Page links write letters beyond ASCII as ?.")
class LinksBreakForeignLetters(_Links):
    def kept(self, text: str) -> str:
        return text.encode("ascii", "replace").decode()


@fault("variable_pager", "links-break-plus", PAGES, "Page links do not encode the plus of an offset.")
class LinksBreakPlus(_Links):
    def kept(self, text: str) -> str:
        return text.replace("+", " ")


@fault("variable_pager", "links-cut-at-ampersand", PAGES, "Page links keep a filter up to its first &.")
class LinksCutAtAmpersand(_Links):
    def kept(self, text: str) -> str:
        return text.partition("&")[0]


@fault("variable_pager", "links-lower-filter", PAGES, "Page links write A to Z of the filter small.")
class LinksLowerFilter(_Links):
    def kept(self, text: str) -> str:
        return "".join(letter.lower() if letter.isascii() else letter for letter in text)
