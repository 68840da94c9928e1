"""``summary.md``: worst first, under its limit, and no text of a server becomes markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from reported import changed

from specproof.model.change import Level
from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all
from specproof.reports.summary_md import LIMIT, code, plain


def summary(run: Run, decision: Decision, folder: Path) -> str:
    """Write the reports and return the summary."""
    write_all(run, decision, folder, mask=str)
    return (folder / "summary.md").read_text(encoding="utf-8")


def test_it_starts_with_the_verdict_and_its_reasons(run: Run, decision: Decision, tmp_path: Path) -> None:
    text = summary(run, decision, tmp_path)
    assert text.startswith("# Things on staging: fail\n\n- 1 major finding blocks at minor\n")
    assert "| pagination | 1 | 1 | 0 |\n" in text
    assert "## major: `pagination.no-repeats` `GET /teams/{username}/things`\n" in text
    assert "```sh\ncurl -fsS 'https://api.example.com/things?page=1'\n" in text
    assert "unstable: came back 1 of 3" in text
    assert "## Not exercised\n\n- 1: writes are forbidden\n" in text


def test_the_worst_come_first_and_the_rest_is_counted(run: Run, decision: Decision, tmp_path: Path) -> None:
    outcome = run.outcomes[0]
    many = tuple(
        replace(
            outcome.findings[0],
            detail=str(number),
            severity=list(Severity)[number % 3],
            place="ж" * 900,
            summary="x" * number,
        )
        for number in range(200)
    )
    text = summary(replace(run, outcomes=(replace(outcome, findings=many),)), decision, tmp_path)
    assert len(text.encode()) < LIMIT
    headings = [line.split()[1] for line in text.splitlines() if line.startswith("## ") and ":" in line]
    assert headings[0] == "critical:"
    assert headings == sorted(headings)
    assert f"{200 - len(headings)} more findings are in `verdict.json`." in text


def test_findings_that_say_the_same_are_listed_below_the_first(
    run: Run, decision: Decision, tmp_path: Path
) -> None:
    outcome = run.outcomes[0]
    found = tuple(
        replace(outcome.findings[0], operation=f"GET /{number % 3}", detail=str(number), summary="wrong")
        for number in range(40)
    )
    text = summary(replace(run, outcomes=(replace(outcome, findings=found),)), decision, tmp_path)

    assert text.count("## major: ") == 1
    assert "39 more say the same:\n" in text
    assert sorted(re.findall(r"^- (`GET /\d`): `", text, flags=re.M)) == ["`GET /0`", "`GET /1`", "`GET /2`"]
    assert text.count(" and 3 more\n") == 3
    told = set(re.findall(r"`([0-9a-f]{16})`", text))
    assert len(told) == 31
    assert told <= {each.fingerprint for each in found}
    assert "are in `verdict.json`" not in text


def test_reasons_that_are_many_are_counted(run: Run, tmp_path: Path) -> None:
    why = Decision(verdict=Verdict.INCONCLUSIVE, reasons=tuple("ж" * 500 for _ in range(2_000)))
    text = summary(run, why, tmp_path)
    assert len(text.encode()) < LIMIT
    assert "- 1990 more reasons are in `verdict.json`\n" in text


def test_no_text_becomes_markup(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    text = summary(hostile_run("<script>x</script> @everyone [a](b)\n# head\n``` | ~~~"), decision, tmp_path)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text, flags=re.S)
    assert "&lt;script&gt;" in outside
    for markup in ("<script>", "\n# head", "@everyone", "[a](b)", "~~~"):
        assert markup not in outside
    assert "@everyone" not in plain("@everyone")


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("a|b\nc", "`a¦b c`"), ("", "")],
)
def test_code_spans_hold_anything(text: str, span: str) -> None:
    assert code(text) == span


def test_what_changed_since_an_older_document_is_said(run: Run, decision: Decision, tmp_path: Path) -> None:
    """What is safe is only counted."""
    changes = (changed("one is gone", Level.BREAKING), changed("one is new", Level.SAFE))
    text = summary(replace(run, base="old.yaml", changes=changes), decision, tmp_path)

    head = "## Changes since old.yaml\n\n1 breaking, 0 risky, 1 safe changes.\n\n- breaking: "
    assert head in text
    assert "one is gone" in text
    assert "one is new" not in text
