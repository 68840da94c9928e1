"""Which faults ``tests/sensitivity`` looks at: a third, another one for each commit.

``SPECPROOF_SENSITIVITY`` takes what ``specproof sensitivity --part`` takes: ``all``, ``2/3``, ``auto``. Who
chooses with ``-k`` or names a test gets what was chosen. This stands here, not beside the tests: the process
that prints under pytest-xdist loads only what lies on the way to the folders of the command line.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specproof.sensitivity.partition import EVERYTHING, Part, read_part

HERE = Path(__file__).parent


def _part(config: pytest.Config) -> Part:
    if config.option.keyword or any("::" in argument for argument in config.args):
        return EVERYTHING
    return read_part(os.environ.get("SPECPROOF_SENSITIVITY", "auto"), folder=HERE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the faults of the other parts."""
    part = _part(config)
    left_out = [item for item in items if not _belongs(item, part)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _belongs(item, part)]


def _belongs(item: pytest.Item, part: Part) -> bool:
    marker = item.get_closest_marker("looks_at_fault")
    callspec = getattr(item, "callspec", None)
    return marker is None or callspec is None or part.holds(callspec.params["fault"])


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "looks_at_fault: the test runs for the faults of the part, by name")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say which part it is, where these tests are among those asked for."""
    return _said(config) if config.option.verbose >= 0 else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it at the end where ``-q`` leaves out the header."""
    said = _said(config)
    if said is not None and config.option.verbose < 0:
        terminalreporter.write_line(said)


def _said(config: pytest.Config) -> str | None:
    start, tests = config.invocation_params.dir, HERE / "sensitivity"
    asked = [(start / argument.partition("::")[0]).resolve() for argument in config.args]
    if not any(tests.is_relative_to(path) or path.is_relative_to(tests) for path in asked):
        return None
    return f"sensitivity, faults: {_part(config)}"
