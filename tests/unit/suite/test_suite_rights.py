"""Who is surely to be refused, as far as the document tells."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from specproof.environment.profile import Credential
from specproof.model.operation import Operation
from specproof.suite.rights import Rights

READ = Operation(method="GET", path="/things", pointer="#", security=({"oauth2": ("pipeline",)},))


def rights(**scheme: Any) -> Rights:
    """Return what looks into a document with one OAuth 2 scheme."""
    schemes = {"oauth2": {"type": "oauth2", **scheme}}
    contract = SimpleNamespace(document={"components": {"securitySchemes": schemes}})
    suite: Any = SimpleNamespace(contract=contract)
    return Rights(suite=suite)


@pytest.mark.parametrize(
    ("scope", "silent", "told"),
    [("pipeline", False, False), ("pipeline:write", False, True), ("email", True, True)],
)
def test_a_scope_of_the_family_may_bring_another_where_nobody_says_what_implies_what(
    scope: str, silent: bool, told: bool
) -> None:
    credential = Credential.model_validate({
        "name": "c", "scheme": "bearer", "secret": "s", "scopes": [scope],
    })  # fmt: skip

    assert rights().surely_may_not(credential, READ) is silent
    assert rights(**{"x-scope-implications": {}}).surely_may_not(credential, READ) is told
