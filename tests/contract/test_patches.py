"""Patches: merge patches, JSON patches and plain JSON."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("patch")
def test_patches_change_what_they_name(promise: object, prove: Callable[[object], object]) -> None:
    """Nothing else changes, and one that fails changes nothing at all."""
    assert prove(promise)
