"""Two matrices: good news alone, and mixed news."""

from __future__ import annotations

import pytest
from matrices import ALARM, CLEAN, FOUND, MISSED, make_matrix

from specproof.sensitivity.matrix import Matrix


@pytest.fixture
def mixed() -> Matrix:
    """Good news and bad news."""
    return make_matrix(FOUND, MISSED, CLEAN, ALARM)


@pytest.fixture
def good() -> Matrix:
    """Nothing but good news."""
    return make_matrix(FOUND, CLEAN)
