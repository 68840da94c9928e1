"""Tokens: every grant that the document offers, and everything that must give none."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("oauth")
def test_authorization_keeps_its_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Codes, refresh tokens and assertions are used as they should be, twice, by others, and changed."""
    assert prove(promise)
