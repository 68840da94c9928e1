"""``reproduce/FINGERPRINT.sh``: one script per finding that shows it again."""

from __future__ import annotations

from pathlib import Path

from specproof.model.finding import Finding
from specproof.model.verdict import Run
from specproof.reports.text import one_line

FOLDER = "reproduce"


def write_scripts(run: Run, folder: Path) -> None:
    """Write the scripts of a clean run; findings without shell lines get none."""
    for finding in run.findings:
        if finding.reproduce:
            path = folder / FOLDER / f"{finding.fingerprint}.sh"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(script(finding).encode("utf-8", "backslashreplace"))
            path.chmod(0o755)


def script(finding: Finding) -> str:
    """Return the script; what a server sent can stand in comments only as one line."""
    comments = [
        f"{finding.severity.value}: {finding.promise}, {finding.about}",
        finding.summary,
        f"promised at {' '.join(filter(None, (finding.place, finding.source)))}",
        f"fingerprint {finding.fingerprint}",
    ]
    header = "\n".join(f"# {one_line(comment)}" for comment in comments)
    lines = "\n".join(line.replace("\0", "\\0") for line in finding.reproduce)
    return f"#!/usr/bin/env bash\n{header}\nset -eu\n{lines}\n"
