"""The gate fails closed: a pass needs evidence, and no finding makes a run look better."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import GET, POST, finding, outcome, run

from specproof.gate import decide
from specproof.gate.policy import Findings, Policy
from specproof.model.finding import Finding
from specproof.model.promise import Severity
from specproof.model.verdict import (
    DESELECTED,
    IN_ANOTHER_SHARD,
    WRITES_FORBIDDEN,
    Run,
    Shard,
    State,
    Verdict,
)

CRITICAL, MAJOR, MINOR = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR
ORDER = [Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL]


def blocking_at(severity: Severity) -> Policy:
    """Build a policy that draws the line elsewhere."""
    return Policy(findings=Findings(block_at=severity))


TABLE = [
    # what, run, verdict, first reason
    ("all proven", run(), Verdict.PASS, "2 of 2 promises proven, nothing blocks"),
    ("nothing sent", run(get={}, post={}), Verdict.INCONCLUSIVE,
     "no request was sent, so nothing was tested"),
    ("nothing judged", run(outcome(GET, why="no page")), Verdict.INCONCLUSIVE,
     "no promise was exercised, so nothing was tested"),
    ("one critical", run(outcome(GET, finding(CRITICAL))), Verdict.FAIL,
     "1 critical finding blocks at minor"),
    ("two minor", run(outcome(GET, finding(MINOR), finding(MINOR))), Verdict.FAIL,
     "2 minor findings block at minor"),
    ("waived", run(outcome(GET, finding(CRITICAL, waiver="known"))), Verdict.PASS,
     "0 of 1 promise proven, nothing blocks"),
    ("minor of a guess", run(outcome(), outcome(GET, finding(MINOR), inferred=True)), Verdict.PASS,
     "1 of 2 promises proven, nothing blocks"),
    ("major of a guess", run(outcome(GET, finding(MAJOR), inferred=True)), Verdict.FAIL,
     "1 major finding blocks at minor"),
    ("unstable", run(outcome(GET, finding(MAJOR, unstable="1 of 3"))), Verdict.FAIL,
     "1 unstable finding blocks, although it did not come back on every replay"),
    ("trouble", run(troubles=("credential reader has expired",)), Verdict.INCONCLUSIVE,
     "the suite could not look everywhere: credential reader has expired"),
    ("trouble and a confirmed finding", run(outcome(GET, finding(MAJOR)), troubles=("t",)), Verdict.FAIL,
     "1 major finding blocks at minor"),
    ("trouble and an unstable finding", run(outcome(GET, finding(MAJOR, unstable="1 of 3")), troubles=("t",)),
     Verdict.INCONCLUSIVE, "the suite could not look everywhere: t"),
    ("only 4xx", run(get={404: 30}), Verdict.INCONCLUSIVE,
     f"1 operation never answered with a 2xx status: {GET}"),
    ("silent for no good reason", run(outcome(), outcome(POST, why="no value is known for id"), post={}),
     Verdict.INCONCLUSIVE, f"1 operation got no request: {POST}"),
    ("writes forbidden", run(outcome(), outcome(POST, why=f"{WRITES_FORBIDDEN} by staging.toml"), post={}),
     Verdict.PASS, "1 of 2 promises proven, nothing blocks"),
    ("writes forbidden, yet only 4xx", run(outcome(), outcome(POST, why=WRITES_FORBIDDEN), post={401: 2}),
     Verdict.INCONCLUSIVE, f"1 operation never answered with a 2xx status: {POST}"),
    ("deselected", run(outcome(), outcome(POST, why=DESELECTED), post={}), Verdict.PASS,
     "1 of 2 promises proven, nothing blocks"),
    ("deselected in part", run(outcome(GET), outcome(POST), outcome(POST, why=DESELECTED), post={401: 2}),
     Verdict.PASS, "2 of 3 promises proven, nothing blocks"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "verdict", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_verdict_and_its_first_reason(seen: Run, verdict: Verdict, reason: str) -> None:
    decision = decide(seen)
    assert (decision.verdict, decision.reasons[0]) == (verdict, reason)


def test_the_policy_moves_the_line() -> None:
    seen = run(outcome(GET, finding(MINOR), finding(MAJOR)), outcome(POST, finding(MAJOR, unstable="1 of 3")))
    assert decide(seen, blocking_at(MAJOR)).reasons == (
        "1 major finding blocks at major",
        "1 unstable finding blocks, although it did not come back on every replay",
        "1 finding is reported without blocking",
    )
    assert decide(seen, blocking_at(CRITICAL)).verdict is Verdict.PASS
    only_unstable = run(outcome(GET), outcome(POST, finding(MAJOR, unstable="1 of 3")))
    assert decide(only_unstable, Policy(findings=Findings(unstable="report"))).verdict is Verdict.PASS


def test_what_does_not_decide_is_said_nevertheless() -> None:
    seen = replace(run(outcome(), outcome(GET, finding(MAJOR, waiver="w"))), left_behind=("/things/1",))
    assert decide(seen).reasons[1:] == ("1 finding is waived", "1 created object could not be removed")


def test_many_silent_operations_are_not_all_named() -> None:
    labels = tuple(f"GET /{number}" for number in range(7))
    [reason] = decide(replace(run(), operations=labels)).reasons
    assert reason == "7 operations got no request: GET /0, GET /1, GET /2, GET /3, GET /4 and 2 more"


findings = st.builds(
    finding,
    st.sampled_from(Severity),
    waiver=st.none() | st.just("w"),
    unstable=st.none() | st.just("1 of 3"),
)
outcomes = st.builds(
    lambda found, why, inferred, label: outcome(label, *found, why="" if found else why, inferred=inferred),
    st.lists(findings, max_size=2),
    st.sampled_from(["", WRITES_FORBIDDEN, DESELECTED, "no page"]),
    st.booleans(),
    st.sampled_from([GET, POST]),
)
counts = st.dictionaries(st.sampled_from([200, 204, 400, 500]), st.integers(0, 3), max_size=2)
runs = st.builds(
    lambda seen, get, post, troubles: run(*seen, get=get, post=post, troubles=troubles),
    st.lists(outcomes, max_size=4), counts, counts, st.sampled_from([(), ("t",)]),
)  # fmt: skip


@given(runs, findings, st.booleans())
def test_one_more_finding_never_makes_a_run_look_better(seen: Run, one: Finding, inferred: bool) -> None:
    seen = replace(seen, outcomes=(*seen.outcomes, outcome(GET)))
    worse = replace(seen, outcomes=(*seen.outcomes, outcome(GET, one, inferred=inferred)))
    assert ORDER.index(decide(seen).verdict) <= ORDER.index(decide(worse).verdict)


@given(runs)
def test_a_trouble_never_makes_a_run_look_better(seen: Run) -> None:
    troubled = replace(seen, troubles=(*seen.troubles, "t"))
    assert decide(troubled).verdict is not Verdict.PASS


@given(runs)
def test_a_pass_is_earned(seen: Run) -> None:
    """Something was sent, something was judged, nothing went wrong, nothing severe is open."""
    decision = decide(seen)
    assert decision.reasons
    if decision.verdict is Verdict.PASS:
        assert seen.traffic.requests > 0
        assert not seen.troubles
        assert any(each.state is not State.NOT_EXERCISED for each in seen.outcomes)
        assert not any(found.severity is CRITICAL and not found.waiver for found in seen.findings)


@given(runs, st.sampled_from(Severity), st.sampled_from(Severity))
def test_a_stricter_line_never_lets_more_through(seen: Run, one: Severity, other: Severity) -> None:
    strict, lenient = sorted((one, other), key=lambda severity: -severity.rank)
    verdicts = [decide(seen, blocking_at(limit)).verdict for limit in (lenient, strict)]
    assert ORDER.index(verdicts[0]) <= ORDER.index(verdicts[1])


@pytest.mark.parametrize("sent", [{}, {404: 2}], ids=["nothing was sent", "only refusals came"])
def test_what_another_shard_looks_at_is_no_doubt(sent: dict[int, int]) -> None:
    """A shard is not inconclusive merely because it is one, and says that it is not the whole."""
    elsewhere = outcome(POST, why=f"{IN_ANOTHER_SHARD}: 2 of 2")
    decision = decide(replace(run(outcome(GET), elsewhere, post=sent), shard=Shard(number=1, of=2)))

    assert decision.verdict is Verdict.PASS
    assert "shard 1 of 2 only" in decision.reasons[-1]
