"""Shows how far a run has come: live lines on a terminal, a plain line now and then in a log.

Where tests are told about by these lines, pytest's own dots are left out; tests that are none of ours keep
theirs. What is shown never changes what is found, and where nothing can be shown the run goes on.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterable
from typing import Any

import pytest
from rich.console import Group as Rows
from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from specproof.plugin import progress_lines as lines
from specproof.plugin.live import LiveLines, can_draw
from specproof.plugin.ordering import look_of
from specproof.plugin.scheduling import read_node_id
from specproof.plugin.session import Session
from specproof.plugin.tally import Look, Tally
from specproof.suite.bounds import GENERATED

PLUGIN = "specproof-progress"  # its name among the plugins of pytest
_PLAIN_EVERY_S = 30.0
_MOST_ROWS = 8  # operations that are shown at the same time
_BAR = 20  # columns
_WIDE = 70  # columns that a terminal must have for the bar
_MARK = "specproof"  # attribute of a report that tells what its test is about


def annotate(report: pytest.TestReport, look: Look, requests: int) -> None:
    """Write into a report what its test is about and what it sent; pytest-xdist carries it along."""
    setattr(report, _MARK, [look.area, look.operation, requests])


def leave_terminal(config: pytest.Config) -> None:
    """Draw nothing any more: something else has to be read."""
    progress = config.pluginmanager.get_plugin(PLUGIN)
    if isinstance(progress, Progress):
        progress.stop()


class Progress:
    """A plugin of the process that has the terminal."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        """Show nothing yet."""
        self._config = config
        self._shared = config.getoption("numprocesses", None) is not None or config.getoption("tx", None)
        self._tally = Tally(
            depth=session.options.depth,
            by_operation=bool(self._shared),
            pending=lambda: session.pending,
        )
        self._verbosity = config.get_verbosity()
        self._draws: bool | None = None  # whether lines are drawn over; settled when the first test begins
        self._live: LiveLines | None = None
        self._in_line = False  # something else has printed, maybe without a line end
        self._plain_due = time.monotonic() + _PLAIN_EVERY_S
        self._over = False
        self._closing_since: float | None = None

    # --- what is to come -------------------------------------------------------------------------

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take the tests of this process."""
        looks = ((item.nodeid, look_of(item)) for item in session.items)
        self._tally.expect({nodeid: look for nodeid, look in looks if look is not None})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: Iterable[str]) -> None:
        """Take the tests of a worker: all have the same."""
        looks = ((nodeid, read_node_id(nodeid)) for nodeid in ids)
        self._tally.expect({nodeid: look for nodeid, look in looks if look is not None})

    # --- while it goes on ------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Count a test of ours; make room for others."""
        if not self._tally.knows(nodeid):
            self._make_room()
            return
        self._tally.start(nodeid, time.monotonic())
        self._draw()

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Generator[None, Any, Any]:
        """Leave out the letters of tests that our lines tell about."""
        category, letter, word = yield
        if self._replaces_dots and hasattr(report, _MARK):
            return category, "", ""
        return category, letter, word

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a test came to; make room for others."""
        mark = getattr(report, _MARK, None)
        if mark is None or not self._tally.knows(report.nodeid):
            self._make_room()
            self._tally.finish(report.nodeid)  # where a worker crashed, nothing else says so
            return
        area, operation, requests = mark
        category = self._config.hook.pytest_report_teststatus(report=report, config=self._config)[0]
        word = lines.word_of(category, Look(area, operation), generated=GENERATED)
        self._tally.add(report.nodeid, requests=requests, seconds=report.duration, word=word)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell about an area or an operation that is done, or now and then how far the run is."""
        if not self._tally.knows(nodeid):
            return
        done = self._tally.finish(nodeid)
        if done is not None and self._replaces_dots and self._verbosity >= 0:
            self._print(lines.group_line(done, self._tally.groups[done]))
        now = time.monotonic()
        if not self._draws and self._verbosity >= 0 and now >= self._plain_due:
            self._plain_due = now + _PLAIN_EVERY_S
            self._print(lines.plain_line(self._tally, now))

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_testnodedown(self) -> None:
        """Make room for what pytest-xdist says about a worker."""
        self._make_room()

    # --- the end ---------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, trylast=True)  # inside of pytest's own, which prints the summary
    def pytest_sessionfinish(self) -> Generator[None, Any, Any]:
        """Show that the run is being ended, then leave the terminal to the summary."""
        self._closing_since = time.monotonic()
        if self._live is not None:
            self._live.draw()
        try:
            return (yield)
        finally:
            self.stop()

    def pytest_internalerror(self) -> None:
        """Leave the terminal to the error."""
        self.stop()

    def stop(self) -> None:
        """Draw nothing any more, and let pytest's words stand again."""
        self._over = True
        self._make_room()

    # --- showing ---------------------------------------------------------------------------------

    @property
    def _replaces_dots(self) -> bool:
        if self._over or not -1 <= self._verbosity <= 0:
            return False
        return bool(self._draws or (self._shared and self._verbosity == 0))

    @property
    def _reporter(self) -> Any:
        return self._config.pluginmanager.get_plugin("terminalreporter")

    def _draw(self) -> None:
        if self._draws is None:
            self._draws = self._may_draw()
        if not self._draws or self._live is not None or self._over:
            return
        self._reporter.showfspath = False
        self._reporter.ensure_newline()
        if self._in_line:
            self._reporter.write("\n", flush=True)
            self._in_line = False
        try:
            self._live = LiveLines(sys.stdout, self._content, colour=self._reporter.hasmarkup)
        except (OSError, ValueError):
            self._draws = False
        else:
            self._live.start()

    def _may_draw(self) -> bool:
        """Tell whether nobody else writes to the terminal while tests run."""
        option = self._config.option
        others = (
            getattr(option, "capture", "fd") == "no"
            or any(getattr(option, name, False) for name in ("usepdb", "trace", "setupshow"))
            or getattr(option, "log_cli_level", None) is not None
            or self._config.getini("log_cli")
        )
        quiet = not -1 <= self._verbosity <= 0
        known = isinstance(self._reporter, pytest.TerminalReporter)
        return known and not quiet and not others and can_draw(sys.stdout, os.environ)

    def _make_room(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
            self._reporter.showfspath = None
        self._in_line = True

    def _print(self, line: str) -> None:
        if self._live is not None:
            self._live.print(Text(line))
        elif self._reporter is not None:
            self._reporter.write_line(line)

    def _content(self, columns: int, rows: int) -> RenderableType:
        now = time.monotonic()
        if self._closing_since is not None:
            since = now - self._closing_since
            texts = [f"removing what was made, judging, writing the reports, {since:.0f} s"]
        else:
            most = max(1, min(_MOST_ROWS, rows - 3))
            texts = list(lines.running_lines(self._tally, now, most=most))
        total = Text(lines.total_line(self._tally, now), no_wrap=True, overflow="ellipsis")
        shown: list[RenderableType] = [Text(text, no_wrap=True, overflow="ellipsis") for text in texts]
        if columns < _WIDE:
            return Rows(*shown, total)
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=_BAR)
        grid.add_column(no_wrap=True, overflow="ellipsis")
        grid.add_row(ProgressBar(total=max(1, self._tally.tests), completed=self._tally.done), total)
        return Rows(*shown, grid)
