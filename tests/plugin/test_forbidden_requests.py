"""No check, hook or option gets a request through that the environment forbids.

One whole run as users make it, with a plugin that tries all that is forbidden, against an API that takes
everything and whose links all lead to another server. What both servers heard is what the tests look at.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from suite_runs import ROOT, SuiteRun, run_suite

sys.path.insert(0, str(ROOT / "tests" / "support"))
from hostile_api import Lure, hostile_api, hostile_document, profile_of

MOST = 400
HOOK = """
import pytest
from specproof.errors import RefusedBySafety, Stopped
from specproof.model.exchange import Request
from specproof.plugin.session import SESSION

WRONG = [
    ("POST", "/things", b'{"key": "by-hook"}'), ("PUT", "/things/mine-0", b'{"note": "x"}'),
    ("DELETE", "/things/mine-0", None), ("TRACE", "/things", None), ("get", "/things", None),
    ("OPTIONS", "/things", None), ("GET", "/things?page=0", None), ("GET", "/things?page=no", None),
]
refused = []

@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item):
    session = item.config.stash[SESSION]
    if not session.running or refused:
        return
    suite = session.prover.suite
    base = suite.client.base_url
    away = "OTHER"
    label = "GET /things"
    requests = [Request(method=m, url=base + t, body=b, valid=True, operation=label) for m, t, b in WRONG]
    requests += [Request(method="GET", url=u) for u in (
        f"{away}/x", f"{away}\\\\@{base[7:]}/x", f"//{away[7:]}/x", f"http://{base[7:]}@{away[7:]}/x",
    )]
    for request in requests:
        for send in (suite.send, suite.client.send, lambda r: suite.client.send_together([r])):
            try:
                send(request)
            except (RefusedBySafety, Stopped):
                refused.append(request)
    assert len(refused) == 3 * len(requests)

def pytest_sessionfinish(session):
    ours = session.config.stash[SESSION]
    if ours.running:
        client = ours.prover.suite.client
        for _ in range(1000):  # whatever is left of the budget, and more
            try:
                client.send(Request(method="GET", url=client.base_url + "/things"))
            except Stopped:
                break
"""


@dataclass(frozen=True)
class Tried:
    """A run, what the servers heard, and what was there before."""

    run: SuiteRun
    lure: Lure


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """The run: every option that asks for more, and a hook that does not ask at all."""
    folder = tmp_path_factory.mktemp("forbidden")
    with hostile_api() as lure:
        (folder / "hostile_hook.py").write_text(HOOK.replace("OTHER", lure.other.origin), encoding="utf-8")
        profile = profile_of(
            folder, lure, protected=True, exclusive=True, methods=["GET", "HEAD"], negative_data="forbidden",
            max_requests=MOST,
        )  # fmt: skip
        run = run_suite(
            folder / "reports",
            *("--environment", str(profile), "--spec", str(hostile_document(folder))),
            *("--depth", "quick", "-p", "hostile_hook"),
            variables={"PYTHONPATH": str(folder), "SPECPROOF_CONCURRENCY": "2"},
        )
        yield Tried(run, lure)


def test_the_run_took_place(tried: Tried) -> None:
    """The tests below would be silent without; an assertion of the hook would be an error here."""
    assert len(tried.lure.own.seen) > 100
    assert "error" not in tried.run.output.splitlines()[-1], tried.run.output[-3000:]
    assert tried.run.verdict["coverage"]["promises"][0] > 10


def test_no_method_passes_that_is_not_named(tried: Tried) -> None:
    assert {seen.method for seen in tried.lure.own.seen} <= {"GET", "HEAD"}


def test_nothing_was_changed(tried: Tried) -> None:
    assert set(tried.lure.kept) == {"mine-0", "mine-1", "mine-2"}
    assert not any(seen.body for seen in tried.lure.own.seen)


def test_no_link_and_no_location_leads_to_another_server(tried: Tried) -> None:
    assert tried.lure.other.seen == []


def test_no_data_pass_that_the_document_forbids(tried: Tried) -> None:
    """Judged here by hand: a page is a whole number from 1 to 1000."""
    pages = [
        v for seen in tried.lure.own.seen for n, v in parse_qsl(urlsplit(seen.target).query) if n == "page"
    ]
    sure = [page for page in pages if page.isdigit() and not 1 <= int(page) <= 1000]
    sure += [page for page in pages if page in {"no", "abc"}]
    assert pages
    assert sure == []


def test_no_request_passes_the_budget(tried: Tried) -> None:
    """The first look at the environment and the requests of the hook are in it."""
    assert len(tried.lure.own.seen) == MOST


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("writes=allowed", "protected = true refuses writes"),
        ("negative_data=allowed", 'the profile says "forbidden"'),
        ("methods=GET,POST", "writes = "),
        ("max_requests=401", "the profile is protected"),
        ("base_url=http://127.0.0.1:9", "the profile is protected"),
    ],
)
def test_no_option_loosens_the_profile(tmp_path: Path, pair: str, words: str) -> None:
    """Neither the run nor a plan begins; the status is that of a usage error."""
    with hostile_api() as lure:
        profile = profile_of(tmp_path, lure, protected=True, negative_data="forbidden", max_requests=MOST)
        spec = hostile_document(tmp_path)
        status, lines = plan_status("--environment", str(profile), "--spec", str(spec), "--set", pair)
        assert lure.own.seen == []
    assert status == pytest.ExitCode.USAGE_ERROR
    assert words in lines


def plan_status(*arguments: str) -> tuple[int, str]:
    """Ask for a plan in this process: what cannot be used is refused as in a run."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        status = pytest.main(["--plan", *arguments, "-p", "no:cacheprovider"])
    return int(status), told.getvalue()


def test_a_plan_ends_with_status_0_and_sends_nothing(tmp_path: Path) -> None:
    with hostile_api() as lure:
        profile, spec = profile_of(tmp_path, lure), hostile_document(tmp_path)
        status, lines = plan_status("--environment", str(profile), "--spec", str(spec))
        assert (lure.own.seen, lure.other.seen) == ([], [])
    assert status == 0
    assert "PLAN  Things on hostile" in lines
