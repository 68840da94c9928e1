"""Runs the contract suite in a process of its own, as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specproof.target.process import RunningTarget

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class SuiteRun:
    """How a run ended and what it left."""

    reports: Path
    status: int
    output: str
    verdict: dict[str, Any]  # the verdict file; empty where there is none

    @property
    def error_lines(self) -> list[str]:
        """The lines that name an error."""
        return [line for line in self.output.splitlines() if line.startswith("ERROR: ")]


def run_suite(
    reports: Path, *arguments: str, tests: str = "tests/contract", variables: Mapping[str, str] | None = None
) -> SuiteRun:
    """Run ``pytest tests/contract`` with arguments and environment variables."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SPECPROOF_TARGET")}
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", tests, "-q", "-p", "no:cacheprovider"),
            *("--reports-dir", str(reports), *arguments),
        ],
        cwd=ROOT,
        env={**environ, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    file = reports / "verdict.json"
    verdict = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    output = result.stdout + result.stderr
    return SuiteRun(reports=reports, status=result.returncode, output=output, verdict=verdict)


def write_profile(folder: Path, base_url: str, **environment: object) -> Path:
    """Write a profile without credentials."""
    lines = ["[environment]", 'name = "try"', f'base_url = "{base_url}"']
    lines += [f"{key} = {json.dumps(value)}" for key, value in environment.items()]
    path = folder / "profile.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


FAULTS = (
    "page-skips-item",
    "secured-as-text",
    "delete-again-accepted",
    "value-crlf-to-lf",
    "trace-accepted",
    "number-as-value-accepted",
    "secret-in-conflict",
)
"""Faults that leave each other alone, so that one run shows them all."""


@dataclass(frozen=True, kw_only=True)
class FaultyRun:
    """A run against a target with these faults, and the target, which still listens."""

    target: RunningTarget
    run: SuiteRun
