"""What was sent as a secret stands in no later answer."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("secrets")
def test_secrets_never_come_back(promise: object, prove: Callable[[object], object]) -> None:
    """Every body, header and error of the whole run is searched, plain and encoded."""
    assert prove(promise)
