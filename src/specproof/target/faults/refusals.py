"""Faults of refusals: the error object, the headers that go with it, methods that must be refused."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Response

from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.problems import Problem

HEADERS = "headers.documented"
ERRORS = "errors.object"
METHOD = "method.undocumented-refused"
ALLOW = "method.allow-header"


@fault("answers", "challenge-missing", HEADERS, "401 comes without WWW-Authenticate.")
class ChallengeMissing(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        response.headers.pop("WWW-Authenticate", None)
        return response


def _edited(response: Response, **changes: object) -> Response:
    """Change the inner error object of a response; a change to ``None`` removes the member."""
    document = json.loads(response.get_data())
    inner = {**document["error"], **changes}
    document["error"] = {name: value for name, value in inner.items() if value is not None}
    response.set_data(json.dumps(document))
    return response


@fault("answers", "error-without-message", ERRORS, "Error objects have no message.")
class ErrorWithoutMessage(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        return _edited(super().problem(operation, problem), message=None, reason=problem.message)


@fault("answers", "error-message-as-list", ERRORS, "The message of 400 is a list.")
class ErrorMessageAsList(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        return _edited(response, message=[problem.message]) if problem.status == 400 else response


@fault("answers", "error-flat", ERRORS, "404 has message at the top, without the error member.")
class ErrorFlat(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if problem.status != 404:
            return super().problem(operation, problem)
        return self.json({"type": "error", "message": problem.message}, 404)


@fault("answers", "error-as-plain-text", ERRORS, "400 is a line of text.")
class ErrorAsPlainText(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        if problem.status == 400:
            response.set_data(problem.message)
        return response


@fault("answers", "not-found-as-html", ERRORS, "404 is a page of HTML.")
class NotFoundAsHtml(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        if problem.status != 404:
            return super().problem(operation, problem)
        return Response("<!doctype html><title>404</title>", 404, content_type="text/html; charset=utf-8")


@fault("answers", "unauthorized-empty", ERRORS, "401 has no body.")
class UnauthorizedEmpty(Answers):
    def problem(self, operation: str, problem: Problem) -> Response:
        response = super().problem(operation, problem)
        if problem.status == 401:
            response.set_data(b"")
        return response


@fault("answers", "allow-missing", ALLOW, "405 comes without Allow.")
class AllowMissing(Answers):
    def allow(self, methods: Iterable[str]) -> list[tuple[str, str]]:
        return []


@fault("answers", "allow-too-much", ALLOW, "Allow lists PATCH, which is refused.")
class AllowTooMuch(Answers):
    def allow(self, methods: Iterable[str]) -> list[tuple[str, str]]:
        return super().allow([*methods, "PATCH"])


@fault("answers", "allow-too-little", ALLOW, "Allow lists GET alone.")
class AllowTooLittle(Answers):
    def allow(self, methods: Iterable[str]) -> list[tuple[str, str]]:
        return [("Allow", "GET")]


@fault("answers", "patch-accepted", METHOD, "PATCH, which is not documented, answers 200.")
class PatchAccepted(Answers):
    def not_allowed(self, method: str, allowed: Iterable[str]) -> Response:
        return self.json({"patched": True}) if method == "PATCH" else super().not_allowed(method, allowed)


@fault("answers", "trace-accepted", METHOD, "TRACE answers 200.")
class TraceAccepted(Answers):
    def not_allowed(self, method: str, allowed: Iterable[str]) -> Response:
        return self.json({"traced": True}) if method == "TRACE" else super().not_allowed(method, allowed)


@fault("answers", "delete-on-list-accepted", METHOD, "DELETE and PUT on a collection answer 204.")
class DeleteOnListAccepted(Answers):
    def not_allowed(self, method: str, allowed: Iterable[str]) -> Response:
        return Response(status=204) if method in {"DELETE", "PUT"} else super().not_allowed(method, allowed)
