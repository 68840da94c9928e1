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


def _run(folder: Path, base_url: str, *arguments: str) -> SuiteRun:
    document = folder / "orders.yaml"
    document.write_text(orders_yaml())
    profile = write_profile(folder, base_url, writes="allowed", exclusive=True)
    return run_suite(folder / "reports", "--spec", str(document), "--environment", str(profile), *arguments)


def _promised(run: SuiteRun) -> int:
    return int(run.verdict["coverage"]["promises"][1])


def test_another_sound_server_passes(tmp_path: Path) -> None:
    """Pages and life cycles are inferred, and nothing is found."""
    with orders_api() as base_url:
        run = _run(tmp_path, base_url)

    assert run.verdict["findings"] == [], run.output[-3000:]
    assert run.verdict["verdict"] == "pass"
    assert any("life cycle" in line for line in run.verdict["inferred"])
    assert any("pages" in line for line in run.verdict["inferred"])


def test_an_overlay_adds_promises(tmp_path: Path) -> None:
    """What is said by an overlay is promised in full, not inferred."""
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(_OVERLAY)
    with orders_api() as base_url:
        bare = _run(tmp_path, base_url)
        said = _run(tmp_path, base_url, "--overlay", str(overlay))

    assert said.verdict["findings"] == []
    assert _promised(said) > _promised(bare)
    assert not any("pages" in line for line in said.verdict["inferred"])


@pytest.mark.parametrize(
    ("fault", "promise"), [("trims", "lifecycle.echo"), ("repeats", "pagination.no-repeats")]
)
def test_the_faults_of_another_server_are_found(tmp_path: Path, fault: str, promise: str) -> None:
    """What was inferred gives minor findings."""
    with orders_api(fault) as base_url:
        run = _run(tmp_path, base_url)

    found = {finding["promise"]: finding["severity"] for finding in run.verdict["findings"]}
    assert found.get(promise) == "minor"
