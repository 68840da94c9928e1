"""A policy says what blocks; one that cannot be used is one line, and never the default."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from judged import GET, POST, finding, outcome, run

from specproof.errors import OptionError
from specproof.gate.decide import decide
from specproof.gate.policy import DEFAULT, Policy, as_toml, load_policy, schema
from specproof.model.coverage import Point, PointKind
from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Effect, Run, Shard, Traffic, Verdict

PROMISES = ("status.documented", "pagination.no-gaps", "pagination.no-repeats")
SCHEMA = Path(__file__).parents[3] / "docs" / "gate-policy.schema.json"


def policy(text: str) -> Policy:
    """Read a policy as its file would be."""
    return Policy.model_validate(tomllib.loads(text))


def effects(decision: Decision) -> dict[str, Effect]:
    """Return what each rule did."""
    return {ruling.rule: ruling.effect for ruling in decision.rulings}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[findings\n", r"policy\.toml:1:10: is not TOML: "),
        ("[findigns]\n", r'policy\.toml: findigns: unknown key; did you mean "findings"\?'),
        ("[findings]\nblok_at = 'major'", r'findings\.blok_at: unknown key; did you mean "block_at"\?'),
        ("[findings]\np95_s = 1", r"findings\.p95_s: unknown key; it belongs under \[durations\]"),
        ("[findings]\nblock_at = 'mayor'",
         r'findings\.block_at: "mayor" is not one of critical, major, minor; did you mean "major"\?'),
        ("[findings]\nunstable = true", r'findings\.unstable: "True" is not one of block, report'),
        ("[coverage]\npromises = 95", r"coverage\.promises: 95: input should be less than or equal to 1"),
        ("[coverage]\npromises = '95%'", r'coverage\.promises: "95%" must be a number, without quotes'),
        ("[durations]\np95_s = 0", r"durations\.p95_s: 0: input should be greater than 0"),
        ("[[overrides]]\npromise = 'status.*'", r"overrides\[0\]\.findings: is missing; every "),
        ("[[overrides]]\npromise = 'pagnation.*'\nfindings = 'report'",
         r'overrides\[0\]\.promise: "pagnation\.\*" fits no promise; did you mean "pagination\.\*"\?'),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_used_names_the_place_and_the_mend(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match=said):
        load_policy(path, promises=PROMISES)


@pytest.mark.parametrize("what", ["missing", "a folder", "no text"])
def test_a_policy_that_cannot_be_read_is_an_error(tmp_path: Path, what: str) -> None:
    path = tmp_path / "policy.toml"
    if what == "a folder":
        path.mkdir()
    elif what == "no text":
        path.write_bytes(b"\xff\xfe")
    with pytest.raises(OptionError, match=r"policy\.toml.*: (cannot be read|byte 0xff is not UTF-8)"):
        load_policy(path, promises=PROMISES)


def test_the_default_policy_can_be_printed_and_read_again() -> None:
    assert policy(as_toml(DEFAULT)) == DEFAULT


def test_every_key_of_the_printed_policy_says_what_it_means() -> None:
    lines = [line for line in as_toml(DEFAULT).splitlines() if line and not line.startswith("[")]
    assert [line for line in lines if "# " not in line] == []


def test_the_published_schema_is_that_of_the_models() -> None:
    """Mend it with ``specproof gate-policy --schema > docs/gate-policy.schema.json``."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_a_policy_knows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("", encoding="utf-8")
    assert decide(run(), load_policy(path, promises=PROMISES)).policy.endswith("policy.toml")
    assert decide(run()).policy == ""


# --- findings ------------------------------------------------------------------------------------

SEEN = run(
    outcome(GET, finding(Severity.MAJOR, detail="a")),
    outcome(POST, finding(Severity.MINOR, detail="b", promise="pagination.no-gaps", operation=POST)),
)


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("[[overrides]]\npromise = 'status.*'\nfindings = 'report'",
         "fail", "1 minor finding blocks at minor"),
        ("[[overrides]]\noperation = '* /things'\nfindings = 'report'", "pass", "0 of 2 promises proven"),
        ("[findings]\nblock_at = 'critical'\n[[overrides]]\npromise = '*.no-gaps'\nfindings = 'block'",
         "fail", "1 finding blocks by an override of the policy"),
        ("[[overrides]]\noperation = 'POST *'\nfindings = 'block'\n[[overrides]]\nfindings = 'report'",
         "fail", "1 finding blocks by an override of the policy"),
        ("[[overrides]]\nfindings = 'report'\n[[overrides]]\noperation = 'POST *'\nfindings = 'block'",
         "pass", "0 of 2 promises proven"),
    ],
    ids=["an area", "operations", "below the line", "the first counts", "the first counts here too"],
)  # fmt: skip
def test_an_override_goes_before_the_severity(text: str, verdict: str, reason: str) -> None:
    decision = decide(SEEN, policy(text))
    assert decision.verdict == verdict
    assert decision.reasons[0].startswith(reason)


def test_only_what_is_new_blocks() -> None:
    known = frozenset(found.fingerprint for found in SEEN.findings if found.detail == "a")
    assert decide(SEEN, known=known).reasons == (
        "1 minor finding blocks at minor",
        "1 finding is known from the older verdict",
    )
    everything = frozenset(found.fingerprint for found in SEEN.findings)
    assert decide(SEEN, known=everything).verdict is Verdict.PASS
    assert decide(SEEN, policy("[findings]\nknown = 'block'"), known=everything).verdict is Verdict.FAIL


def test_a_policy_may_ignore_waivers() -> None:
    seen = run(outcome(GET, finding(waiver="known")), outcome(POST))
    assert decide(seen).verdict is Verdict.PASS
    assert decide(seen, policy("[findings]\nwaived = 'block'")).verdict is Verdict.FAIL


# --- what has to be seen -------------------------------------------------------------------------


def test_too_few_promises_are_inconclusive() -> None:
    seen = run(outcome(GET), outcome(POST), outcome(POST, why="no page", promise="pagination.no-gaps"))
    assert decide(seen, policy("[coverage]\npromises = 0.66")).verdict is Verdict.PASS
    decision = decide(seen, policy("[coverage]\npromises = 0.67"))
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.reasons[0] == "2 of 3 promises were seen (66.6%), the policy asks for 67%"
    [ruling] = [each for each in decision.rulings if each.rule == "coverage.promises"]
    assert ruling.numbers == {"seen": 2, "all": 3, "share": 0.6667, "least": 0.67}


def test_a_confirmed_finding_is_no_less_bad_where_too_little_was_seen() -> None:
    assert decide(SEEN, policy("[coverage]\nstatuses = 1.0")).verdict is Verdict.FAIL


STATUSES = tuple(
    Point(kind=PointKind.STATUSES, operation=GET, what=what, seen=what == "200") for what in ("200", "404")
)


@pytest.mark.parametrize(
    ("seen", "least", "verdict"),
    [
        (replace(run(), coverage=STATUSES), 0.5, Verdict.PASS),
        (replace(run(), coverage=STATUSES), 0.51, Verdict.INCONCLUSIVE),
        (run(), 0.1, Verdict.INCONCLUSIVE),
        (replace(run(), coverage=STATUSES, shard=Shard(number=1, of=2)), 1.0, Verdict.PASS),
    ],
    ids=["enough", "too few", "nothing was counted", "a shard is not the whole"],
)
def test_documented_statuses_have_to_be_seen(seen: Run, least: float, verdict: Verdict) -> None:
    assert decide(seen, policy(f"[coverage]\nstatuses = {least}")).verdict is verdict


def test_of_nothing_everything_was_seen() -> None:
    """A contract without request bodies has no media types of requests."""
    seen = replace(run(), coverage=STATUSES)
    assert decide(seen, policy("[coverage]\nrequest_media_types = 1.0")).verdict is Verdict.PASS


def test_operations_that_mostly_refuse_are_named() -> None:
    decision = decide(run(), policy("[coverage]\nshare_2xx = 0.34"))
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.reasons[0] == "1 operation gave fewer than 34% of 2xx answers: POST /things 33.3%"
    assert decide(run(), policy("[coverage]\nshare_2xx = 0.33")).verdict is Verdict.PASS


# --- durations, leftovers ------------------------------------------------------------------------


def timed(seconds: float, answers: int = 20) -> Run:
    """Build a run in which every answer of one operation took so long."""
    traffic = replace(run().traffic, durations={GET: (seconds,) * answers})
    return replace(run(), traffic=traffic)


SLOW = f"1 operation answered too slowly, p95: {GET} 0.750 s (limit 0.5 s)"


def test_slow_answers_are_told_and_block_where_the_policy_says_so() -> None:
    told = decide(timed(0.75), policy("[durations]\np95_s = 0.5"))
    assert (told.verdict, told.reasons[-1]) == (Verdict.PASS, SLOW)
    blocked = decide(timed(0.75), policy("[durations]\np95_s = 0.5\nexceeded = 'block'"))
    assert (blocked.verdict, blocked.reasons[0]) == (Verdict.FAIL, SLOW)


def test_an_operation_may_have_a_limit_of_its_own() -> None:
    text = "[durations]\np95_s = 0.5\nexceeded = 'block'\n"
    text += "[[durations.overrides]]\noperation = 'GET *'\np95_s = 1"
    assert decide(timed(0.75), policy(text)).verdict is Verdict.PASS
    assert decide(timed(1.01), policy(text)).verdict is Verdict.FAIL


def test_a_few_answers_say_nothing_about_their_duration() -> None:
    few = decide(timed(9.0, answers=19), policy("[durations]\np95_s = 0.5\nexceeded = 'block'"))
    assert few.verdict is Verdict.PASS
    assert "durations.p95" not in effects(few)


def test_slow_answers_of_a_disturbed_run_only_raise_a_doubt() -> None:
    seen = replace(timed(0.75), troubles=("t",))
    decision = decide(seen, policy("[durations]\np95_s = 0.5\nexceeded = 'block'"))
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.reasons == ("the suite could not look everywhere: t", SLOW)


def test_what_stays_behind_blocks_where_the_policy_says_so() -> None:
    seen = replace(run(), left_behind=("/things/1",))
    assert decide(seen).verdict is Verdict.PASS
    assert decide(seen, policy("[run]\nleft_behind = 'block'")).verdict is Verdict.FAIL


# --- every rule is told --------------------------------------------------------------------------


def test_a_clean_run_tells_every_rule_that_it_passed() -> None:
    assert effects(decide(run())) == dict.fromkeys(
        ("findings.confirmed", "findings.unstable", "run.undisturbed", "run.tested", "operations.answered",
         "operations.asked", "run.left-behind"),
        Effect.PASS,
    )  # fmt: skip


def test_the_rulings_say_what_the_verdict_says() -> None:
    empty = replace(run(), traffic=Traffic())
    for seen in (run(), SEEN, empty, replace(SEEN, traffic=Traffic())):
        decision, found = decide(seen), set(effects(decide(seen)).values())
        worst = next((each for each in (Effect.FAIL, Effect.INCONCLUSIVE) if each in found), Effect.PASS)
        assert decision.verdict.value == worst.value
