"""Bodies that are no plain JSON: forms, uploads and patches."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("form", "patch")
def test_bodies_mean_what_the_document_says(promise: object, prove: Callable[[object], object]) -> None:
    """What was sent is read again, and what is malformed changes nothing."""
    assert prove(promise)
