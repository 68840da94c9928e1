"""Any order of steps, and clients that come at the same time."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("history")
def test_histories_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Generated sequences over several things are compared with a model; creations and updates collide."""
    assert prove(promise)
