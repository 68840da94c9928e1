"""Run the shell lines of a reproduction."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def run_lines(lines: Iterable[str], folder: Path, **environ: str) -> str:
    """Run lines as one bash script, without any settings of the user; return what it printed."""
    script = folder / "reproduce.sh"
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        **environ,
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", str(script)],
        capture_output=True, env=environment, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "replace")
