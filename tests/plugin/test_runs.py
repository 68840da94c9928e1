"""Whole runs: selection, workers, depth, and the way from a fault to a verdict that can be shown again."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from suite_runs import ROOT, run_suite

from specproof.target.process import start


def _findings(verdict: dict[str, object]) -> set[tuple[str, str]]:
    found = verdict["findings"]
    assert isinstance(found, list)
    return {(finding["promise"], finding["operation"]) for finding in found}


def test_two_workers_find_the_same_as_one_process(tmp_path: Path) -> None:
    """Sharing the work changes nothing."""
    faults = ("page-skips-item", "secured-as-text", "delete-again-accepted")
    with start(*faults) as target:
        alone = run_suite(tmp_path / "one", variables=target.variables)
    with start(*faults) as target:
        shared = run_suite(tmp_path / "two", "-n", "2", variables=target.variables)

    assert alone.status == shared.status == 1
    assert _findings(alone.verdict) == _findings(shared.verdict)


def test_deselected_promises_are_reported_as_such(tmp_path: Path) -> None:
    """Selecting is no way to a silent pass: the verdict says what was left out."""
    run = run_suite(tmp_path, "-k", "pagination.total")

    why = {entry["why"] for entry in run.verdict["coverage"]["not_exercised"]}
    assert any(reason.startswith("deselected") for reason in why)


def test_forbidden_writes_are_never_sent(tmp_path: Path) -> None:
    """The access log of the run is its own: what was sent stands in the verdict's statuses."""
    profile = tmp_path / "readonly.toml"
    text = (ROOT / "tests" / "environments" / "embedded.toml").read_text()
    profile.write_text(text.replace('writes = "allowed"', 'writes = "forbidden"'))
    with start() as target:
        run = run_suite(tmp_path / "reports", "--environment", str(profile), variables=target.variables)

    proven = run.verdict["coverage"]["promises"][0]
    reasons = {
        e["why"] for e in run.verdict["coverage"]["not_exercised"] if e["operation"].startswith("POST")
    }
    assert run.status == 0, run.output[-2000:]
    assert proven > 0
    assert reasons == {"writes are forbidden"}


def test_quick_sends_less_than_standard(tmp_path: Path) -> None:
    """Depth is how hard the suite looks."""
    quick = run_suite(tmp_path / "quick", "--depth", "quick")
    standard = run_suite(tmp_path / "standard")

    assert quick.verdict["verdict"] == standard.verdict["verdict"] == "pass"
    assert quick.verdict["requests"] < standard.verdict["requests"]


def test_a_run_leaves_every_report(tmp_path: Path) -> None:
    """Verdict, JUnit, Allure, summary; no ledger where everything was removed."""
    run = run_suite(tmp_path)

    names = {path.name for path in tmp_path.iterdir()}
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    results = list((tmp_path / "allure-results").glob("*-result.json"))
    identities = {json.loads(path.read_text())["historyId"] for path in results}
    assert names >= {"verdict.json", "junit.xml", "allure-results", "summary.md"}
    assert not [name for name in names if name.startswith("ledger")]
    assert len(list(suites.iter("testcase"))) == run.verdict["coverage"]["promises"][1]
    assert len(identities) == len(results) == run.verdict["coverage"]["promises"][1]


@pytest.mark.parametrize(
    ("fault", "promise", "shown"),
    [
        ("secured-as-text", "body.schema", '"secured":"false"'),
        ("delete-keeps", "lifecycle.gone-after-delete", "HTTP/1.1 200"),
        ("value-crlf-to-lf", "lifecycle.echo", "first\\nsecond"),
        ("trace-accepted", "method.undocumented-refused", "HTTP/1.1 200"),
        ("number-as-value-accepted", "input.invalid-refused", "HTTP/1.1 201"),
        ("secret-in-conflict", "secrets.never-exposed", "HTTP/1.1 409"),
    ],
)
def test_the_shell_lines_of_a_finding_show_it_again(
    tmp_path: Path, fault: str, promise: str, shown: str
) -> None:
    """The script beside a finding is run as it is, with the secrets in the environment."""
    with start(fault) as target:
        run = run_suite(tmp_path, "-k", f"generated or {promise}", variables=target.variables)
        [finding, *_] = [f for f in run.verdict["findings"] if f["promise"] == promise]
        script = tmp_path / "reproduce" / f"{finding['fingerprint']}.sh"
        again = subprocess.run(
            ["bash", str(script)],
            env={**os.environ, **target.variables},
            capture_output=True,
            text=True,
            check=False,
        )

    assert again.returncode == 0, again.stderr
    assert shown in again.stdout.replace('": "', '":"')
    secrets = [value for name, value in target.variables.items() if name != "SPECPROOF_TARGET_URL"]
    assert not any(secret in script.read_text() for secret in secrets)
