"""``reproduce/``: per finding a script that shows it again, and a pytest file that fails while it is seen."""

from __future__ import annotations

from pathlib import Path

from specproof.model.finding import Finding
from specproof.model.verdict import Run
from specproof.reports.text import one_line

FOLDER = "reproduce"


def write_scripts(run: Run, folder: Path) -> None:
    """Write ``FINGERPRINT.sh`` and ``test_FINGERPRINT.py`` for the findings of a clean run that have them."""
    for finding in run.findings:
        path = folder / FOLDER / f"{finding.fingerprint}.sh"
        if finding.reproduce or finding.test:
            path.parent.mkdir(exist_ok=True)
        if finding.reproduce:
            path.write_bytes(script(finding).encode("utf-8", "backslashreplace"))
            path.chmod(0o755)
        if finding.test:
            path = path.with_name(f"test_{finding.fingerprint}.py")
            path.write_bytes(finding.test.encode("utf-8", "backslashreplace"))


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
