"""Fill the template of the page."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from specproof.model.promise import PromiseKind
from specproof.model.verdict import Decision, Run, State
from specproof.reports.clean import Mask
from specproof.reports.links import VERSION, promise_link
from specproof.reports.page import NAME
from specproof.reports.page.access import access
from specproof.reports.page.compare import compared
from specproof.reports.page.findings import entries
from specproof.reports.page.matrix import Tone, matrix, tone
from specproof.reports.page.timings import WIDTH, bars
from specproof.reports.text import harmless

_POINTS = 200  # of the contract that were not seen
_CHANGES = 200  # of the document


def write_page(
    run: Run, decision: Decision, folder: Path, mask: Mask, previous: Mapping[str, Any] | None
) -> None:
    """Write ``index.html`` of a clean run.

    Args:
        run: What was seen, clean.
        decision: The verdict and its reasons, clean.
        folder: Where the page is written.
        mask: For ``Finding.detail``, which is not clean.
        previous: The ``verdict.json`` of the run to compare with, if there is one.
    """
    (folder / NAME).write_text(page(run, decision, mask, previous), encoding="utf-8")


def page(run: Run, decision: Decision, mask: Mask, previous: Mapping[str, Any] | None = None) -> str:
    """Return the page. It loads nothing: its policy forbids that, and any script but its own."""
    style, script = _own("page.css"), _own("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    found = entries(run, mask)
    counts = Counter(map(tone, run.outcomes))
    return _template().render(
        run=run,
        decision=decision,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        digest=digest,
        version=VERSION,
        started=datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        matrix=matrix(run),
        tones=Tone,
        tone=tone,
        proven=counts[Tone.PROVEN],
        silent=counts[Tone.SILENT],
        severities=Counter(finding.severity.value for finding in run.findings if finding.waiver is None),
        waived=sum(finding.waiver is not None for finding in run.findings),
        groups=found,
        anchors={entry.finding.fingerprint: entry.anchor for group in found for entry in group},
        left_out=len(run.findings) - sum(map(len, found)),
        coverage=[(name.replace("_", " "), *ratio) for name, ratio in run.ratios.items() if ratio[1]],
        unseen=[point for point in run.coverage if not point.seen][:_POINTS],
        unseen_count=sum(not point.seen for point in run.coverage),
        bars=bars(run),
        bar_width=WIDTH,
        access=access(run),
        changes=run.changes[:_CHANGES],
        reasons=_reasons(run),
        kinds=_kinds(run),
        link=promise_link,
        comparison=compared(previous, run, decision) if previous is not None else None,
    )


def _own(name: str) -> str:
    return files("specproof.reports.page").joinpath(name).read_text(encoding="utf-8").strip()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("specproof.reports.page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _finalized(value: object) -> object:
    """Take the dangerous characters out of whatever is written; markup is our own."""
    return harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _reasons(run: Run) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return why promises were not exercised, the most frequent reason first, each with what it kept out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for outcome in run.outcomes:
        if outcome.state is State.NOT_EXERCISED:
            why = outcome.why or "no reason was given"
            found.setdefault(why, []).append((outcome.promise.id, outcome.promise.about))
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _kinds(run: Run) -> list[PromiseKind]:
    kinds = {outcome.promise.id: outcome.promise.kind for outcome in run.outcomes}
    return [kinds[promise] for promise in sorted(kinds)]
