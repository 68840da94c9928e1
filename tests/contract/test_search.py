"""Questions whose answers must fit together, and what every result shows."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("search")
def test_search_keeps_its_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Words that results show are combined in every way that the query language has."""
    assert prove(promise)
