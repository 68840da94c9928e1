"""One text in which many kinds of characters stand together: a quick look at what servers lose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lives import SHOWN, Body
from things import Reply, Things, document, make_stage

from specproof.contract.secret import SecretRule
from specproof.generate.bodies import HARD_TEXTS, PARTS, joined_text
from specproof.generate.echoes import echoes
from specproof.generate.sampling import Sampler
from specproof.generate.sequences import Stage
from specproof.invariants.life_context import LifeContext
from specproof.invariants.lifecycle import JUDGES
from specproof.invariants.members import Known
from specproof.target.faults.values import DAMAGES

QUICK = Sampler(seed=1, whole=False)
JOINED = joined_text()[0]
OF_WHOLE_TEXTS = {
    "value-leading-zeros-lost", "value-whole-number-is-fraction", "value-read-as-latin-1",
    "value-boolean-capital", "value-cut-at-255", "value-cut-at-1000", "value-cut-before-maximum",
    "value-controls-lost", "value-delete-lost", "value-separators-broken",
}  # fmt: skip


def told(stage: Stage, promise: str) -> list[str]:
    """Return what a quick look tells about a promise."""
    context = LifeContext(
        resource=stage.resource,
        operations=stage.operations,
        known=Known(shown=SHOWN, secrets=stage.plan.secrets),
    )
    judge, kind = JUDGES[promise]
    return [
        breach.detail
        for life in echoes(stage, QUICK)
        for breach in (judge(context, life) if life.find(kind) else ())
    ]


def test_every_damage_that_is_done_to_parts_of_a_text_shows_in_the_joined_one() -> None:
    name, text = joined_text()
    unharmed = {fault for fault, _, damage, _ in DAMAGES if damage(text) == text}

    assert name not in dict(HARD_TEXTS)
    assert unharmed <= OF_WHOLE_TEXTS
    assert all(part in text for kind, part in HARD_TEXTS if kind in PARTS)


def test_a_server_that_keeps_everything_is_asked_for_the_joined_text_alone() -> None:
    things = Things()
    stage = make_stage(things)
    names = [life.name for life in echoes(stage, QUICK)]

    assert f"note: {JOINED}" in names
    assert f"note: {JOINED}, by update" in names
    assert not {f"note: {part}" for part in PARTS} & set(names)
    assert not told(make_stage(Things()), "lifecycle.echo")


def _open() -> dict[str, Any]:
    """Describe things that may have members which nobody declared."""
    described = document()
    for path, method in (("/things", "post"), ("/things/{id}", "put")):
        content = described["paths"][path][method]["requestBody"]["content"]["application/json"]
        content["schema"] = {**content["schema"], "additionalProperties": True}
    return described


class _TabsAreBlanks(Things):
    def stored(self, sent: Body) -> Body:
        return {n: v.replace("\t", " ") if n == "note" else v for n, v in super().stored(sent).items()}


def test_what_is_lost_is_told_by_the_single_text_that_shows_it() -> None:
    assert told(make_stage(_TabsAreBlanks()), "lifecycle.echo") == ["note note: CR LF and tab"]


class _UpdatesTabs(_TabsAreBlanks):
    def create(self, sent: Body) -> Reply:
        status, headers, shown = super().create(sent)
        if status != 201:
            return status, headers, shown
        self.kept[shown["id"]]["note"] = sent.get("note", "")
        return status, headers, self.shown(shown["id"])


def test_an_update_is_looked_at_in_the_same_way() -> None:
    described = _open()
    lives = list(echoes(make_stage(_UpdatesTabs(), described), QUICK))
    names = [life.name for life in lives]

    assert told(make_stage(_UpdatesTabs(), described), "lifecycle.update")
    assert not told(make_stage(_UpdatesTabs(), described), "lifecycle.echo")
    assert all(len(life.all("create", subject="first")) == 1 for life in lives)
    assert "note: CR LF and tab, by update" in names
    assert f"note: {JOINED}" in names
    assert f"note: {JOINED}, by update" not in names


class _Loses(Things):
    """Keeps each kind of character, but not a tab beside a dollar sign."""

    def stored(self, sent: Body) -> Body:
        both = {"\t", "$"} <= set(sent.get("note", ""))
        return {
            n: v.replace("\t", " ") if both and n == "note" else v for n, v in super().stored(sent).items()
        }


def test_what_no_single_text_shows_is_told_by_the_joined_one() -> None:
    assert told(make_stage(_Loses()), "lifecycle.echo") == [f"note note: {JOINED}"]


class _NothingUndeclared(Things):
    """Refuses members that are not declared."""

    def create(self, sent: Body) -> Reply:
        return (400, {}, {"error": "what is this?"}) if set(sent) - SHOWN else super().create(sent)


def test_a_member_that_is_not_declared_comes_along_and_is_told_apart() -> None:
    described = _open()
    found = told(make_stage(_NothingUndeclared(), described), "lifecycle.create-accepts-valid")

    assert found == ["a member that is not declared"]
    assert not told(make_stage(Things(), described), "lifecycle.create-accepts-valid")


class _HidesNotes(Things):
    def shown(self, identity: str) -> Body:
        return {**super().shown(identity), "note": "********"}


def test_a_secret_is_not_expected_to_come_back() -> None:
    stage = make_stage(_HidesNotes())
    stage.plan = replace(stage.plan, secrets=(SecretRule(member="note", when=None),))
    names = [life.name for life in echoes(stage, QUICK)]

    assert f"note: {JOINED}" in names
    assert not {f"note: {part}" for part in PARTS} & set(names)


@pytest.mark.parametrize("longest", [5, 100])
def test_where_the_joined_text_is_too_long_some_single_ones_are_sent(longest: int) -> None:
    described = document()
    for path, method in (("/things", "post"), ("/things/{id}", "put")):
        content = described["paths"][path][method]["requestBody"]["content"]["application/json"]
        properties = {**content["schema"]["properties"], "note": {"type": "string", "maxLength": longest}}
        content["schema"] = {**content["schema"], "properties": properties}
        content.pop("example", None)
    names = [life.name for life in echoes(make_stage(Things(), described), QUICK)]

    assert not any(JOINED in name for name in names if name.startswith("note"))
    assert any(name.startswith("note") for name in names)
