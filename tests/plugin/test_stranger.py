"""A server of the reference contract that nobody here tuned the suite to."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from suite_runs import ROOT, SuiteRun, run_suite

sys.path.insert(0, str(ROOT / "tests" / "support"))
from stranger_api import OVERLAY, secret_of, stranger_api, stranger_profile, stranger_variables


def _run(folder: Path, base_url: str, *arguments: str) -> SuiteRun:
    profile, overlay = folder / "stranger.toml", folder / "overlay.yaml"
    profile.write_text(stranger_profile(base_url))
    overlay.write_text(OVERLAY)
    spec = ROOT / "spec" / "bitbucket-teams.yaml"
    named = ("--spec", str(spec), "--overlay", str(overlay), "--environment", str(profile))
    return run_suite(folder / "reports", *named, *arguments, variables=stranger_variables())


def test_a_server_that_decides_differently_passes(tmp_path: Path) -> None:
    """A finding here is a false alarm."""
    with stranger_api() as base_url:
        run = _run(tmp_path, base_url)

    assert run.verdict["findings"] == [], run.output[-3000:]
    assert (run.verdict["verdict"], run.status) == ("pass", 0)


def test_no_secret_of_its_credentials_is_written_down(tmp_path: Path) -> None:
    """Neither a whole one, nor what the suite made of it to try the doors."""
    with stranger_api("secret-cut") as base_url:
        run = _run(tmp_path, base_url, "-k", "credential")

    assert "credential.exact" in {finding["promise"] for finding in run.verdict["findings"]}

    written = "".join(path.read_text("utf-8", "replace") for path in (tmp_path / "reports").rglob("*.*"))
    for secret in (secret_of("writer"), secret_of("token")):
        assert secret[:-1] not in written + run.output
        assert secret.swapcase() not in written + run.output


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("expired-accepted", "credential.dead"),
        ("delete-needs-no-scope", "authorization.scope-enforced"),
        ("foreign-by-uuid", "authorization.foreign-unreachable"),
        ("item-of-any-team", "authorization.foreign-unreachable"),
        ("search-leaks", "authorization.foreign-unreachable"),
        ("update-drops-secured", "secrets.never-exposed"),
        ("page-3-repeats", "pagination.no-repeats"),
    ],
)
def test_its_faults_are_found(tmp_path: Path, fault: str, promise: str) -> None:
    """Each under the promise that it breaks."""
    with stranger_api(fault) as base_url:
        run = _run(tmp_path, base_url, "-k", promise.partition(".")[0])

    assert promise in {finding["promise"] for finding in run.verdict["findings"]}, run.output[-2000:]
