"""Whether the same server and seed get the same requests: the suite runs again and again, and is recorded.

Each run gets a fresh server on loopback that gives the same answers every time, and a folder of its own. What
came over the wire is compared with the first run, byte for byte: request lines, headers and bodies; only the
port of the server is taken out, since every run gets another one. Updates that are sent at the same time, to
see whether one gets lost, may overtake each other on the way; runs that differ in their order alone are
counted apart. Exit status 1 where a run sent anything else, or said anything else. Usage::

    python benchmarks/determinism.py [--repeats 20] [--depth quick] [--seed 1] [-n 2]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from careful import Sent, careful_server, in_settled_order, sent_to  # noqa: E402


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What one run sent, and what it said."""

    sent: list[Sent]
    verdict: str
    fingerprints: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A short name of everything that was sent, in its order."""
        return hashlib.sha256(repr(self.sent).encode()).hexdigest()[:12]


def record(folder: Path, *, depth: str, seed: int, processes: int) -> Recording:
    """Run the suite on a fresh server."""
    folder.mkdir()
    reports, spec, profile = folder / "reports", folder / "things.json", folder / "profile.toml"
    with careful_server(spec) as server:
        lines = ["[environment]", 'name = "careful"', f'base_url = "{server.origin}"']
        lines += ['writes = "allowed"', "exclusive = true"]
        profile.write_text("\n".join(lines), encoding="utf-8")
        end = subprocess.run(  # our own suite, no shell
            [
                *(sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider"),
                *("--environment", str(profile), "--spec", str(spec), "--reports-dir", str(reports)),
                *("--depth", depth, "--seed", str(seed)),
                *(("-n", str(processes)) if processes > 1 else ()),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        sent = sent_to(server)
    if end.returncode not in (0, 1):
        sys.exit(f"the suite ended with status {end.returncode}:\n{end.stdout[-2000:]}{end.stderr[-2000:]}")
    said = json.loads((reports / "verdict.json").read_text(encoding="utf-8"))
    found = tuple(finding["fingerprint"] for finding in said["findings"])
    return Recording(sent=sent, verdict=said["verdict"], fingerprints=found)


def first_difference(one: list[Sent], other: list[Sent]) -> str:
    """Return where two runs part, in one line."""
    for number, (left, right) in enumerate(zip(one, other, strict=False), 1):
        if left != right:
            return f"request {number}: {left!r:.200} against {right!r:.200}"
    return f"{len(one)} requests against {len(other)}"


def main() -> int:
    """Run, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeats", type=int, default=20, help="runs after the first one (default: 20)")
    parser.add_argument("--depth", default="quick", help="of each run (default: quick)")
    parser.add_argument("--seed", type=int, default=1, help="of each run (default: 1)")
    parser.add_argument("-n", type=int, default=1, help="processes of each run but the first (default: 1)")
    given = parser.parse_args()
    if given.repeats < 1:
        parser.error("--repeats: it takes a second run to compare with the first one")
    equal = overtaken = said = 0
    with tempfile.TemporaryDirectory() as folder:
        pattern = record(Path(folder) / "1", depth=given.depth, seed=given.seed, processes=1)
        print(f"run 1: {len(pattern.sent)} requests, {pattern.digest}, {pattern.verdict}", flush=True)
        for number in range(2, given.repeats + 2):
            run = record(Path(folder) / str(number), depth=given.depth, seed=given.seed, processes=given.n)
            same = run.sent == pattern.sent
            settled = in_settled_order(run.sent) == in_settled_order(pattern.sent)
            equal, overtaken = equal + same, overtaken + (settled and not same)
            said += (run.verdict, run.fingerprints) == (pattern.verdict, pattern.fingerprints)
            note = "" if settled else f", {first_difference(pattern.sent, run.sent)}"
            print(f"run {number}: {len(run.sent)} requests, {run.digest}, {run.verdict}{note}", flush=True)
    print(
        f"of {given.repeats} repeats {equal} sent the same bytes in the same order, {overtaken} but for the "
        f"order of updates that are sent together; {said} said the same"
    )
    return 0 if equal + overtaken == said == given.repeats else 1


if __name__ == "__main__":
    sys.exit(main())
