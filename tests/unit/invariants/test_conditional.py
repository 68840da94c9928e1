"""Conditional requests: answers that break what their conditions say, and answers that keep it."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_exchange, make_operation

from specproof.invariants.conditional import (
    Revalidation,
    Trial,
    current_accepted,
    modified,
    not_modified,
    refused,
    steady_tag,
    tag_changes,
    without_effect,
)
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.promise import Severity

OPERATION = make_operation("200")


def read(tag: str | None = '"1"', *, status: int = 200, body: bytes = b"{}") -> Exchange:
    return make_exchange(status, body=body, headers=(("ETag", tag),) if tag else ())


def asked(answer: Exchange, plain: Exchange | None = None) -> Revalidation:
    return Revalidation(name="a condition", detail="tag", plain=plain or read(), asked=answer)


def trial(status: int, *, was: Any = 1, now: Any = 1, before: Any = None, after: Any = None) -> Trial:
    tried = make_exchange(status, body=b"")
    return Trial(
        name="a condition", detail="other", before=before or read(), tried=tried, after=after or read(),
        was=was, now=now,
    )  # fmt: skip


def details(breaches: Any) -> list[str]:
    return [breach.detail for breach in breaches]


@pytest.mark.parametrize(
    ("reads", "broken"),
    [
        ([read('"1"'), read('"1"'), read('"1"')], False),
        ([read('"1"'), read('"2"'), read('"3"')], True),
        ([read('"1"'), read('"2"'), read('"2"')], False),
        ([read('"1"'), read('"2"')], False),
        ([read('"1"'), read('"2"'), read('"3"', body=b"[]")], False),
        ([read('"1"'), read('"2"'), read(None)], False),
    ],
)
def test_a_tag_stays_with_what_it_stands_for(reads: list[Exchange], broken: bool) -> None:
    """It may change once, where somebody changed something and took it back."""
    assert details(steady_tag(OPERATION, reads)) == ["tag"] * broken


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (read(status=304), []),
        (read(status=200), ["tag"]),
        (read(status=412), ["tag"]),
        (read('"2"', status=304), ["other tag"]),
        (read(None, status=304), ["no tag"]),
    ],
)
def test_who_has_it_gets_a_304(answer: Exchange, wrong: list[str]) -> None:
    assert details(not_modified(OPERATION, asked(answer))) == wrong


def test_a_304_without_its_tag_is_a_small_matter() -> None:
    [breach] = not_modified(OPERATION, asked(read(None, status=304)))

    assert breach.severity is Severity.MINOR


def test_a_304_for_a_date_needs_no_tag() -> None:
    assert details(not_modified(OPERATION, asked(read(None, status=304)), promise="not-modified-since")) == []


@pytest.mark.parametrize(("status", "broken"), [(200, False), (304, True), (412, True)])
def test_who_has_something_else_gets_what_there_is(status: int, broken: bool) -> None:
    assert details(modified(OPERATION, asked(read(status=status)))) == ["tag"] * broken


@pytest.mark.parametrize(
    ("promise", "status", "exact", "wrong"),
    [
        ("conditional.stale-refused", 412, True, []),
        ("conditional.stale-refused", 200, False, ["other"]),
        ("conditional.stale-refused", 204, True, ["other"]),
        ("conditional.stale-refused", 409, True, ["other: 409"]),
        ("conditional.stale-refused", 409, False, []),
        ("conditional.stale-refused", 428, True, ["other: 428"]),
        ("conditional.stale-refused", 500, True, []),
        ("conditional.required", 428, True, []),
        ("conditional.required", 412, True, ["other: 412"]),
        ("conditional.required", 200, True, ["other"]),
        ("conditional.no-overwrite", 412, True, []),
        ("conditional.no-overwrite", 200, True, ["other"]),
    ],
)
def test_what_its_condition_forbids_is_refused(
    promise: str, status: int, exact: bool, wrong: list[str]
) -> None:
    """By the status that says why, where nothing else can be wrong."""
    found: list[Breach] = list(refused(OPERATION, trial(status), promise=promise, exact=exact))

    assert details(found) == wrong
    assert [b.severity for b in found] == [Severity.MINOR if ":" in b.detail else None for b in found]
    assert {b.promise for b in found} <= {promise}


@pytest.mark.parametrize(
    ("tried", "broken"),
    [
        (trial(412), False),
        (trial(412, now=2), True),
        (trial(412, after=read(status=404)), True),
        (trial(428, after=read(status=410)), True),
        (trial(200, now=2), False),
        (trial(500, now=2), False),
    ],
)
def test_what_is_refused_has_no_effect(tried: Trial, broken: bool) -> None:
    assert details(without_effect(OPERATION, tried)) == ["other"] * broken


@pytest.mark.parametrize(("status", "broken"), [(200, False), (412, True), (428, True), (409, False)])
def test_the_current_tag_is_no_reason_to_refuse(status: int, broken: bool) -> None:
    """Something else may be."""
    assert details(current_accepted(OPERATION, trial(status))) == ["other"] * broken


@pytest.mark.parametrize(
    ("tried", "broken"),
    [
        (trial(200, now=2), True),
        (trial(200, now=2, after=read('"2"')), False),
        (trial(200), False),
        (trial(412, now=2), False),
        (trial(200, now=2, before=read('W/"1"'), after=read('W/"1"')), False),
        (trial(200, now=2, before=read("1"), after=read("1")), False),
    ],
)
def test_a_strong_tag_changes_with_what_it_stands_for(tried: Trial, broken: bool) -> None:
    assert details(tag_changes(OPERATION, tried)) == ["tag"] * broken
