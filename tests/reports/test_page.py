"""``index.html`` is valid, small, leads from a cell to its promises, and compares with the previous run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from reported import CREATE, LIST, finding, large_run, make_run, outcome

from specproof.errors import OptionError
from specproof.model.access import AccessCell
from specproof.model.change import Change, Level
from specproof.model.coverage import Point, PointKind
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all
from specproof.reports.page.compare import compared
from specproof.reports.page.matrix import Tone, matrix
from specproof.reports.page.render import page
from specproof.reports.verdict_json import verdict_document

HOSTILE = "</script><script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7*7 }} \u202e\0\ud800 \" ' `"


def tree(text: str) -> Element:
    """Parse a page; whatever a validator would call a parse error is raised."""
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert isinstance(parsed, Element)
    return parsed


def checked(text: str) -> Element:
    """Return the tree of a page with unique ids and no link that leads nowhere."""
    root = tree(text)
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    goals = {each.get("href", "") for each in root.iter("a")}
    assert {goal for goal in goals if not goal.startswith("#")} == set()
    assert {goal for goal in goals if goal[1:] not in ids} == set()
    for name in ("img", "iframe", "object", "embed", "link", "base", "video", "audio"):
        assert list(root.iter(name)) == []
    return root


def told(root: Element) -> str:
    """Return the text of a tree, with one space between its parts."""
    return " ".join(" ".join(root.itertext()).split())


def test_verdict_and_reasons_come_first(run: Run, decision: Decision) -> None:
    root = checked(page(run, decision, str))

    text = told(root.find("body"))  # type: ignore[arg-type]

    assert text.index("fail Things 2.0 on staging") < text.index("1 major finding blocks at minor")
    assert text.index("1 finding is waived") < text.index("Promises proven 2 of 6")


def test_every_cell_leads_to_its_promises(run: Run, decision: Decision) -> None:
    root = checked(page(run, decision, str))
    by_id = {each.get("id"): each for each in root.iter() if each.get("id")}

    cells = [link.get("href", "")[1:] for td in root.iter("td") for link in td.iter("a")]

    assert len(cells) == 5
    promises = [told(li) for cell in cells for li in by_id[cell].iter("li")]
    assert len(promises) == len(run.outcomes)
    assert f"no-repeats 4× {run.findings[0].fingerprint}" in promises
    assert "create : writes are forbidden" in promises


def test_the_state_of_a_cell_is_its_worst() -> None:
    waived = finding("status.a", CREATE, waiver="known")
    run = make_run(
        outcome("paging.a", LIST, finding("paging.a", LIST)), outcome("paging.b", LIST),
        outcome("body.a", LIST), outcome("body.b", LIST, why="x"),
        outcome("status.a", CREATE, waived), outcome("body.a", CREATE),
        outcome("paging.a", CREATE, why="x"), outcome("document.valid", ""),
    )  # fmt: skip

    found = matrix(run)

    assert found.areas == ("body", "document", "paging", "status")
    assert {
        (row.name, cell.area): (cell.tone, cell.shown) for row in found.rows for cell in row.filled
    } == {
        ("document", "document"): (Tone.PROVEN, "1"),
        (LIST, "body"): (Tone.PARTLY, "1/2"), (LIST, "paging"): (Tone.BROKEN, "1/2"),
        (CREATE, "body"): (Tone.PROVEN, "1"), (CREATE, "paging"): (Tone.SILENT, "1"),
        (CREATE, "status"): (Tone.WAIVED, "1"),
    }  # fmt: skip


def test_findings_coverage_reasons_and_timings_are_told(run: Run, decision: Decision) -> None:
    points = (
        Point(kind=PointKind.STATUSES, operation=LIST, what="status 410", why="nothing was gone"),
        Point(kind=PointKind.STATUSES, operation=LIST, what="status 200", seen=True),
    )

    text = told(checked(page(replace(run, coverage=points), decision, str)))

    assert "major pagination.no-repeats GET /teams/{username}/things" in text
    assert "Waived: known, see T-1, ada answers for that, until 2026-12-31." in text
    assert "statuses 1 2 50 %" in text
    assert "status 410: nothing was gone" in text
    assert "writes are forbidden 1 lifecycle.create POST /teams/{username}/things" in text
    assert "GET /teams/{username}/things 20 75% 100.0 190.0 200.0" in text


def test_every_cause_is_shown_before_what_says_the_same(run: Run, decision: Decision) -> None:
    """The room on the page is spent on what differs."""
    outcome = run.outcomes[0]
    many = [replace(outcome.findings[0], detail=f"{n:04}", summary=f"wrong {n}") for n in range(2_000)]
    other = replace(outcome.findings[0], detail="9999", summary="wrong in another way")
    broken = replace(run, outcomes=(replace(outcome, findings=(*many, other)), *run.outcomes[1:]))

    text = told(checked(page(broken, decision, str)))

    assert "wrong in another way" in text
    left_out = len(broken.findings) - text.count("Fingerprint ")
    assert 0 < left_out < 1_900
    assert f"{left_out} more findings are in verdict.json" in text


def test_access_is_told_by_operation_and_credential(run: Run, decision: Decision) -> None:
    cells = (
        AccessCell(credential="admin", operation=LIST, expected="allowed", got=200, right=True),
        AccessCell(
            credential="guest", operation=LIST, expected="refused", statuses=(403,), got=200, right=False
        ),
        AccessCell(credential="admin", operation=CREATE, expected="allowed", got=201, right=True),
    )

    root = checked(page(replace(run, access=cells), decision, str))

    section = next(each for each in root.iter("section") if each.get("aria-labelledby") == "access")
    rows = [[told(cell) for cell in row] for row in section.iter("tr")]
    assert rows == [
        ["Operation", "admin", "guest"],
        [LIST, "allowed, 200", "expected refused (403), got 200"],
        [CREATE, "allowed, 201", ""],
    ]
    assert [td.get("class") for td in section.iter("td") if told(td)] == ["a p", "a b", "a p"]


def test_changes_of_the_document_are_told(run: Run, decision: Decision) -> None:
    change = Change(
        kind="response-status-removed", level=Level.BREAKING, side="response", said="200 was, 204 is",
        document="new", pointer="#/paths", place="spec/a.yaml:3", operations=(LIST, CREATE),
    )  # fmt: skip

    text = told(checked(page(replace(run, base="spec/old.yaml", changes=(change,) * 201), decision, str)))

    assert f"breaking {LIST} and 1 more: 200 was, 204 is spec/a.yaml:3" in text
    assert "and 1 more, see verdict.json" in text


@pytest.mark.parametrize(
    "text", [HOSTILE, "", "]]> -->", "x" * 100_000], ids=["markup", "none", "ends", "huge"]
)
def test_hostile_texts_are_only_text(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path, text: str
) -> None:
    write_all(hostile_run(text), decision, tmp_path, mask=str)
    root = checked((tmp_path / "index.html").read_text(encoding="utf-8"))
    scripts = list(root.iter("script"))
    handlers = [name for each in root.iter() for name in each.keys() if name.startswith("on")]  # noqa: SIM118
    assert (len(scripts), handlers) == (1, [])
    assert "49" not in told(root.find(".//h1"))  # type: ignore[arg-type]


def test_only_its_own_script_may_run_and_nothing_be_loaded(run: Run, decision: Decision) -> None:
    text = page(run, decision, str)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';" in text


@pytest.mark.parametrize("broken_every", [0, 50, 1], ids=["green", "some", "all broken"])
def test_two_thousand_promises_fit_into_a_megabyte(decision: Decision, broken_every: int) -> None:
    run = large_run(40, 2_000, broken_every)

    text = page(run, decision, str)

    assert len(text.encode()) < 1_000_000
    if broken_every == 1:
        shown = text.count('<article class="finding')
        assert shown > 100
        assert f"{2_000 - shown} more findings are in" in text
    else:
        checked(text)


def previous_of(run: Run, **members: Any) -> dict[str, Any]:
    """Return the verdict.json of an earlier run."""
    before = Decision(verdict=Verdict.PASS, reasons=("all is well",))
    return json.loads(json.dumps(verdict_document(run, before, str))) | members


def test_the_comparison_tells_what_is_new_mended_and_not_looked_at(run: Run, decision: Decision) -> None:
    mended = outcome("pagination.no-gaps", LIST, finding("pagination.no-gaps", LIST))
    unseen = outcome("lifecycle.create", CREATE, finding("lifecycle.create", CREATE))
    before = replace(run, outcomes=(mended, unseen, run.outcomes[2]), contract_sha256="cd" * 32)

    found = compared(previous_of(before, environment="production"), run, decision)

    assert (found.before, found.now, found.promises) == ("pass", "fail", ("3 of 3", "5 of 6"))
    assert found.differences == ("environment was production, is staging", "the document has changed")
    assert [each.promise for each in found.mended] == ["pagination.no-gaps"]
    assert [each.promise for each in found.unseen] == ["lifecycle.create"]
    assert len(found.new) == 2


def test_the_reports_that_lie_there_are_the_previous_run(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    write_all(replace(run, outcomes=run.outcomes[1:]), decision, tmp_path, mask=str)
    first = (tmp_path / "index.html").read_text(encoding="utf-8")
    write_all(run, decision, tmp_path, mask=str)
    second = told(checked((tmp_path / "index.html").read_text(encoding="utf-8")))
    assert "Since the previous run" not in first
    assert "Since the previous run fail on 2026-01-01T00:00:00Z, now fail." in second
    assert "1 new, marked below." in second


@pytest.mark.parametrize(
    "previous",
    [{"verdict": HOSTILE, "findings": [1, {"fingerprint": HOSTILE, "summary": HOSTILE}]}, {"verdict": "x"},
     {"verdict": "x", "findings": 3, "coverage": {"promises": [HOSTILE]}, "contract": [], "seed": [HOSTILE]}],
)  # fmt: skip
def test_a_previous_verdict_may_be_anything(run: Run, decision: Decision, previous: dict[str, Any]) -> None:
    assert "Since the previous run" in told(checked(page(run, decision, str, previous)))


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", None], ids=["no JSON", "a list", "no verdict", "no file"]
)
def test_what_the_user_named_must_be_a_verdict(
    run: Run, decision: Decision, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "verdict.json"
    if content is not None:
        file.write_text(content)
    write_all(run, decision, tmp_path, mask=str)  # what just lay there is no error
    file.unlink()
    if content is not None:
        file.write_text(content)
    with pytest.raises(OptionError, match=r"--compare-with: .*verdict\.json is no verdict\.json of a run \("):
        write_all(run, decision, tmp_path / "new", mask=str, compare_with=tmp_path)
