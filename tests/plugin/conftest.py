"""Whole runs that several tests look at: each is made once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from suite_runs import FAULTS, FaultyRun, SuiteRun, run_suite

from specproof.target.process import start

SUPPORT = str(Path(__file__).parents[1] / "support")
if SUPPORT not in sys.path:
    sys.path.insert(0, SUPPORT)


@pytest.fixture(scope="session")
def quick_run(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """The embedded target, quickly."""
    return run_suite(tmp_path_factory.mktemp("quick"), "--depth", "quick")


@pytest.fixture(scope="session")
def standard_run(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """The embedded target, as it is run if nothing else is said."""
    return run_suite(tmp_path_factory.mktemp("standard"))


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyRun]:
    """A target with several faults, quickly."""
    with start(*FAULTS) as target:
        folder = tmp_path_factory.mktemp("faulty")
        yield FaultyRun(target=target, run=run_suite(folder, "--depth", "quick", variables=target.variables))
