"""The last screen of a run: verdict, reasons, areas, findings, what was not looked at."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from specproof.model.change import counted
from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Run, State, Verdict
from specproof.reports.alike import Group, grouped
from specproof.reports.clean import Mask, clean
from specproof.reports.scripts import FOLDER
from specproof.reports.text import harmless, one_line

FINDINGS = 20  # groups of findings that are shown; the others are counted
_REASONS = 8
_NARROWEST = 40  # columns; narrower terminals wrap by themselves
_VERDICT_STYLES = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.INCONCLUSIVE: "bold yellow"}
_SEVERITY_STYLES = {Severity.CRITICAL: "bold red", Severity.MAJOR: "red", Severity.MINOR: "yellow"}


def render(
    run: Run,
    decision: Decision,
    console: Console,
    *,
    mask: Mask = str,
    reports: Path | None = None,
    verbosity: int = 0,
) -> None:
    """Print a run for people.

    Colours only underline what the words say. Lines are cut to the width of the console; on one that
    cannot show more than ASCII, other characters are written as escapes.

    Args:
        run: What was seen.
        decision: The verdict and its reasons.
        console: Where to print; its width and encoding count.
        mask: Takes the secrets out.
        reports: Where the reports are, for the last line and for the scripts.
        verbosity: As pytest counts it: from 1 on nothing is left out, below -1 nothing but the verdict, its
            reasons and where the reports are is printed.
    """
    run, decision = clean(replace(run, sample=()), decision, mask)  # the sample is for other reports
    screen = _Screen(console, whole=verbosity >= 1)
    screen.verdict(run, decision)
    if verbosity < -1:
        screen.reports(reports)
        return
    screen.areas(run)
    screen.findings(run, reports)
    screen.not_exercised(run)
    screen.left_behind(run, reports)
    screen.reports(reports)


class _Screen:
    def __init__(self, console: Console, *, whole: bool) -> None:
        self._console = console
        self._whole = whole
        self._reasons = sys.maxsize if whole else _REASONS
        self._ascii = console.options.ascii_only
        self._width = max(console.width, _NARROWEST)

    def line(self, text: str, style: str = "", *, whole: bool = False) -> None:
        """Print one line, cut to the width unless it must be whole."""
        shown = self._fitting(text)
        if not whole and cell_len(shown) > self._width:
            dots = "..." if self._ascii else "…"
            shown = set_cell_size(shown, self._width - len(dots)).rstrip() + dots
        self._console.print(Text(shown, style=style), soft_wrap=True)

    def _fitting(self, text: str) -> str:
        text = harmless(text).replace("\n", " ").replace("\t", " ")
        return text.encode("ascii", "backslashreplace").decode() if self._ascii else text

    def verdict(self, run: Run, decision: Decision) -> None:
        """Print the answer and why."""
        self.line("")
        verdict = decision.verdict.value.upper()
        about = f"{run.contract_title} {run.contract_version} on {run.environment}"
        self.line(f"{verdict}  {about}", _VERDICT_STYLES[decision.verdict])
        for reason in decision.reasons:
            self.line(f"  {reason}", whole=True)
        self.line(
            f"  {run.traffic.requests} requests in {run.seconds:.1f} s, seed {run.seed}, depth {run.depth}"
        )
        if run.document_notes:
            self.line(f"  {len(run.document_notes)} notes on the document, see summary.md", whole=True)
        if run.base:
            self.line(f"  {counted(run.changes)} since {run.base}", whole=True)

    def reports(self, folder: Path | None) -> None:
        """Print where the reports are."""
        if folder is not None:
            self.line(f"Reports: {folder}", whole=True)

    def areas(self, run: Run) -> None:
        """Print how many promises of each area were proven, broken, not exercised."""
        counts: dict[str, Counter[State]] = {}
        for outcome in run.outcomes:
            counts.setdefault(outcome.promise.kind.area, Counter())[outcome.state] += 1
        if not counts:
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2), show_footer=len(counts) > 1)
        total = sum(counts.values(), Counter())
        table.add_column("  area", footer="  total", no_wrap=True, overflow="crop")
        for state in State:
            table.add_column(
                state.value, footer=str(total[state]), justify="right", no_wrap=True, overflow="crop"
            )
        for area, count in sorted(counts.items()):
            cells = [Text(str(count[state]) if count[state] else "-") for state in State]
            cells[1].stylize("bold red" if count[State.BROKEN] else "")
            table.add_row(Text("  " + self._fitting(area)), *cells)
        self.line("")
        self._console.print(table)

    def findings(self, run: Run, reports: Path | None) -> None:
        """Print the worst findings, those that say the same once; what is to be pasted is whole."""
        groups = grouped(run.findings) if not self._whole else tuple(Group(first=f) for f in run.findings)
        shown = groups if self._whole else groups[:FINDINGS]
        for group in shown:
            self.line("")
            for number, text in enumerate(_finding_lines(group.first)):
                self.line(text, _SEVERITY_STYLES[group.first.severity] if number == 0 else "")
            if group.others:
                self.line(f"  {len(group.others)} more say the same: {group.abouts}")
            for text in _again_lines(group.first, reports):
                self.line(text, whole=True)
        if len(groups) > len(shown):
            self.line("")
            where = f" ({reports / 'summary.md'})" if reports is not None else ""
            left = sum(1 + len(group.others) for group in groups[len(shown) :])
            self.line(f"{left} more findings are in the reports{where}.", whole=True)

    def not_exercised(self, run: Run) -> None:
        """Print how many promises were not exercised for which reason."""
        reasons = Counter(each.why for each in run.outcomes if each.state is State.NOT_EXERCISED)
        if not reasons:
            return
        self.line("")
        self.line("Not exercised:")
        for why, number in reasons.most_common(self._reasons):
            self.line(f"  {number}  {why or 'no reason was given'}")
        if len(reasons) > self._reasons:
            self.line(f"  and {len(reasons) - self._reasons} more reasons, see verdict.json")

    def left_behind(self, run: Run, reports: Path | None) -> None:
        """Print what the run created and could not remove."""
        if run.left_behind:
            self.line("")
            self.line("Left behind:", "bold yellow")
            for item in run.left_behind[: self._reasons]:
                self.line(f"  {item}")
            if len(run.left_behind) > self._reasons:
                self.line(f"  and {len(run.left_behind) - self._reasons} more, see verdict.json")
            if reports is not None:
                self.line(f"  again with: specproof cleanup --reports-dir {reports}", whole=True)
        self.line("")


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity.value.upper()}  {finding.promise}  {finding.about}"
    expected, separator, got = one_line(finding.summary).partition("; got ")
    yield f"  {expected}"
    if separator:
        yield f"  got {got}"
    where = " ".join(filter(None, (finding.place, finding.source)))
    marks = [f"came back {finding.unstable}"] if finding.unstable is not None else []
    marks += [f"waived: {finding.waiver}"] if finding.waiver is not None else []
    yield "  " + ", ".join([f"promised at {where}", *marks])


def _again_lines(finding: Finding, reports: Path | None) -> Iterator[str]:
    if finding.reproduce:
        more = f" ({len(finding.reproduce)} lines)" if len(finding.reproduce) > 1 else ""
        script = f"{FOLDER}/{finding.fingerprint}.sh"
        place = f"{reports / script}" if reports is not None else script
        yield f"  fingerprint {finding.fingerprint}, again with: bash {place}{more}"
        # One line for each exchange, then those that clean up: the last exchange is what went wrong.
        yield f"  {finding.reproduce[: len(finding.evidence) or None][-1]}"
    else:
        yield f"  fingerprint {finding.fingerprint}"
