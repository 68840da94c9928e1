"""Cloning with a token."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("cloning")
def test_tokens_clone_what_they_should(promise: object, prove: Callable[[object], object]) -> None:
    """The first request of a clone, with good tokens and with those that must open nothing."""
    assert prove(promise)
