"""The same tests run on a document and a server that have nothing to do with the reference contract."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from suite_runs import ROOT, SuiteRun, run_suite, write_profile

sys.path.insert(0, str(ROOT / "tests" / "support"))
from orders_api import orders_api, orders_yaml

_OVERLAY = """
overlay: 1.0.0
info: {title: what the document cannot say, version: "1"}
actions:
  - target: $.paths['/orders'].get
    update:
      x-pagination:
        {style: offset, items: /items, total: /total, parameters: {offset: offset, size: limit}, first: 0,
         size_minimum: 1, size_maximum: 50, size_default: 5, past_end: empty, identity: /id}
"""


def _run(
    folder: Path, base_url: str, *arguments: str, exclusive: bool = True, credentials: str = ""
) -> SuiteRun:
    document = folder / "orders.yaml"
    document.write_text(orders_yaml())
    profile = write_profile(folder, base_url, writes="allowed", exclusive=exclusive)
    profile.write_text(profile.read_text() + credentials)
    return run_suite(folder / "reports", "--spec", str(document), "--environment", str(profile), *arguments)


def _promised(run: SuiteRun) -> int:
    return int(run.verdict["coverage"]["promises"][1])


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """A run with nothing but the document."""
    with orders_api() as base_url:
        return _run(tmp_path_factory.mktemp("bare"), base_url)


def test_another_sound_server_passes(bare: SuiteRun) -> None:
    """Pages and life cycles are inferred, and nothing is found."""
    assert bare.verdict["findings"] == [], bare.output[-3000:]
    assert bare.verdict["verdict"] == "pass"
    assert any("life cycle" in line for line in bare.verdict["inferred"])
    assert any("pages" in line for line in bare.verdict["inferred"])


def test_histories_are_played_where_no_finding_speaks_against_it(bare: SuiteRun) -> None:
    """What is broken of a life that nobody promised is no reason to leave histories out."""
    left_out = {entry["promise"] for entry in bare.verdict["coverage"]["not_exercised"]}

    assert "history.consistent" not in left_out


def test_an_overlay_adds_promises(bare: SuiteRun, tmp_path: Path) -> None:
    """What is said by an overlay is promised in full, not inferred."""
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(_OVERLAY)
    with orders_api() as base_url:
        said = _run(tmp_path, base_url, "--depth", "quick", "--overlay", str(overlay))

    assert said.verdict["findings"] == []
    assert _promised(said) > _promised(bare)
    assert not any("pages" in line for line in said.verdict["inferred"])


@pytest.mark.parametrize(
    ("fault", "promise"), [("trims", "lifecycle.echo"), ("repeats", "pagination.no-repeats")]
)
def test_the_faults_of_another_server_are_found(tmp_path: Path, fault: str, promise: str) -> None:
    """What was inferred gives minor findings."""
    with orders_api(fault) as base_url:
        run = _run(tmp_path, base_url, "-k", promise)

    found = {finding["promise"]: finding["severity"] for finding in run.verdict["findings"]}
    assert found.get(promise) == "minor"


def test_a_credential_that_expires_during_the_run_makes_it_inconclusive(tmp_path: Path) -> None:
    """The 401s that follow are no findings."""
    credentials = '[[credentials]]\nname = "me"\nscheme = "bearer"\nsecret = "a-token-of-this-test"\n'
    with orders_api("expires") as base_url:
        run = _run(tmp_path, base_url, credentials=credentials)

    assert run.verdict["verdict"] == "inconclusive"
    assert run.verdict["findings"] == []
    assert 'the credential "me" worked before and is refused' in str(run.verdict["reasons"])
    assert run.status == 1


def test_a_collection_that_others_change_gives_no_finding_about_pages(tmp_path: Path) -> None:
    """Where the environment is not exclusive, what changed meanwhile is not compared."""
    with orders_api("restless") as base_url:
        run = _run(tmp_path, base_url, "-k", "pagination", exclusive=False)

    assert not [f for f in run.verdict["findings"] if f["promise"].startswith("pagination")]
    why = {entry["why"] for entry in run.verdict["coverage"]["not_exercised"]}
    assert "the collection changed while it was walked (exclusive = false)" in why
