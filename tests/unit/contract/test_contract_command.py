"""The command line: what it prints, and with which status it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
VALID = "spec/bitbucket-teams.yaml"
BROKEN = "tests/support/documents/broken-3.0.yaml"


def specproof(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, in the repository."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "specproof", *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_valid_document_ends_with_0() -> None:
    run = specproof("validate", VALID)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"0 problems, 0 warnings in {VALID} (")


def test_problems_end_with_1_and_are_counted_in_the_last_line() -> None:
    run = specproof("validate", BROKEN)
    *lines, last = run.stdout.splitlines()
    warnings = [line for line in lines if line.startswith("warning: ")]
    assert (run.returncode, run.stderr) == (1, "")
    assert last.startswith(f"{len(lines) - len(warnings)} problems, {len(warnings)} warnings in {BROKEN} (")
    assert lines[-len(warnings) :] == warnings
    assert all(f"{BROKEN}:" in line for line in lines)


def test_json_holds_the_same() -> None:
    run = specproof("validate", BROKEN, "--format", "json")
    answer = json.loads(run.stdout)
    assert run.returncode == 1
    assert (answer["source"], answer["valid"]) == (BROKEN, False)
    assert answer["problems"][0].keys() == {"place", "pointer", "message", "mend"}
    assert len(answer["problems"]) == len(specproof("validate", BROKEN).stdout.splitlines()) - 1 - len(
        answer["warnings"]
    )


def test_overlays_are_judged_with_the_document(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    action = "- target: $.info\n  update: {x-pagination: 5}\n- {target: $.nothing, update: {}}\n"
    overlay.write_text(
        f"overlay: 1.0.0\ninfo: {{title: a, version: '1'}}\nactions:\n{action}", encoding="utf-8"
    )
    run = specproof("validate", VALID, "--overlay", str(overlay))
    assert run.returncode == 1
    assert f"{overlay}:5: #/info/x-pagination: " in run.stdout
    assert f"warning: {overlay}:6: #/actions/1/target: $.nothing matches nothing" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("validate", "nowhere.yaml"), "specproof: nowhere.yaml: does not exist; check the path\n"),
        (("validate", "http://127.0.0.1:1/a"), "specproof: http://127.0.0.1:1/a: cannot be fetched: "),
        (("validate", "pyproject.toml"), "specproof: pyproject.toml:"),
        (("validate", VALID, "--overlay", VALID), f"specproof: {VALID}:4: is no OpenAPI Overlay; "),
        (("validate", VALID, "--format", "xml"), "Usage: "),
        (("validate",), "Usage: "),
        (("validat",), "Usage: "),
    ],
)
def test_what_cannot_be_used_ends_with_4_and_without_a_traceback(
    arguments: tuple[str, ...], message: str
) -> None:
    run = specproof(*arguments)
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr.startswith(message)
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("Usage") or run.stderr.count("\n") == 1


def test_the_command_tells_its_version_and_names_its_commands() -> None:
    assert specproof("--version").stdout.startswith("specproof, version ")
    run = specproof("--help")
    assert run.returncode == 0
    assert "validate" in run.stdout
    assert "target" in run.stdout


def test_validating_does_not_import_what_it_does_not_need() -> None:
    """A short command stays quick: neither pytest, schemathesis nor the target is loaded."""
    code = (
        "import sys; from specproof.contract import command; "
        "heavy = 'pytest', 'schemathesis', 'hypothesis', 'flask', 'specproof.target'; "
        "print([name for name in heavy if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "[]\n"
