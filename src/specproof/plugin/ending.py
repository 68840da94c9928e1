"""The end of a run: put the parts together, judge, write the reports, and say it on the terminal."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from specproof.environment.secrets import Masker
from specproof.model.verdict import Decision, Run
from specproof.plugin.session import Session, pack
from specproof.reports.terminal import render
from specproof.reports.write import write_all
from specproof.suite.result import Part

Result = tuple[Run, Decision, Masker]


def finish(config: pytest.Config, ours: Session, *, disturbance: str) -> Result | None:
    """Clean up, decide and write the reports; ``None`` where nothing was looked at.

    A worker of pytest-xdist cleans up too, but hands what it found out to the controller, which decides.

    Args:
        config: Of the pytest process that ends.
        ours: Its run.
        disturbance: Why pytest ended before all was looked at; empty where it did not.
    """
    parts: list[Part] = list(ours.parts)
    if ours.running and not config.option.collectonly:
        parts.append(ours.finish_part(trouble=disturbance))
    if ours.worker:
        if parts:
            config.workeroutput["specproof"] = pack(parts[0])  # type: ignore[attr-defined]
        return None
    if not any(part.outcomes for part in parts):
        return None
    run = ours.finish_run(parts)
    troubles = [disturbance] if disturbance and disturbance not in run.troubles else []
    if ours.lost_workers:
        troubles.append(f"{ours.lost_workers} worker process(es) died, and what they had found is lost")
    run, decision = ours.gate.judge(replace(run, troubles=(*run.troubles, *troubles)))
    mask = Masker(secret for part in parts for secret in part.secrets)
    write_all(
        run,
        decision,
        ours.options.reports_dir,
        mask=mask.mask,
        environ=os.environ,
        compare_with=ours.options.compare_with,
    )
    return run, decision, mask


def summary(result: Result, folder: Path, verbosity: int, *, terminal: bool | None) -> str:
    """Return the last screen: the verdict, what was proven, and the findings.

    Args:
        result: How the run ended.
        folder: Where the reports are.
        verbosity: Of pytest: 0, more with ``-v``, less with ``-q``.
        terminal: Whether it is written to one; ``None``: rich finds out.
    """
    run, decision, mask = result
    text = io.StringIO()
    console = Console(
        file=text,
        width=shutil.get_terminal_size().columns,
        force_terminal=terminal,
        highlight=False,
    )
    render(run, decision, console, mask=mask.mask, reports=shown(folder), verbosity=verbosity)
    return text.getvalue()


def shown(folder: Path) -> Path:
    """Return a folder as it is shown: from here, where it lies below."""
    try:
        return folder.relative_to(Path.cwd())
    except ValueError:
        return folder
