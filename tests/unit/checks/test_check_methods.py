"""Which methods an address answers, whatever path of the document is meant."""

from __future__ import annotations

import pytest

from specproof.checks.methods import reached
from specproof.model.operation import Operation

PATHS = (
    ("GET", "/pools/{name}"),
    ("PATCH", "/pools/{name}"),
    ("POST", "/pools/count"),
    ("DELETE", "/pools/{name}/queues"),
    ("PUT", "/ponds/{name}"),
)
OPERATIONS = [Operation(method=method, path=path, pointer="") for method, path in PATHS]


@pytest.mark.parametrize(
    ("number", "methods"),
    [(0, {"GET", "PATCH"}), (2, {"GET", "PATCH", "POST"}), (3, {"DELETE"})],
    ids=["a template", "an address that a template covers", "another length"],
)
def test_methods_of_every_path_that_covers_an_address_are_reached(number: int, methods: set[str]) -> None:
    assert reached(OPERATIONS[number], OPERATIONS) == methods
