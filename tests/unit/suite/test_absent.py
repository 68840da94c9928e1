"""A value that names nothing looks like one that names something."""

from __future__ import annotations

import re

import pytest

from specproof.model.operation import Parameter
from specproof.suite.absent import made_up

DIGEST = bytes(range(32))


@pytest.mark.parametrize(
    ("schema", "present", "pattern"),
    [
        ({"type": "integer"}, "", r"2\d{9}"),
        ({"type": "string"}, "17", r"2\d{9}"),
        ({"type": "string", "format": "uuid"}, "", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ({"type": "string"}, "{11111111-2222-4333-8444-555555555555}", r"\{[0-9a-f-]{36}\}"),
        ({"type": "string"}, "11111111222243338444555555555555", r"[0-9a-f]{32}"),
        ({"type": "string"}, "acme", r"specproof-[0-9a-f]{12}"),
    ],
)
def test_a_made_up_value_has_the_shape_of_a_real_one(
    schema: dict[str, str], present: str, pattern: str
) -> None:
    parameter = Parameter(name="id", location="path", required=True, schema=schema, pointer="#")

    made = made_up(parameter, present, DIGEST)

    assert re.fullmatch(pattern, made)
    assert made != present
    assert made == made_up(parameter, present, DIGEST)
