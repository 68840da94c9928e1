r"""How many faults of the mock target the Schemathesis command line notices, for a table beside our own.

Every phase, every check, the administrator's credential and a team that exists: what a careful user sets. Its
report of a faulty target is compared with its reports of the clean target, made with several seeds: a fault
counts as noticed if a failure is reported that no clean run reports, whatever it is about. Usage::

    specproof sensitivity --write reports/sensitivity
    python benchmarks/schemathesis_sensitivity.py --ours reports/sensitivity/sensitivity.json \
        [--faults 30] [--examples 100] [--clean 3] [--jobs 2] [--timeout 600] [--write FILE]

A run takes half a minute and more, so a sample of ``--faults N`` may do. What was found out is added to FILE
line by line; faults that stand there already are not run again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from specproof.shipped import reference_contract
from specproof.target.faults import FAULTS
from specproof.target.process import start

CONFIG = """
[auth.basic]
username = "ada"
password = "${SPECPROOF_TARGET_ACME_ADMIN}"

[parameters]
"path.username" = "acme"
"""

Failure = tuple[str, str, str]  # code, operation, first line of the message


@dataclass(frozen=True)
class Run:
    """What Schemathesis reported: the failures, how many cases it made, how long it took."""

    failures: tuple[Failure, ...]
    cases: int
    seconds: float
    why: str = ""  # why there is no report


@dataclass(frozen=True)
class Seen:
    """Whether a fault was noticed; as it stands in the file."""

    fault: str
    noticed: bool
    new: tuple[Failure, ...]  # failures that no clean run reports
    cases: int
    seconds: float
    why: str = ""


def run(faults: Sequence[str], seed: int, options: argparse.Namespace) -> Run:
    """Run Schemathesis against a fresh target with these faults."""
    with tempfile.TemporaryDirectory() as folder, start(*faults) as target:
        config = Path(folder, "schemathesis.toml")
        config.write_text(CONFIG, encoding="utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
        command += [str(reference_contract()), "--url", target.base_url, "--seed", str(seed)]
        command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all"]
        command += ["--max-examples", str(options.examples), "--continue-on-failure", "--no-color"]
        command += ["--generation-database", "none", "--report", "json,ndjson", "--report-dir", folder]
        clock = time.perf_counter()
        try:
            done = subprocess.run(
                command, cwd=folder, env={**os.environ, **target.variables},
                capture_output=True, text=True, check=False, timeout=options.timeout,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Run((), 0, time.perf_counter() - clock, f"no end after {options.timeout} s")
        seconds = time.perf_counter() - clock
        reports = list(Path(folder).glob("json-*.json"))
        if not reports:
            return Run((), 0, seconds, f"status {done.returncode}: {(done.stdout + done.stderr)[-300:]}")
        summary = json.loads(reports[0].read_text(encoding="utf-8"))
        [events] = Path(folder).glob("ndjson-*.ndjson")
        return Run(tuple(sorted(set(failures(events)))), summary["test_cases"]["generated"], seconds)


def failures(events: Path) -> Iterator[Failure]:
    """Yield what was reported; the same failure comes as often as it was met."""
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            finished = json.loads(line).get("ScenarioFinished", {})
            for checks in ((finished.get("recorder") or {}).get("checks") or {}).values():
                for check in checks:
                    if check["status"] != "success":
                        yield identity(check["failure_info"]["failure"])


def identity(failure: dict[str, Any]) -> Failure:
    """Return what makes two failures the same."""
    return failure["code"], failure["operation"], failure["message"].partition("\n")[0]


def sample(number: int | None) -> list[str]:
    """Return all faults, or a number of them: a sample that is the same on every machine."""
    mixed = sorted(FAULTS, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return mixed[:number]


def read(path: Path) -> dict[str, Seen]:
    """Return what an earlier run wrote."""
    if not path.exists():
        return {}
    entries = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {entry["fault"]: Seen(**entry) for entry in entries}


def look_at_all(names: Sequence[str], known: set[Failure], options: argparse.Namespace) -> Iterator[Seen]:
    """Run against every fault, several at the same time; write each down at once."""
    lock = threading.Lock()

    def look(name: str) -> Seen:
        found = run([name], options.seed, options)
        new = tuple(failure for failure in found.failures if failure not in known)
        seen = Seen(name, bool(new), new, found.cases, round(found.seconds, 1), found.why)
        with lock, options.write.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(seen)) + "\n")
        return seen

    with ThreadPoolExecutor(options.jobs) as pool:
        yield from pool.map(look, names)


def table(seen: dict[str, Seen], ours: dict[str, bool]) -> str:
    """Return the shares per area, ours beside theirs, over the faults that both looked at."""
    columns: list[tuple[str, Callable[[str], bool]]] = [("Schemathesis", lambda name: seen[name].noticed)]
    names = [name for name in FAULTS if name in seen and (not ours or name in ours)]
    if ours:
        columns.insert(0, ("specproof", lambda name: ours[name]))
    lines = ["| area | faults | " + " | ".join(title for title, _ in columns) + " |"]
    lines.append("|---|---:|" + "---:|" * len(columns))
    for area in [*sorted({FAULTS[name].area for name in names}), "total"]:
        inside = [name for name in names if area in {FAULTS[name].area, "total"}]
        counts = (str(sum(map(noticed, inside))) for _, noticed in columns)
        lines.append(f"| {area} | {len(inside)} | {' | '.join(counts)} |")
    return "\n".join(lines)


def parsed() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--faults", type=int, help="how many; all if not given")
    parser.add_argument("--ours", type=Path, help="sensitivity.json of specproof sensitivity")
    parser.add_argument("--examples", type=int, default=100, help="per operation")
    parser.add_argument("--clean", type=int, default=3, help="runs against the clean target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="how many at the same time")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run")
    parser.add_argument("--write", type=Path, default=Path("reports/schemathesis-sensitivity.jsonl"))
    return parser.parse_args()


def main() -> None:
    """Look at the clean target, then at the faults; print the table."""
    options, clock = parsed(), time.perf_counter()
    sys.stdout.reconfigure(line_buffering=True)  # a run takes long: each line is shown at once
    options.write.parent.mkdir(parents=True, exist_ok=True)
    clean = [run([], options.seed + number, options) for number in range(options.clean)]
    for number, each in enumerate(clean):
        print(f"clean, seed {options.seed + number}: {len(each.failures)} failures, {each.cases} cases, "
              f"{each.seconds:.0f} s {each.why}")  # fmt: skip
    known = {failure for each in clean for failure in each.failures}
    for failure in sorted(known):
        print("  reported without a fault:", *failure)
    seen = {name: look for name, look in read(options.write).items() if name in FAULTS}
    for look in look_at_all([name for name in sample(options.faults) if name not in seen], known, options):
        seen[look.fault] = look
        print(f"{look.fault}: {'noticed' if look.noticed else 'not noticed'}, {look.seconds} s {look.why}")
    ours = {}
    if options.ours:
        entries = json.loads(options.ours.read_text(encoding="utf-8"))["faults"]
        ours = {entry["fault"]: entry["found"] for entry in entries}
    print(f"\nSchemathesis {version('schemathesis')}, all phases, all checks, {options.examples} examples, "
          f"seed {options.seed}; {time.perf_counter() - clock:.0f} s\n")  # fmt: skip
    print(table(seen, ours))


if __name__ == "__main__":
    main()
