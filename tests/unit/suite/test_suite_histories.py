"""Histories: a correct server keeps every one, and each wrong one is found by a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import make_request, make_response
from things import Reply, Things, document, make_stage

from specproof.contract.secret import SecretRule
from specproof.generate.histories import EVERYTHING, SCENARIOS, Plan, Step, explore_plans
from specproof.invariants.at_once import both_kept, one_winner
from specproof.invariants.history import after_update
from specproof.invariants.members import Known
from specproof.model.exchange import Exchange
from specproof.suite.histories import Player

KNOWN = Known(shown=frozenset({"key", "note", "size"}))


def _player(things: Things, **resource: Any) -> Player:
    return Player(doors=[make_stage(things, document(**resource))], known=KNOWN, requests_left=10_000)


def _shown_by_everything(things: Things, **resource: Any) -> set[str]:
    """Return what the one plan shows that has a little of all scenarios; each door answers to its name."""

    def through(door: int) -> Any:
        def send(request: Any) -> Exchange:
            things.door = door
            return things.send(request)

        return send

    stage = make_stage(things, document(**resource))
    doors = [replace(stage, send=through(door)) for door in range(3)]
    player = Player(doors=doors, known=KNOWN, requests_left=10_000)
    player.play(EVERYTHING)
    return {breach.detail for breach in player.breaches}


def _details(things: Things, **resource: Any) -> set[str]:
    player = _player(things, **resource)
    for plan in SCENARIOS:
        player.play(plan)
    return {breach.detail for breach in player.breaches}


class _KeepsDeletedKeys(Things):
    def delete(self, identity: str) -> Reply:
        self.gone = {*getattr(self, "gone", set()), self.kept[identity]["key"]}
        return super().delete(identity)

    def taken(self, sent: dict[str, Any], besides: str | None) -> bool:
        return sent.get("key") in getattr(self, "gone", set()) or super().taken(sent, besides)


class _ForgetsRenames(Things):
    def taken(self, sent: dict[str, Any], besides: str | None) -> bool:
        return False


class _LosesTheThirdUpdate(Things):
    updates = 0

    def update(self, identity: str, sent: dict[str, Any]) -> Reply:
        self.updates += 1
        return self.read(identity) if self.updates == 3 else super().update(identity, sent)


class _KeepsKeysApart(Things):
    """By the doors that they came through, where one of them is ``apart``."""

    door = 0

    def __init__(self, apart: int) -> None:
        super().__init__()
        self.apart = apart

    def stored(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {**super().stored(sent), "door": self.door}

    def taken(self, sent: dict[str, Any], besides: str | None) -> bool:
        same = [t for own, t in self.kept.items() if own != besides and t["key"] == sent.get("key")]
        return any(thing["door"] == self.door or self.door != self.apart for thing in same)


class _RevivesDeletedThings(Things):
    def delete(self, identity: str) -> Reply:
        self.gone = {self.kept[identity]["key"]: identity}
        self.shape = dict(self.kept[identity])
        return super().delete(identity)

    def missing(self, method: str, identity: str) -> Reply:
        again = any(self.gone.get(thing["key"]) == identity for thing in self.kept.values())
        return (200, {}, self.shape) if again else super().missing(method, identity)


class _ByOneName(Things):
    """Knows things by one name alone where they are to be changed in some way."""

    door = 0

    def __init__(self, method: str) -> None:
        super().__init__()
        self.method = method

    def answer(self, method: str, target: str, body: bytes | None) -> Reply:
        lost = method == self.method and self.door == 1
        return (404, {}, {"error": "what?"}) if lost else super().answer(method, target, body)


class _Fails(Things):
    def update(self, identity: str, sent: dict[str, Any]) -> Reply:
        return 500, {}, {"error": "down"}


def test_a_correct_server_keeps_every_scenario() -> None:
    assert _details(Things()) == set()


def test_a_correct_server_that_replaces_whole_things_keeps_every_scenario() -> None:
    assert _details(Things(), keeps_omitted=False) == set()


def test_a_correct_server_keeps_generated_plans() -> None:
    player = _player(Things())

    explore_plans(player.play, run_seed=7, depth="standard")

    assert player.breaches == []
    assert sum(player.counts.values()) > 20


def test_nothing_stays_behind() -> None:
    things = Things()

    explore_plans(_player(things).play, run_seed=7, depth="quick")

    assert things.kept == {}


@pytest.mark.parametrize(
    ("things", "detail"),
    [
        (_KeepsDeletedKeys(), "free"),
        (_ForgetsRenames(), "taken"),
        (_LosesTheThirdUpdate(), "read note"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Things) else value,
)
def test_a_wrong_server_is_found(things: Things, detail: str) -> None:
    assert detail in _details(things)


def test_a_correct_server_keeps_the_plan_that_has_a_little_of_everything() -> None:
    assert _shown_by_everything(Things()) == set()
    assert _shown_by_everything(Things(), keeps_omitted=False) == set()


@pytest.mark.parametrize(
    ("things", "detail"),
    [
        (_KeepsDeletedKeys(), "free"),
        (_ForgetsRenames(), "taken"),
        (_LosesTheThirdUpdate(), "read note"),
        (_KeepsKeysApart(1), "taken"),
        (_KeepsKeysApart(2), "taken"),
        (_RevivesDeletedThings(), "read gone"),
        (_ByOneName("PUT"), "update missing"),
        (_ByOneName("DELETE"), "delete missing"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Things) else value,
)
def test_the_plan_that_has_a_little_of_everything_finds_a_wrong_server(things: Things, detail: str) -> None:
    assert _shown_by_everything(things) == {detail}


def test_a_key_that_stays_taken_is_no_breach_where_the_resource_is_inferred() -> None:
    player = _player(_KeepsDeletedKeys())
    [stage] = player.doors
    player.doors = [replace(stage, resource=replace(stage.resource, inferred=True))]

    for plan in SCENARIOS:
        player.play(plan)

    assert player.breaches == []


def test_a_server_error_ends_the_plan_without_a_breach() -> None:
    assert _details(_Fails()) == set()


def test_the_evidence_is_shrunk_to_what_is_needed() -> None:
    player = _player(_ForgetsRenames())

    explore_plans(player.play, run_seed=3, depth="standard")

    assert min(len(breach.evidence) for breach in player.breaches) == 2


def test_the_same_seed_plays_the_same_plans() -> None:
    played: list[list[Plan]] = [[], []]
    for plans in played:

        def play(plan: Plan, plans: list[Plan] = plans) -> bool:
            plans.append(plan)
            return True

        explore_plans(play, run_seed=5, depth="quick")

    assert played[0] == played[1]
    assert all(isinstance(step, Step) for plan in played[0] for step in plan)


def test_a_secret_that_an_update_does_not_name_is_unknown_afterwards() -> None:
    known = Known(
        shown=frozenset({"value", "secured"}), secrets=(SecretRule(member="value", when=("secured", True)),)
    )

    members = after_update(known, {"value": "v", "secured": True}, {"secured": False}, keeps_omitted=True)

    assert members == {"secured": False}


def _answers(*statuses: int) -> list[Exchange]:
    return [
        Exchange(request=make_request("POST", "/things"), response=make_response(status))
        for status in statuses
    ]


@pytest.mark.parametrize(
    ("statuses", "broken"), [((201, 409, 409), 0), ((201, 201, 409), 1), ((409, 409), 0)]
)
def test_of_simultaneous_creations_one_wins(statuses: tuple[int, ...], broken: int) -> None:
    assert len(list(one_winner("POST /things", _answers(*statuses)))) == broken


@pytest.mark.parametrize(("statuses", "broken"), [((200, 409), 0), ((200, 200), 1)])
def test_of_simultaneous_changes_to_one_value_one_wins(statuses: tuple[int, ...], broken: int) -> None:
    made = tuple(_answers(201, 201))

    found = list(one_winner("PUT /things/{id}", _answers(*statuses), before=made))

    assert [breach.evidence[:2] for breach in found] == [made] * broken


@pytest.mark.parametrize(
    ("shown", "broken"), [({"key": "k", "note": "n"}, 0), ({"key": "k", "note": "old"}, 1)]
)
def test_both_of_two_simultaneous_updates_stay(shown: dict[str, str], broken: int) -> None:
    made, first, second = _answers(201, 200, 200)
    read = Exchange(request=make_request("GET", "/things/1"), response=make_response(200, document=shown))

    found = list(both_kept(KNOWN, "PUT", [("key", "k"), ("note", "n")], [made, first, second, read]))

    assert len(found) == broken


def test_a_refused_update_need_not_stay() -> None:
    made, first, second = _answers(201, 200, 409)
    read = Exchange(
        request=make_request("GET", "/things/1"), response=make_response(200, document={"key": "k"})
    )

    assert list(both_kept(KNOWN, "PUT", [("key", "k"), ("note", "n")], [made, first, second, read])) == []
