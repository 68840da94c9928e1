"""Parameters: lists, and texts with reserved characters, in the spelling of the document."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("parameter")
def test_spellings_are_taken_alike(promise: object, prove: Callable[[object], object]) -> None:
    """The same values are sent alone and together."""
    assert prove(promise)
