"""Every page of every collection."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("pagination")
def test_pages_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Walks with several page sizes, steps back, and pages at and beyond the bounds show each promise."""
    assert prove(promise)
