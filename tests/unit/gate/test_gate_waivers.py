"""A waiver accepts one finding, for a time; one that does not hold any more is a finding itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import GET, POST, finding, outcome, run

from specproof.errors import OptionError
from specproof.gate.gate import Gate
from specproof.gate.waivers import load_waivers, parse_waivers
from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import DESELECTED, Outcome, Run, Shard, State, Verdict

TODAY = date(2026, 6, 15)
BROKEN = finding(detail="500")
OTHER = finding(detail="404")
SEEN = """seen = {contract = "Things", promise = "status.documented", operation = "GET /things", seed = 1}"""


def written(*lines: str, of: Finding = BROKEN, expires: str = "2026-06-15") -> str:
    """Write a waiver down, with more lines."""
    head = ["[[waivers]]", f'fingerprint = "{of.fingerprint}"', 'reason = "T-1"', 'owner = "ada"']
    return "\n".join([*head, f"expires = {expires}", *lines, ""])


def judged(seen: Run, text: str, today: date = TODAY) -> tuple[Run, Verdict]:
    """Judge a standard run with these waivers."""
    gate = Gate(waivers=parse_waivers(text, "spec/waivers.toml"), today=today)
    found, decision = gate.judge(replace(seen, depth=seen.depth if seen.depth == "deep" else "standard"))
    return found, decision.verdict


def about_waivers(seen: Run) -> dict[str, Outcome]:
    """Return what became of the promises of the waiver file."""
    return {each.promise.id: each for each in seen.outcomes if each.promise.kind.area == "waivers"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("waivers = 1", r"waivers\.toml: waivers: 1 must be a list"),
        ("[[waiver]]\n", r'waiver: unknown key; did you mean "waivers"\?'),
        (written("resaon = 'x'"), r'waivers\[0\]\.resaon: unknown key; did you mean "reason"\?'),
        (written().replace('owner = "ada"', ""), r"waivers\[0\]\.owner: is missing; every \[\[waivers\]\]"),
        (written().replace("T-1", " "), r"waivers\[0\]\.reason: is empty; write at least a word"),
        (
            written(expires='"2026-06-15"'),
            r'expires: "2026-06-15" must be a date such as 2026-12-31, without',
        ),
        (written(expires="1"), r"expires: 1 must be a date"),
        (written().replace(BROKEN.fingerprint, "abc"), r'waivers\[0\]\.fingerprint: "abc" is no fingerprint'),
        (written("environments = 'staging'"), r'environments: "staging" must be a list; write \["staging"\]'),
        (written("environments = []"), r"waivers\[0\]\.environments: is empty"),
        (written() + written(), r"waivers\[1\]\.fingerprint: [0-9a-f]{16} is that of waivers\[0\] already"),
        ("[[waivers]\n", r"waivers\.toml:1:10: is not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_place_and_the_mend(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match=said):
        load_waivers(path)


def test_a_finding_is_accepted_until_the_end_of_the_last_day() -> None:
    seen = run(outcome(GET, BROKEN), outcome(POST))
    found, verdict = judged(seen, written())
    assert verdict is Verdict.PASS
    assert [(f.waiver, f.waiver_owner, f.waiver_until) for f in found.findings] == [
        ("T-1", "ada", "2026-06-15")
    ]
    assert judged(seen, written(), date(2026, 6, 16))[1] is Verdict.FAIL


def test_another_finding_of_the_same_promise_is_not_accepted() -> None:
    found, verdict = judged(run(outcome(GET, BROKEN, OTHER), outcome(POST)), written())
    assert verdict is Verdict.FAIL
    assert [each.waiver for each in found.findings if each.detail == "404"] == [None]


@pytest.mark.parametrize(
    ("environments", "verdict"), [('["staging"]', Verdict.PASS), ('["production"]', Verdict.FAIL)]
)
def test_a_waiver_holds_in_its_environments_only(environments: str, verdict: Verdict) -> None:
    seen = run(outcome(GET, BROKEN), outcome(POST))
    assert judged(seen, written(f"environments = {environments}"))[1] is verdict


# --- waivers that do not hold any more -----------------------------------------------------------


def test_a_waiver_that_has_ended_is_a_finding_with_its_line() -> None:
    found, verdict = judged(run(), "# ours\n\n" + written(SEEN, expires="2026-06-14"))
    [ended] = about_waivers(found)["waivers.in-date"].findings
    assert verdict is Verdict.FAIL
    assert (ended.place, ended.severity, ended.about) == (
        "spec/waivers.toml:4",
        Severity.MINOR,
        "the waiver file",
    )
    assert f"the waiver of {BROKEN.fingerprint}" in ended.summary
    assert "ended on 2026-06-14" in ended.summary
    assert about_waivers(found)["waivers.needed"].state is State.NOT_EXERCISED


def test_a_waiver_that_accepts_nothing_is_a_finding() -> None:
    found, verdict = judged(run(), written(SEEN))
    [gone] = about_waivers(found)["waivers.needed"].findings
    assert verdict is Verdict.FAIL
    assert gone.place == "spec/waivers.toml:2"
    assert about_waivers(found)["waivers.in-date"].state is State.PROVEN


def test_a_waiver_of_a_promise_that_is_made_no_more_is_a_finding() -> None:
    found, _ = judged(run(), written(SEEN.replace("GET /things", "GET /gone")))
    assert about_waivers(found)["waivers.needed"].state is State.BROKEN


def test_a_needed_waiver_proves_its_promise() -> None:
    found, _ = judged(run(outcome(GET, BROKEN), outcome(POST)), written(SEEN))
    assert {each.state for each in about_waivers(found).values()} == {State.PROVEN}


UNKNOWN = {
    "disturbed": (run(troubles=("t",)), SEEN),
    "a part": (run(outcome(GET), outcome(POST, why=f"{DESELECTED}: its test did not run")), SEEN),
    "a shard": (replace(run(), shard=Shard(number=1, of=2)), SEEN),
    "not exercised": (run(outcome(GET, why="no page"), outcome(POST)), SEEN),
    "less deep": (run(), SEEN.replace("seed = 1", 'depth = "deep"')),
    "another seed": (run(), SEEN.replace("seed = 1", "seed = 2")),
    "another contract": (run(), SEEN.replace('"Things"', '"Teams"')),
    "unstable": (run(), SEEN.replace("seed = 1", "unstable = true")),
    "not told what it is about": (run(outcome(GET), outcome(POST, why="no page")), ""),
}


@pytest.mark.parametrize(("seen", "line"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_run_that_cannot_tell_says_nothing_about_a_waiver(seen: Run, line: str) -> None:
    """No false alarm: what was not looked for is not gone."""
    found, _ = judged(seen, written(line))
    needed = about_waivers(found)["waivers.needed"]
    assert (needed.state, needed.findings) == (State.NOT_EXERCISED, ())
    assert needed.why


def test_a_quick_run_cannot_tell() -> None:
    gate = Gate(waivers=parse_waivers(written(SEEN), "waivers.toml"), today=TODAY)
    found, decision = gate.judge(run())
    assert about_waivers(found)["waivers.needed"].state is State.NOT_EXERCISED
    assert decision.verdict is Verdict.PASS


def test_waivers_of_other_environments_are_left_alone() -> None:
    found, verdict = judged(run(), written('environments = ["production"]', SEEN, expires="2020-01-01"))
    assert (about_waivers(found), verdict) == ({}, Verdict.PASS)


def test_the_promises_of_the_waiver_file_do_not_count_as_coverage() -> None:
    found, _ = judged(run(), written(SEEN))
    assert found.ratios["promises"] == (2, 2)
    assert len(found.outcomes) == 4


def test_a_waiver_alone_does_not_make_a_run_that_tested_something() -> None:
    seen = run(outcome(GET, why="no page"))
    assert judged(seen, written(SEEN))[1] is Verdict.INCONCLUSIVE


@given(st.booleans(), st.sampled_from(["2026-06-14", "2026-06-15"]), st.sampled_from(["", "deep"]))
def test_judging_twice_changes_nothing(present: bool, expires: str, depth: str) -> None:
    gate = Gate(waivers=parse_waivers(written(SEEN, expires=expires), "waivers.toml"), today=TODAY)
    seen = run(outcome(GET, *((BROKEN,) if present else ())), outcome(POST))
    once, first = gate.judge(replace(seen, depth=depth or seen.depth))
    twice, second = gate.judge(once)
    assert (twice, second) == (once, first)
