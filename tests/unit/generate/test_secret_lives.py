"""Short lives of secrets: which are played follows from the flag and from what an update takes."""

from __future__ import annotations

from typing import Any

from things import Things, document, make_stage

from specproof.contract.secret import SecretRule
from specproof.generate.secret_lives import SecretLife, secret_lives

FLAGGED = SecretRule(member="note", when=("hidden", True))


def _lives(rule: SecretRule, *, flag_changes: bool = True) -> dict[str, SecretLife]:
    described = document()
    for path, method in (("/things", "post"), ("/things/{id}", "put")):
        schema = described["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        properties: dict[str, Any] = {**schema["properties"], "hidden": {"type": "boolean"}}
        if method == "put" and not flag_changes:
            properties["hidden"] = {"enum": [True]}
        described["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"] = {
            **schema,
            "properties": properties,
        }
    return {life.name: life for life in secret_lives(make_stage(Things(), described), rule, "standard")}


def test_a_flag_goes_off_together_with_another_member_and_again_and_again() -> None:
    """No change names the secret itself, for then it would be replaced."""
    lives = _lives(FLAGGED)

    [together] = lives["switched off with another key"].changes
    assert together.keys() == {"key", "hidden"}
    assert together["hidden"] is False
    again = lives["switched off again and again"]
    assert [change["hidden"] for change in again.changes] == [False, True, False, True, False]
    assert again.renewed == 3
    assert not any("note" in change for life in lives.values() for change in life.changes)


def test_a_value_may_be_hidden_later_and_opened_by_somebody_else() -> None:
    lives = _lives(FLAGGED)

    assert lives["hidden later"].shown_first
    assert lives["switched off through another door"].through_doors


def test_a_secret_without_a_flag_meets_changes_of_other_members() -> None:
    lives = _lives(SecretRule(member="note"))

    assert "deleted with it" in lives
    assert lives["with another key"].changes[0].keys() == {"key"}
    assert not any("switched" in name or life.shown_first for name, life in lives.items())


def test_what_an_update_does_not_take_is_not_played() -> None:
    lives = _lives(FLAGGED, flag_changes=False)

    assert not any(
        {"hidden": False}.items() <= dict(c).items() for life in lives.values() for c in life.changes
    )
