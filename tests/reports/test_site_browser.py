"""The Allure site, really built and opened in a browser: it asks nobody, and tells verdict and history."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from reported import LIST, finding, make_run, outcome

from specproof.errors import SiteError
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all
from specproof.reports.site.build import Site, build_site

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PATIENCE_MS = 60_000
FAIL = Decision(verdict=Verdict.FAIL, reasons=("1 major finding blocks at minor",))
PASS = Decision(verdict=Verdict.PASS, reasons=("every promise that was exercised holds",))
OPTIONAL = "/widgets/metrics.json"  # Allure asks for it without having made it


def run_of(environment: str, *, started: float, broken: bool) -> Run:
    """Build a run of three promises."""
    found = (finding("pagination.no-repeats", LIST),) if broken else ()
    outcomes = (
        outcome("pagination.no-repeats", LIST, *found),
        outcome("pagination.no-gaps", LIST),
        outcome("lifecycle.create", LIST, why="writes are forbidden"),
    )
    outcomes = tuple(replace(each, started=started + 1) for each in outcomes)
    return make_run(*outcomes, environment=environment, started=started)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of two environments after a run of each, and a site of those; then a later run of the first."""
    folder = tmp_path_factory.mktemp("site")
    staging, production = folder / "staging", folder / "production"
    write_all(run_of("staging", started=1_767_225_600.0, broken=False), PASS, staging, mask=str)
    write_all(run_of("production", started=1_767_225_700.0, broken=False), PASS, production, mask=str)
    try:
        build_site([staging, production], environ=os.environ)
    except SiteError as error:
        pytest.skip(str(error))
    write_all(run_of("staging", started=1_767_312_000.0, broken=True), FAIL, staging, mask=str)
    return folder


@pytest.fixture(scope="module")
def site(reports: Path) -> Site:
    """The site after the later run; building it twice adds one line to the history."""
    folders = [reports / "staging", reports / "production"]
    build_site(folders, environ=os.environ)
    return build_site(folders, environ=os.environ)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser of the machine."""
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def opened(browser: Any, address: str, text: str) -> tuple[str, list[str], list[str]]:
    """Open a page and wait for a text; return all its text, what it asked for, and what failed."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(address)
    page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)
    shown = page.inner_text("body")
    context.close()
    return shown, [url for url in asked if not url.startswith(("data:", "blob:"))], failed


def test_it_asks_nobody_else_and_shows_the_verdicts(site: Site, browser: Any) -> None:
    with served(site.page.parent) as origin:
        shown, asked, failed = opened(browser, f"{origin}/index.html", "Verdict of production")
    assert [url for url in asked if not url.startswith(f"{origin}/")] == []
    assert [url for url in failed if OPTIONAL not in url] == []
    assert "Things: staging fail, production pass" in shown
    assert 'Environment: "staging"' in shown
    assert 'Environment: "production"' in shown


def test_one_page_can_be_opened_from_a_disk(reports: Path, browser: Any) -> None:
    alone = build_site(
        [reports / "production"], environ=os.environ, output=reports / "alone", single_file=True,
        history=reports / "alone.jsonl",
    )  # fmt: skip
    shown, asked, failed = opened(browser, alone.page.as_uri(), "Promises exercised")
    assert alone.files == 1
    assert asked == [alone.page.as_uri()]
    assert failed == []
    assert "Things: production pass" in shown


def test_every_run_has_one_line_of_history(site: Site) -> None:
    lines = (site.page.parent.parent / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["name"] for line in lines] == [
        "Things: staging pass, production pass", "Things: staging fail, production pass",
    ]  # fmt: skip


def test_nothing_is_called_a_retry_or_flaky_that_is_not(site: Site) -> None:
    results = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (site.page.parent / "data" / "test-results").glob("*.json")
    ]
    assert len(results) == 6
    assert {(each["isRetry"], each.get("retriesCount", 0), each["flaky"]) for each in results} == {
        (False, 0, False)
    }
    [broken] = [each for each in results if each["status"] == "failed"]
    assert [point["status"] for point in broken["history"]] == ["passed"]


def test_its_size_is_told(site: Site) -> None:
    files = [path for path in site.page.parent.rglob("*") if path.is_file()]
    assert (site.files, site.size) == (len(files), sum(path.stat().st_size for path in files))
    assert str(site) == f"{site.page} ({len(files)} files, {site.size / 1_000_000:.1f} MB)"
