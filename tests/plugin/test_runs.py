"""Whole runs: selection, workers, depth, and the way from a fault to a verdict that can be shown again."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from suite_runs import FAULTS, ROOT, FaultyRun, SuiteRun, run_suite

from specproof.target.process import RunningTarget, start


def _findings(verdict: dict[str, object]) -> set[tuple[str, str]]:
    found = verdict["findings"]
    assert isinstance(found, list)
    return {(finding["promise"], finding["operation"]) for finding in found}


def test_two_workers_find_the_same_as_one_process(faulty: FaultyRun, tmp_path: Path) -> None:
    """Sharing the work changes nothing."""
    with start(*FAULTS) as target:
        shared = run_suite(tmp_path, "-n", "2", "--depth", "quick", variables=target.variables)

    assert faulty.run.status == shared.status == 1
    assert _findings(faulty.run.verdict) == _findings(shared.verdict)
    assert len(_findings(shared.verdict)) >= len(FAULTS)


def test_deselected_promises_are_reported_as_such(tmp_path: Path) -> None:
    """Selecting is no way to a silent pass: the verdict says what was left out."""
    run = run_suite(tmp_path, "--depth", "quick", "-k", "pagination.total")

    why = {entry["why"] for entry in run.verdict["coverage"]["not_exercised"]}
    assert any(reason.startswith("deselected") for reason in why)


def test_forbidden_writes_are_never_sent(tmp_path: Path) -> None:
    """The access log of the run is its own: what was sent stands in the verdict's statuses."""
    profile = tmp_path / "readonly.toml"
    text = (ROOT / "tests" / "environments" / "embedded.toml").read_text()
    profile.write_text(text.replace('writes = "allowed"', 'writes = "forbidden"'))
    with start() as target:
        run = run_suite(
            tmp_path / "reports",
            *("--depth", "quick", "--environment", str(profile)),
            variables=target.variables,
        )

    proven = run.verdict["coverage"]["promises"][0]
    reasons = {
        e["why"] for e in run.verdict["coverage"]["not_exercised"] if e["operation"].startswith("POST")
    }
    assert run.status == 0, run.output[-2000:]
    assert proven > 0
    assert reasons
    assert {reason for reason in reasons if not reason.startswith("writes are forbidden")} == set()


def test_quick_sends_less_than_standard(quick_run: SuiteRun, standard_run: SuiteRun) -> None:
    """Depth is how hard the suite looks."""
    assert quick_run.verdict["verdict"] == standard_run.verdict["verdict"] == "pass"
    assert quick_run.verdict["requests"] < standard_run.verdict["requests"]


def test_a_run_tells_what_every_credential_may_do(standard_run: SuiteRun) -> None:
    """Who is let in, who is refused, and who is nobody any more."""
    cells = standard_run.verdict["access"]

    deletes = {
        each["credential"]: (each["expected"], each["statuses"], each["got"])
        for each in cells
        if each["operation"].startswith("DELETE")
    }
    assert [each for each in cells if not each["right"]] == []
    assert deletes["acme-admin"] == ("allowed", [], 204)
    assert deletes["acme-reader"] == ("refused", [403], 403)
    assert deletes["acme-expired"] == ("refused", [401], 401)


def test_a_run_leaves_every_report(standard_run: SuiteRun) -> None:
    """Verdict, JUnit, Allure, summary; no ledger where everything was removed."""
    folder, promised = standard_run.reports, standard_run.verdict["coverage"]["promises"][1]

    names = {path.name for path in folder.iterdir()}
    suites = ElementTree.parse(folder / "junit.xml").getroot()
    results = list((folder / "allure-results").glob("*-result.json"))
    identities = {json.loads(path.read_text())["historyId"] for path in results}
    assert names >= {"verdict.json", "junit.xml", "allure-results", "summary.md"}
    assert not [name for name in names if name.startswith("ledger")]
    assert len(list(suites.iter("testcase"))) == promised
    assert len(identities) == len(results) == promised


def test_the_shell_lines_of_a_later_read_show_it_again(tmp_path: Path) -> None:
    """A fault that would hide others: what was deleted is still there."""
    promise = "lifecycle.gone-after-delete"
    with start("delete-keeps") as target:
        run = run_suite(tmp_path, "--depth", "quick", "-k", promise, variables=target.variables)
        _assert_shown_again(run, target, promise, "HTTP/1.1 200")


@pytest.mark.parametrize(
    ("promise", "shown"),
    [
        ("body.schema", '"secured":"false"'),
        ("lifecycle.echo", '"secured":"true"'),
        ("method.undocumented-refused", "HTTP/1.1 200"),
        ("input.invalid-refused", "HTTP/1.1 20"),  # accepted, by creation or by update
        ("secrets.never-exposed", "HTTP/1.1 409"),
    ],
)
def test_the_shell_lines_of_a_finding_show_it_again(faulty: FaultyRun, promise: str, shown: str) -> None:
    """The script beside a finding is run as it is, with the secrets in the environment."""
    _assert_shown_again(faulty.run, faulty.target, promise, shown)


def _assert_shown_again(run: SuiteRun, target: RunningTarget, promise: str, shown: str) -> None:
    [finding, *_] = [f for f in run.verdict["findings"] if f["promise"] == promise]
    script = run.reports / "reproduce" / f"{finding['fingerprint']}.sh"
    again = subprocess.run(
        ["bash", str(script)],
        env={**os.environ, **target.variables},
        capture_output=True,
        text=True,
        check=False,
    )

    assert again.returncode == 0, again.stderr
    assert shown in again.stdout.replace('": "', '":"')
    secrets = [value for name, value in target.variables.items() if not name.endswith("_URL")]
    assert not any(secret in script.read_text() for secret in secrets)
