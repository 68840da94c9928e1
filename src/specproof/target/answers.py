"""What goes back: objects, pages and refusals as JSON, with the headers that belong to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from flask import Response

from specproof.target.incoming import Call
from specproof.target.problems import Problem

JSON = "application/json"
EXPOSED_HEADERS = "Accept-Ranges, Content-Encoding, Content-Length, Content-Type, ETag, Last-Modified"
PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match,"
        " If-Unmodified-Since, Origin, Range, X-Csrftoken, X-Requested-With",
    ),
    ("Access-Control-Max-Age", "86400"),
)
DEPRECATED_SINCE = "@1709285400"  # 2024-03-01T09:30:00Z
SUNSET = "Wed, 31 Dec 2036 23:59:59 GMT"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


NOT_FOR_SCRIPTS = frozenset({"authorize"})
"""Where users approve: only a browser goes there, never a page's script (RFC 9700 section 2.6)."""
VARIABLES = {"teams": "pipelines_config/variables", "workspaces": "pipelines-config/variables"}


def variables_path(call: Call) -> str:
    """Return the canonical path of a team's variables, whatever alias the client used."""
    return f"{call.home}/{VARIABLES[call.base]}"


def variable_href(call: Call, identity: str) -> str:
    """Return the absolute URL of a variable, braces percent-encoded."""
    return f"{call.origin}{variables_path(call)}/%7B{identity}%7D"


class Answers:
    """Renders everything the target says."""

    def variable(self, call: Call, row: sqlite3.Row) -> dict[str, object]:
        """Build the object of a variable; the value of a secured one is always empty."""
        secured = bool(row["secured"])
        return {
            "type": "pipeline_variable",
            "uuid": f"{{{row['uuid']}}}",
            "key": row["key"],
            "value": self.readable(row) if secured else row["value"],
            "secured": secured,
            "created_on": row["created_on"],
            "updated_on": row["updated_on"],
            "links": {"self": {"href": variable_href(call, row["uuid"])}},
        }

    def readable(self, row: sqlite3.Row) -> str:
        """Return what may be read of a secret."""
        return ""

    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        """Build the items of a page of variables."""
        return [self.variable(call, row) for row in rows]

    def page(self, call: Call, page: dict[str, object]) -> Response:
        """Answer with one page of a collection."""
        return self.json(page)

    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        """Answer a read with the object, or the part of it that was asked for."""
        return self.json(shown)

    def created(self, call: Call, row: sqlite3.Row) -> Response:
        """Answer a creation: the object, and where it is from now on."""
        return self.json(self.variable(call, row), 201, [("Location", self.location(call, row))])

    def location(self, call: Call, row: sqlite3.Row) -> str:
        """Return the URL of a variable that was just made."""
        return variable_href(call, row["uuid"])

    def updated(self, call: Call, row: sqlite3.Row) -> Response:
        """Answer an update with the object as it is now."""
        return self.json(self.variable(call, row))

    def deleted(self, call: Call) -> Response:
        """Answer a removal: nothing is left to say."""
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    def problem(self, operation: str, problem: Problem) -> Response:
        """Answer with the error object."""
        return self.json(problem.as_object(), problem.status, problem.headers)

    def not_allowed(self, method: str, allowed: Iterable[str]) -> Response:
        """Answer a method that this address does not have; OPTIONS is how to ask which it has."""
        headers = self.allow(allowed)
        if method != "OPTIONS":
            return self.problem("", Problem(405, "The method is not allowed here", headers=headers))
        response = Response(status=204, headers=[*headers, *PREFLIGHT])
        del response.headers["Content-Type"]
        return response

    def allow(self, methods: Iterable[str]) -> list[tuple[str, str]]:
        """Return the Allow header (RFC 9110 section 10.2.1)."""
        return [("Allow", ", ".join(sorted({*methods, "OPTIONS"})))]

    def json(self, body: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
        """Serialise a body."""
        data = ENCODER.encode(body).encode("utf-8")
        response = Response(data, status, content_type=JSON)
        for name, value in headers:
            response.headers.add(name, value)
        return response

    def deprecate(self, response: Response, successor: str) -> None:
        """Say that the operation is deprecated, until when it is there, and what replaces it.

        Source:
            RFC 9745 (Deprecation), RFC 8594 (Sunset), RFC 5829 (successor-version).
        """
        response.headers["Deprecation"] = DEPRECATED_SINCE
        response.headers["Sunset"] = SUNSET
        response.headers["Link"] = f'<{successor}>; rel="successor-version"'

    def finish(self, operation: str, response: Response) -> Response:
        """Add what belongs to every response, refusals included.

        Args:
            operation: The endpoint's name, empty where no route matched.
            response: What is about to be sent.
        """
        if operation not in NOT_FOR_SCRIPTS:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return response
