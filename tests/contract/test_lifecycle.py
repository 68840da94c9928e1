"""Things are created, read, listed, updated and deleted, and their neighbours do not notice."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("lifecycle")
def test_things_live_as_promised(promise: object, prove: Callable[[object], object]) -> None:
    """One story and many hard values show each promise."""
    assert prove(promise)
