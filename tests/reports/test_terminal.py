"""What people see at the end of a run, on every kind of terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Outcome, Run
from specproof.reports import render

ROOT = Path("reports")


def screen(
    run: Run,
    decision: Decision,
    *,
    width: int = 120,
    encoding: str = "utf-8",
    verbosity: int = 0,
    **options: bool,
) -> str:
    """Return what a console of that width and encoding shows."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="")
    console = Console(file=out, width=width, **options)
    render(run, decision, console, reports=ROOT, verbosity=verbosity)
    out.flush()
    return raw.getvalue().decode(encoding)


def test_the_screen_says_it_all(run: Run, decision: Decision) -> None:
    fingerprint = run.findings[0].fingerprint
    text = screen(run, decision)
    assert text.startswith(
        "\nFAIL  Things 2.0 on staging\n  1 major finding blocks at minor\n  1 finding is waived\n"
        "  23 requests in 21.4 s, seed 7, depth standard\n"
    )
    assert (
        "MAJOR  pagination.no-repeats  GET /teams/{username}/things\n"
        "  expected each item once\n"
        "  got item 3 on pages 1 and 2\n"
        "  promised at spec/things.yaml:12 #/paths/~1things/get\n"
        f"  fingerprint {fingerprint}, again with: bash reports/reproduce/{fingerprint}.sh (2 lines)\n"
        '  curl -u "ada:$PW" https://x\n'
    ) in text
    assert "came back 1 of 3" in text
    assert "waived: known, see T-1" in text
    assert "Not exercised:\n  1  writes are forbidden\n" in text
    assert text.rstrip().endswith("Reports: reports")


@pytest.mark.parametrize(("verbosity", "shown"), [(-2, 0), (-1, 20), (0, 20), (1, 50)])
def test_more_words_show_more_findings(run: Run, decision: Decision, verbosity: int, shown: int) -> None:
    """With -v nothing is left out, with -qq nothing but the verdict, its reasons and the folder is there."""
    outcome = run.outcomes[0]
    many = tuple(
        replace(outcome.findings[0], detail=str(number), summary="x" * number) for number in range(50)
    )
    text = screen(replace(run, outcomes=(replace(outcome, findings=many),)), decision, verbosity=verbosity)
    assert text.count("MAJOR  pagination.no-repeats") == shown
    assert ("30 more findings are in the reports" in text) == (shown == 20)
    assert "1 major finding blocks at minor" in text
    assert text.rstrip().endswith("Reports: reports")


def test_the_table_has_one_row_per_area(run: Run, decision: Decision) -> None:
    rows = [line.split() for line in screen(run, decision).splitlines()]
    assert ["area", "proven", "broken", "not", "exercised"] in rows
    assert ["pagination", "1", "1", "-"] in rows
    assert ["lifecycle", "-", "-", "1"] in rows
    assert ["total", "2", "3", "1"] in rows


def alike(run: Run) -> Run:
    """Return a run in which three operations make the same mistake, one of them with two statuses."""
    outcome = run.outcomes[0]
    said = [("GET /a", 401), ("GET /a", 403), ("POST /b", 401), ("GET /c", 404)]
    found = tuple(
        replace(
            outcome.findings[0],
            operation=operation,
            detail=str(status),
            summary=f"expected a message with status {status}; got nothing",
        )
        for operation, status in said
    )
    return replace(run, outcomes=(replace(outcome, findings=found),))


def test_findings_that_say_the_same_are_shown_once(run: Run, decision: Decision) -> None:
    text = screen(alike(run), decision)

    assert text.count("MAJOR  pagination.no-repeats") == 1
    assert "  3 more say the same: GET /a, GET /c, POST /b\n" in text
    assert "more findings are in the reports" not in text


def test_with_more_words_each_of_them_is_shown(run: Run, decision: Decision) -> None:
    text = screen(alike(run), decision, verbosity=1)

    assert text.count("MAJOR  pagination.no-repeats") == 4
    assert "say the same" not in text


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_findings_have_six_lines_and_fit(run: Run, decision: Decision, width: int, encoding: str) -> None:
    """Wide characters count twice, and a console without Unicode gets escapes instead of an error."""
    outcome = run.outcomes[0]
    finding = replace(outcome.findings[0], summary="expected 世界 " * 30 + "; got Привет 🌊 " * 30)
    run = replace(run, outcomes=(replace(outcome, findings=(finding,)),))
    lines = screen(run, decision, width=width, encoding=encoding).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("MAJOR"))
    block = lines[start : lines.index("", start)]
    assert len(block) == 6
    assert all(cell_len(line) <= width for line in block[:4])


def test_what_is_pasted_is_whole_on_a_narrow_terminal(run: Run, decision: Decision) -> None:
    long = f"curl -sS {'https://api.example.com/' + 'long/' * 60}"
    outcome = replace(run.outcomes[0], findings=(replace(run.findings[0], reproduce=(long,)),))
    lines = screen(replace(run, outcomes=(outcome,)), decision, width=40).splitlines()
    assert f"  {long}" in lines
    assert any(line.endswith(f"{run.findings[0].fingerprint}.sh") for line in lines)


def test_colour_only_underlines(run: Run, decision: Decision) -> None:
    """Without colour every word is still there; with it, nothing of a server becomes a colour."""
    outcome = replace(run.outcomes[0], findings=(replace(run.findings[0], summary="[red]x[/red] \x1b[31m"),))
    run = replace(run, outcomes=(outcome,))
    plain = screen(run, decision)
    coloured = screen(run, decision, force_terminal=True, color_system="standard")
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    assert "[red]x[/red] \\x1b[31m" in plain
    assert Console().render_str(coloured, markup=False).plain  # the text survives
    assert "FAIL" in plain


def test_what_is_left_out_is_counted(run: Run, decision: Decision) -> None:
    outcome = run.outcomes[0]
    many = tuple(
        replace(
            outcome.findings[0], detail=str(number), severity=list(Severity)[number % 3], summary="x" * number
        )
        for number in range(50)
    )
    whys = tuple(
        Outcome(promise=outcome.promise, state=run.outcomes[4].state, why=f"w{n}") for n in range(12)
    )
    run = replace(
        run, outcomes=(replace(outcome, findings=many), *whys), left_behind=tuple(map(str, range(11)))
    )
    text = screen(run, decision)
    assert "30 more findings are in the reports (reports/summary.md)." in text
    assert "  and 4 more reasons, see verdict.json" in text
    assert "Left behind:\n  0\n" in text
    assert "  and 3 more, see verdict.json" in text
    assert text.count("CRITICAL  ") == 17


def test_an_empty_run_has_a_screen_too(run: Run, decision: Decision) -> None:
    text = screen(replace(run, outcomes=()), decision)
    assert "FAIL  Things" in text
    assert "area" not in text
