"""Where a request goes and what it holds decides whether the document forbids it, not what is said of it."""

from __future__ import annotations

import pytest
from hostile_api import hostile_document

from specproof.contract.load import load_document
from specproof.model.exchange import Request
from specproof.suite.negative import Negative
from specproof.suite.setup import read_contract

BASE = "http://api.example/v1"
JSON = (("Content-Type", "application/json; charset=utf-8"),)


@pytest.fixture(scope="module")
def negative(tmp_path_factory: pytest.TempPathFactory) -> Negative:
    """What the document of the things forbids."""
    document = load_document(str(hostile_document(tmp_path_factory.mktemp("negative"))))
    return Negative(contract=read_contract(document), base_url=BASE)


def why(negative: Negative, method: str, target: str, body: bytes | None = None, headers=JSON) -> str:  # type: ignore[no-untyped-def]  # pairs
    """Ask about a request that claims to be valid and meant for another operation."""
    request = Request(
        method=method, url=BASE + target, body=body, headers=headers, valid=True, operation="GET /things"
    )
    return negative(request)


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/things", None),
        ("GET", "/things?page=3", None),
        ("GET", "/things?page=", None),
        ("GET", "/things/a%20b", None),
        ("POST", "/things", b'{"key": "kettle"}'),
        ("DELETE", "/things/1", None),
        ("HEAD", "/things", None),
        ("OPTIONS", "/things/1", None),
        ("GET", "/elsewhere/on/this/server", None),
        ("GET", "", None),
    ],
)
def test_what_the_document_does_not_surely_forbid_passes(
    negative: Negative, method: str, target: str, body: bytes | None
) -> None:
    assert why(negative, method, target, body) == ""


@pytest.mark.parametrize(
    ("method", "target", "body", "reason"),
    [
        ("GET", "/things?page=0", None, "query parameter page: breaks minimum"),
        ("GET", "/things?page=abc", None, "query parameter page: not of type integer"),
        ("POST", "/things", b'{"key": 5}', "body, key: breaks type"),
        ("POST", "/things", b'{"key": ', "body: not JSON"),
        ("POST", "/things", None, "body: required, but missing"),
        ("PATCH", "/things/1", None, "PATCH is not documented there"),
        ("TRACE", "/things", None, "TRACE is not documented there"),
        ("POST", "/elsewhere", b"{}", "POST is not documented there"),
    ],
)
def test_what_it_surely_forbids_does_not(
    negative: Negative, method: str, target: str, body: bytes | None, reason: str
) -> None:
    assert why(negative, method, target, body) == reason


def test_a_media_type_that_is_not_documented_does_not_pass(negative: Negative) -> None:
    body = b'{"key": "kettle"}'
    assert why(negative, "POST", "/things", body, (("Content-Type", "text/plain"),)) == (
        "the media type text/plain is not documented there"
    )
    assert why(negative, "POST", "/things", body, ()) == "the media type (none) is not documented there"
