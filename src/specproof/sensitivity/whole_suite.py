"""A whole run of the suite, in a process of its own, as a user makes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from specproof.errors import TargetError
from specproof.shipped import shipped
from specproof.suite.session import Plan
from specproof.target.process import RunningTarget


def run_suite(target: RunningTarget, plan: Plan) -> dict[str, Any]:
    """Run every contract test against a target; return the content of ``verdict.json``.

    Nothing around it has a say: no settings of the folder in which the user is, no ``PYTEST_ADDOPTS``.

    Raises:
        TargetError: The run ended without a verdict; the text is what it said.
    """
    with tempfile.TemporaryDirectory(prefix="specproof-sensitivity-") as folder:
        command = [
            *(sys.executable, "-m", "pytest", str(shipped("contract_tests")), "-q"),
            *("-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder, "--noconftest"),
            *("--reports-dir", f"{folder}/reports", "--seed", str(plan.seed), "--depth", plan.depth),
        ]
        done = subprocess.run(  # noqa: S603 - our own tests, no shell
            command,
            cwd=folder,
            env=_environ(target),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        file = Path(folder, "reports", "verdict.json")
        if not file.is_file():
            raise TargetError(_last_words(done.stdout, done.returncode))
        verdict: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return verdict


def _environ(target: RunningTarget) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTEST_", "SPECPROOF_TARGET"))}
    return kept | dict(target.variables)


def _last_words(output: str, status: int) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    said = (errors or lines or ["nothing"])[-1].removeprefix("ERROR: ")
    return f"the run ended with status {status} and without a verdict: {said}"
