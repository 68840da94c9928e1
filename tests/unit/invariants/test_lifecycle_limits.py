"""What lives leave alone: what changes by itself, is nobody's promise, or was told already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lives import SHOWN, Body, UpdatesTheNeighbour, broken, lives
from things import Reply, Things, document, make_stage

from specproof.generate.echoes import echoes
from specproof.generate.stories import story
from specproof.invariants.life_context import LifeContext
from specproof.invariants.lifecycle import JUDGES
from specproof.invariants.members import Known


class _UpdatesWhatWasThere(Things):
    """Changes something that was there before the run, whenever anything is updated."""

    def __init__(self) -> None:
        super().__init__()
        self.create({"key": "old", "note": "as it was", "size": 1})
        (self.old,) = self.kept

    def update(self, identity: str, sent: Body) -> Reply:
        self.kept[self.old]["note"] += "!"
        return super().update(identity, sent)


@pytest.mark.parametrize(("exclusive", "details"), [(True, ["list update"]), (False, [])])
def test_what_others_own_is_compared_where_nobody_else_changes_it(
    exclusive: bool, details: list[str]
) -> None:
    context, (life,) = lives(_UpdatesWhatWasThere())
    judge, _ = JUDGES["lifecycle.neighbours"]

    assert [breach.detail for breach in judge(replace(context, exclusive=exclusive), life)] == details


def test_members_that_nobody_declared_may_change_by_themselves() -> None:
    """``described`` takes what can be compared."""
    context, (life,) = lives(UpdatesTheNeighbour())
    judge, _ = JUDGES["lifecycle.neighbours"]

    assert list(judge(context, life))
    assert not list(judge(replace(context, described=lambda _exchange: "the same"), life))


class _GetOrCreate(Things):
    """Answers a creation with the thing that has the key already."""

    def create(self, sent: Body) -> Reply:
        for identity, thing in self.kept.items():
            if thing["key"] == sent["key"]:
                return 200, {}, self.shown(identity)
        return super().create(sent)


@pytest.mark.parametrize("things", [Things, _GetOrCreate], ids=["refuses", "answers with the first"])
def test_values_that_are_unique_without_a_word_are_given_once(things: type[Things]) -> None:
    """Three things are made although the document names no unique member, and their lives are judged."""
    described = document(unique=[])
    _, (life,) = lives(things(), described)
    made = {act.subject: act.identity for act in life.all("create")}
    assert len({made["left"], made["first"], made["right"]} - {None}) == 3
    assert not broken(things(), described)


class _OneForAll(Things):
    """Has one thing only, whatever is sent."""

    def create(self, sent: Body) -> Reply:
        if self.kept:
            return 200, {}, self.shown(next(iter(self.kept)))
        return super().create(sent)


def test_a_thing_is_no_neighbour_of_itself() -> None:
    """What is changed under the same identity has not changed beside it."""
    assert "neighbours" not in broken(_OneForAll(), document(unique=[]))


class _NoNotes(Things):
    """Takes no note at all, though its schema is any text."""

    def create(self, sent: Body) -> Reply:
        return (422, {}, None) if sent["note"] != "of steel" else super().create(sent)


class _OwnNotes(Things):
    """Has notes of its own."""

    def stored(self, sent: Body) -> Body:
        return {**super().stored(sent), "note": f"number {self.count}"}


@pytest.mark.parametrize(
    ("things", "promise"), [(_NoNotes, "create-accepts-valid"), (_OwnNotes, "echo")], ids=["refused", "own"]
)
def test_what_holds_for_every_text_is_told_once(things: type[Things], promise: str) -> None:
    found = [breach.detail for breach in broken(things(), hard=True)[promise]]
    assert {detail for detail in found if detail.startswith("note")} == {"note"}


class _Unasked(Things):
    """Gives each thing a note that nobody sent, whatever is sent."""

    def stored(self, sent: Body) -> Body:
        return {**super().stored(sent), "note": f"number {self.count}"}


class _Hidden(Things):
    """Shows no notes."""

    def shown(self, identity: str) -> Body:
        return {name: value for name, value in super().shown(identity).items() if name != "note"}


@pytest.mark.parametrize("things", [_Unasked, _Hidden])
@pytest.mark.parametrize("inferred", [True, False])
def test_a_member_of_the_server_is_no_promise_of_an_inferred_life(
    things: type[Things], inferred: bool
) -> None:
    """It was there without having been sent; a document that says what a life is has to say ``readOnly``."""
    described = document(immutable=[])
    described["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["example"] = {
        "key": "kettle"
    }
    stage = make_stage(things(), described)
    stage.resource = replace(stage.resource, inferred=inferred)
    context = LifeContext(resource=stage.resource, operations=stage.operations, known=Known(shown=SHOWN))
    judge, _ = JUDGES["lifecycle.echo"]
    found = [breach.detail for life in (story(stage), *echoes(stage)) for breach in judge(context, life)]
    assert found == ([] if inferred else ["note"])


class _Kinds(Things):
    """Has unique keys, and takes one note alone."""

    def create(self, sent: Body) -> Reply:
        return (422, {}, None) if sent.get("note") != "of steel" else super().create(sent)


def test_only_the_text_that_tells_things_apart_gets_a_value_of_its_own() -> None:
    _, (life,) = lives(_Kinds(), document(unique=[]))
    made = life.all("create")
    assert [act.accepted for act in made] == [True, True, True]
    assert {act.sent["note"] for act in made} == {"of steel"}


def test_things_of_another_stage_are_left_alone() -> None:
    """A creation that answers with one of them, as it has the same values, gets values of its own."""
    things, described = _GetOrCreate(), document(unique=[])
    parents, lively = make_stage(things, described), make_stage(things, described)
    lively.made, lively.distinct = parents.made, parents.distinct
    parent = parents.create_new("parent")

    story(lively)

    assert parent.identity in things.kept


class _RunningClock(Things):
    """Shows with each thing how often anything was asked."""

    def shown(self, identity: str) -> Body:
        return {**super().shown(identity), "asked": self.sent}


def test_a_member_that_changes_by_itself_is_no_change_of_a_neighbour() -> None:
    assert not broken(_RunningClock())


class _NamedByKey(Things):
    """Calls a thing by its key, and calls it otherwise when that changes."""

    def identity(self, sent: Body) -> str:
        return str(sent["key"])

    def update(self, identity: str, sent: Body) -> Reply:
        reply = super().update(identity, sent)
        thing = self.kept.pop(identity)
        self.kept[thing["key"]] = {**thing, "id": thing["key"]}
        return reply


def test_a_value_that_tells_things_apart_is_kept_by_updates() -> None:
    """Where nobody says that it is unique, nobody says either that a thing keeps its identity without it."""
    assert "immutable" not in broken(_NamedByKey(), document(unique=[]))


class _Sealed(Things):
    """Things may be sealed."""

    def stored(self, sent: Body) -> Body:
        return {**super().stored(sent), **{name: sent[name] for name in ("sealed",) if name in sent}}


class _KeepsTheSealed(_Sealed):
    def delete(self, identity: str) -> Reply:
        return (204, {}, None) if self.kept[identity].get("sealed") else super().delete(identity)


@pytest.mark.parametrize(("things", "found"), [(_Sealed, False), (_KeepsTheSealed, True)])
def test_what_is_flagged_is_deleted_while_the_flag_is_set(things: type[Things], found: bool) -> None:
    described = document()
    sent = described["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    changed = described["paths"]["/things/{id}"]["put"]["requestBody"]["content"]["application/json"]
    for schema in (sent, changed["schema"]):
        schema["properties"]["sealed"] = {"type": "boolean"}

    assert ("gone-after-delete" in broken(things(), described, hard=True)) is found


def _immutable(things: Things) -> list[set[str]]:
    """Return the members that must not change and that a brief story tries to, for each of its updates."""
    described = document(immutable=["/born", "/id"])
    acts = story(make_stage(things, described), brief=True).all("update", subject="first")
    return [{"born", "id"} & set(act.sent) for act in acts if act.moment.startswith("immutable")]


class _RefusesBirthdays(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        return (400, {}, {"error": "born"}) if "born" in sent else super().update(identity, sent)


def test_a_brief_story_changes_all_that_must_not_change_at_once() -> None:
    assert _immutable(Things()) == [{"born", "id"}]


def test_a_brief_story_tries_one_by_one_where_that_is_refused() -> None:
    """One that is refused would hide another one that is taken."""
    assert _immutable(_RefusesBirthdays()) == [{"born", "id"}, {"id"}, {"born"}]
