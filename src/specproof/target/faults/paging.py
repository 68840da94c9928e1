"""Faults of what a page holds and says of itself.

Each exists twice: for the list of variables, and as ``search-…`` for search.
"""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3

from specproof.target.accounts import Credential
from specproof.target.faults.registry import fault, paging
from specproof.target.incoming import Place
from specproof.target.paging import Page, Pager, Values, Window
from specproof.target.problems import Problem
from specproof.target.search.index import Search
from specproof.target.search.syntax import Node
from specproof.target.variables import EVERYTHING, Condition, Variables


@paging("page-repeats-item", "pagination.no-repeats", "page 2 and later begin with the item before them.")
class PageRepeatsItem(Pager):
    def span(self, window: Window) -> tuple[int, int]:
        return window.offset - (window.number > 1), window.length


@paging("page-skips-item", "pagination.no-gaps", "one item is lost where page 1 ends.")
class PageSkipsItem(Pager):
    def span(self, window: Window) -> tuple[int, int]:
        return window.offset + (window.number > 1), window.length


@paging("page-3-loses-item", "pagination.no-gaps", "page 3, and no other, lacks its first item.")
class Page3LosesItem(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values[1:] if window.number == 3 else values, place)


@paging("order-random", "pagination.stable-order", "every request has an order of its own.")
class OrderRandom(Pager):
    def order(self, window: Window, usual: str) -> str:
        return "random()"


@paging("order-turns", "pagination.no-repeats", "even pages count from the end of the collection.")
class OrderTurns(Pager):
    def order(self, window: Window, usual: str) -> str:
        return usual if window.number % 2 else f"{usual} DESC"


@paging("big-pages-are-cut", "pagination.size-independent", "pages of more than 25 show only their first 25.")
class BigPagesAreCut(Pager):
    def span(self, window: Window) -> tuple[int, int]:
        return window.offset, min(window.length, 25)


@paging("small-pages-lose-item", "pagination.size-independent", "pages of fewer than 5 lack their last item.")
class SmallPagesLoseItem(Pager):
    def span(self, window: Window) -> tuple[int, int]:
        return window.offset, window.length - (1 < window.length < 5)


@paging("size-counts-page", "pagination.total", "size counts the items of the page.")
class SizeCountsPage(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, place) | {"size": len(values)}


@paging("size-one-too-many", "pagination.total", "size is one more than there are.")
class SizeOneTooMany(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, place) | {"size": total + 1}


@paging("size-counts-pages", "pagination.total", "size is the number of pages.")
class SizeCountsPages(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, place) | {"size": self.last(window, total)}


@paging("page-number-stuck", "pagination.page-number", "page says 1 on every page.")
class PageNumberStuck(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, place) | {"page": 1}


@paging("page-number-from-zero", "pagination.page-number", "page counts from 0 in the answer.")
class PageNumberFromZero(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, place) | {"page": window.number - 1}


@paging("pagelen-stuck", "pagination.page-size", "pagelen says 10 whatever was asked.")
class PagelenStuck(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, place) | {"pagelen": self.size_default}


@paging("page-too-long", "pagination.at-most-size", "a page holds one item more than was asked.")
class PageTooLong(Pager):
    def span(self, window: Window) -> tuple[int, int]:
        return window.offset, window.length + 1


@paging("pagelen-ignored", "pagination.at-most-size", "small pages are as long as usual.")
class PagelenIgnored(Pager):
    def span(self, window: Window) -> tuple[int, int]:
        return window.offset, max(window.length, self.size_default)


@paging("default-size-20", "pagination.size-default", "a page holds 20 where no size is asked.")
class DefaultSize20(Pager):
    size_default = 20


@paging("size-above-maximum", "pagination.size-maximum", "pagelen 101 and more is accepted and obeyed.")
class SizeAboveMaximum(Pager):
    size_maximum = 1_000_000


@paging("size-clamped", "pagination.size-maximum", "pagelen 101 and more is taken for 100, not refused.")
class SizeClamped(Pager):
    def length(self, text: str) -> int:
        return min(self.number("pagelen", text, 1, 10**18), self.size_maximum)


@paging("maximum-refused", "pagination.size-maximum", "pagelen 100, which is allowed, is refused.")
class MaximumRefused(Pager):
    size_maximum = 99


@paging("pagelen-0-gives-all", "pagination.size-minimum", "pagelen 0 answers everything at once.")
class Pagelen0GivesAll(Pager):
    def length(self, text: str) -> int:
        return 1_000_000 if text == "0" else super().length(text)


@paging(
    "negative-pagelen-accepted", "pagination.size-minimum", "a negative pagelen is taken for the default."
)
class NegativePagelenAccepted(Pager):
    def length(self, text: str) -> int:
        return self.size_default if text.startswith("-") else super().length(text)


@paging("page-0-accepted", "input.invalid-refused", "page 0 is taken for page 1.")
class Page0Accepted(Pager):
    def page(self, text: str) -> int:
        return 1 if text == "0" else super().page(text)


@paging("negative-page-accepted", "input.invalid-refused", "a negative page is taken for page 1.")
class NegativePageAccepted(Pager):
    def page(self, text: str) -> int:
        return 1 if text.startswith("-") else super().page(text)


@paging("word-as-page-accepted", "pagination.non-integer-refused", "a page that is no number is page 1.")
class WordAsPageAccepted(Pager):
    def page(self, text: str) -> int:
        try:
            return super().page(text)
        except Problem:
            if text.lstrip("-").isdecimal():
                raise
            return 1


@paging("fraction-accepted", "pagination.non-integer-refused", "1.5 is rounded down to 1.")
class FractionAccepted(Pager):
    def number(self, name: str, text: str, minimum: int, maximum: int | None) -> int:
        whole, point, rest = text.partition(".")
        return super().number(name, whole if point and rest.isdecimal() else text, minimum, maximum)


@paging("past-end-404", "pagination.past-end", "a page past the end is not found.")
class PastEnd404(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        if window.number > self.last(window, total):
            raise Problem(404, "There is no such page")
        return super().wrap(window, total, values, place)


@paging("past-end-500", "status.no-server-error", "a page past the end is a server error.")
class PastEnd500(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        if window.number > self.last(window, total):
            raise Problem(500, "The server failed")
        return super().wrap(window, total, values, place)


@paging("huge-page-500", "status.no-server-error", "a page beyond 32 bits is a server error.")
class HugePage500(Pager):
    def page(self, text: str) -> int:
        number = super().page(text)
        if number >= 2**31:
            raise Problem(500, "The server failed")
        return number


@fault(
    "variables", "past-end-first-page", "pagination.past-end", "List: a page past the end shows page 1 again."
)
class PastEndFirstPage(Variables):
    def select(
        self, team: int, *, offset: int, limit: int, order: str, where: Condition = EVERYTHING
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().select(team, offset=offset, limit=limit, order=order, where=where)
        if rows:
            return total, rows
        return super().select(team, offset=0, limit=limit, order=order, where=where)


@fault("search", "search-past-end-first-page", "pagination.past-end", "Search: page 1 again past the end.")
class SearchPastEndFirstPage(Search):
    def find(
        self, team: int, question: Node, *, offset: int, limit: int, order: str, within: Credential
    ) -> tuple[int, list[sqlite3.Row]]:
        found = super().find(team, question, offset=offset, limit=limit, order=order, within=within)
        if found[1]:
            return found
        return super().find(team, question, offset=0, limit=limit, order=order, within=within)


@fault(
    "variables", "size-counts-all-teams", "pagination.total", "List: size counts the variables of every team."
)
class SizeCountsAllTeams(Variables):
    def count(self, connection: sqlite3.Connection, condition: str, parameters: tuple[object, ...]) -> int:
        return super().count(connection, condition.replace("team_id = ?", "? IS NOT NULL", 1), parameters)
