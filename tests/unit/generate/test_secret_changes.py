"""Changes of a thing that holds a secret: their order, and who sends them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from things import Things, document, make_stage

from specproof.contract.secret import SecretRule
from specproof.generate.secret_changes import Change, misfit, secret_changes
from specproof.generate.sequences import Stage

FLAGGED = SecretRule(member="note", when=("hidden", True))
ALWAYS = SecretRule(member="note")


def _stage(**resource: Any) -> Stage:
    described = document(**resource)
    for path, method in (("/things", "post"), ("/things/{id}", "put")):
        content = described["paths"][path][method]["requestBody"]["content"]["application/json"]
        properties = {**content["schema"]["properties"], "hidden": {"type": "boolean"}}
        content["schema"] = {**content["schema"], "properties": properties}
    return make_stage(Things(), described)


def _changes(stage: Stage, rule: SecretRule) -> list[Change]:
    made: list[str] = []

    def renew(*, strange: bool) -> dict[str, Any]:
        made.append(f"secret {len(made)}{' strange' if strange else ''}")
        return {rule.member: made[-1], **dict([rule.when] if rule.when else [])}

    return list(secret_changes(stage, replace(stage, path={"far": "away"}), rule, renew))


def test_a_flag_goes_off_alone_and_then_from_afar_together_with_another_member() -> None:
    off = [change for change in _changes(_stage(), FLAGGED) if change.body.get("hidden") is False]

    assert [sorted(change.body) for change in off] == [["hidden"], ["hidden", "key"]]
    assert [change.door.path for change in off] == [{}, {"far": "away"}]


def test_each_time_a_flag_goes_off_there_is_a_secret_that_could_show() -> None:
    """The last one is there when the thing is deleted, for the change after it is made to be refused."""
    changes = [(c.body.get("hidden"), c.body.get("note"), c.refused) for c in _changes(_stage(), FLAGGED)]

    told = [change for change in changes if change[0] is False or change[1] is not None]
    assert told == [
        (None, "secret 0", False),
        (False, None, False),
        (True, "secret 1 strange", False),
        (False, None, False),
        (True, "secret 2", False),
        (True, "secret 2", True),
    ]


@pytest.mark.parametrize(("keeps", "times"), [(True, 1), (False, 0)])
def test_the_flag_is_left_out_where_it_then_stays_as_it_is(keeps: bool, times: int) -> None:
    changes = _changes(_stage(keeps_omitted=keeps), FLAGGED)

    assert sum(change.body == {"note": "secret 0"} for change in changes) == times
    assert any(change.body.get("note") == "secret 0" for change in changes)


def test_a_secret_without_a_flag_is_replaced_and_then_meets_a_refusal() -> None:
    *_, renewed, refused = _changes(_stage(), ALWAYS)

    assert renewed.body["note"] == "secret 0 strange"
    assert refused.refused
    assert refused.body["note"] == "secret 1"


def test_what_is_refused_has_a_wrong_value_beside_the_secret() -> None:
    stage = _stage()
    assert stage.update_plan is not None
    operation = stage.update_plan.operation

    assert misfit(stage, operation, {"note": "a", "key": "b"}, keep="note") == {"key": [{"specproof": 1}]}
    assert misfit(stage, operation, {"note": "a"}, keep="note") == {}
