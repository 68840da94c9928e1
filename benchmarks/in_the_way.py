"""What a run says when something is in the way: faults of the network, of the server, of the disk, and kills.

For each fault the suite runs against the mock target, through a proxy on loopback that disturbs. Then the
verdict, the findings and the list of what was left behind are compared with what is really there, and
`specproof cleanup` has to finish the job. Prints a Markdown table; exit status 1 if anything was wrong:

- a pass although something was not looked at, or although the target has a fault;
- a confirmed finding although the target has none;
- a thing on the server that neither the run removed nor a ledger knows, or that is there after the cleanup.

    python benchmarks/in_the_way.py [--only WORD] [--kills 20]
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from recording import Seen  # noqa: E402
from way import Answered, Disturbance, Way, says, way_to  # noqa: E402

from specproof.target.process import RunningTarget, start  # noqa: E402

LIST = "/teams/acme/pipelines_config/variables?pagelen=100"
AREAS = "lifecycle or pagination or history or secrets"
Disturb = Callable[[Seen, int], Disturbance | None]
REFUSED = says(401, ("Content-Type", "application/json"), body=b'{"type":"error","error":{"message":"no"}}')


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing that is in the way."""

    name: str
    disturb: Disturb = lambda seen, number: None
    environment: Mapping[str, object] = field(default_factory=dict)  # keys of the profile
    arguments: tuple[str, ...] = ()
    target: tuple[str, ...] = ()  # arguments of the target
    limit_bytes: int = 0  # of every file
    kill: Callable[[subprocess.Popen[bytes], Way, random.Random], None] | None = None
    overcome: bool = False  # the run may pass: it can get over this


def late(answer: Answered) -> Answered:
    """Hold an answer back for longer than the run waits."""
    time.sleep(1.5)
    return answer


def every(count: int, what: Disturbance) -> Disturb:
    """Disturb every so manieth request."""
    return lambda seen, number: what if number % count == 0 and number > 30 else None


def stretch(first: int, last: int, what: Disturbance) -> Disturb:
    """Disturb all requests of a stretch."""
    return lambda seen, number: what if first <= number <= last else None


def skewed(hours: float) -> Disturbance:
    """Move the server's clock."""

    def change(answer: Answered) -> Answered:
        return answer.with_header(
            "Date", format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
        )

    return Disturbance(change=change)


class Storm:
    """Answers 429 for some seconds once it has begun."""

    def __init__(self, *headers: tuple[str, str], first: int = 150, seconds: float = 3.0) -> None:
        self._say, self._first, self._seconds = says(429, *headers), first, seconds
        self._until = 0.0

    def __call__(self, seen: Seen, number: int) -> Disturbance | None:
        """Say 429 while the storm lasts."""
        if number == self._first:
            self._until = time.monotonic() + self._seconds
        return self._say if time.monotonic() < self._until else None


def at_request(number: int, how: int) -> Callable[[subprocess.Popen[bytes], Way, random.Random], None]:
    """Send a signal once so many requests have come."""

    def act(process: subprocess.Popen[bytes], way: Way, chance: random.Random) -> None:
        wanted = number or chance.randint(30, 350)
        while process.poll() is None and len(way.seen) < wanted:
            time.sleep(0.002)
        time.sleep(chance.random() / 100)
        if how == signal.SIGINT:
            process.send_signal(how)
        elif number < 0:
            for child in _children(process.pid):
                os.kill(child, signal.SIGKILL)
                break
        else:
            process.send_signal(how)

    return act


def kill_a_worker(process: subprocess.Popen[bytes], way: Way, chance: random.Random) -> None:
    """Kill the worker of pytest-xdist that creates things."""
    while process.poll() is None and sum(seen.method == "POST" for seen in way.seen) < 20:
        time.sleep(0.002)
    for child in _children(process.pid):
        if any(
            "ledger" in os.readlink(link) for link in Path(f"/proc/{child}/fd").iterdir() if link.is_symlink()
        ):
            os.kill(child, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(word) for word in text.split()]


def cases(kills: int) -> Iterator[Case]:
    """Yield everything that is tried."""
    short = {"request_timeout_s": 1}
    yield Case(name="nothing (control)", overcome=True)
    yield Case(
        name="time-outs: every 60th answer is too late",
        disturb=every(60, Disturbance(change=late)),
        environment=short,
    )
    yield Case(
        name="resets: every 40th request, after the server had it",
        disturb=every(40, Disturbance(cut="reset")),
    )
    yield Case(
        name="resets: every 40th request, before", disturb=every(40, Disturbance(reaches=False, cut="reset"))
    )
    yield Case(name="half answers: every 40th", disturb=every(40, Disturbance(cut="half")))
    yield Case(
        name="the network is cut for good",
        disturb=lambda s, n: Disturbance(reaches=False, cut="reset") if n > 300 else None,
    )
    yield Case(name="429 for 3 s, with Retry-After: 1", disturb=Storm(("Retry-After", "1")), overcome=True)
    yield Case(name="429 for 3 s, without Retry-After", disturb=Storm())
    yield Case(name="502 for 40 requests, the server gets none", disturb=stretch(150, 190, says(502)))
    yield Case(
        name="502 for 40 requests, the server gets them",
        disturb=stretch(150, 190, Disturbance(change=lambda _: Answered(status=502))),
    )
    yield Case(name="502 now and then: every 50th", disturb=every(50, says(502)))
    yield Case(name="the credential is refused from the 300th request on", disturb=_refuse_after(300))
    yield Case(name="tokens live 20 s", target=("--token-lifetime", "20"), overcome=True)
    yield Case(name="the server's clock is a day behind", disturb=lambda s, n: skewed(-24), overcome=True)
    yield Case(name="the server's clock is a day ahead", disturb=lambda s, n: skewed(24), overcome=True)
    yield Case(name="no such host", environment={"base_url": "http://nowhere.invalid/2.0"})
    yield Case(name="full disk: no file beyond 20 kB", limit_bytes=20_000)
    yield Case(name="Ctrl-C", kill=at_request(200, signal.SIGINT))
    yield Case(name="SIGTERM", kill=at_request(200, signal.SIGTERM))
    yield Case(name="a worker of pytest-xdist is killed", arguments=("-n", "2"), kill=kill_a_worker)
    yield Case(
        name="a fault of the target, and resets",
        target=("--fault", "page-skips-item"),
        disturb=every(40, Disturbance(cut="reset")),
    )
    yield Case(
        name="a fault of the target, and 502 now and then",
        target=("--fault", "delete-again-accepted"),
        disturb=every(50, says(502)),
    )
    for number in range(kills):
        yield Case(name=f"kill -9, {number + 1}", kill=at_request(0, signal.SIGKILL))


def _refuse_after(first: int) -> Disturb:
    return lambda seen, number: REFUSED if number > first and seen.values("Authorization") else None


@dataclass(kw_only=True)
class Outcome:
    """How one case went."""

    case: Case
    status: int = 0
    verdict: str = "none"
    confirmed: list[str] = field(default_factory=list)
    unstable: int = 0
    troubles: list[str] = field(default_factory=list)
    left_behind: int = 0
    there: list[str] = field(default_factory=list)  # after the run
    unknown: list[str] = field(default_factory=list)  # there, and no ledger and no list of the run knows it
    after: list[str] = field(default_factory=list)  # after the cleanup
    cleanup: int = 0
    not_exercised: int = 0
    said: str = ""

    @property
    def wrong(self) -> list[str]:
        """What must not be."""
        faulty = "--fault" in self.case.target
        found = ["a wrong finding"] if self.confirmed and not faulty else []
        if self.verdict == "pass" and (faulty or not self.case.overcome):
            found.append("a wrong pass")
        if self.status == 0 and self.verdict != "pass":
            found.append("status 0 without a pass")
        found += ["left behind unknown"] * bool(self.unknown) + ["there after the cleanup"] * bool(self.after)
        return found


def keys(target: RunningTarget) -> list[str]:
    """Return the keys of all variables that are really there."""
    secret = target.variables["SPECPROOF_TARGET_ACME_ADMIN"]
    word = base64.b64encode(f"ada:{secret}".encode()).decode()
    request = urllib.request.Request(target.base_url + LIST, headers={"Authorization": f"Basic {word}"})
    with urllib.request.urlopen(request) as answer:
        return [each["key"] for each in json.load(answer)["values"]]


def write_profile(folder: Path, environment: Mapping[str, object]) -> Path:
    """Write the profile of the embedded target under another name, with other settings."""
    text = (ROOT / "tests" / "environments" / "embedded.toml").read_text(encoding="utf-8")
    settings = {"name": "way", **environment}
    for key, value in settings.items():
        kept = [
            line
            for line in text.splitlines()
            if not line.startswith(f"{key} = ") or key not in {"name", "base_url"} or "[[" in line
        ]
        if key in {"name", "base_url"}:
            lines, done = [], False
            for line in text.splitlines():
                if line.startswith(f"{key} = ") and not done:
                    done = True
                    continue
                lines.append(line)
            kept = lines
        text = "\n".join(kept).replace("[environment]", f"[environment]\n{key} = {json.dumps(value)}", 1)
    path = folder / "way.toml"
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def limited(limit: int) -> Iterator[None]:
    """Limit the size of the files that processes started inside may write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def look(case: Case, chance: random.Random) -> Outcome:
    """Try one case."""
    seen = Outcome(case=case)
    with (
        tempfile.TemporaryDirectory(prefix="way-") as name,
        start(arguments=case.target) as target,
        way_to(target.base_url) as way,
    ):
        folder = Path(name)
        reports = folder / "reports"
        profile = write_profile(folder, case.environment)
        environ = {**os.environ, **{key: way.through(value) for key, value in target.variables.items()}}
        before = keys(target)
        way.disturb = case.disturb
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract"]
        command += ["--environment", str(profile), "--depth", "quick", "--reports-dir", str(reports)]
        command += ["-k", AREAS, *case.arguments]
        with limited(case.limit_bytes), (folder / "output").open("wb") as output:
            stdout = subprocess.PIPE if case.limit_bytes else output
            process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stdout=stdout, stderr=subprocess.STDOUT
            )
            if case.kill is not None:
                case.kill(process, way, chance)
            said, _ = process.communicate()
        seen.status = process.returncode
        text = said or (folder / "output").read_bytes()
        seen.said = next(
            (line for line in text.decode("utf-8", "replace").splitlines() if "ERROR" in line), ""
        )
        _read_verdict(seen, reports)
        way.disturb = lambda seen, number: None
        seen.there = [key for key in keys(target) if key not in before]
        known = "".join(path.read_text(encoding="utf-8") for path in reports.glob("ledger-*.jsonl"))
        seen.unknown = [key for key in seen.there if json.dumps(key)[1:-1] not in known]
        cleanup = [sys.executable, "-m", "specproof", "cleanup", "--reports-dir", str(reports)]
        cleanup += ["--environment", str(write_profile(folder, {}))]
        done = subprocess.run(cleanup, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        seen.cleanup = done.returncode
        if done.returncode:
            seen.said += " " + (done.stdout + done.stderr)[-300:]
        seen.after = [key for key in keys(target) if key not in before]
    return seen


def _read_verdict(seen: Outcome, reports: Path) -> None:
    file = reports / "verdict.json"
    if not file.exists():
        return
    verdict: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    seen.verdict = verdict["verdict"]
    seen.confirmed = [f"{f['promise']} {f['summary']}" for f in verdict["findings"] if f["unstable"] is None]
    seen.unstable = len(verdict["findings"]) - len(seen.confirmed)
    seen.troubles, seen.left_behind = verdict["troubles"], len(verdict["left_behind"])
    left_out = ("deselected", "it is tried from depth")
    missing = [e for e in verdict["coverage"]["not_exercised"] if not e["why"].startswith(left_out)]
    seen.not_exercised = len(missing)


def row(seen: Outcome) -> str:
    """Return one row of the table."""
    cells = [
        seen.case.name,
        f"{seen.verdict} ({seen.status})",
        str(len(seen.confirmed)),
        str(seen.unstable),
        str(len(seen.troubles)),
        str(seen.left_behind),
        str(len(seen.there)),
        str(len(seen.unknown)),
        str(len(seen.after)),
        ", ".join(seen.wrong) or "-",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Try everything and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", help="only cases with this word in their name; repeatable")
    parser.add_argument("--kills", type=int, default=20, help="how many runs are killed (default: 20)")
    options = parser.parse_args()
    chance = random.Random(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
    print(
        "| in the way | verdict (status) | confirmed findings | unstable | troubles | listed as left behind "
        "| really there | of these unknown | after cleanup | wrong |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---|")
    bad = 0
    for case in cases(options.kills):
        if any(word in case.name for word in options.only or [""]):
            seen = look(case, chance)
            bad += bool(seen.wrong)
            print(row(seen), flush=True)
            if seen.wrong or seen.said:
                detail = [
                    seen.said,
                    *seen.confirmed[:3],
                    *seen.troubles[:2],
                    *seen.unknown[:3],
                    *seen.after[:3],
                ]
                print("\n".join(f"  {line[:300]}" for line in detail if line), file=sys.stderr, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
