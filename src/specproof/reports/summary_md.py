"""``summary.md``: short enough for a job summary or a pull-request comment, worst first."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from specproof.model.change import Level, counted
from specproof.model.finding import Finding
from specproof.model.verdict import Decision, Outcome, Run, State
from specproof.reports.alike import Group, grouped
from specproof.reports.text import harmless, one_line

LIMIT = 60_000  # bytes; a comment may hold 65,536 characters
_TEXT_LIMIT = 500  # characters of a sentence
_CODE_LIMIT = 1_500  # characters of a reproduction
_NOTES = 15
_CHANGES = 15
_OTHERS = 20  # operations of findings that say the same
_FINGERPRINTS = 10  # of each of these
_REASONS = 10  # of the verdict, and for what was not exercised


def write_summary(run: Run, decision: Decision, folder: Path) -> None:
    """Write ``summary.md`` of a clean run."""
    (folder / "summary.md").write_text(summary(run, decision), encoding="utf-8")


def summary(run: Run, decision: Decision) -> str:
    """Return the summary; findings that do not fit are counted."""
    head = _head(run, decision)
    tail = _not_exercised(run) + _notes(run) + _changes(run)
    size = len((head + tail).encode())
    parts = []
    left = len(run.findings)
    for group in grouped(run.findings):
        part = _group(group)
        size += len(part.encode())
        if size > LIMIT - 200:
            parts.append(f"\n{left} more findings are in `verdict.json`.\n")
            break
        parts.append(part)
        left -= 1 + len(group.others)
    return head + "".join(parts) + tail


def _notes(run: Run) -> str:
    """Return what of the document was not tested as it stands."""
    shown = run.document_notes[:_NOTES]
    lines = [f"- {code(note.place)}: {plain(note.said)}; {plain(note.effect)}" for note in shown]
    if len(run.document_notes) > len(lines):
        lines.append(f"- {len(run.document_notes) - len(lines)} more are in `verdict.json`")
    return "\n".join(("\n## Notes on the document", "", *lines, "")) if lines else ""


def _changes(run: Run) -> str:
    """Return what differs from the older document; what is safe is only counted."""
    if not run.base:
        return ""
    worse = [change for change in run.changes if change.level is not Level.SAFE]
    lines = [
        f"- {change.level.value}: {code(change.about)}: {plain(change.said)} ({code(change.place)})"
        for change in worse[:_CHANGES]
    ]
    if len(worse) > len(lines):
        lines.append(f"- {len(worse) - len(lines)} more are in `verdict.json`")
    return "\n".join((
        f"\n## Changes since {plain(run.base)}",
        "",
        f"{counted(run.changes)}.",
        "",
        *lines,
        "",
    ))


def plain(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, nobody is mentioned."""
    text = one_line(text)
    text = text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}…"
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~$-])", r"\\\1", text)


def code(text: str) -> str:
    """Return a code span that holds even backquotes and pipes."""
    text = one_line(text).replace("|", "¦")
    text = text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}…"
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}" if text else ""


def _block(text: str) -> str:
    text = harmless(text)
    text = text if len(text) <= _CODE_LIMIT else f"{text[:_CODE_LIMIT]}\n… see the script"
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
    return f"{fence}sh\n{text}\n{fence}\n"


def _head(run: Run, decision: Decision) -> str:
    reasons = "".join(f"- {plain(reason)}\n" for reason in decision.reasons[:_REASONS])
    if len(decision.reasons) > _REASONS:
        reasons += f"- {len(decision.reasons) - _REASONS} more reasons are in `verdict.json`\n"
    areas: dict[str, Counter[State]] = {}
    for outcome in run.outcomes:
        areas.setdefault(outcome.promise.kind.area, Counter())[outcome.state] += 1
    rows = "".join(
        f"| {plain(area)} | {count[State.PROVEN]} | {count[State.BROKEN]} | {count[State.NOT_EXERCISED]} |\n"
        for area, count in sorted(areas.items())
    )
    table = f"| area | proven | broken | not exercised |\n|---|---:|---:|---:|\n{rows}\n" if rows else ""
    return (
        f"# {plain(run.contract_title)} on {plain(run.environment)}: {decision.verdict.value}\n\n{reasons}\n"
        f"{run.traffic.requests} requests in {run.seconds:.1f} s, seed {run.seed}, depth {plain(run.depth)}, "
        f"contract version {plain(run.contract_version)}.\n\n{table}"
    )


def _group(group: Group) -> str:
    """Return a section about findings that say the same: the first one whole, the others as a list."""
    others: dict[str, list[str]] = {}
    for finding in group.others:
        others.setdefault(finding.about, []).append(finding.fingerprint)
    lines = [f"- {code(about)}: {_some(found)}\n" for about, found in list(others.items())[:_OTHERS]]
    if len(others) > len(lines):
        lines.append(f"- and {len(others) - len(lines)} more operations, see `verdict.json`\n")
    head = f"{len(group.others)} more say the same:\n\n" if lines else ""
    return _finding(group.first) + head + "".join(lines) + ("\n" if lines else "")


def _some(fingerprints: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in fingerprints[:_FINGERPRINTS])
    more = len(fingerprints) - _FINGERPRINTS
    return f"{shown} and {more} more" if more > 0 else shown


def _finding(finding: Finding) -> str:
    marks = [f"waived: {plain(finding.waiver)}"] if finding.waiver is not None else []
    marks += [f"unstable: came back {plain(finding.unstable)}"] if finding.unstable is not None else []
    places = ", ".join(filter(None, (code(finding.place), code(finding.source))))
    lines = [
        f"## {finding.severity.value}: {code(finding.promise)} {code(finding.about)}",
        "",
        plain(finding.summary),
        "",
        f"Promised at {places}. Fingerprint `{finding.fingerprint}`. {' '.join(marks)}".rstrip(),
        "",
    ]
    return "\n".join(lines) + (_block("\n".join(finding.reproduce)) if finding.reproduce else "") + "\n"


def _not_exercised(run: Run) -> str:
    reasons: dict[str, list[Outcome]] = {}
    for outcome in run.outcomes:
        if outcome.state is State.NOT_EXERCISED:
            reasons.setdefault(outcome.why, []).append(outcome)
    ordered = sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    lines = [f"- {len(outcomes)}: {plain(why)}" for why, outcomes in ordered[:_REASONS]]
    if len(ordered) > len(lines):
        lines.append(f"- {len(ordered) - len(lines)} more reasons are in `verdict.json`")
    left = [f"- {plain(item)}" for item in run.left_behind[:_REASONS]]
    if len(run.left_behind) > len(left):
        left.append(f"- and {len(run.left_behind) - len(left)} more")
    text = "## Not exercised\n\n" + "\n".join(lines) + "\n" if lines else ""
    return text + ("\n## Left behind\n\n" + "\n".join(left) + "\n" if left else "")
