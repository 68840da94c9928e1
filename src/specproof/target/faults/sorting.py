"""Faults of sorting."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from dataclasses import replace

from flask import request

from specproof.target.faults.registry import fault
from specproof.target.incoming import Place
from specproof.target.paging import Page, Pager, Values, Window
from specproof.target.problems import Problem
from specproof.target.sorting import Sort
from specproof.target.variables import CREATION_ORDER, EVERYTHING, Condition, Variables

ORDER = "sort.order"
DESCENDING = "sort.descending"
ITEMS = "sort.same-items"
PAGES = "sort.pages"
FILTER = "sort.with-filter"
UNKNOWN = "sort.unknown-refused"
SECRETS = "sort.secrets-hidden"


@fault("sort", "sort-ignored", ORDER, "The list is never sorted.")
class SortIgnored(Sort):
    def order(self, text: str | None) -> str:
        super().order(text)
        return CREATION_ORDER


@fault("sort", "sort-ignores-case", ORDER, "Text is sorted as if there were no capitals.")
class SortIgnoresCase(Sort):
    def order(self, text: str | None) -> str:
        return super().order(text).replace("key", "key COLLATE NOCASE", 1)


@fault("sort", "sort-foreign-letters-first", ORDER, "Keys with letters beyond ASCII come first.")
class SortForeignLettersFirst(Sort):
    def order(self, text: str | None) -> str:
        found = super().order(text)
        return f"length(key) = length(CAST(key AS BLOB)), {found}" if text == "key" else found


@fault("sort", "sort-text-as-numbers", ORDER, "Values are sorted by the numbers they begin with.")
class SortTextAsNumbers(Sort):
    def order(self, text: str | None) -> str:
        found = super().order(text)
        return f"CAST(value AS INTEGER), {found}" if text == "value" else found


@fault("sort", "sort-moments-by-time-of-day", ORDER, "created_on is sorted by the time of day.")
class SortMomentsByTimeOfDay(Sort):
    def order(self, text: str | None) -> str:
        return super().order(text).replace("created_on", "substr(created_on, 12)", 1)


@fault("sort", "sort-flags-mixed", ORDER, "Sorting by secured does nothing.")
class SortFlagsMixed(Sort):
    def order(self, text: str | None) -> str:
        return CREATION_ORDER if text == "secured" else super().order(text)


@fault("sort", "descending-ignored", DESCENDING, "The hyphen is ignored.")
class DescendingIgnored(Sort):
    def direction(self, *, descending: bool) -> str:
        return ""


@fault("sort", "descending-ignored-for-flags", DESCENDING, "The hyphen is ignored before secured.")
class DescendingIgnoredForFlags(Sort):
    def order(self, text: str | None) -> str:
        return super().order("secured" if text == "-secured" else text)


@fault("sort", "descending-refused", DESCENDING, "A hyphen before a moment is refused.")
class DescendingRefused(Sort):
    def order(self, text: str | None) -> str:
        if text == "-created_on":
            raise Problem(400, "The sort order is not valid", data={"key": "sort.malformed"})
        return super().order(text)


@fault(
    "sort", "descending-within-pages", DESCENDING, "Descending starts from the ascending order by creation."
)
class DescendingByCreation(Sort):
    def order(self, text: str | None) -> str:
        return f"{CREATION_ORDER} DESC" if (text or "").startswith("-") else super().order(text)


@fault(
    "variables", "sort-loses-empty-values", ITEMS, "Sorted by value, variables without one are not listed."
)
class SortLosesEmptyValues(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        if "value" in order:
            sql = f"({where.sql}) AND (value <> '' OR secured)" if where.sql else "value <> '' OR secured"
            where = replace(where, sql=sql)
        return super().select(team, offset=offset, limit=limit, order=order, where=where)


@fault(
    "variables",
    "sort-repeats-equals",
    ITEMS,
    "Sorted by a flag, the last variable takes the place of the one before.",
)
class SortRepeatsEquals(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().select(team, offset=offset, limit=limit, order=order, where=where)
        return total, [*rows[:-2], rows[-1], rows[-1]] if order.startswith("secured") and len(
            rows
        ) > 2 else rows


@fault("variables", "sort-within-pages", PAGES, "Each page is sorted, and not the list.")
class SortWithinPages(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().select(team, offset=offset, limit=limit, order=CREATION_ORDER, where=where)
        kept = ", ".join(str(row["id"]) for row in rows) or "0"
        chosen = Condition(f"id IN ({kept})")
        return total, super().select(team, offset=0, limit=limit, order=order, where=chosen)[1]


@fault("variable_pager", "links-drop-sort", PAGES, "Page links forget the order.")
class LinksDropSort(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        kept = [(name, value) for name, value in place.pairs if name != "sort"]
        return super().wrap(window, total, values, replace(place, pairs=kept))


@fault("variable_pager", "sort-ties-change-by-page", PAGES, "What is equal is ordered anew on every page.")
class SortTiesChangeByPage(Pager):
    def order(self, window: Window, usual: str) -> str:
        return f"{usual} DESC" if window.number % 2 == 0 and "," in usual else usual


@fault("sort", "sort-ignored-with-filter", FILTER, "A filtered list is not sorted.")
class SortIgnoredWithFilter(Sort):
    def order(self, text: str | None) -> str:
        return super().order(None if request.args.get("q") else text)


@fault("variables", "sort-drops-filter", FILTER, "A sorted list is not filtered.")
class SortDropsFilter(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        kept = where if order == CREATION_ORDER else EVERYTHING
        return super().select(team, offset=offset, limit=limit, order=order, where=kept)


@fault("sort", "sort-unknown-ignored", UNKNOWN, "An order that is not known is ignored.")
class SortUnknownIgnored(Sort):
    def order(self, text: str | None) -> str:
        try:
            return super().order(text)
        except Problem:
            return CREATION_ORDER


@fault("sort", "sort-unknown-404", UNKNOWN, "An order that is not known is answered with 404.")
class SortUnknown404(Sort):
    def order(self, text: str | None) -> str:
        try:
            return super().order(text)
        except Problem as problem:
            raise Problem(404, "There is no such field") from problem


@fault("sort", "sort-by-secrets", SECRETS, "Secured variables are sorted by the values that nobody may know.")
class SortBySecrets(Sort):
    def order(self, text: str | None) -> str:
        return super().order(text).replace("CASE WHEN secured THEN '' ELSE value END", "value", 1)
