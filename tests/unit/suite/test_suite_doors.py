"""Dead credentials and other spellings of a scheme: what a quick run tries, and what it asks once."""

from __future__ import annotations

from pathlib import Path

import pytest
from guarded_things import DEAD, Guarded, proven

from specproof.model.verdict import State

ALONE = ("PUT /things/{id}", "DELETE /things/{id}", "POST /things")  # no other operation has their methods
READS = ("GET /things", "GET /things/{id}")
CASE = "credential.scheme-case"


def tokens(seen: list[str]) -> set[str]:
    """Return whose dead tokens were sent."""
    return {name for name in DEAD if f"Bearer token-of-{name}" in seen}


@pytest.mark.parametrize("operation", ALONE)
def test_every_dead_credential_is_tried_with_each_method(tmp_path: Path, operation: str) -> None:
    with proven(tmp_path, Guarded(), operation, "credential") as (outcomes, server):
        sent = [value for seen in server.seen for value in seen.values("Authorization")]

    assert {outcome.state for outcome in outcomes.values()} == {State.PROVEN}
    assert tokens(sent) == set(DEAD)


def test_operations_of_one_method_share_the_dead_credentials(tmp_path: Path) -> None:
    tried = []
    for number, operation in enumerate(READS):
        folder = tmp_path / str(number)
        folder.mkdir()
        with proven(folder, Guarded(), operation, "credential") as (_, server):
            tried.append(tokens([value for seen in server.seen for value in seen.values("Authorization")]))

    assert [len(each) for each in tried] == [2, 2]
    assert set().union(*tried) == set(DEAD)


@pytest.mark.parametrize("name", DEAD)
def test_one_that_is_forgiven_by_one_method_alone_is_found(tmp_path: Path, name: str) -> None:
    guarded = Guarded(forgiven=f"DELETE {name}")
    with proven(tmp_path, guarded, "DELETE /things/{id}", "credential") as (outcomes, _):
        broken = [name for name, outcome in outcomes.items() if outcome.state is State.BROKEN]
        [finding] = outcomes["credential.dead"].findings

    assert broken == ["credential.dead"]
    assert f'"{name}"' in finding.detail


@pytest.mark.parametrize(("any_case", "usual"), [(True, 0), (False, 1)])
def test_the_usual_spelling_is_asked_for_only_where_the_other_one_is_refused(
    tmp_path: Path, any_case: bool, usual: int
) -> None:
    with proven(tmp_path, Guarded(any_case=any_case), "GET /things", "credential") as (outcomes, server):
        sent = [value for seen in server.seen for value in seen.values("Authorization")]
        state = outcomes[CASE].state

    assert state is (State.PROVEN if any_case else State.BROKEN)
    assert min(sent.count("Bearer token-of-ann"), 1) == usual
