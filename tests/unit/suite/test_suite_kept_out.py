"""Who must not change anything: all are tried between two looks, and one by one where something changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from guarded_things import GUESTS, Guarded, proven

from specproof.model.verdict import State

EFFECT, ENFORCED = "authorization.refused-without-effect", "authorization.scope-enforced"
WRITES = ("PUT /things/{id}", "DELETE /things/{id}", "POST /things")


@pytest.mark.parametrize("operation", WRITES)
def test_all_who_must_not_are_tried_between_two_looks(tmp_path: Path, operation: str) -> None:
    with proven(tmp_path, Guarded(), operation, "authorization") as (outcomes, server):
        refused = [seen for seen in server.seen if seen.values("Authorization") != ["Bearer token-of-ann"]]
        looks = [seen for seen in server.seen if seen.method == "GET"]

        assert {outcomes[each].state for each in (ENFORCED, EFFECT)} == {State.PROVEN}
        assert outcomes[ENFORCED].times == len(GUESTS)
        assert outcomes[EFFECT].times == len(refused) == len(GUESTS) + 1  # and nobody
        assert len(looks) == 2


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("guest", GUESTS)
def test_whose_refused_request_did_something_is_told(tmp_path: Path, operation: str, guest: str) -> None:
    with proven(tmp_path, Guarded(trusted=guest), operation, "authorization") as (outcomes, _):
        assert outcomes[ENFORCED].state is State.PROVEN
        assert [finding.detail for finding in outcomes[EFFECT].findings] == [f'with "{guest}"']
