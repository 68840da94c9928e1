"""Lists with a condition."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("filter")
def test_filters_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Each filtered list is compared with the whole one, and with the lists of other conditions."""
    assert prove(promise)
