"""Faults of the links between pages.

Each exists twice: for the list of variables, and as ``search-…`` for search.
"""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

from dataclasses import replace

from specproof.target.faults.registry import paging
from specproof.target.incoming import Place
from specproof.target.paging import Page, Pager, Values, Window


@paging("next-after-last", "pagination.last-page", "the last page links to one more, which is empty.")
class NextAfterLast(Pager):
    def next(self, window: Window, total: int) -> int | None:
        return window.number + 1 if window.number <= self.last(window, total) else None


@paging("next-after-full-page", "pagination.last-page", "a last page that is full links to one more.")
class NextAfterFullPage(Pager):
    def next(self, window: Window, total: int) -> int | None:
        return window.number + 1 if window.number * window.length <= total else None


@paging("next-missing-on-page-2", "pagination.last-page", "page 2 has no next, although more pages follow.")
class NextMissingOnPage2(Pager):
    def next(self, window: Window, total: int) -> int | None:
        return None if window.number == 2 else super().next(window, total)


@paging("next-missing-before-last", "pagination.last-page", "the page before the last has no next.")
class NextMissingBeforeLast(Pager):
    def next(self, window: Window, total: int) -> int | None:
        return window.number + 1 if window.number + 1 < self.last(window, total) else None


@paging("next-loops", "pagination.no-loops", "from page 2 on, next leads to the same page.")
class NextLoops(Pager):
    def next(self, window: Window, total: int) -> int | None:
        following = super().next(window, total)
        return following if following is None or window.number == 1 else window.number


@paging("next-returns-to-start", "pagination.no-loops", "the next of page 3 leads to page 1.")
class NextReturnsToStart(Pager):
    def next(self, window: Window, total: int) -> int | None:
        following = super().next(window, total)
        return 1 if following is not None and window.number == 3 else following


@paging("next-skips-page", "pagination.no-gaps", "the next of page 1 leads to page 3.")
class NextSkipsPage(Pager):
    def next(self, window: Window, total: int) -> int | None:
        following = super().next(window, total)
        return 3 if window.number == 1 and self.last(window, total) > 2 else following


@paging("links-drop-parameters", "pagination.parameters-kept", "page links keep nothing but the page number.")
class LinksDropParameters(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, replace(place, pairs=[]))


@paging("links-drop-pagelen", "pagination.parameters-kept", "page links forget the page size.")
class LinksDropPagelen(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        kept = [(name, value) for name, value in place.pairs if name != "pagelen"]
        return super().wrap(window, total, values, replace(place, pairs=kept))


@paging("links-to-another-host", "pagination.same-origin", "page links lead to a host of another name.")
class LinksToAnotherHost(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        return super().wrap(window, total, values, replace(place, origin="http://internal.invalid"))


@paging("links-to-another-scheme", "pagination.same-origin", "page links say https where http was asked.")
class LinksToAnotherScheme(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        origin = place.origin.replace("http:", "https:", 1)
        return super().wrap(window, total, values, replace(place, origin=origin))


@paging("previous-is-same-page", "pagination.previous", "previous leads to the page it stands on.")
class PreviousIsSamePage(Pager):
    def previous(self, window: Window, total: int) -> int | None:
        return None if super().previous(window, total) is None else window.number


@paging("previous-on-first-page", "pagination.previous", "page 1 has a previous.")
class PreviousOnFirstPage(Pager):
    def previous(self, window: Window, total: int) -> int | None:
        return super().previous(window, total) or 1


@paging("previous-is-first-page", "pagination.previous", "previous always leads to page 1.")
class PreviousIsFirstPage(Pager):
    def previous(self, window: Window, total: int) -> int | None:
        return None if super().previous(window, total) is None else 1
