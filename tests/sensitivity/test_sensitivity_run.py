"""``specproof sensitivity`` as users run it, on two faults and one clean run."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = ("order-random", "empty-value-500")  # one shows alone, one only in what is sent for other promises


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """What it printed, and the folder that it was started in."""
    folder = tmp_path_factory.mktemp("sensitivity")
    command = [sys.executable, "-m", "specproof", "sensitivity", "--seeds", "1", "--depth", "quick"]
    command += [part for name in FAULTS for part in ("--fault", name)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done, folder / "reports" / "sensitivity"


def test_a_run_that_finds_everything_ends_with_0(run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """The sum of it is the last line but one."""
    done, folder = run

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2].startswith("2 of 2 faults found; 0 false alarms in 1 clean run; ")
    assert done.stdout.splitlines()[-1].startswith("Reports: reports/sensitivity/sensitivity.json, ")
    assert "2 faults (all), 1 clean run, " in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == [
        "sensitivity.csv",
        "sensitivity.json",
        "sensitivity.md",
    ]


def test_the_document_says_what_it_took(run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """In the order of the command line, whichever was done first."""
    _, folder = run
    document = json.loads((folder / "sensitivity.json").read_text(encoding="utf-8"))

    assert [look["fault"] for look in document["faults"]] == list(FAULTS)
    assert all(look["found"] and look["requests"] > 0 for look in document["faults"])
    assert [(c["seed"], c["verdict"], c["false_alarms"]) for c in document["control"]] == [(1, "pass", [])]
    assert document["settings"]["depth"] == "quick"


def test_the_matrix_counts_findings(run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """A column per promise."""
    _, folder = run
    with (folder / "sensitivity.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["fault"]: row for row in csv.DictReader(file)}

    assert int(rows["order-random"]["pagination.stable-order"]) > 0
    assert rows["order-random"]["status.no-server-error"] == ""
