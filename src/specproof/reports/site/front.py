"""What stands on the front of the site: verdict, coverage and sensitivity of each environment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specproof.errors import SiteError

RESULTS = "allure-results"
_ATTACHED = (
    "index.html", "summary.md", "verdict.json", "sensitivity/sensitivity.md", "sensitivity/sensitivity.json",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One reports folder."""

    folder: Path
    environment: str
    title: str
    verdict: str
    variables: dict[str, str]

    @property
    def results(self) -> Path:
        """Its Allure results."""
        return self.folder / RESULTS

    @property
    def attached(self) -> list[Path]:
        """What of it is attached to the front."""
        return [path for name in _ATTACHED if (path := self.folder / name).is_file()]


def read_sources(folders: Sequence[Path]) -> list[Source]:
    """Read the reports folders, one for each environment.

    Raises:
        SiteError: One holds no reports, or two are of the same environment.
    """
    sources = [_read(folder) for folder in folders]
    twice = [name for name, count in Counter(each.environment for each in sources).items() if count > 1]
    if twice:
        raise SiteError(
            f"two reports folders are of the environment {twice[0]!r}; Allure would show one as retries of "
            "the other, so give one of them"
        )
    return sources


def _read(folder: Path) -> Source:
    file = folder / "verdict.json"
    try:
        verdict = json.loads(file.read_text(encoding="utf-8"))
        coverage = verdict["coverage"]
        variables = {
            "Verdict": verdict["verdict"],
            "Why": "; ".join(verdict["reasons"][:5]),
            "Promises exercised": _share(coverage["promises"]),
            "Operations exercised": _share(coverage["operations"]),
            "Findings": str(len(verdict["findings"])),
            **_sensitivity(folder),
        }
        source = Source(
            folder=folder,
            environment=verdict["environment"],
            title=verdict["contract"]["title"],
            verdict=verdict["verdict"],
            variables=variables,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SiteError(f"{file} is no verdict.json of a run; run pytest tests/contract first") from error
    if not source.results.is_dir():
        raise SiteError(f"{source.results} is not there; run pytest tests/contract first")
    return source


def _share(pair: Sequence[int]) -> str:
    seen, known = pair
    return f"{seen} of {known}"


def _sensitivity(folder: Path) -> dict[str, str]:
    """Return how many faults the suite noticed, where that was measured beside the run."""
    try:
        document: Any = json.loads((folder / "sensitivity" / "sensitivity.json").read_text(encoding="utf-8"))
        total = document["total"]
        return {"Faults of the mock target found": f"{total['found']} of {total['all']}"}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
