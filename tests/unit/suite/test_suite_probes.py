"""Single requests: how they are made, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from proving import prover_of

from specproof.model.exchange import Request
from specproof.suite.session import FAILURE

PROFILE = """
[environment]
name = "aliased"
base_url = "http://127.0.0.1:9"

[parameters]
shelf = "one"

[aliases]
shelf = ["{1}"]

[[credentials]]
name = "ann"
scheme = "bearer"
secret = "${ANN}"
"""
LISTED = {
    "parameters": [
        {"name": "shelf", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}, "example": 2},
    ],
    "responses": {"200": {"description": "x"}, "401": {"description": "no"}},
}
FOUND = {
    "parameters": [
        {"name": "shelf", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "word", "in": "query", "schema": {"type": "string"}},
    ],
    "responses": {"200": {"description": "x"}},
}
MADE = {
    "parameters": FOUND["parameters"][:1],
    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}, "example": {}}}},
    "responses": {"201": {"description": "x"}, "415": {"description": "no"}},
}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Shelves", "version": "1"},
    "security": [{"token": []}],
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/shelves/{shelf}/books": {"get": LISTED, "post": MADE},
        "/shelves/{shelf}/found": {"get": FOUND},
        "/shelves/{shelf}/heard": {"get": FOUND},
    },
}
PLAIN, LADEN = "/shelves/one/books", "/shelves/one/books?page=2"
BY_ALIAS, BOTH = "/shelves/%7B1%7D/books", "/shelves/%7B1%7D/books?page=2"


def special(folder: Path, depth: str, operation: str, promise: str) -> list[Request]:
    """Return the requests that are made for one promise; nothing is sent."""
    prover = prover_of(folder, DOCUMENT, PROFILE, variables={"ANN": "token-of-ann"}, depth=depth)
    try:
        made = prover.conformance.probes.special(prover.suite.operations[operation])
        return [request for name, request in made if name == promise]
    finally:
        prover.suite.clear()


@pytest.mark.parametrize(
    ("depth", "expected"), [("quick", [PLAIN, BOTH, PLAIN]), ("standard", [PLAIN, LADEN, BY_ALIAS, PLAIN])]
)
def test_a_quick_run_tries_two_ways_round_the_door_in_one_request(
    tmp_path: Path, depth: str, expected: list[str]
) -> None:
    asked = special(tmp_path, depth, "GET /shelves/{shelf}/books", "authentication.required")

    assert [request.url.partition(":9")[2] for request in asked] == expected


@pytest.mark.parametrize("depth", ["quick", "standard"])
@pytest.mark.parametrize(("odd", "among"), [("word=%C3%28%FF", 2), ("specproof%00", 3)])
def test_what_cannot_be_read_is_sent_to_one_operation_in_a_quick_run(
    tmp_path: Path, depth: str, odd: str, among: int
) -> None:
    """At other depths to each of those that take it: two have a text in the query, three in the path."""
    labels = [f"GET /shelves/{{shelf}}/{name}" for name in ("books", "found", "heard")]

    asked = [request for label in labels for request in special(tmp_path, depth, label, FAILURE)]

    assert sum(odd in request.url for request in asked) == (1 if depth == "quick" else among)


@pytest.mark.parametrize(("depth", "times"), [("quick", 2), ("standard", 4)])
def test_a_quick_run_tries_two_media_types_that_nobody_documented(
    tmp_path: Path, depth: str, times: int
) -> None:
    asked = special(tmp_path, depth, "POST /shelves/{shelf}/books", "input.media-type-refused")

    media = [dict(request.headers)["Content-Type"] for request in asked]
    assert media[0] == "text/plain"
    assert len(set(media)) == times
