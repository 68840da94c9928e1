"""The parts of several processes become one run: nothing is lost, the worst outcome counts."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from things import contract_of, document

from specproof.environment.secrets import Secret
from specproof.model.access import AccessCell
from specproof.model.coverage import Point, PointKind
from specproof.model.exchange import Exchange, Request, Response
from specproof.model.finding import Breach
from specproof.model.promise import Promise
from specproof.model.verdict import DESELECTED, Outcome, State, Traffic
from specproof.suite.judgement import Judgement
from specproof.suite.result import Part, as_run, complete, explained, merge

CONTRACT = contract_of(document())
PROMISES = CONTRACT.promises
RANK = [State.BROKEN, State.PROVEN, State.NOT_EXERCISED]


def outcome(promise: Promise, state: State, **more: Any) -> Outcome:
    """Build an outcome."""
    return Outcome(promise=promise, state=state, **more)


def part(*outcomes: Outcome, statuses: dict[str, dict[int, int]] | None = None, **more: Any) -> Part:
    """Build the result of one process."""
    counts = statuses or {}
    requests = sum(sum(each.values()) for each in counts.values())
    return Part(
        environment="staging", base_url="http://api.example",
        outcomes={each.promise.key: each for each in outcomes},
        traffic=Traffic(requests=requests, statuses=counts), **more,
    )  # fmt: skip


@pytest.mark.parametrize("states", list(permutations(State)), ids=str)
def test_the_worst_outcome_counts_in_any_order(states: tuple[State, ...]) -> None:
    merged = merge([part(outcome(PROMISES[0], state)) for state in states])
    assert [each.state for each in merged.outcomes.values()] == [State.BROKEN]


def test_outcomes_of_different_promises_stand_side_by_side() -> None:
    first, second = outcome(PROMISES[0], State.PROVEN), outcome(PROMISES[1], State.BROKEN)
    assert merge([part(first), part(second)]).outcomes == {PROMISES[0].key: first, PROMISES[1].key: second}


def test_the_access_matrix_has_one_cell_each_and_remembers_what_was_wrong() -> None:
    """Two processes, or two looks, may have tried the same credential."""
    good = AccessCell(credential="a", operation="GET /x", expected="refused", got=403, right=True)
    bad, other = replace(good, got=200, right=False), replace(good, credential="b")

    merged = merge([part(access=(other, good)), part(access=(bad,)), part(access=(good,))])

    assert merged.access == (bad, other)
    assert pickle.loads(pickle.dumps(merged)).access == merged.access


def test_traffic_is_added_up() -> None:
    merged = merge([
        part(statuses={"GET /x": {200: 2, 404: 1}}),
        part(statuses={"GET /x": {200: 3}, "POST /x": {201: 1}}),
    ])
    assert merged.traffic == Traffic(requests=7, statuses={"GET /x": {200: 5, 404: 1}, "POST /x": {201: 1}})


def test_the_durations_of_all_processes_are_kept() -> None:
    parts = [
        replace(part(), traffic=Traffic(requests=len(seconds), durations={"GET /x": seconds}))
        for seconds in ((0.1, 0.2), (0.3,))
    ]
    assert merge(parts).traffic.durations == {"GET /x": (0.1, 0.2, 0.3)}


def test_one_trouble_is_told_once_and_nothing_left_behind_is_lost() -> None:
    secret = Secret(value="hush", variable="PW")
    parts = [part(troubles=("away",), left_behind=(f"/things/{n}",), secrets=(secret,)) for n in (1, 2)]
    merged = merge(parts)
    assert (merged.troubles, merged.left_behind) == (("away",), ("/things/1", "/things/2"))
    assert merged.secrets == (secret,)
    assert "hush" not in repr(merged)


def test_a_part_travels_between_processes() -> None:
    exchange = Exchange(
        request=Request(method="GET", url="http://api.example"),
        response=Response(status=200, headers=(), body=b"{", seconds=0.0),
    )
    assert not exchange.response.document  # cached, and still one object afterwards
    whole = part(outcome(PROMISES[0], State.PROVEN), troubles=("away",))
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert pickle.loads(pickle.dumps(exchange)).response.document is exchange.response.document


states = st.sampled_from(State)
parts = st.builds(
    lambda found, counts, troubles: part(
        *(outcome(PROMISES[index], state) for index, state in found.items()),
        statuses={"GET /things": counts}, troubles=tuple(troubles),
    ),
    st.dictionaries(st.integers(0, 5), states, max_size=4),
    st.dictionaries(st.sampled_from([200, 404, 500]), st.integers(1, 9), max_size=3),
    st.lists(st.sampled_from("abc"), unique=True),
)  # fmt: skip


@given(st.lists(parts, min_size=1, max_size=4))
def test_merging_loses_nothing_and_invents_nothing(found: list[Part]) -> None:
    merged = merge(found)
    for key in {key for each in found for key in each.outcomes}:
        known = [each.outcomes[key].state for each in found if key in each.outcomes]
        assert merged.outcomes[key].state is min(known, key=RANK.index)
    assert merged.traffic.requests == sum(each.traffic.requests for each in found)
    assert set(merged.troubles) == {text for each in found for text in each.troubles}
    assert len(merged.troubles) == len(set(merged.troubles))


@given(st.lists(parts, min_size=2, max_size=4))
def test_merging_step_by_step_is_merging_at_once(found: list[Part]) -> None:
    stepwise = found[0]
    for each in found[1:]:
        stepwise = merge([stepwise, each])
    whole = merge(found)
    assert {key: each.state for key, each in stepwise.outcomes.items()} == {
        key: each.state for key, each in whole.outcomes.items()
    }
    assert (stepwise.traffic.requests, stepwise.troubles) == (whole.traffic.requests, whole.troubles)


def test_every_promise_has_an_outcome_in_the_order_of_the_contract() -> None:
    """What no process answered was deselected, and says so."""
    known = outcome(PROMISES[3], State.PROVEN)
    outcomes = complete(PROMISES, part(known))
    assert [each.promise for each in outcomes] == list(PROMISES)
    assert outcomes[3] is known
    assert all(each.why.startswith(DESELECTED) for each in outcomes if each is not known)


def test_a_run_tells_what_it_was_about() -> None:
    merged = part(outcome(PROMISES[0], State.PROVEN), statuses={"GET /things": {200: 1}})
    run = as_run(CONTRACT, merged, seed=7, depth="quick", started=1.0, seconds=2.0)
    assert (run.contract_title, run.environment, run.seed, run.depth) == ("Things", "staging", 7, "quick")
    assert run.operations == tuple(operation.label for operation in CONTRACT.operations)
    assert len(run.outcomes) == len(PROMISES)


def test_of_equal_breaches_the_shortest_evidence_stays() -> None:
    """However often a thing breaks, it is told once per detail."""

    def breach(url: str, *, times: int = 1, detail: str = "a") -> Breach:
        exchange = Exchange(
            request=Request(method="GET", url=url),
            response=Response(status=200, headers=(), body=b"", seconds=0.0),
        )
        return Breach(
            promise="p", operation="GET /x", summary=url, evidence=(exchange,) * times, detail=detail
        )

    judgement = Judgement()
    judgement.judge("p", [breach("http://api.example/long"), breach("http://x", times=2)])
    judgement.judge("p", [breach("http://api.example"), breach("http://y/longest", detail="b")], times=3)
    assert judgement.counts == {"p": 4}
    assert [found.summary for found in judgement.of("p")] == ["http://api.example", "http://y/longest"]
    assert list(judgement.of("q")) == []


def test_the_first_reason_for_not_looking_stays() -> None:
    judgement = Judgement()
    judgement.skip("p", "first")
    judgement.skip("p", "second")
    assert judgement.why_not == {"p": "first"}


def test_what_an_operation_never_answered_has_the_reason_of_its_promises() -> None:
    unseen = Point(kind=PointKind.STATUSES, operation="GET /things", what="200")
    known = outcome(PROMISES[3], State.NOT_EXERCISED, why="no value for it")
    silent = {known.promise.operation, "GET /away"}
    points = [replace(unseen, operation=label) for label in ("GET /heard", *sorted(silent))]

    found = explained(points, [known], Traffic(requests=1, statuses={"GET /heard": {404: 1}}))

    assert {point.operation: point.why for point in found} == {
        "GET /heard": "",
        known.promise.operation: "no value for it",
        "GET /away": "no request was sent to it",
    }  # fmt: skip
