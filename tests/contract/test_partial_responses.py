"""Answers that are cut down to some members, or filled up with others."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("partial-response")
def test_partial_responses_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Each answer is compared with what its selection makes of the full one."""
    assert prove(promise)
