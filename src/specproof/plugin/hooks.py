"""Hooks: they translate between pytest and the suite, and decide nothing."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from functools import partial
from typing import Any, cast

import pytest

from specproof.environment.secrets import Masker
from specproof.errors import SpecproofError
from specproof.model.exchange import Request
from specproof.model.verdict import Verdict
from specproof.plugin.crashes import DISTURBANCES, note_crash
from specproof.plugin.ending import Result, finish, shown, summary
from specproof.plugin.generated import GeneratedRequests, generated_item, skipped_item
from specproof.plugin.options import add_options, read_options
from specproof.plugin.ordering import kind_of, look_of, operation_of, promise_of, rank_of
from specproof.plugin.own_hooks import GATHERED, gather
from specproof.plugin.plan_text import plan_lines
from specproof.plugin.progress import PLUGIN, Progress, annotate, leave_terminal
from specproof.plugin.session import SESSION, Session
from specproof.plugin.site import site_line

ERROR = pytest.StashKey[SpecproofError]()
RESULT = pytest.StashKey[Result]()
HYPOTHESIS = "hypothesispytest"  # the name of its plugin


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Print the plan where that is asked for, in place of a run."""
    if not config.getoption("--plan") or config.option.help:
        return None
    try:
        hooks = gather(config.pluginmanager)
        session = Session(options=read_options(config), root=config.rootpath, hooks=hooks)
        try:
            plan, options = session.planned()
            mask = Masker(session.profile.secrets)
            title = session.contract.title
            shard = session.options.shard
            for line in plan_lines(plan, session.profile, options, title, shard):
                print(mask(line))  # noqa: T201  # it is what was asked for
        finally:
            session.close()
    except SpecproofError as error:
        raise pytest.UsageError(str(error)) from error
    return int(pytest.ExitCode.OK)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers; check the options; load the document where the user named one."""
    config.addinivalue_line(
        "markers", "promises(*areas): the test proves every promise of these areas, one promise per test item"
    )
    config.addinivalue_line(
        "markers", "generated_requests: the test is called with generated requests, one item per operation"
    )
    given = getattr(config, "workerinput", {})  # from the controller, where this is a worker
    worker = given.get("workerid", "")
    try:
        options = read_options(config)
        hooks = gather(config.pluginmanager)
        session = Session(
            options=options,
            root=config.rootpath,
            hooks=hooks,
            worker=worker,
            workers=given.get("workercount", 1),
            spent=given.get("specproof_spent", 0),
        )
        config.stash[SESSION], config.stash[GATHERED] = session, hooks
        _ = session.examples
        if options.gate_policy or options.waivers or options.compare_with:
            _ = session.gate
        if options.explicit and not worker:
            _check_choice(session)
            _check_environment(session)
    except SpecproofError as error:
        raise pytest.UsageError(str(error)) from error
    if not worker:
        config.pluginmanager.register(Progress(config, session), PLUGIN)


def _check_choice(session: Session) -> None:
    """Read the documents and see that something is left to test; otherwise end as pytest does then."""
    if not session.selection.operations:
        since = session.options.base
        pytest.exit(f"--changed-since: no operation differs from {since}: nothing to test", returncode=5)


def _check_environment(session: Session) -> None:
    """Fail before any worker starts; the run itself makes its own connections."""
    probe = Session(options=session.options, root=session.root, hooks=session.hooks)
    probe.__dict__.update(document=session.document, contract=session.contract, own=session.own)
    try:
        session.only_reads = not probe.prover.suite.client.writes
        session.spent = probe.prover.suite.client.sent
        _ = probe.shares
        probe.prover.suite.ledger.close()
        session.left_before += probe.left_before
    finally:
        probe.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one item per promise of the areas that a test names."""
    areas = {area for marker in metafunc.definition.iter_markers("promises") for area in marker.args}
    if not areas or "promise" not in metafunc.fixturenames:
        return
    session = metafunc.config.stash[SESSION]
    if not metafunc.config.option.collectonly:
        session.launch_own()
    try:
        wanted = [p for p in session.promises if p.kind.area in areas]
    except SpecproofError as error:
        metafunc.config.stash[ERROR] = error
        wanted = []
    metafunc.parametrize("promise", wanted, ids=[f"{p.id} {p.operation}".strip() for p in wanted])


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[Any] | None:
    """Make the items of tests that want generated requests: one per operation."""
    marks = getattr(obj, "pytestmark", [])
    if not callable(obj) or not any(mark.name == "generated_requests" for mark in marks):
        return None
    made: list[Any] = []
    try:
        session = collector.config.stash[SESSION]
        made = [
            generated_item(collector, name, obj, each, lambda item: _requests(session, item))
            for each in session.sendable_operations
        ]
        if session.options.depth == "quick":
            made = [skipped_item(collector, name, obj)]
    except SpecproofError as error:
        collector.config.stash[ERROR] = error
    return made


def _make(session: Session, item: GeneratedRequests) -> list[Request]:
    found: list[Request] = []
    item.run_with(session.generated_test(item.operation, found))
    return found


def _requests(session: Session, item: GeneratedRequests) -> list[Request]:
    """Return the generated requests of an item: made in another process, or now."""
    if session.aside is None:
        return _make(session, item)
    return cast("list[Request]", session.aside.take(item.nodeid))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put promises into the order in which they are proven, and keep together what shares evidence."""
    error = config.stash.get(ERROR, None)
    if error is not None:
        del config.stash[ERROR]  # pytest prints it; the summary must not do so again
        raise pytest.UsageError(str(error)) from error
    if not config.stash[SESSION].running:
        return
    items[:] = [item for item in items if kind_of(item) or item.get_closest_marker("promises") is None]
    first = config.stash[SESSION].selection.first
    items.sort(key=lambda item: (rank_of(item), operation_of(item) not in first))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which promises this run asks about, in whichever of its processes."""
    ours = session.config.stash[SESSION]
    promises = (promise_of(item) for item in session.items)
    ours.asked = frozenset(promise.key for promise in promises if promise)
    if ours.running and not session.config.option.collectonly:
        gc.freeze()  # what was imported and collected stays: the garbage collector need not look there again
        generated = [item for item in session.items if isinstance(item, GeneratedRequests)]
        ours.work_aside({item.nodeid: partial(_make, ours, item) for item in generated})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Note a test that ended in an error of ours: what it was to prove was not looked at."""
    report = yield
    ours = item.config.stash.get(SESSION, None)
    if ours and ours.running and call.excinfo is not None and report.failed and kind_of(item):
        note_crash(ours.prover, item.name, promise_of(item), call.excinfo.value)
    look = look_of(item)
    if ours is not None and look is not None:
        annotate(report, look, ours.sent_since())
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int | pytest.ExitCode) -> None:
    """Clean up, decide, write the reports, and let the verdict speak through the exit status."""
    config = session.config
    ours = config.stash.get(SESSION, None)
    if ours is None:
        return
    if ours.running and "hypothesis" not in sys.modules and config.pluginmanager.has_plugin(HYPOTHESIS):
        # Its plugin would import all of it, to print that it has nothing to print.
        config.pluginmanager.unregister(name=HYPOTHESIS)
    try:
        ended = finish(config, ours, disturbance=DISTURBANCES.get(exitstatus, ""))
        if ended is not None:
            config.stash[RESULT] = ended
    except SpecproofError as error:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR
        config.stash[ERROR] = error
    except Exception:
        if ours.worker:
            raise  # the controller counts the worker as lost
        leave_terminal(config)
        traceback.print_exc()
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
    result = config.stash.get(RESULT, None)
    if result is not None and result[1].verdict is not Verdict.PASS and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the verdict, what was proven, and the findings."""
    error = config.stash.get(ERROR, None)
    result = config.stash.get(RESULT, None)
    if result is None:
        if error is not None:
            terminalreporter.write_line(f"ERROR: {error}", red=True)
        return
    options, terminal = config.stash[SESSION].options, terminalreporter.isatty or None
    terminalreporter.section("specproof")
    terminalreporter.write(summary(result, options.reports_dir, config.get_verbosity(), terminal=terminal))
    if options.site:
        terminalreporter.write_line(site_line(shown(options.reports_dir), os.environ))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the embedded target."""
    session = config.stash.get(SESSION, None)
    if session is not None:
        session.close()
        if session.aside is not None:
            session.aside.close()
