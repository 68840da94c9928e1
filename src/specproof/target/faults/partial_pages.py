"""Faults of partial responses from page 2 on, and in errors."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from dataclasses import replace

from flask import Response, request

from specproof.target.answers import Answers
from specproof.target.faults.partial import ADD, Document, names, visible
from specproof.target.faults.registry import fault, paging
from specproof.target.incoming import Place
from specproof.target.paging import Page, Pager, Values, Window
from specproof.target.partial import Fields, Hidden
from specproof.target.problems import Problem
from specproof.target.representations import Addresses
from specproof.target.search.results import Results

PAGES = "partial-response.pages"


@paging("links-drop-fields", PAGES, "page links forget which fields were asked for.")
class LinksDropFields(Pager):
    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        kept = [(name, value) for name, value in place.pairs if name != "fields"]
        return super().wrap(window, total, values, replace(place, pairs=kept))


@fault("fields", "fields-on-page-1-only", PAGES, "From page 2 on everything is shown.")
class FieldsOnPage1Only(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        return super().select(text, document) if document.get("page", 1) == 1 else visible(document)


class WithoutSome(Fields):
    """Behind the first page names with one sign are not obeyed."""

    sign = ""

    def select(self, text: str | None, document: Document) -> Document:
        kept = [name for name in names(text) if document.get("page", 1) == 1 or name[0] != self.sign]
        return super().select(",".join(kept), document) if kept else visible(document)


@fault("fields", "exclude-on-page-1-only", PAGES, "From page 2 on nothing is left out.")
class ExcludeOnPage1Only(WithoutSome):
    sign = "-"


@fault("fields", "add-on-page-1-only", PAGES, "From page 2 on nothing is added.")
class AddOnPage1Only(WithoutSome):
    sign = "+"


@fault(
    "results", "search-shows-hidden-from-page-2", ADD, "Search: from page 2 on everything hidden is shown."
)
class SearchShowsHiddenFromPage2(Results):
    def file(self, row: sqlite3.Row, *, origin: str, team: str, full: bool) -> Document:
        file = super().file(row, origin=origin, team=team, full=full)
        if full or request.args.get("page", "1") == "1":
            return file
        commit = self.commit(row, Addresses(origin, team))
        return file | {"commit": {n: v.value if isinstance(v, Hidden) else v for n, v in commit.items()}}


@fault("answers", "fields-cut-errors", "errors.object", "Of an error, too, only the named members are shown.")
class FieldsCutErrors(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        asked = request.args.get("fields")
        error = problem.as_object()
        return self.json(Fields().select(asked, error) if asked else error, problem.status, problem.headers)
