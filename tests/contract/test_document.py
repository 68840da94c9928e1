"""The document itself: valid, with references that lead somewhere and extensions that are spelt right."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("document")
def test_the_document_is_sound(promise: object, prove: Callable[[object], object]) -> None:
    """Each rule of the specification that a document can break is one promise."""
    assert prove(promise)
