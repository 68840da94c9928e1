"""Carries out several steps in one process, since to start Python costs more than the steps.

Called with a JSON file: a list of ``["pytest", argument, …]`` and ``["specproof", argument, …]``. In an
argument, ``{finding}`` stands for the fingerprint in the verdict that the second step left. Prints a JSON
list with the status and the output of each step.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from specproof.cli import main


def fingerprint(reports: Path) -> str:
    """Return the fingerprint of the first finding of a run."""
    return str(
        json.loads((reports / "verdict.json").read_text(encoding="utf-8"))["findings"][0]["fingerprint"]
    )


def carry_out(words: list[str]) -> dict[str, object]:
    """Do one step."""
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        if words[0] == "pytest":
            status = int(pytest.main(words[1:]))
        else:
            sys.argv = words
            try:
                main()
                status = 0
            except SystemExit as end:
                status = int(end.code or 0)
    return {"status": status, "output": text.getvalue()}


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(given["folder"])
    done = []
    for step in given["steps"]:
        found = fingerprint(folder / "broken") if any("{finding}" in word for word in step) else ""
        done.append(carry_out([word.replace("{finding}", found) for word in step]))
    sys.stdout.write(json.dumps(done))
