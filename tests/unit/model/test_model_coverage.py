"""What several processes saw of a contract adds up: nothing is lost, nothing invented."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from specproof.model.coverage import Point, PointKind, merge_points, ratios_of

PAGE = Point(kind=PointKind.PARAMETERS, operation="GET /x", what="query parameter page: valid")
STATUS = Point(kind=PointKind.STATUSES, operation="GET /x", what="404")
ELSEWHERE = ("in another shard",)

points = st.tuples(st.sampled_from([PAGE, STATUS]), st.booleans(), st.sampled_from(["", "why", *ELSEWHERE]))
views = st.lists(
    st.builds(
        lambda choices: tuple(
            replace(point, seen=seen, why="" if seen else why) for point, seen, why in choices
        ),
        st.lists(points, unique_by=lambda choice: choice[0].what),
    ),
    min_size=1,
    max_size=4,
)


def test_ratios_count_every_kind() -> None:
    """A kind of which the contract has nothing is there as well."""
    ratios = ratios_of([replace(PAGE, seen=True), replace(PAGE, what="query parameter page: absent"), STATUS])

    assert ratios["parameters"] == (1, 2)
    assert ratios["statuses"] == (0, 1)
    assert ratios["security"] == (0, 0)


@given(views)
def test_what_anybody_saw_is_seen(found: list[tuple[Point, ...]]) -> None:
    merged = {point.key: point for point in merge_points(found, elsewhere=ELSEWHERE)}

    everything = [point for each in found for point in each]
    assert merged.keys() == {point.key for point in everything}
    for key, point in merged.items():
        assert point.seen is any(each.seen for each in everything if each.key == key)


@given(views)
def test_a_reason_holds_only_where_nobody_just_looked(found: list[tuple[Point, ...]]) -> None:
    for point in merge_points(found, elsewhere=ELSEWHERE):
        reasons = [each.why for each in (p for part in found for p in part) if each.key == point.key]
        if not point.seen and "" in reasons:
            assert not point.why
        elif not point.seen and "why" in reasons:
            assert point.why == "why"
