"""Which findings say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.reports.alike import grouped

FIRST = Finding(
    promise="errors.object",
    operation="GET /a",
    severity=Severity.MAJOR,
    summary="expected a message with status 401; got nothing",
    source="#/x-error",
)


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRST, operation="POST /b"),
        replace(FIRST, summary="expected a message with status 404; got nothing"),
        replace(FIRST, detail="another place", source="#/elsewhere"),
    ],
    ids=["operation", "number", "place"],
)
def test_another_operation_status_or_place_says_the_same(other: Finding) -> None:
    [group] = grouped([FIRST, other])

    assert group.first == FIRST
    assert group.others == (other,)


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRST, promise="body.schema"),
        replace(FIRST, summary="expected a message with status 401; got a list"),
        replace(FIRST, severity=Severity.MINOR),
        replace(FIRST, waiver="known"),
        replace(FIRST, unstable="1 of 3"),
    ],
    ids=["promise", "words", "severity", "waived", "unstable"],
)
def test_what_differs_in_anything_else_stands_alone(other: Finding) -> None:
    first, second = grouped([FIRST, other])

    assert (first.first, first.others) == (FIRST, ())
    assert (second.first, second.others) == (other, ())


def test_what_the_others_are_about_is_counted() -> None:
    others = [replace(FIRST, operation=name) for name in ("GET /c", "GET /b", "GET /c", "")]

    [group] = grouped([FIRST, *others])

    assert group.abouts == "GET /c (2), GET /b, the API"


FINDINGS = st.builds(
    lambda operation, status, severity: replace(
        FIRST, operation=operation, severity=severity, summary=f"status {status}", detail=str(status)
    ),
    st.sampled_from(["GET /a", "GET /b", "GET /c"]),
    st.integers(400, 410),
    st.sampled_from(Severity),
)


@given(st.lists(FINDINGS))
def test_no_finding_is_lost_or_shown_twice(findings: list[Finding]) -> None:
    groups = grouped(findings)

    shown = [finding for group in groups for finding in (group.first, *group.others)]
    assert sorted(map(repr, shown)) == sorted(map(repr, findings))


@given(st.lists(FINDINGS))
def test_the_worst_still_come_first(findings: list[Finding]) -> None:
    order = list(Severity)
    findings.sort(key=lambda finding: order.index(finding.severity))

    ranks = [order.index(group.first.severity) for group in grouped(findings)]

    assert ranks == sorted(ranks)
