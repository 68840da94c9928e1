"""The part of the document where a promise stands."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.suite.excerpt import excerpt

DOCUMENT: dict[str, Any] = {"paths": {"/a": {"get": {"summary": "Größe"}}}, "x": ["y"] * 2_000}


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("#/paths/~1a/get", '{\n  "summary": "Größe"\n}'),
        ("#/paths/~1a/get/summary", '"Größe"'),
        ("#/nowhere", ""),
    ],
)
def test_it_is_json_or_nothing(pointer: str, text: str) -> None:
    assert excerpt(DOCUMENT, pointer) == text


def test_what_is_long_is_cut_and_counted() -> None:
    text = excerpt(DOCUMENT, "#/x")
    assert len(text) < 2_100
    assert text.endswith(" more characters")
