"""Some of many: not the same for each operation and each seed, and never less than all in the end."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from specproof.generate.sampling import EVERYTHING, Sampler

seeds, turns, sizes = st.integers(0, 99), st.integers(0, 40), st.integers(1, 9)


@given(seeds, turns, st.lists(st.integers(), unique=True, max_size=20), sizes)
def test_as_many_as_asked_for_in_their_order(seed: int, turn: int, items: list[int], most: int) -> None:
    some = Sampler(seed=seed, turn=turn, whole=False).some(items, most)

    assert len(some) == min(most, len(items))
    assert some == [item for item in items if item in some]


@given(seeds, turns, st.lists(st.integers(), unique=True, min_size=1, max_size=20), sizes)
def test_operations_in_a_row_try_everything(seed: int, turn: int, items: list[int], most: int) -> None:
    """As soon as they are enough, whichever is the first."""
    sampler = Sampler(seed=seed, whole=False)
    enough = -(-len(items) // most)
    tried = {item for step in range(enough) for item in replace(sampler, turn=turn + step).some(items, most)}

    assert tried == set(items)


@given(seeds, st.integers(1, 12), st.lists(st.integers(), unique=True, max_size=30), sizes)
def test_all_turns_together_try_everything(seed: int, turns: int, items: list[int], least: int) -> None:
    """And each tries no more than it takes for that, or than it is asked to."""
    sampler = Sampler(seed=seed, turns=turns, whole=False)
    shares = [replace(sampler, turn=turn).share(items, least) for turn in range(turns)]

    assert {item for share in shares for item in share} == set(items)
    assert {len(share) for share in shares} == {min(len(items), max(least, -(-len(items) // turns)))}


def test_another_seed_takes_others() -> None:
    taken = {tuple(Sampler(seed=seed, whole=False).some(range(10), 3)) for seed in range(20)}

    assert len(taken) > 1


def test_without_haste_everything_is_taken() -> None:
    assert EVERYTHING.some(range(10), 3) == list(range(10))
