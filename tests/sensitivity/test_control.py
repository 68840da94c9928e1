"""The clean target gives no finding, whatever the seed."""

from __future__ import annotations

import pytest

from specproof.sensitivity.look import control
from specproof.sensitivity.matrix import Control
from specproof.suite.session import Plan


@pytest.mark.parametrize("seed", range(3))
def test_the_clean_target_passes(seed: int) -> None:
    """A finding here is a false alarm; so is a promise that could not be looked at."""
    run = control(Plan(seed=seed, depth="standard"))

    assert run == Control(seed=seed, verdict="pass", requests=run.requests, seconds=run.seconds)
    assert run.requests > 0
