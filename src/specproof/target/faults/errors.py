"""Faults of what errors tell, and of what answers say about time."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
import sqlite3
import traceback
from datetime import datetime, timedelta

from flask import Response, request

from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.intake import Intake
from specproof.target.problems import Problem
from specproof.target.search.index import FROM, Search
from specproof.target.search.syntax import Node
from specproof.target.variables import Draft, Variables

OBJECT = "errors.object"
UNKNOWN = "errors.unknown-path"
INTERNALS = "errors.no-internals"
FIELDS = "errors.fields"
TIMES = "timestamps.not-in-future"
ANNOUNCED = "deprecation.valid"


@fault("answers", "unknown-path-html", UNKNOWN, "An unknown address is a page of HTML.")
class UnknownPathHtml(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if operation or problem.status != 404:
            return super().problem(operation, problem)
        return Response("<h1>Not Found</h1>", 404, content_type="text/html; charset=utf-8")


@fault("answers", "unknown-path-empty", UNKNOWN, "An unknown address has no body.")
class UnknownPathEmpty(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        if not operation and problem.status == 404:
            response.set_data(b"")
        return response


@fault("answers", "unknown-path-flat", UNKNOWN, "An unknown address has an object of another shape.")
class UnknownPathFlat(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if operation or problem.status != 404:
            return super().problem(operation, problem)
        return self.json({"statusCode": 404, "error": "Not Found"}, 404)


@fault("answers", "long-url-as-text", OBJECT, "414 is a line of text.")
class LongUrlAsText(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        if problem.status == 414:
            response.set_data(problem.message)
        return response


@fault("answers", "wrong-method-as-html", OBJECT, "405 is a page of HTML.")
class WrongMethodAsHtml(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        if problem.status == 405:
            response.set_data("<h1>Method Not Allowed</h1>")
            response.headers["Content-Type"] = "text/html; charset=utf-8"
        return response


@fault("intake", "broken-json-empty-message", OBJECT, "A body that is no JSON gets an empty message.")
class BrokenJsonEmptyMessage(Intake):
    def json(self, body: bytes) -> dict[str, object]:
        try:
            return super().json(body)
        except Problem as problem:
            raise Problem(400, "") from problem


@fault("answers", "stack-trace-in-detail", INTERNALS, "Errors that have a cause show its stack trace.")
class StackTraceInDetail(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if problem.__cause__ is not None:
            problem.detail = "".join(traceback.format_exception(problem.__cause__))
        return super().problem(operation, problem)


@fault("search", "sql-in-search-error", INTERNALS, "A malformed search query shows the statement.")
class SqlInSearchError(Search):
    def understand(self, text: str | None) -> Node:
        try:
            return super().understand(text)
        except Problem as problem:
            problem.detail = f"SELECT count(*) {' '.join(FROM.split())}"
            raise


@fault("variables", "constraint-in-conflict", INTERNALS, "A 409 shows the message of the database.")
class ConstraintInConflict(Variables):
    def taken(self, connection: sqlite3.Connection, team: int, draft: Draft) -> Problem:
        problem = super().taken(connection, team, draft)
        problem.detail = "sqlite3.IntegrityError: UNIQUE constraint failed: variable.team_id, variable.key"
        return problem


@fault("answers", "source-path-in-404", INTERNALS, "A 404 names the file of the program that refused.")
class SourcePathIn404(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if problem.status == 404:
            problem.detail = "refused by /srv/target/releases/41/variables.py"
        return super().problem(operation, problem)


class OtherFields(Answers):
    """Names other members of a body that was refused."""

    def named(self, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        return fields

    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        if problem.fields and problem.status == 400:
            document = json.loads(response.get_data())
            document["error"]["fields"] = self.named(document["error"]["fields"])
            response.set_data(json.dumps(document))
        return response


@fault("answers", "fields-name-body", FIELDS, "Whatever is wrong, fields names the body.")
class FieldsNameBody(OtherFields):
    def named(self, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        return {"body": [text for texts in fields.values() for text in texts]}


@fault("answers", "fields-empty", FIELDS, "fields is there and names nothing.")
class FieldsEmpty(OtherFields):
    def named(self, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        return {}


@fault("answers", "fields-value-for-key", FIELDS, "A wrong key is reported as a wrong value.")
class FieldsValueForKey(OtherFields):
    def named(self, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        return {"value" if name == "key" else name: texts for name, texts in fields.items()}


class Shifted(Answers):
    """Shows a moment later than it was."""

    member = "created_on"
    later = timedelta(hours=2)

    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        moment = datetime.fromisoformat(row[self.member]) + self.later
        return super().variable(call, row) | {self.member: moment.isoformat(timespec="microseconds")}


@fault("answers", "created-in-local-time", TIMES, "created_on is local time that is labelled as UTC.")
class CreatedInLocalTime(Shifted):
    pass


@fault("answers", "updated-tomorrow", TIMES, "updated_on is one day ahead.")
class UpdatedTomorrow(Shifted):
    member = "updated_on"
    later = timedelta(days=1)


class Announced(Answers):
    """Announces the end of an operation in another form."""

    header = "Sunset"
    value = ""

    def deprecate(self, response: Response, successor: str) -> None:
        super().deprecate(response, successor)
        response.headers[self.header] = self.value


@fault("answers", "sunset-in-iso-8601", ANNOUNCED, "Sunset is written as ISO 8601.")
class SunsetInIso8601(Announced):
    value = "2036-12-31T23:59:59Z"


@fault("answers", "deprecation-as-date", ANNOUNCED, "Deprecation is an HTTP-date, as in an early draft.")
class DeprecationAsDate(Announced):
    header = "Deprecation"
    value = "Fri, 01 Mar 2024 09:30:00 GMT"


@fault("answers", "successor-without-brackets", ANNOUNCED, "Link has no angle brackets.")
class SuccessorWithoutBrackets(Announced):
    header = "Link"
    value = '/2.0/workspaces; rel="successor-version"'


@fault("answers", "sunset-before-deprecation", "deprecation.ordered", "Sunset is before Deprecation.")
class SunsetBeforeDeprecation(Announced):
    value = "Sun, 01 Jan 2023 00:00:00 GMT"


@fault("answers", "sunset-on-delete", ANNOUNCED, "DELETE alone has a Sunset without a zone.")
class SunsetOnDelete(Answers):
    def deprecate(self, response: Response, successor: str) -> None:
        super().deprecate(response, successor)
        if request.method == "DELETE":
            response.headers["Sunset"] = "Wed, 31 Dec 2036 23:59:59"
