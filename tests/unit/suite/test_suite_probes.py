"""Single requests: how they are made, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from proving import prover_of

from specproof.model.exchange import Request

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
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Shelves", "version": "1"},
    "security": [{"token": []}],
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/shelves/{shelf}/books": {"get": LISTED},
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
