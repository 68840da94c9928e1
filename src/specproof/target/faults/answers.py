"""Faults of HEAD, OPTIONS, and lists of nothing and of one thing."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import Response, request

from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call
from specproof.target.problems import Problem

HEAD = "responses.head"
OPTIONS = "responses.options"
EMPTY = "responses.empty-list"
SINGLE = "responses.single-item"


class Headed(Answers):
    """Answers HEAD in another way."""

    def head(self, response: Response) -> None:
        """Change the answer to HEAD."""

    def finish(self, operation: str, response: Response) -> Response:
        finished = super().finish(operation, response)
        if request.method == "HEAD":
            self.head(finished)
        return finished


@fault("answers", "head-finds-everything", HEAD, "HEAD answers 200 for what is not there.")
class HeadFindsEverything(Headed):
    def head(self, response: Response) -> None:
        response.status_code = 200 if response.status_code == 404 else response.status_code


@fault("answers", "head-without-credentials", HEAD, "HEAD needs no credentials.")
class HeadWithoutCredentials(Headed):
    def head(self, response: Response) -> None:
        response.status_code = 200 if response.status_code == 401 else response.status_code


@fault("answers", "head-length-0", HEAD, "HEAD says that the content is empty.")
class HeadLength0(Headed):
    def head(self, response: Response) -> None:
        response.set_data(b"")


@fault("answers", "head-other-media-type", HEAD, "HEAD says text/html.")
class HeadOtherMediaType(Headed):
    def head(self, response: Response) -> None:
        response.headers["Content-Type"] = "text/html; charset=utf-8"


@fault("answers", "head-204", HEAD, "HEAD answers 204 where GET answers 200.")
class Head204(Headed):
    def head(self, response: Response) -> None:
        response.status_code = 204 if response.status_code == 200 else response.status_code


class Asked(Answers):
    """Names other methods, but only when it is asked with OPTIONS."""

    def methods(self, known: set[str]) -> set[str]:
        return known

    def allow(self, methods: Iterable[str]) -> list[tuple[str, str]]:
        if request.method != "OPTIONS":
            return super().allow(methods)
        return [("Allow", ", ".join(sorted(self.methods({*methods, "OPTIONS"}))))]


@fault("answers", "options-reads-only", OPTIONS, "OPTIONS names the methods that read, and no others.")
class OptionsReadsOnly(Asked):
    def methods(self, known: set[str]) -> set[str]:
        return known & {"GET", "HEAD", "OPTIONS"}


@fault("answers", "options-without-get", OPTIONS, "OPTIONS does not name GET.")
class OptionsWithoutGet(Asked):
    def methods(self, known: set[str]) -> set[str]:
        return known - {"GET"}


@fault("answers", "options-names-patch", OPTIONS, "OPTIONS names PATCH, which is refused.")
class OptionsNamesPatch(Asked):
    def methods(self, known: set[str]) -> set[str]:
        return known | {"PATCH"}


@fault("answers", "options-names-everything", OPTIONS, "OPTIONS names every method there is.")
class OptionsNamesEverything(Asked):
    def methods(self, known: set[str]) -> set[str]:
        return {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


@fault("answers", "empty-list-404", EMPTY, "A page without items is a 404.")
class EmptyList404(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        if not page.get("values") and page.get("page") == 1 and "values" in page:
            raise Problem(404, "There is nothing")
        return super().page(call, page)


@fault("answers", "empty-search-404", EMPTY, "A search that finds nothing is a 404.")
class EmptySearch404(EmptyList404):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        searched = "query_substituted" in page
        return super().page(call, page) if searched else Answers.page(self, call, page)


@fault("answers", "empty-list-204", EMPTY, "A page without items is a 204.")
class EmptyList204(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        empty = "values" in page and not page["values"]
        return self.deleted(call) if empty else super().page(call, page)


@fault("answers", "single-item-unwrapped", SINGLE, "A page with one item has the item in place of the list.")
class SingleItemUnwrapped(Answers):
    def page(self, call: Call, page: dict[str, Any]) -> Response:
        values = page.get("values") or []
        return super().page(call, page | {"values": values[0]} if len(values) == 1 else page)


@fault("answers", "single-item-condensed", SINGLE, "A page with one item shows it without its dates.")
class SingleItemCondensed(Answers):
    def page(self, call: Call, page: dict[str, Any]) -> Response:
        answer = super().page(call, page)
        document = json.loads(answer.get_data())
        if len(document.get("values") or ()) == 1:
            for name in ("created_on", "updated_on", "path_matches"):
                document["values"][0].pop(name, None)
            answer.set_data(json.dumps(document))
        return answer
