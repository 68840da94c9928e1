"""Who is let in, and to what."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("credential", "authorization", "alias")
def test_doors_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Credentials that are almost good, the rights of each, what belongs to others, other spellings."""
    assert prove(promise)
