"""``history.jsonl``: one line for each run whose site was built, as Allure reads and writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Moments = frozenset[tuple[str, int]]  # name of a result, and when it started, in milliseconds


def moments(results: Iterable[Path]) -> Moments:
    """Return what identifies the runs in folders of Allure results: which result began when."""
    found = set()
    for folder in results:
        for file in folder.glob("*-result.json"):
            result = _read(file.read_text(encoding="utf-8"))
            found.add((str(result.get("fullName")), int(result.get("start") or 0)))
    return frozenset(found)


def forget(history: Path, runs: Moments) -> None:
    """Take the line of these very runs out of a history: a site that is built again is no new run."""
    if not history.is_file():
        return
    lines = history.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if _moments(line) != runs]
    if len(kept) < len(lines):
        history.write_text("".join(kept), encoding="utf-8")


def _moments(line: str) -> Moments:
    results = _read(line).get("testResults")
    values = results.values() if isinstance(results, dict) else ()
    return frozenset(
        (str(each.get("fullName")), int(each.get("start") or 0)) for each in values if isinstance(each, dict)
    )


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
