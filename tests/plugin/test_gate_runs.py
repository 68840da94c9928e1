"""Whole runs through the gate: what may end with status 0, and all that must not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from suite_runs import ROOT, write_profile

sys.path.insert(0, str(ROOT / "tests" / "support"))
from recording import Answer, Seen, recording_server

HERE = Path(__file__).parent
DOCUMENT = """
openapi: 3.0.3
info: {title: TITLE, version: "1"}
paths:
  /ping:
    get:
      responses:
        "200":
          description: fine
          content:
            application/json:
              schema: {type: object, required: [ok], properties: {ok: {type: boolean}}}
"""
TEST = """
import os
import pytest

@pytest.mark.promises("status", "body", "document")
def test_promise(promise, prove):
    prove(promise)
"""
CRASH = (
    TEST
    + """
@pytest.mark.promises("media-type")
def test_crash(promise, prove):
    raise KeyError("no such thing")
"""
)
DEATH = (
    TEST
    + """
@pytest.mark.promises("media-type")
def test_death(promise, prove):
    os._exit(9)
"""
)
HOOK = """
def pytest_runtest_logreport(report):
    if "media-type" in report.nodeid and report.when == "call":
        raise KeyError("no such thing")
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """How one run ended."""

    status: int
    output: str
    verdict: dict[str, Any]  # empty where none was left

    @property
    def errors(self) -> list[str]:
        """The lines that name an error."""
        return [line for line in self.output.splitlines() if line.startswith("ERROR: ")]


def answer(seen: Seen) -> Answer:
    """Keep the promise of the document below /good, and break it below /bad."""
    path, method = seen.target.partition("?")[0], seen.method
    if path not in {"/good/ping", "/bad/ping"}:
        return Answer(status=404, body=b"")
    if method not in {"GET", "HEAD"}:
        return Answer(status=405, headers=(("Allow", "GET, HEAD"),), body=b"")
    body = b'{"ok": true}' if path.startswith("/good") else b'{"ok": "yes"}'
    return Answer(headers=(("Content-Type", "application/json"),), body=body)


def written(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of the project."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


FILES = {
    "api/ping.yaml": DOCUMENT.replace("TITLE", "Ping"),
    "api/pong.yaml": DOCUMENT.replace("TITLE", "Pong"),
    "policy.toml": '[[overrides]]\npromise = "body.*"\nfindings = "report"\n',
    "misspelt.toml": "[findings]\nblok_at = 1\n",
    "strict.toml": "[coverage]\nparameters = 1.0\nstatuses = 1.0\npromises = 1.0\n",
    "ended.toml": "[[waivers]]\nfingerprint = '0123456789abcdef'\nreason = 'r'\nowner = 'o'\n"
                  "expires = 2020-01-01\n",
    "old.json": "{}",
    "a-file": "",
    "plain/test_plain.py": TEST,
    "crash/test_crash.py": CRASH,
    "death/test_death.py": DEATH,
    "hook/conftest.py": HOOK,
    "hook/test_hook.py": TEST.replace('"body"', '"body", "media-type"'),
}  # fmt: skip


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Step]:
    """All runs, in one process; each leaves its reports in a folder of its name."""
    folder = tmp_path_factory.mktemp("gate")
    written(folder, FILES)
    with recording_server(answer) as server:
        (folder / "good").mkdir()
        (folder / "bad").mkdir()
        named = commands(
            folder,
            good=write_profile(folder / "good", f"{server.origin}/good"),
            bad=write_profile(folder / "bad", f"{server.origin}/bad"),
        )
        results = played(folder, list(named.values()))
    return dict(zip(named, results, strict=True))


def commands(folder: Path, *, good: Path, bad: Path) -> dict[str, list[str]]:
    """Return the words of every run by its name, in the order in which they are to be played."""

    def run(name: str, profile: Path, *more: str, tests: str = "plain", spec: str = "ping") -> list[str]:
        words = ["pytest", str(folder / tests), "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
        words += ["--depth", "quick", "--spec", str(folder / "api" / f"{spec}.yaml")]
        return [*words, "--environment", str(profile), "--reports-dir", str(folder / name), *more]

    broken = str(folder / "broken" / "verdict.json")
    waive = ["specproof", "waive", "{finding}", "--reason", "T-1", "--owner", "ada", "--until", "2999-12-31"]
    return {
        "clean": run("clean", good),
        "broken": run("broken", bad),
        "compared": run("compared", bad, "--compare-with", broken),
        "by policy": run("by policy", bad, "--gate-policy", str(folder / "policy.toml")),
        "too little": run("too little", good, "--gate-policy", str(folder / "strict.toml")),
        "no policy": run("no policy", good, "--gate-policy", str(folder / "nowhere.toml")),
        "misspelt policy": run("misspelt policy", good, "--gate-policy", str(folder / "misspelt.toml")),
        "no verdict": run("no verdict", good, "--compare-with", str(folder / "old.json")),
        "other contract": run("other contract", good, "--compare-with", broken, spec="pong"),
        "ended": run("ended", good, "--waivers", str(folder / "ended.toml")),
        "nothing selected": run("nothing selected", good, "-k", "no-such-test"),
        "unwritable": run("a-file/reports", good),
        "crash": run("crash-reports", good, tests="crash"),
        "hook": run("hook-reports", good, tests="hook"),
        "waive": [*waive, "--verdict", broken, "--file", str(folder / "api" / "waivers.toml")],
        "waived": run("waived", bad),
        "misspelt waivers": run("misspelt waivers", good, "--waivers", str(folder / "misspelt.toml")),
        "death": run("death-reports", good, "-n", "2", "--max-worker-restart", "0", tests="death"),
    }


def played(folder: Path, runs: list[list[str]]) -> list[Step]:
    """Play runs one after the other in one process, and read the verdict each left."""
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"folder": str(folder), "steps": runs}))
    done = subprocess.run(
        [sys.executable, str(HERE / "gate_steps.py"), str(plan)],
        cwd=folder, env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    steps = []
    for words, result in zip(runs, json.loads(done.stdout), strict=True):
        reports = Path(words[words.index("--reports-dir") + 1]) if "--reports-dir" in words else folder
        file = reports / "verdict.json"
        verdict = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        steps.append(Step(status=result["status"], output=result["output"], verdict=verdict))
    return steps


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("clean", 0, "pass"),
        ("broken", 1, "fail"),
        ("compared", 0, "pass"),
        ("by policy", 0, "pass"),
        ("waived", 0, "pass"),
        ("too little", 1, "inconclusive"),
        ("ended", 1, "fail"),
        ("crash", 1, "inconclusive"),
        ("hook", 3, "inconclusive"),
        ("death", 1, "inconclusive"),
        ("nothing selected", 5, None),
        ("no policy", 4, None),
        ("misspelt policy", 4, None),
        ("misspelt waivers", 4, None),
        ("no verdict", 4, None),
        ("other contract", 4, None),
        ("unwritable", 4, None),
    ],
)
def test_status_and_verdict_say_the_same(
    steps: dict[str, Step], name: str, status: int, verdict: str | None
) -> None:
    found = steps[name]
    assert (found.status, found.verdict.get("verdict")) == (status, verdict), found.output[-3000:]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no policy", "nowhere.toml: cannot be read (No such file or directory)"),
        ("misspelt policy", 'misspelt.toml: findings.blok_at: unknown key; did you mean "block_at"?'),
        ("misspelt waivers", "misspelt.toml: findings: unknown key; known: waivers"),
        ("no verdict", "old.json: verdict: is missing"),
        ("other contract", 'is about "Ping", this run about "Pong"; give a verdict of the same contract'),
        ("unwritable", "--reports-dir: "),
    ],
)
def test_what_cannot_be_used_is_named(steps: dict[str, Step], name: str, said: str) -> None:
    assert any(said in line for line in steps[name].errors), steps[name].output
    assert "Traceback" not in steps[name].output


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("compared", "1 finding is known from the older verdict"),
        ("by policy", "1 finding is reported without blocking"),
        ("waived", "1 finding is waived"),
        ("ended", "1 minor finding blocks at minor"),
        (
            "crash",
            "the suite itself failed in test_crash[media-type.documented GET /ping]: KeyError: 'no such",
        ),
        ("hook", "the suite could not look everywhere: pytest itself failed"),
        ("death", "worker process(es) died, and what they had found is lost"),
    ],
)
def test_the_verdict_says_why(steps: dict[str, Step], name: str, reason: str) -> None:
    assert any(reason in each for each in steps[name].verdict["reasons"]), steps[name].verdict["reasons"]


def test_every_rule_is_in_the_verdict(steps: dict[str, Step]) -> None:
    rulings = {each["rule"]: each["effect"] for each in steps["too little"].verdict["rulings"]}
    assert rulings["coverage.statuses"] == rulings["coverage.parameters"] == "pass"
    assert rulings["coverage.promises"] == "inconclusive"
    assert steps["too little"].verdict["policy"] == "strict.toml"
    assert steps["clean"].verdict["policy"] is None


def test_what_was_not_proven_because_of_a_crash_is_not_called_deselected(steps: dict[str, Step]) -> None:
    [why] = [
        entry["why"]
        for entry in steps["crash"].verdict["coverage"]["not_exercised"]
        if entry["promise"] == "media-type.documented"
    ]
    assert why.startswith("the suite itself failed in test_crash")


def test_a_waived_finding_shows_reason_owner_and_end(steps: dict[str, Step]) -> None:
    [found] = [each for each in steps["waived"].verdict["findings"] if each["waiver"]]
    assert (found["waiver"], found["waiver_owner"], found["waiver_until"]) == ("T-1", "ada", "2999-12-31")
    assert found["fingerprint"] in steps["waive"].output


def test_an_ended_waiver_is_a_finding_with_its_line(steps: dict[str, Step]) -> None:
    [found] = steps["ended"].verdict["findings"]
    assert (found["promise"], found["place"]) == ("waivers.in-date", "ended.toml:2")


def test_what_does_not_block_is_an_expected_failure(steps: dict[str, Step]) -> None:
    for name in ("compared", "by policy", "waived"):
        assert "1 xfailed" in steps[name].output
        assert " failed" not in steps[name].output
