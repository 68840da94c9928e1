"""Who names a media type: which documents promise something about it, and which answers keep it."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_exchange, make_operation, make_parameter, make_response_doc

from specproof.contract.derive.negotiation import derive
from specproof.contract.negotiation import offered
from specproof.invariants.negotiation import honoured, is_telling, refused
from specproof.model.operation import Operation

JSON, CSV = "application/json", "text/csv"


def said(*types: str, accept: bool = False, query: str = "", not_acceptable: bool = False) -> Operation:
    """Return a GET with media types of its 200."""
    parameters = [make_parameter("Accept", {}, "header")] if accept else []
    parameters += [make_parameter(query, {})] if query else []
    more = ["406"] if not_acceptable else []
    success = make_response_doc("200", *((name, None) for name in types))
    return make_operation("404", success, *more, parameters=tuple(parameters))


SURE, INFERRED, REFUSED = ("honoured", False), ("honoured", True), ("refused", False)
PROMISED: list[tuple[Operation, set[tuple[str, bool]]]] = [
    (said(JSON), set()),
    (said(JSON, CSV), {INFERRED}),
    (said(JSON, "application/json; v=2"), set()),
    (said(JSON, CSV, accept=True), {SURE}),
    (said(JSON, CSV, not_acceptable=True), {SURE, REFUSED}),
    (said(JSON, not_acceptable=True), {REFUSED}),
    (said(JSON, "*/*", not_acceptable=True), set()),
    (said(JSON, "application/problem+json"), set()),
    (said(JSON, "text/plain"), set()),
    (said(JSON, "text/plain", accept=True), {SURE}),
    (said("image/png", "image/jpeg"), set()),
    (said(JSON, "text/event-stream", accept=True), set()),
    (said(JSON, "application/json; stream=watch", accept=True), set()),
    (said(JSON, CSV, query="$format"), set()),
    (said(JSON, CSV, query="format", accept=True), {SURE}),
    (said(not_acceptable=True), set()),
]


@pytest.mark.parametrize(("operation", "promised"), PROMISED, ids=range(len(PROMISED)))
def test_only_a_choice_is_promised(operation: Operation, promised: set[tuple[str, bool]]) -> None:
    """Surely where the document speaks of Accept, and never of answers without an end."""
    found = {(p.id.partition(".")[2], p.inferred) for p in derive({}, operation, [operation])}

    assert found == promised


@pytest.mark.parametrize(
    ("root", "operation", "promised"),
    [
        ({"x-negotiation": "accept"}, said(JSON, CSV), {SURE}),
        ({"x-negotiation": "accept"}, said(JSON, "text/plain", query="format"), {SURE}),
        ({"x-negotiation": False}, said(JSON, CSV, not_acceptable=True), set()),
        ({"x-specproof-infer": False}, said(JSON, CSV), set()),
        ({"x-specproof-infer": False}, said(JSON, CSV, accept=True), {SURE}),
    ],
)
def test_what_is_inferred_can_be_said_and_switched_off(
    root: dict[str, Any], operation: Operation, promised: set[tuple[str, bool]]
) -> None:
    assert {(p.id.partition(".")[2], p.inferred) for p in derive(root, operation, [operation])} == promised


def test_only_what_is_read_promises_it() -> None:
    operation = make_operation(make_response_doc("201", (JSON, None), (CSV, None)), method="POST")

    assert list(derive({}, operation, [operation])) == []


@pytest.mark.parametrize(
    ("status", "got", "telling", "broken"),
    [
        (200, CSV, True, False),
        (200, "text/csv; charset=utf-8", True, False),
        (200, JSON, True, True),
        (200, None, True, True),
        (406, JSON, True, True),
        (404, JSON, False, True),
    ],
)
def test_the_type_comes_that_was_asked_for(status: int, got: Any, telling: bool, broken: bool) -> None:
    """A refusal for another reason says nothing."""
    operation = said(JSON, CSV)
    media = offered({}, operation)[1]
    exchange = make_exchange(status, body=b"1,2", media_type=got)

    assert media.base == CSV
    assert is_telling(operation, media, exchange) is telling
    assert [b.detail for b in honoured(operation, [(media, exchange)])] == [CSV] * broken


def test_an_answer_without_a_body_says_nothing() -> None:
    operation = said(JSON, CSV)

    assert not is_telling(operation, offered({}, operation)[0], make_exchange(200, body=b""))


@pytest.mark.parametrize(("status", "broken"), [(200, True), (204, True), (406, False), (400, False)])
def test_what_nobody_has_is_refused(status: int, broken: bool) -> None:
    assert len(list(refused(said(JSON, not_acceptable=True), make_exchange(status, body=b"")))) == broken
