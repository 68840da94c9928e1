"""Clean runs of specproof beside clean runs of the Schemathesis command line, in turns on the same machine.

Each run gets a fresh mock target without a fault. Schemathesis gets every phase, every check, 50 examples,
the administrator's credential and a team that exists; specproof runs as a user runs it. Wall time is what
people wait for; CPU time of the tool (without the target) hardly depends on what else the machine does.
Compiled modules are kept between the runs, as they are where people work; the first run of each tool fills
that cache and is not counted. Usage::

    python benchmarks/side_by_side.py [--rounds 3] [--examples 50]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from schemathesis_sensitivity import CONFIG

from specproof.shipped import reference_contract
from specproof.target.process import RunningTarget, start

GOALS = {"standard": 1.0, "quick": 1 / 3}


@dataclass(frozen=True)
class Took:
    """What one run took, in seconds."""

    wall: float
    cpu: float


def commands(name: str, folder: Path, target: RunningTarget, examples: int) -> list[str]:
    """Return the command line of a tool."""
    if name == "schemathesis":
        (folder / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(folder / "schemathesis.toml"),
        ]
        command += ["run", str(reference_contract()), "--url", target.base_url, "--seed", "1"]
        command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--no-color"]
        command += ["--continue-on-failure"]  # else it makes fewer examples of operations that it blames
        return [*command, "--max-examples", str(examples), "--generation-database", "none"]
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q"]
    return [*command, "-p", "no:cacheprovider", "--depth", name, "--reports-dir", str(folder / "reports")]


def run(name: str, examples: int, cache: Path) -> Took:
    """Run a tool once against a fresh target; compiled modules lie in the cache."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as made, start() as target:
        folder = Path(made)
        before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            commands(name, folder, target, examples),
            cwd=Path(__file__).resolve().parents[1] if name != "schemathesis" else folder,
            env={**environ, **target.variables, "PYTHONPYCACHEPREFIX": str(cache)},
            capture_output=True,
            text=True,
            check=False,
        )
        wall, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            print(f"{name} ended with status {done.returncode}: {done.stdout[-300:]}", file=sys.stderr)
    return Took(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def measure(rounds: int, examples: int) -> dict[str, list[Took]]:
    """Run the tools in turns, in another order each round."""
    took: dict[str, list[Took]] = {name: [] for name in ("schemathesis", *GOALS)}
    with tempfile.TemporaryDirectory() as made:
        for name in ("schemathesis", "quick"):
            run(name, 1, Path(made))
        for number in range(rounds):
            for name in took if number % 2 == 0 else reversed(took):
                took[name].append(run(name, examples, Path(made)))
                last = took[name][-1]
                print(
                    f"round {number + 1}: {name:12} {last.wall:6.1f} s, {last.cpu:6.1f} s of CPU", flush=True
                )
    return took


def main() -> None:
    """Measure in turns and print the ratios of the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=50)
    options = parser.parse_args()
    took = measure(options.rounds, options.examples)
    wall = {name: statistics.median(each.wall for each in runs) for name, runs in took.items()}
    cpu = {name: statistics.median(each.cpu for each in runs) for name, runs in took.items()}
    for name, goal in GOALS.items():
        times = f"{wall[name] / wall['schemathesis']:.2f} of the wall time"
        print(f"{name:9} {times}, {cpu[name] / cpu['schemathesis']:.2f} of the CPU time (goal: {goal:.2f})")


if __name__ == "__main__":
    main()
