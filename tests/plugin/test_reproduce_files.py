"""The pytest file of a finding fails on the server that showed it, and passes on one without the fault."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from suite_runs import ROOT, FaultyRun

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.finding import Finding
from specproof.shipped import shipped
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover
from specproof.target.faults import FAULTS
from specproof.target.process import RunningTarget, start

BY_THEMSELVES = (
    "page-repeats-item",  # pagination
    "created-then-cut",  # lifecycle
    "secret-in-list",  # secrets
    "pipeline-writes",  # authorization
    "code-counts-twice",  # oauth
)
"""Faults whose requests say alone that something is wrong; they leave each other alone."""


@pytest.fixture(scope="module")
def clean() -> Iterator[RunningTarget]:
    """A target without a fault."""
    with start() as target:
        yield target


@pytest.fixture(scope="module")
def broken() -> Iterator[RunningTarget]:
    """A target with these faults."""
    with start(*BY_THEMSELVES) as target:
        yield target


@pytest.fixture(scope="module")
def findings(broken: RunningTarget, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finding]:
    """One finding for each fault, by its promise; what was created for them is gone."""
    prover = _prover(broken, tmp_path_factory.mktemp("ledger"))
    found = {name: _first(prover, name) for name in sorted({FAULTS[each].promise for each in BY_THEMSELVES})}
    assert prover.suite.clear() == ()
    return found


def _first(prover: Prover, promise: str) -> Finding:
    promises = [each for each in prover.suite.contract.promises if each.id == promise]
    return next(finding for each in promises for finding in prover.prove(each).findings)


def _prover(target: RunningTarget, folder: Path) -> Prover:
    profile = load_profile(shipped("environments") / "embedded.toml", environ=target.variables)
    document = load_document(str(ROOT / "spec" / "bitbucket-teams.yaml"))
    return build_prover(document, profile, Plan(seed=1, depth="standard"), ledger=folder / "ledger.jsonl")


def _pytest(files: list[Path], variables: Mapping[str, str], origin: str = "") -> tuple[list[str], str]:
    """Run files with pytest and nothing of specproof's settings; return their results and the output."""
    environ = {**os.environ, **variables, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environ |= {"SPECPROOF_ORIGIN": origin} if origin else {}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "-rA", "-q", *files],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    words = [line.partition(" ")[0] for line in done.stdout.splitlines()]
    return [word for word in words if word in {"PASSED", "FAILED", "SKIPPED", "ERROR"}], done.stdout


def _origin(target: RunningTarget) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(target.base_url))


def _written(findings: Mapping[str, Finding], folder: Path) -> list[Path]:
    for finding in findings.values():
        (folder / f"test_{finding.fingerprint}.py").write_text(finding.test, encoding="ascii")
    return sorted(folder.iterdir())


def test_every_area_says_it_by_itself(findings: dict[str, Finding]) -> None:
    """Pages, lives, secrets, rights and OAuth: nothing of specproof is imported."""
    assert len(findings) == len(BY_THEMSELVES)
    assert [finding.promise for finding in findings.values() if "specproof." in finding.test] == []


def test_the_files_fail_where_the_fault_is(
    findings: dict[str, Finding], broken: RunningTarget, tmp_path: Path
) -> None:
    """With the sentence of the finding; also the second time, for they delete what they create."""
    files = _written(findings, tmp_path)
    _pytest(files, broken.variables)

    results, output = _pytest(files, broken.variables)

    assert results == ["FAILED"] * len(findings), output
    shown = output.replace("\n", " ")
    assert [f.summary for f in findings.values() if f"AssertionError: {f.summary[:40]}" not in shown] == []


def test_the_files_pass_where_the_fault_is_not(
    findings: dict[str, Finding], clean: RunningTarget, tmp_path: Path
) -> None:
    """Against another server than the one that they were written for."""
    results, output = _pytest(_written(findings, tmp_path), clean.variables, _origin(clean))

    assert results == ["PASSED"] * len(findings), output


def test_the_files_show_no_secret(findings: dict[str, Finding], broken: RunningTarget) -> None:
    """They name the variables to export."""
    secrets = [value for name, value in broken.variables.items() if not name.endswith("_URL")]

    assert [f.promise for f in findings.values() if any(secret in f.test for secret in secrets)] == []
    assert "Export SPECPROOF_TARGET_ACME_CONSUMER" in findings["oauth.code-single-use"].test


def test_a_missing_variable_is_named(findings: dict[str, Finding], tmp_path: Path) -> None:
    """A file that cannot send its requests does not pass."""
    results, output = _pytest(_written(findings, tmp_path), {"SPECPROOF_TARGET_ACME_ADMIN": ""})

    assert "PASSED" not in results
    assert "export SPECPROOF_TARGET_ACME_PIPELINE first: the requests need it" in output


def test_a_run_leaves_a_file_for_every_finding(faulty: FaultyRun, clean: RunningTarget) -> None:
    """Those that need specproof's judges are among them."""
    folder = faulty.run.reports / "reproduce"
    findings = {finding["fingerprint"]: finding["promise"] for finding in faulty.run.verdict["findings"]}
    assert {path.name for path in folder.glob("test_*.py")} == {f"test_{each}.py" for each in findings}
    one_each = {promise: folder / f"test_{fingerprint}.py" for fingerprint, promise in findings.items()}
    files = list(one_each.values())
    text = "".join(path.read_text() for path in files)
    assert "judge_answer(" in text
    assert "look_again(" in text

    failed, _ = _pytest(files, faulty.target.variables, _origin(faulty.target))
    passed, output = _pytest(files, clean.variables, _origin(clean))

    assert failed == ["FAILED"] * len(files)
    assert passed == ["PASSED"] * len(files), output
