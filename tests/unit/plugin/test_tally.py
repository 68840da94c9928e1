"""What the tests of a run have come to, and how long the rest may take."""

from __future__ import annotations

import pytest

from specproof.plugin.tally import Look, Tally
from specproof.suite.bounds import GENERATED

LIST, READ = "GET /pets", "GET /pets/{id}"


def _tally(*looks: Look, by_operation: bool = False, pending: int = 0, depth: str = "standard") -> Tally:
    tally = Tally(depth=depth, by_operation=by_operation, pending=lambda: pending)
    tally.expect({f"t[{number}]": look for number, look in enumerate(looks)})
    return tally


def _run(tally: Tally, number: int, *, at: float, seconds: float = 1.0, requests: int = 10) -> str | None:
    nodeid = f"t[{number}]"
    tally.start(nodeid, at)
    tally.add(nodeid, requests=requests, seconds=seconds)
    return tally.finish(nodeid)


def test_an_area_is_told_about_when_its_last_test_ends() -> None:
    tally = _tally(Look("cors", LIST), Look("cors", READ), Look("links", READ))

    told = [_run(tally, number, at=float(number)) for number in range(3)]

    assert told == [None, "cors", "links"]
    assert (tally.groups["cors"].tests, tally.groups["cors"].requests) == (2, 20)


def test_an_operation_is_told_about_where_processes_share_the_work() -> None:
    tally = _tally(Look("cors", LIST), Look("links", LIST), Look("document", ""), by_operation=True)

    told = [_run(tally, number, at=float(number)) for number in range(3)]

    assert told == [None, LIST, "document"]


def test_tests_that_every_worker_names_are_counted_once() -> None:
    tally = _tally(Look("cors", LIST))

    tally.expect({"t[0]": Look("cors", LIST)})

    assert (tally.tests, tally.groups["cors"].tests) == (1, 1)


def test_a_test_that_ends_twice_is_counted_once() -> None:
    """A worker that dies leaves a test that another one ends."""
    tally = _tally(Look("cors", LIST), Look("cors", READ))
    _run(tally, 0, at=0.0)

    assert tally.finish("t[0]") is None
    assert tally.done == 1


def test_requests_of_the_running_test_are_counted() -> None:
    tally = _tally(Look("cors", LIST), Look("cors", READ), pending=7)
    _run(tally, 0, at=0.0, requests=5)

    assert tally.requests == 12


def test_the_rate_is_that_of_the_last_seconds() -> None:
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(60)))
    for number in range(30):
        _run(tally, number, at=float(number), requests=1)
        tally.rate(float(number))
    for number in range(30, 60):
        _run(tally, number, at=float(number), requests=20)
        tally.rate(float(number))

    assert tally.rate(60.0) == pytest.approx(20.0, rel=0.15)


@pytest.mark.parametrize(("ended", "now"), [(4, 1.0), (3, 30.0), (0, 30.0)])
def test_nothing_is_said_about_the_time_before_there_is_something_to_go_by(ended: int, now: float) -> None:
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(9)))
    for number in range(ended):
        _run(tally, number, at=0.0)

    assert tally.left_s(now) is None


def test_nothing_is_left_when_every_look_was_taken() -> None:
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(5)))
    for number in range(5):
        _run(tally, number, at=float(number))

    assert tally.left_s(5.0) is None


def test_looks_of_a_kind_are_held_to_take_as_long_as_those_before() -> None:
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(9)))
    for number in range(6):
        _run(tally, number, at=2.0 * number, seconds=2.0)

    assert tally.left_s(12.0) == pytest.approx(6.0)


def test_the_second_test_of_a_look_takes_no_time() -> None:
    """It is answered from what the first one saw."""
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(5)), Look("cors", "GET /5"))
    tally.expect({f"more[{number}]": Look("cors", f"GET /{number}") for number in range(5)})
    for number in range(5):
        _run(tally, number, at=2.0 * number, seconds=2.0)

    assert tally.left_s(10.0) == pytest.approx(2.0)


def test_areas_that_are_judged_on_the_side_take_their_time_once() -> None:
    """Status, body and headers of an operation are judged on the same answers."""
    looks = [Look(area, f"GET /{number}") for area in ("status", "body", "headers") for number in range(5)]
    tally = _tally(*looks)
    for number in range(4):
        _run(tally, number, at=2.0 * number, seconds=2.0)

    assert tally.left_s(8.0) == pytest.approx(2.0)


def test_processes_that_work_at_the_same_time_share_what_is_left() -> None:
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(12)))
    for number in range(8):
        _run(tally, number, at=float(number // 2) * 2, seconds=2.0)

    assert tally.left_s(8.0) == pytest.approx(4.0)


def test_what_a_running_look_has_taken_is_not_left() -> None:
    tally = _tally(*(Look("cors", f"GET /{number}") for number in range(5)))
    for number in range(4):
        _run(tally, number, at=2.0 * number, seconds=2.0)
    tally.start("t[4]", 8.0)

    assert tally.left_s(9.5) == pytest.approx(0.5)


def test_generated_requests_weigh_more_before_any_was_seen() -> None:
    others = [Look("cors", f"GET /{number}") for number in range(4)]
    left = []
    for depth in ("quick", "deep"):
        tally = _tally(*others, Look(GENERATED, LIST), depth=depth)
        for number in range(4):
            _run(tally, number, at=float(number))
        left.append(tally.left_s(4.0) or 0.0)

    assert left[0] > 1.0
    assert left[1] > left[0]
