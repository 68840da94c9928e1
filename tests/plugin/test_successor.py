"""The mock target keeps the promises of the workspaces endpoints too."""

from __future__ import annotations

from pathlib import Path

from suite_runs import ROOT, run_suite


def test_the_workspaces_document_passes_on_the_embedded_target(tmp_path: Path) -> None:
    """Its schemas lie in another file, so that generated requests cross files as well."""
    run = run_suite(tmp_path, "--spec", str(ROOT / "spec" / "bitbucket-workspaces.yaml"), "--depth", "quick")

    assert (run.verdict["verdict"], run.verdict["findings"]) == ("pass", []), run.output[-3000:]
    assert run.status == 0
