"""``findings.sarif`` is valid SARIF 2.1.0 and says what code scanning needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports.links import Place, line_link, place_of, promise_link
from specproof.reports.sarif import sarif

SCHEMA = Path(__file__).parents[1] / "support" / "schemas" / "sarif-schema-2.1.0.json"


@cache
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker())


def log(run: Run, decision: Decision) -> dict[str, Any]:
    """Return the only run of a log that is valid."""
    document = sarif(run, decision, str)
    assert [error.message for error in validator().iter_errors(document)] == []
    [found] = document["runs"]
    assert isinstance(found, dict)
    return found


def test_a_finding_has_a_line_a_fingerprint_and_a_rule(run: Run, decision: Decision) -> None:
    found = log(run, decision)

    first = found["results"][0]
    rule = found["tool"]["driver"]["rules"][first["ruleIndex"]]

    assert (first["ruleId"], rule["id"], first["level"]) == (
        "pagination.no-repeats", "pagination.no-repeats", "error",
    )  # fmt: skip
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "spec/things.yaml", "uriBaseId": "SRCROOT"}, "region": {"startLine": 12},
    }  # fmt: skip
    assert first["partialFingerprints"] == {"specproof/v1": run.findings[0].fingerprint}
    assert "No item comes twice." in rule["help"]["text"]
    assert found["properties"]["seed"] == 7


def test_waived_is_suppressed_and_unstable_is_a_note(run: Run, decision: Decision) -> None:
    results = {result["properties"]["operation"]: result for result in log(run, decision)["results"][1:]}

    waived, unstable = results["POST /teams/{username}/things"], results["GET /teams/{username}/things"]

    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "known, see T-1"}
    ]
    assert (unstable["level"], "suppressions" in unstable) == ("note", False)


def test_a_run_that_says_nothing_was_not_successful(run: Run) -> None:
    why = Decision(verdict=Verdict.INCONCLUSIVE, reasons=("no request was sent",))

    [invocation] = log(replace(run, outcomes=(), troubles=("unreachable",)), why)["invocations"]

    assert invocation["executionSuccessful"] is False
    said = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert said == ["unreachable", "no request was sent"]


@pytest.mark.parametrize("text", ["\0 \ud800 <b> %zz", "https://x/ä b:7", "a:b:3", "/etc/x y:3", "..:1"])
def test_hostile_texts_leave_it_valid(
    hostile_run: Callable[[str], Run], decision: Decision, text: str
) -> None:
    assert log(hostile_run(text), decision)["results"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("spec/a b.yaml:12", Place(uri="spec/a%20b.yaml", line=12)),
        ("./spec/../spec/a.yaml:1", Place(uri="spec/a.yaml", line=1)),
        ("https://x.example/a.yaml:3", Place(uri="https://x.example/a.yaml", line=3)),
        ("spec/a.yaml", Place(uri="spec/a.yaml", line=None)),
        ("/nowhere/a.yaml:2", Place(uri="file:///nowhere/a.yaml", line=2)),
        ("", None),
    ],
)
def test_places_become_uris(text: str, place: Place | None) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    ("environ", "link"),
    [
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://g", "GITHUB_REPOSITORY": "a/b",
             "GITHUB_SHA": "c0ffee"},
            "https://g/a/b/blob/c0ffee/spec/a.yaml#L12",
        ),
        (
            {"GITLAB_CI": "true", "CI_PROJECT_URL": "https://l/a/b", "CI_COMMIT_SHA": "c0ffee"},
            "https://l/a/b/-/blob/c0ffee/spec/a.yaml#L12",
        ),
        (
            {"BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_GIT_HTTP_ORIGIN": "https://b/a/b",
             "BITBUCKET_COMMIT": "c0ffee"},
            "https://b/a/b/src/c0ffee/spec/a.yaml#lines-12",
        ),
        ({"GITLAB_CI": "true"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_a_line_is_shown_by_the_repository_that_is_built(environ: dict[str, str], link: str | None) -> None:
    assert line_link(Place(uri="spec/a.yaml", line=12), environ) == link


def test_a_promise_is_explained_under_the_heading_of_its_page() -> None:
    assert promise_link("pagination.no-repeats").endswith("/promises.html#paginationno-repeats")
