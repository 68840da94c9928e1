"""``index.html`` in a real browser: accessible, quiet, on its own, and harmless whatever a server sent."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reported import LIST, exchange, finding, large_run, outcome

from specproof.model.access import AccessCell
from specproof.model.verdict import Decision, Run
from specproof.reports.clean import clean
from specproof.reports.page.render import page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LAST = "</pre></script><script>document.title='pwned'</script><img src=//evil.example/x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser of the machine; no sandbox, for it is not to be had as root, and the pages are our own."""
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


class Tab:
    """A page in a tab, with everything it said and asked for."""

    def __init__(self, browser: Any, file: Path, **settings: Any) -> None:
        self.context = browser.new_context(**{"viewport": DESK, **settings})
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Tab]]:
    """Open what is written of a run; at the end each tab has said nothing and asked for its file alone."""
    tabs: list[Tab] = []

    def opened(run: Run, decision: Decision, previous: Any = None, **settings: Any) -> Tab:
        file = tmp_path / f"{len(tabs)}.html"
        file.write_text(page(*clean(run, decision, str), str, previous), encoding="utf-8")
        tabs.append(Tab(browser, file, **settings))
        return tabs[-1]

    yield opened
    for number, tab in enumerate(tabs):
        said, asked = tab.said, tab.asked
        tab.context.close()
        assert said == []
        assert asked == [(tmp_path / f"{number}.html").as_uri()]


@pytest.fixture
def full_run(run: Run) -> Run:
    """A run with a word in every part of the page."""
    return replace(
        run, troubles=("the target did not answer once",), left_behind=("https://api.example.com/things/1",),
        inferred=("x-pagination of GET /things",),
        access=(
            AccessCell(credential="admin", operation=LIST, expected="allowed", got=200, right=True),
            AccessCell(credential="guest", operation=LIST, expected="refused", got=200, right=False),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "settings",
    [{}, {"color_scheme": "dark"}, {"viewport": PHONE}],
    ids=["light", "dark", "phone"],
)
def test_no_rule_of_axe_is_broken(
    full_run: Run, decision: Decision, visit: Callable[..., Tab], settings: dict[str, Any]
) -> None:
    tab = visit(full_run, decision, {"verdict": "pass", "findings": []}, **settings)
    tab.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")

    found = axe.Axe().run(tab.page)

    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]] == []
    assert len(found.response["passes"]) > 20


def test_a_phone_scrolls_the_tables_and_not_the_page(decision: Decision, visit: Callable[..., Tab]) -> None:
    tab = visit(large_run(20, 600, 40), decision, viewport=PHONE)
    assert tab.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert tab.page.evaluate("document.querySelector('.scroll').scrollWidth") > PHONE["width"]


def test_the_first_screen_has_verdict_and_reasons(
    full_run: Run, decision: Decision, visit: Callable[..., Tab]
) -> None:
    for settings in ({}, {"viewport": PHONE}):
        tab = visit(full_run, decision, **settings)
        for text in ("1 major finding blocks at minor", "1 finding is waived", "Promises proven"):
            box = tab.page.get_by_text(text).first.bounding_box()
            assert box["y"] + box["height"] < tab.page.viewport_size["height"]


def test_a_cell_opens_its_promises_by_keyboard(
    run: Run, decision: Decision, visit: Callable[..., Tab]
) -> None:
    tab = visit(run, decision)
    tab.page.locator("td.b a").first.focus()
    tab.page.keyboard.press("Enter")
    promise = tab.page.locator(".operation li.b").first
    promise.wait_for(state="visible")
    promise.get_by_role("link").last.click()
    assert tab.page.url.endswith(f"#f-{run.findings[0].fingerprint}")


def test_the_skip_link_comes_first(run: Run, decision: Decision, visit: Callable[..., Tab]) -> None:
    tab = visit(run, decision)
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "main"


def test_findings_are_filtered(run: Run, decision: Decision, visit: Callable[..., Tab]) -> None:
    tab = visit(run, decision)
    shown = tab.page.locator(".finding:visible")
    assert shown.count() == 3
    tab.page.get_by_label("State").select_option("waived")
    assert (shown.count(), tab.page.locator("#count").inner_text()) == (1, "1 of 3 shown")
    tab.page.get_by_label("State").select_option("all")
    tab.page.get_by_label("Search").fill("no-repeats ITEM")
    assert shown.count() == 1
    tab.page.get_by_label("Severity").select_option("critical")
    assert shown.count() == 0


def test_findings_that_say_the_same_are_folded_up_until_they_are_looked_for(
    run: Run, decision: Decision, visit: Callable[..., Tab]
) -> None:
    outcome = run.outcomes[0]
    found = tuple(
        replace(outcome.findings[0], operation=f"GET /{name}", detail=name, evidence=()) for name in "abcd"
    )
    tab = visit(replace(run, outcomes=(replace(outcome, findings=found),)), decision)
    shown = tab.page.locator(".finding:visible")
    assert shown.count() == 1

    tab.page.get_by_text("3 more say the same").click()
    assert shown.count() == 4

    tab.page.get_by_label("Search").fill("GET /d")
    assert shown.count() == 1
    tab.page.get_by_label("Search").fill("nowhere")
    assert tab.page.get_by_text("3 more say the same").is_hidden()


def test_a_link_shows_a_finding_that_was_filtered_out(
    run: Run, decision: Decision, visit: Callable[..., Tab]
) -> None:
    tab = visit(run, decision)
    finding = tab.page.locator(f"#f-{run.findings[0].fingerprint}")
    tab.page.get_by_label("Severity").select_option("critical")
    assert finding.is_hidden()
    tab.page.locator("td.b a").first.click()
    tab.page.locator(".operation li.b a").nth(1).click()
    finding.wait_for(state="visible")
    assert finding.is_visible()


def test_the_shell_lines_are_copied_as_they_are(
    run: Run, decision: Decision, visit: Callable[..., Tab]
) -> None:
    tab = visit(run, decision)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.page.get_by_role("button", name="Copy").first.click()
    tab.page.get_by_role("button", name="Copied").wait_for()
    assert tab.page.evaluate("navigator.clipboard.readText()") == "\n".join(run.findings[0].reproduce)


@pytest.mark.parametrize(
    "body",
    [LAST.encode(), b"\0\x01\xff\xfe" * 500, "\u202ekcatta\u2066".encode(), b"[" * 2_000_000],
    ids=["markup", "binary", "bidi", "huge"],
)
def test_hostile_bodies_are_harmless(
    run: Run, decision: Decision, visit: Callable[..., Tab], body: bytes
) -> None:
    broken = finding("body.schema", LIST, evidence=(exchange(1, text=LAST, body=body),), summary=LAST)
    tab = visit(replace(run, outcomes=(outcome("body.schema", LIST, broken),)), decision)
    tab.page.get_by_text("Exchanges").click()
    shown = tab.page.get_by_label("Response").inner_text()
    assert len(shown) < 3_100
    assert not {"\0", "\u202e", "\u2066"} & set(shown)
    assert tab.page.title() == "fail: Things on staging"
    assert tab.page.locator("img").count() == 0


def test_print_shows_no_controls_and_the_whole_matrix(
    run: Run, decision: Decision, visit: Callable[..., Tab]
) -> None:
    tab = visit(run, decision)
    tab.page.emulate_media(media="print")
    assert tab.page.locator("nav, #filter, .copy").locator("visible=true").count() == 0
    assert tab.page.locator(".matrix td.b").first.is_visible()
    assert tab.page.pdf().startswith(b"%PDF")
