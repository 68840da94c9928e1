"""A run that is shared among machines is the run of one machine."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from suite_runs import ROOT, SuiteRun, run_suite

from specproof.errors import OptionError
from specproof.model.verdict import IN_ANOTHER_SHARD, Shard
from specproof.plugin.options import Options, read_shard
from specproof.plugin.session import Session
from specproof.reports.run_json import read_run
from specproof.target.process import start


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[SuiteRun]:
    """Two machines, one of them with two processes."""
    folders = [tmp_path_factory.mktemp("shard") for _ in range(2)]
    return [
        run_suite(folders[0], "--depth", "quick", "--shard", "1/2"),
        run_suite(folders[1], "--depth", "quick", "--shard", "2/2", "-n", "2"),
    ]


def test_a_shard_passes_and_says_that_it_is_one(shards: list[SuiteRun]) -> None:
    for number, run in enumerate(shards, 1):
        assert run.status == 0, run.output[-2000:]
        assert run.verdict["shard"] == {"number": number, "of": 2}
        assert f"this is shard {number} of 2 only" in run.output
        assert {e["why"] for e in run.verdict["coverage"]["not_exercised"]} >= {
            f"{IN_ANOTHER_SHARD}: {3 - number} of 2"
        }


def test_shards_share_the_work(shards: list[SuiteRun], quick_run: SuiteRun) -> None:
    """None of them does it all."""
    whole = quick_run.verdict["coverage"]["promises"][0]
    assert all(0.2 * whole < run.verdict["coverage"]["promises"][0] < 0.8 * whole for run in shards)


def test_merged_shards_say_what_one_machine_says(
    shards: list[SuiteRun], quick_run: SuiteRun, tmp_path: Path
) -> None:
    folders = [str(run.reports) for run in shards]
    end = subprocess.run(
        [sys.executable, "-m", "specproof", "merge", *folders, "--into", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert end.returncode == 0, end.stdout + end.stderr
    assert _states(tmp_path) == _states(quick_run.reports)
    assert len(list((tmp_path / "allure-results").glob("*-result.json"))) == len(_states(tmp_path))


def _states(reports: Path) -> dict[tuple[str, str], Any]:
    return {each.promise.key: each.state for each in read_run(reports).outcomes}


@pytest.mark.parametrize("exclusive", [False, True])
def test_shards_that_would_disturb_each_other_are_refused(tmp_path: Path, exclusive: bool) -> None:
    """A server that all of them may write to, unless it is said to be the run's alone."""
    with start() as target, pytest.MonkeyPatch.context() as patch:
        for name, value in target.variables.items():
            patch.setenv(name, value)
        session = _session(tmp_path, exclusive=exclusive)
        with ExitStack() as stack:
            stack.callback(session.close)
            stack.callback(session.prover.suite.clear)
            if exclusive:
                assert set(session.shares.values()) == {1, 2}
            else:
                with pytest.raises(
                    OptionError, match=r"writable\.toml: --shard: .*; set writes = \"forbidden\""
                ):
                    _ = session.shares


def _session(folder: Path, *, exclusive: bool) -> Session:
    """Return what a pytest process of the first of two shards has."""
    profile = folder / "writable.toml"
    text = (ROOT / "tests" / "environments" / "embedded.toml").read_text(encoding="utf-8")
    profile.write_text(text.replace("exclusive = true", f"exclusive = {exclusive}".lower()), encoding="utf-8")
    options = Options(
        environment=str(profile), spec=None, overlays=(), depth="quick", seed=1, reports_dir=folder,
        shard=Shard(number=1, of=2), explicit=True,
    )  # fmt: skip
    return Session(options=options, root=ROOT)


@pytest.mark.parametrize("text", ["3/2", "0/2", "2", "1/2/3", "a/b", "1/", "-1/2"])
def test_what_is_no_part_is_one_line(text: str) -> None:
    with pytest.raises(OptionError, match=r"--shard: '.*' is no part of a whole; the second of five is 2/5"):
        read_shard(text)


def test_a_part_is_read() -> None:
    assert read_shard("2/5") == Shard(number=2, of=5)
    assert read_shard(None) is None
