"""Allure results: one identity per operation, promise and environment; evidence attached once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all
from specproof.reports.executor import executor

LIST = "GET /teams/{username}/things"


def results(run: Run, decision: Decision, folder: Path) -> dict[str, dict[str, Any]]:
    """Write the reports and read the Allure results back, by their names."""
    write_all(run, decision, folder, mask=str)
    files = (folder / "allure-results").glob("*-result.json")
    read = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    for each in ("uuid", "historyId", "testCaseId", "fullName"):
        assert len({result[each] for result in read}) == len(read), each
    return {result["name"]: result for result in read}


def labels(result: dict[str, Any]) -> dict[str, str]:
    return {label["name"]: label["value"] for label in result["labels"]}


def attachments(step: dict[str, Any]) -> list[dict[str, str]]:
    inner = [each for inner in step.get("steps", ()) for each in attachments(inner)]
    return [*step.get("attachments", ()), *inner]


def test_every_outcome_has_its_own_result(run: Run, decision: Decision, tmp_path: Path) -> None:
    found = results(run, decision, tmp_path)
    assert {name: result["status"] for name, result in found.items()} == {
        f"pagination.no-repeats [{LIST}]": "failed",
        f"pagination.no-gaps [{LIST}]": "passed",
        f"status.documented [{LIST}]": "broken",
        "status.documented [POST /teams/{username}/things]": "skipped",
        "lifecycle.create [POST /teams/{username}/things]": "skipped",
        "document.valid [document]": "passed",
    }


def test_a_result_says_what_was_promised_and_by_whom(run: Run, decision: Decision, tmp_path: Path) -> None:
    result = results(run, decision, tmp_path)[f"pagination.no-repeats [{LIST}]"]
    assert result["fullName"] == f"specproof.pagination.no-repeats[{LIST}]"
    assert labels(result).items() >= {
        "epic": "Things", "feature": "pagination", "story": LIST, "severity": "normal", "suite": "pagination",
        "framework": "specproof", "language": "python", "host": "staging",
    }.items()  # fmt: skip
    assert result["parameters"] == [
        {"name": "operation", "value": LIST},
        {"name": "promise", "value": "pagination.no-repeats"},
        {"name": "environment", "value": "staging"},
    ]
    assert "No item comes twice." in result["description"]
    assert (result["start"], result["stop"]) == (1_767_225_600_500, 1_767_225_600_750)
    assert result["statusDetails"]["message"].startswith("expected each item once; got")
    assert f"fingerprint: {run.findings[0].fingerprint}" in result["statusDetails"]["trace"]


def test_the_evidence_is_attached_once(run: Run, decision: Decision, tmp_path: Path) -> None:
    result = results(run, decision, tmp_path)[f"pagination.no-repeats [{LIST}]"]
    [step] = result["steps"]
    first, second = step["steps"]
    assert first["name"] == "page 1: POST https://api.example.com/things?page=1&q= → 200"
    assert (first["status"], second["status"]) == ("passed", "failed")
    found = attachments(result)
    assert Counter(each["name"] for each in found) == {
        "request": 2, "response": 2, "expected and got": 1, "reproduce.sh": 1,
    }  # fmt: skip
    assert len({each["source"] for each in found}) == len(found)
    folder = tmp_path / "allure-results"
    assert (folder / first["attachments"][0]["source"]).read_text().startswith("POST https://api.example.com")
    used = {each["source"] for path in folder.glob("*-result.json")
            for each in attachments(json.loads(path.read_text()))}  # fmt: skip
    assert used == {path.name for path in folder.glob("*-attachment.*")}


def test_an_exchange_of_two_findings_is_written_once(run: Run, decision: Decision, tmp_path: Path) -> None:
    outcome = run.outcomes[0]
    two = (outcome.findings[0], replace(outcome.findings[0], detail="another"))
    [result] = results(replace(run, outcomes=(replace(outcome, findings=two),)), decision, tmp_path).values()
    first, second = ([each["attachments"] for each in step["steps"]] for step in result["steps"])
    assert first == second
    assert len(list((tmp_path / "allure-results").glob("*-attachment.txt"))) == 4


def test_a_finding_shows_what_was_expected_and_what_the_document_says(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    outcome = run.outcomes[0]
    finding = replace(outcome.findings[0], excerpt='{"type": "array"}')
    [result] = results(
        replace(run, outcomes=(replace(outcome, findings=(finding,)),)), decision, tmp_path
    ).values()
    texts = {
        each["name"]: (tmp_path / "allure-results" / each["source"]).read_text()
        for each in result["steps"][0]["attachments"]
    }
    assert texts["expected and got"] == ("--- expected\n+++ got\n-each item once\n+item 3 on pages 1 and 2\n")
    assert texts["what the document says"] == '{"type": "array"}'
    assert "curl -fsS" in texts["reproduce.sh"]


def test_a_waived_finding_has_an_owner_and_a_result_leads_to_promise_and_line(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    environ = {"GITLAB_CI": "true", "CI_PROJECT_URL": "https://git.example/a", "CI_COMMIT_SHA": "c0ffee"}
    write_all(run, decision, tmp_path, mask=str, environ=environ)
    read = [json.loads(path.read_text()) for path in (tmp_path / "allure-results").glob("*-result.json")]
    [waived] = [each for each in read if labels(each).get("owner")]
    assert labels(waived)["owner"] == "ada"
    assert {link["name"]: link["url"] for link in waived["links"]} == {
        "promise status.documented": "https://specproof.readthedocs.io/promises.html#statusdocumented",
        "spec/things.yaml:12": "https://git.example/a/-/blob/c0ffee/spec/things.yaml#L12",
    }


def test_what_kept_the_suite_from_looking_is_a_result(run: Run, decision: Decision, tmp_path: Path) -> None:
    found = results(replace(run, troubles=("the target does not answer",)), decision, tmp_path)
    trouble = found["troubles [staging]"]
    assert trouble["statusDetails"]["message"] == "suite error: the target does not answer"
    categories = json.loads((tmp_path / "allure-results" / "categories.json").read_text())
    assert [each["name"] for each in categories if _fits(each, trouble)] == ["Suite error"]


def test_identity_depends_on_operation_promise_and_environment_only(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    """Another time, seed or document gives the same history; another environment its own."""
    first = results(run, decision, tmp_path)
    later = replace(run, started=run.started + 9, seed=8, contract_title="Other", outcomes=run.outcomes[::-1])
    second = results(later, decision, tmp_path)
    third = results(replace(run, environment="production"), decision, tmp_path)
    for name, result in first.items():
        assert result["historyId"] == second[name]["historyId"] != third[name]["historyId"]
        assert result["testCaseId"] == third[name]["testCaseId"]
        assert result["uuid"] != second[name]["uuid"]


def test_states_that_are_not_plain_have_marks_and_categories(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    found = results(run, decision, tmp_path)
    unstable = found[f"status.documented [{LIST}]"]
    waived = found["status.documented [POST /teams/{username}/things]"]
    assert unstable["statusDetails"]["flaky"] is True
    assert [each["value"] for each in unstable["labels"] if each["name"] == "tag"] == ["inferred", "unstable"]
    assert waived["statusDetails"]["message"] == "waived: known, see T-1"
    categories = json.loads((tmp_path / "allure-results" / "categories.json").read_text())
    for result in found.values():
        if result["status"] != "passed":
            fitting = [category["name"] for category in categories if _fits(category, result)]
            assert len(fitting) == 1, result["name"]


def _fits(category: dict[str, Any], result: dict[str, Any]) -> bool:
    details = result["statusDetails"]
    return (
        result["status"] in category["matchedStatuses"]
        and re.fullmatch(category.get("messageRegex", "(?s).*"), details["message"]) is not None
        and re.fullmatch(category.get("traceRegex", "(?s).*"), details.get("trace", "")) is not None
    )


def test_an_inconclusive_run_is_not_all_green(run: Run, tmp_path: Path) -> None:
    decision = Decision(verdict=Verdict.INCONCLUSIVE, reasons=("no request was sent",))
    result = results(run, decision, tmp_path)["verdict [staging]"]
    assert result["status"] == "broken"
    assert result["statusDetails"]["message"] == "inconclusive: no request was sent"


def test_the_environment_is_described_in_java_properties(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    write_all(replace(run, contract_title="Größe\n= 🔑"), decision, tmp_path, mask=str)
    text = (tmp_path / "allure-results" / "environment.properties").read_text(encoding="ascii")
    assert "Contract = Gr\\u00f6\\u00dfe = \\ud83d\\udd11 2.0\n" in text
    assert "Verdict = fail\n" in text
    assert "Seed = 7\n" in text


def test_a_long_walk_is_cut_and_says_so(run: Run, decision: Decision, tmp_path: Path) -> None:
    outcome = run.outcomes[0]
    long = replace(outcome.findings[0], evidence=outcome.findings[0].evidence * 30)
    found = results(replace(run, outcomes=(replace(outcome, findings=(long,)),)), decision, tmp_path)
    [step] = next(iter(found.values()))["steps"]
    assert len(step["steps"]) == 21
    assert step["steps"][0]["name"] == "40 earlier exchanges are not shown"


GITHUB = {
    "GITHUB_ACTIONS": "true", "GITHUB_WORKFLOW": "release", "GITHUB_RUN_NUMBER": "12", "GITHUB_RUN_ID": "99",
    "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/api",
}  # fmt: skip


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, None),
        ({"CI": "true"}, None),
        (GITHUB, {"name": "GitHub Actions", "type": "github", "buildOrder": 12, "buildName": "release #12",
                  "buildUrl": "https://github.com/acme/api/actions/runs/99"}),
        ({"GITLAB_CI": "true"}, {"name": "GitLab CI", "type": "gitlab"}),
        ({"JENKINS_URL": "https://j/", "JOB_NAME": "api", "BUILD_NUMBER": "5", "BUILD_URL": "https://j/5/"},
         {"name": "Jenkins", "type": "jenkins", "buildOrder": 5, "buildName": "api #5", "buildUrl": "https://j/5/"}),
        ({"BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_REPO_FULL_NAME": "acme/api",
          "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/acme/api"},
         {"name": "Bitbucket Pipelines", "type": "bitbucket", "buildOrder": 3, "buildName": "acme/api #3",
          "buildUrl": "https://bitbucket.org/acme/api/pipelines/results/3"}),
    ],
)  # fmt: skip
def test_the_ci_server_is_named_where_there_is_one(
    run: Run, decision: Decision, tmp_path: Path, environ: dict[str, str], said: dict[str, Any] | None
) -> None:
    assert executor(environ) == said
    write_all(run, decision, tmp_path, mask=str, environ=environ)
    file = tmp_path / "allure-results" / "executor.json"
    assert (json.loads(file.read_text()) if file.exists() else None) == said


def test_hostile_texts_are_shown_as_escapes(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    found = results(hostile_run("\0\x1b \u202e\ud800"), decision, tmp_path)
    result = found[f"status.documented [{LIST}]"]
    assert result["statusDetails"]["message"].startswith(r"expected \x00\x1b \u202e\ud800; got")
