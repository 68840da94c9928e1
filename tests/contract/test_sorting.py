"""Lists in an order."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("sort")
def test_orders_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Each sorted list is compared with the unsorted one, and with the order that was asked for."""
    assert prove(promise)
