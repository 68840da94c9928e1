"""Conditional requests are promised where a document names what they are made of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import make_header_doc, make_operation, make_parameter, make_response_doc

from specproof.contract.derive.conditional import derive
from specproof.contract.preconditions import asks_for_tag
from specproof.model.operation import Operation, Resource

BY_TAG = {"not-modified", "modified", "comparison"}
STALE = {"stale-refused", "refused-without-effect"}


def get(*headers: str, taken: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> Operation:
    """Return a GET that shows headers with its 200 and takes others."""
    success = make_response_doc("200", headers=tuple(make_header_doc(name, {}) for name in headers))
    parameters = tuple(make_parameter(name, {}, "header") for name in taken)
    return make_operation(success, *more, parameters=parameters)


def change(*taken: str, method: str = "PUT", more: tuple[str, ...] = (), required: bool = False) -> Operation:
    """Return a change that takes headers."""
    parameters = tuple(make_parameter(name, {}, "header", required=required) for name in taken)
    return make_operation("200", *more, method=method, parameters=parameters)


def promised(operation: Operation, *others: Operation) -> tuple[set[str], set[str]]:
    """Return the names that are promised, and those of them that are inferred."""
    found = list(derive({}, operation, [operation, *others]))
    names = {p.id.partition(".")[2] for p in found}
    assert len(found) == len(names)
    return names, {p.id.partition(".")[2] for p in found if p.inferred}


@pytest.mark.parametrize(
    ("operation", "names", "inferred"),
    [
        (get(), set(), set()),
        (get(more=("304",)), set(), set()),
        (get("etag"), {"steady-tag"}, set()),
        (get("ETag", more=("304",)), {"steady-tag", *BY_TAG}, set()),
        (get("ETag", more=("3XX",)), {"steady-tag"}, set()),
        (get(taken=("if-none-match",)), BY_TAG, set()),
        (get("Last-Modified"), set(), set()),
        (get("Last-Modified", more=("304",)), {"not-modified-since"}, set()),
        (get(taken=("If-Modified-Since",)), {"not-modified-since"}, set()),
        (
            get("ETag", "Last-Modified", more=("304",)),
            {"steady-tag", *BY_TAG},
            set(),
        ),
        (
            get("ETag", "Last-Modified", taken=("If-Modified-Since",), more=("304",)),
            {"steady-tag", *BY_TAG, "not-modified-since"},
            set(),
        ),
    ],
)
def test_a_get_promises_what_its_headers_and_statuses_name(
    operation: Operation, names: set[str], inferred: set[str]
) -> None:
    """A 304 may be meant for tags alone."""
    assert promised(operation) == (names, inferred)


TAGGED, PLAIN = get("ETag"), get()


@pytest.mark.parametrize(
    ("operation", "read", "names", "inferred"),
    [
        (change(), TAGGED, set(), set()),
        (change("If-Match"), PLAIN, {*STALE, "current-accepted"}, set()),
        (change("If-Match", method="PATCH"), PLAIN, {*STALE, "current-accepted"}, set()),
        (change("If-Match", method="DELETE"), PLAIN, {*STALE, "current-accepted"}, set()),
        (change("If-Match", method="POST"), PLAIN, set(), set()),
        (change(more=("412",)), PLAIN, set(), set()),
        (change(more=("412",)), TAGGED, {*STALE, "current-accepted"}, {*STALE, "current-accepted"}),
        (change("If-Unmodified-Since"), PLAIN, STALE, set()),
        (change(more=("428",)), PLAIN, set(), set()),
        (change(more=("428",)), TAGGED, {*STALE, "current-accepted", "required"}, set()),
        (change("If-Match", more=("428",)), PLAIN, {*STALE, "current-accepted", "required"}, set()),
        (change("If-None-Match"), PLAIN, {"no-overwrite"}, set()),
        (change("If-None-Match", method="PATCH"), PLAIN, set(), set()),
    ],
)
def test_a_change_promises_what_its_conditions_name(
    operation: Operation, read: Operation, names: set[str], inferred: set[str]
) -> None:
    """412 alone may be about something else."""
    assert promised(operation, read) == (names, inferred)


GUESSED = change(more=("412",))


@pytest.mark.parametrize(
    ("root", "extensions", "names", "inferred"),
    [
        ({}, {}, 3, 3),
        ({"x-conditions": "if-match"}, {}, 3, 0),
        ({}, {"x-conditions": "if-match"}, 3, 0),
        ({"x-conditions": "if-match"}, {"x-conditions": False}, 0, 0),
        ({"x-specproof-infer": False}, {}, 0, 0),
        ({}, {"x-specproof-infer": False}, 0, 0),
        ({"x-specproof-infer": False, "x-conditions": "if-match"}, {}, 3, 0),
    ],
)
def test_what_is_inferred_can_be_said_and_switched_off(
    root: dict[str, object], extensions: dict[str, object], names: int, inferred: int
) -> None:
    operation = replace(GUESSED, extensions=extensions)
    found = list(derive(root, operation, [operation, TAGGED]))

    assert (len(found), sum(promise.inferred for promise in found)) == (names, inferred)


def test_a_word_is_enough() -> None:
    """Nothing else of the document need speak of conditions; and it takes all of them away."""
    bare, told = change(), {"x-conditions": "if-match"}
    names = [p.id.partition(".")[2] for p in derive(told, bare, [bare, PLAIN])]

    assert names == ["stale-refused", "refused-without-effect", "current-accepted"]
    full = replace(change("If-Match"), extensions={"x-conditions": False})
    assert list(derive({}, full, [full, TAGGED])) == []


def test_a_change_of_what_can_be_made_changes_the_tag() -> None:
    resource = Resource(identity="/id", parameter="id", pointer="#", create="POST /things")
    operation = replace(change(), resource=resource)

    assert promised(operation, TAGGED)[0] == {"tag-changes"}
    assert promised(replace(operation, method="DELETE"), TAGGED)[0] == set()
    assert promised(replace(operation, resource=replace(resource, create=None)), TAGGED)[0] == set()


@pytest.mark.parametrize(
    ("operation", "asks"),
    [
        (change("If-Match"), False),
        (change("If-Match", required=True), True),
        (change("If-Match", more=("428",)), True),
        (change("If-None-Match", required=True), False),
    ],
)
def test_which_changes_may_be_refused_without_a_tag(operation: Operation, asks: bool) -> None:
    assert asks_for_tag(operation) is asks
