"""Which queries are walked in pages, where there are more than time allows."""

from __future__ import annotations

import pytest

from specproof.suite.paging import unlike


@pytest.mark.parametrize(
    ("values", "most", "expected"),
    [
        (["a", "b", '"c d"'], 2, ["a", '"c d"']),
        (['"a b"', "c d", '"e"', "f:g"], 2, ['"a b"', "f:g"]),
        (["a", "b"], 1, ["a"]),
        (["a", "b", "c d"], 9, ["a", "c d", "b"]),
    ],
)
def test_the_first_is_walked_and_then_what_links_escape_otherwise(
    values: list[str], most: int, expected: list[str]
) -> None:
    """Each brings characters that none before it had; the others come after these."""
    assert unlike(values, most) == expected
