"""Faults of what pages of other origins are told."""
# ruff: noqa: D102 - the decorator says what each class does

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from specproof.target.answers import Answers
from specproof.target.faults.registry import fault

ORIGIN = "cors.origin"
REFUSALS = "cors.refusals"
PREFLIGHT = "cors.preflight"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"


def is_preflight() -> bool:
    """Tell whether a browser asks before it sends."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


class Finished(Answers):
    """Changes answers at the very end."""

    def change(self, operation: str, response: Response) -> None:
        """Change an answer."""

    def finish(self, operation: str, response: Response) -> Response:
        finished = super().finish(operation, response)
        self.change(operation, finished)
        return finished


def _edited(name: str, promise: str, summary: str, change: Callable[[str, Response], None]) -> None:
    """Register a fault that is one change of the finished answer."""

    class Edited(Finished):
        def change(self, operation: str, response: Response) -> None:
            change(operation, response)

    fault("answers", name, promise, summary)(Edited)


def _without(header: str, response: Response) -> None:
    response.headers.pop(header, None)


def _on_success(operation: str, response: Response) -> None:
    if response.status_code < 300 and request.method == "GET":
        _without(ALLOW_ORIGIN, response)


def _null(operation: str, response: Response) -> None:
    response.headers[ALLOW_ORIGIN] = "null"


def _twice(operation: str, response: Response) -> None:
    response.headers.add(ALLOW_ORIGIN, "*")


def _itself(operation: str, response: Response) -> None:
    response.headers[ALLOW_ORIGIN] = f"{request.scheme}://{request.host}"


def _on_401(operation: str, response: Response) -> None:
    if response.status_code == 401:
        _without(ALLOW_ORIGIN, response)


def _on_404(operation: str, response: Response) -> None:
    if response.status_code == 404 and operation:
        _without(ALLOW_ORIGIN, response)


def _nowhere(operation: str, response: Response) -> None:
    if response.status_code == 404 and not operation:
        _without(ALLOW_ORIGIN, response)


def _guarded(operation: str, response: Response) -> None:
    if is_preflight() and "Authorization" not in request.headers:
        response.status_code = 401


def _without_delete(operation: str, response: Response) -> None:
    if ALLOW_METHODS in response.headers:
        response.headers[ALLOW_METHODS] = "GET, POST, OPTIONS"


def _run_together(operation: str, response: Response) -> None:
    if ALLOW_HEADERS in response.headers:
        named = response.headers[ALLOW_HEADERS]
        response.headers[ALLOW_HEADERS] = named.replace("X-Csrftoken, ", "X-Csrftoken")


def _any_header(operation: str, response: Response) -> None:
    if ALLOW_HEADERS in response.headers:
        response.headers[ALLOW_HEADERS] = "*"


def _closed(operation: str, response: Response) -> None:
    if is_preflight():
        _without(ALLOW_ORIGIN, response)


def _hidden_etag(operation: str, response: Response) -> None:
    response.headers["Access-Control-Expose-Headers"] = "Content-Length, Content-Type"


def _not_exposed(operation: str, response: Response) -> None:
    if request.method == "GET":
        _without("Access-Control-Expose-Headers", response)


def _not_kept(operation: str, response: Response) -> None:
    _without("Access-Control-Max-Age", response)


def _minutes(operation: str, response: Response) -> None:
    if "Access-Control-Max-Age" in response.headers:
        response.headers["Access-Control-Max-Age"] = "1440"


def _cookies(operation: str, response: Response) -> None:
    if "Origin" in request.headers:
        response.headers[ALLOW_ORIGIN] = request.headers["Origin"]
        response.headers["Access-Control-Allow-Credentials"] = "true"


def _secure_pages_only(operation: str, response: Response) -> None:
    if not request.headers.get("Origin", "https:").startswith("https:"):
        _without(ALLOW_ORIGIN, response)


def _on_write(operation: str, response: Response) -> None:
    if request.method in {"POST", "PUT"}:
        _without(ALLOW_ORIGIN, response)


for _name, _promise, _summary, _change in (
    ("cors-secure-pages-only", ORIGIN, "Pages that were not sent over TLS may not read.", _secure_pages_only),
    ("cors-missing-on-writes", ORIGIN, "POST and PUT have no Access-Control-Allow-Origin.", _on_write),
    ("cors-origin-missing", ORIGIN, "Successes have no Access-Control-Allow-Origin.", _on_success),
    ("cors-origin-null", ORIGIN, "Access-Control-Allow-Origin is null.", _null),
    ("cors-origin-twice", ORIGIN, "Access-Control-Allow-Origin is there twice.", _twice),
    ("cors-origin-itself", ORIGIN, "Access-Control-Allow-Origin names the server itself.", _itself),
    ("cors-missing-on-401", REFUSALS, "401 has no Access-Control-Allow-Origin.", _on_401),
    ("cors-missing-on-404", REFUSALS, "404 has no Access-Control-Allow-Origin.", _on_404),
    ("cors-missing-nowhere", REFUSALS, "Unknown addresses have no Access-Control-Allow-Origin.", _nowhere),
    ("preflight-needs-credentials", PREFLIGHT, "A preflight without credentials is a 401.", _guarded),
    ("preflight-without-delete", PREFLIGHT, "A preflight allows GET and POST alone.", _without_delete),
    ("preflight-headers-run-together", PREFLIGHT, "Two of the allowed headers run together.", _run_together),
    ("preflight-any-header", PREFLIGHT, "A preflight allows *, which excludes Authorization.", _any_header),
    ("preflight-closed", PREFLIGHT, "A preflight has no Access-Control-Allow-Origin.", _closed),
    ("exposed-without-etag", "cors.exposed", "ETag is not exposed.", _hidden_etag),
    ("exposed-nothing", "cors.exposed", "Answers to GET expose no headers.", _not_exposed),
    ("max-age-missing", "cors.max-age", "A preflight does not say how long it may be kept.", _not_kept),
    ("max-age-in-minutes", "cors.max-age", "Access-Control-Max-Age counts minutes.", _minutes),
    ("cors-cookies-allowed", "cors.credentials", "Every origin is let in with its cookies.", _cookies),
):
    _edited(_name, _promise, _summary, _change)
