"""Faults of links."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Response

from specproof.target.answers import Answers, variables_path
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.representations import Addresses
from specproof.target.search.results import Results

SOMEWHERE = "links.lead-somewhere"
FORM = "links.well-formed"
SELF = "links.self"


@fault("answers", "self-link-by-key", SOMEWHERE, "The self link of a variable has its key for its UUID.")
class SelfLinkByKey(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, Any]:
        shown: dict[str, Any] = super().variable(call, row)
        place = str(shown["links"]["self"]["href"]).rpartition("/")[0]
        return shown | {"links": {"self": {"href": f"{place}/{quote(row['key'], safe='')}"}}}


@fault("answers", "self-link-without-braces", SOMEWHERE, "The self link of a variable lacks the braces.")
class SelfLinkWithoutBraces(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, Any]:
        shown: dict[str, Any] = super().variable(call, row)
        href = str(shown["links"]["self"]["href"]).replace("%7B", "").replace("%7D", "")
        return shown | {"links": {"self": {"href": href}}}


@fault("results", "file-link-escaped-twice", SOMEWHERE, "Paths are escaped twice in the links of files.")
class FileLinkEscapedTwice(Results):
    def href(self, home: str, row: sqlite3.Row) -> str:
        return f"{home}/src/{row['commit_hash']}/{quote(quote(row['path']))}"


@fault("results", "file-link-plus-for-blank", SOMEWHERE, "A blank is a plus sign in the links of files.")
class FileLinkPlusForBlank(Results):
    def href(self, home: str, row: sqlite3.Row) -> str:
        return super().href(home, row).replace("%20", "+")


@fault("results", "repository-link-broken", SOMEWHERE, "The link to the repository of a file leads nowhere.")
class RepositoryLinkBroken(Results):
    def repository(self, row: sqlite3.Row, at: Addresses) -> dict[str, object]:
        return super().repository(row, at) | {
            "links": {"self": {"href": f"{at.repository(row['slug'])}/home"}}
        }


@fault(
    "results", "commit-link-of-name", SOMEWHERE, "The link to the commit of a file has its path for its hash."
)
class CommitLinkOfName(Results):
    def commit(self, row: sqlite3.Row, at: Addresses) -> dict[str, object]:
        href = at.commit(row["slug"], quote(row["path"], safe=""))
        return super().commit(row, at) | {"links": {"self": {"href": href}}}


@fault("answers", "successor-link-broken", SOMEWHERE, "Link names a team that is not there as successor.")
class SuccessorLinkBroken(Answers):
    def deprecate(self, response: Response, successor: str) -> None:
        root = successor.partition("/workspaces/")[0]
        super().deprecate(response, f"{root}/teams/no-such-team/pipelines_config/variables")


@fault("results", "file-link-unescaped", FORM, "Paths are not escaped in the links of files.")
class FileLinkUnescaped(Results):
    def href(self, home: str, row: sqlite3.Row) -> str:
        return f"{home}/src/{row['commit_hash']}/{row['path']}"


@fault("answers", "self-link-null", FORM, "The self link of a secured variable has null for its address.")
class SelfLinkNull(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        shown = super().variable(call, row)
        return shown | ({"links": {"self": {"href": None}}} if shown["secured"] else {})


@fault("answers", "self-link-of-one", SELF, "In lists the self link of one item leads to its neighbour.")
class SelfLinkOfOne(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        values = super().listed(call, rows)
        middle = len(values) // 2
        if middle:
            values[middle] = values[middle] | {"links": values[middle - 1]["links"]}
        return values


@fault("answers", "self-link-to-list", SELF, "In lists the self link of an item leads to the list.")
class SelfLinkToList(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        links = {"self": {"href": f"{call.origin}{variables_path(call)}"}}
        return [value | {"links": links} for value in super().listed(call, rows)]


@fault("answers", "self-link-of-neighbour", SELF, "In lists a self link leads to the neighbour.")
class SelfLinkOfNeighbour(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        values = super().listed(call, rows)
        links = [value["links"] for value in values]
        return [v | {"links": other} for v, other in zip(values, [*links[1:], *links[:1]], strict=True)]
