"""Things that are left are used again, and nothing stays in the end."""

from __future__ import annotations

from things import Things, make_stage

from specproof.suite.spares import Spares


def test_what_was_left_is_taken_before_anything_is_made() -> None:
    things = Things()
    spares = Spares(stage=make_stage(things))
    first = spares.take("first")
    spares.leave(first)

    second = spares.take("second")

    assert second is first
    assert len(things.kept) == 1


def test_each_that_is_taken_is_another_one() -> None:
    spares = Spares(stage=make_stage(Things()))

    assert spares.take("one").identity != spares.take("other").identity


def test_nothing_that_was_left_stays() -> None:
    things = Things()
    spares = Spares(stage=make_stage(things))
    spares.leave(*[spares.take("left") for _ in range(3)])

    spares.clear()

    assert things.kept == {}
