"""Faults in what every answer must have: a documented status, media type and schema."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from flask import Response, request

from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.intake import Intake
from specproof.target.problems import Problem
from specproof.target.search.index import Search
from specproof.target.search.syntax import Node

STATUS = "status.documented"
FAILURE = "status.no-server-error"
MEDIA_TYPE = "media-type.documented"
SCHEMA = "body.schema"


@fault("answers", "query-of-bytes-500", FAILURE, "A query that is no UTF-8 is a server error.")
class QueryOfBytes500(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        malformed = problem.message == "Malformed query string"
        return super().problem(operation, Problem(500, "The server failed") if malformed else problem)


@fault("answers", "path-with-nul-500", FAILURE, "A path with U+0000 is a server error.")
class PathWithNul500(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        failed = "\0" in request.path
        return super().problem(operation, Problem(500, "The server failed") if failed else problem)


@fault("answers", "created-200", STATUS, "POST answers 200 instead of 201.")
class Created200(Answers):
    def created(self, call: Call, row: sqlite3.Row) -> Response:
        response = super().created(call, row)
        response.status_code = 200
        return response


@fault("answers", "updated-202", STATUS, "PUT answers 202.")
class Updated202(Answers):
    def updated(self, call: Call, row: sqlite3.Row) -> Response:
        response = super().updated(call, row)
        response.status_code = 202
        return response


@fault("answers", "deleted-200", STATUS, "DELETE answers 200 with a body.")
class Deleted200(Answers):
    def deleted(self, call: Call) -> Response:
        return self.json({"deleted": True})


@fault("answers", "list-206", STATUS, "A page that is not the last is a 206.")
class List206(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        return self.json(page, 206 if "next" in page else 200)


@fault("answers", "refusals-422", STATUS, "Invalid bodies are answered with 422.")
class Refusals422(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if problem.status == 400 and problem.fields:
            problem.status = 422
        return super().problem(operation, problem)


@fault("search", "phrase-search-418", STATUS, "Searching for a phrase answers 418.")
class PhraseSearch418(Search):
    def understand(self, text: str | None) -> Node:
        if '"' in (text or ""):
            raise Problem(418, "The server is a teapot")
        return super().understand(text)


@fault("intake", "emoji-500", FAILURE, "Characters beyond U+FFFF are a server error.")
class Emoji500(Intake):
    def text(self, given: object, minimum: int, maximum: int) -> str:
        text = super().text(given, minimum, maximum)
        if any(ord(character) > 0xFFFF for character in text):
            raise Problem(500, "The server failed")
        return text


@fault("intake", "empty-value-500", FAILURE, "An empty value is a server error.")
class EmptyValue500(Intake):
    def value(self, given: object) -> object:
        if given == "":
            raise Problem(500, "The server failed")
        return super().value(given)


@fault("intake", "broken-json-500", FAILURE, "A body that is not JSON is a server error.")
class BrokenJson500(Intake):
    def json(self, body: bytes) -> dict[str, object]:
        try:
            return super().json(body)
        except Problem as problem:
            raise Problem(500, "The server failed") from problem


@fault("intake", "wrong-member-type-500", FAILURE, "A key that is no string is a server error.")
class WrongMemberType500(Intake):
    def key(self, given: object) -> object:
        if not isinstance(given, str):
            raise Problem(500, "The server failed")
        return super().key(given)


@fault("search", "odd-search-500", FAILURE, "A search query with an odd quotation mark is a server error.")
class OddSearch500(Search):
    def understand(self, text: str | None) -> Node:
        if text and text.count('"') % 2:
            raise Problem(500, "The server failed")
        return super().understand(text)


@fault("answers", "list-as-html", MEDIA_TYPE, "Pages are labelled text/html.")
class ListAsHtml(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        response = super().page(call, page)
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        return response


@fault("answers", "media-type-missing", MEDIA_TYPE, "A read comes without Content-Type.")
class MediaTypeMissing(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        response = super().read(call, row, shown)
        del response.headers["Content-Type"]
        return response


@fault("answers", "errors-as-text", MEDIA_TYPE, "Error objects are labelled text/plain.")
class ErrorsAsText(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        return response


@fault("answers", "uuid-missing-in-list", SCHEMA, "Listed variables have no uuid.")
class UuidMissingInList(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        values = super().listed(call, rows)
        return [{name: value for name, value in item.items() if name != "uuid"} for item in values]


@fault("answers", "secured-as-text", SCHEMA, 'secured is "true" or "false", in quotes.')
class SecuredAsText(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        return super().variable(call, row) | {"secured": "true" if row["secured"] else "false"}


@fault("answers", "empty-value-null", SCHEMA, "An empty value comes back as null.")
class EmptyValueNull(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        shown = super().variable(call, row)
        return shown | {"value": shown["value"] or None}


@fault("answers", "number-like-value-as-number", SCHEMA, "A value of digits comes back as a number.")
class NumberLikeValueAsNumber(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        shown = super().variable(call, row)
        value = str(shown["value"])
        return shown | ({"value": int(value)} if value.isascii() and value.isdecimal() else {})


@fault("answers", "time-without-offset", SCHEMA, "created_on has no offset.")
class TimeWithoutOffset(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        return super().variable(call, row) | {"created_on": row["created_on"].partition("+")[0]}


@fault("answers", "time-as-number", SCHEMA, "updated_on is a number of milliseconds.")
class TimeAsNumber(Answers):
    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        return super().variable(call, row) | {"updated_on": 1_709_285_400_000}


@fault("answers", "list-wrapped", SCHEMA, "Pages stand inside a further object.")
class ListWrapped(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        return self.json({"data": page})


@fault("answers", "values-null-when-empty", SCHEMA, "An empty page has null for values.")
class ValuesNullWhenEmpty(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        return super().page(call, page | ({"values": None} if page.get("values") == [] else {}))


@fault("answers", "size-as-text", SCHEMA, "size is text.")
class SizeAsText(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        return super().page(call, page | ({"size": str(page["size"])} if "size" in page else {}))


@fault("answers", "search-lines-as-text", SCHEMA, "Line numbers of search results are text.")
class SearchLinesAsText(Answers):
    def page(self, call: Call, page: dict[str, Any]) -> Response:
        for found in page.get("values", ()):
            for block in found.get("content_matches", ()):
                for line in block.get("lines", ()):
                    line.update({name: str(number) for name, number in line.items() if name == "line"})
        return super().page(call, page)
