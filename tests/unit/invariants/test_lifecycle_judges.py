"""Every promise about the life of a thing has a server that breaks it; a correct server breaks none."""

from __future__ import annotations

import pytest
from lives import Body, UpdatesTheNeighbour, broken, lives
from things import Reply, Things, document

from specproof.invariants.lifecycle import JUDGES


class _RelativeLocation(Things):
    """Gives a Location without a host, which RFC 9110 section 10.2.2 allows."""

    def location(self, identity: str) -> str:
        return super().location(identity).removeprefix("http://api.example")


class _EmptyUpdates(Things):
    """Answers updates with 204 and no body."""

    def update(self, identity: str, sent: Body) -> Reply:
        status, headers, shown = super().update(identity, sent)
        return (204, {}, None) if status == 200 else (status, headers, shown)


class _GoneForGood(Things):
    """Says 410 where something was."""

    def missing(self, method: str, identity: str) -> Reply:
        return 410, {}, {}


class _ShortList(Things):
    """Lists less of each thing than a read shows."""

    def list(self, query: dict[str, str]) -> Reply:
        status, headers, body = super().list(query)
        body["values"] = [{"id": each["id"], "key": each["key"]} for each in body["values"]]
        return status, headers, body


class _NamesOnly(Things):
    """Lists names in place of things: nothing can be found by its identity."""

    def list(self, query: dict[str, str]) -> Reply:
        status, headers, body = super().list(query)
        body["values"] = [each["key"] for each in body["values"]]
        return status, headers, body


@pytest.mark.parametrize(
    "things",
    [Things, _RelativeLocation, _EmptyUpdates, _GoneForGood, _ShortList, _NamesOnly],
    ids=lambda c: c.__name__,
)
def test_a_correct_server_breaks_no_promise(things: type[Things]) -> None:
    server = things()
    found = broken(server, hard=True)
    assert {name: [breach.summary for breach in each] for name, each in found.items()} == {}
    assert server.kept == {}


def test_a_story_exercises_every_promise() -> None:
    _, [life] = lives(Things())
    assert {kind for _, kind in JUDGES.values()} <= {act.kind for act in life.acts}


# --- one broken server per promise -----------------------------------------------------------------


class _Refuses(Things):
    def create(self, sent: Body) -> Reply:
        return (422, {}, {}) if len(sent.get("note", "")) > 255 else super().create(sent)


class _NoLocation(Things):
    def create(self, sent: Body) -> Reply:
        status, _, shown = super().create(sent)
        return status, {}, shown


class _DeadLocation(Things):
    def location(self, identity: str) -> str:
        return f"{self.base}/things/elsewhere"


class _OtherLocation(Things):
    def location(self, identity: str) -> str:
        return super().location(next(iter(self.kept)))


class _ForeignLocation(Things):
    def location(self, identity: str) -> str:
        return super().location(identity).replace("api.example", "backend.internal")


class _ForgetsAtOnce(Things):
    def create(self, sent: Body) -> Reply:
        reply = super().create(sent)
        self.kept.popitem()
        return reply


class _ReadsAnother(Things):
    def read(self, identity: str) -> Reply:
        return super().read(next(iter(self.kept)))


class _ListsAllButTheNewest(Things):
    def list(self, query: dict[str, str]) -> Reply:
        status, headers, body = super().list(query)
        body["values"] = body["values"][:-1]
        return status, headers, body


class _ListsNothing(Things):
    def list(self, query: dict[str, str]) -> Reply:
        return 200, {}, {"values": []}


class _ListsOldValues(Things):
    def list(self, query: dict[str, str]) -> Reply:
        status, headers, body = super().list(query)
        body["values"] = [{**each, "size": 99} for each in body["values"]]
        return status, headers, body


class _Trims(Things):
    def stored(self, sent: Body) -> Body:
        kept = super().stored(sent)
        return {**kept, "note": kept["note"].strip()} if "note" in kept else kept


class _CutsAt255(Things):
    def stored(self, sent: Body) -> Body:
        kept = super().stored(sent)
        return {**kept, "note": kept["note"][:255]} if "note" in kept else kept


class _ForgetsTheSize(Things):
    def stored(self, sent: Body) -> Body:
        return {name: value for name, value in super().stored(sent).items() if name != "size"}


class _UpdatesNothing(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        return 200, {}, {**self.shown(identity), **self.stored(sent)}


class _RefusesUpdates(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        return 400, {}, {}


class _ClearsWhatIsOmitted(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        if not self.taken(sent, identity):
            whole = self.kept[identity]
            whole["note"] = sent.get("note", "")
        return super().update(identity, sent)


class _ChangesTheBirthday(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        self.kept[identity]["born"] = "today"
        return super().update(identity, sent)


class _TakesTheBirthday(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        self.kept[identity].update({name: sent[name] for name in {"born"} & set(sent)})
        return super().update(identity, sent)


class _MovesTheThing(Things):
    def update(self, identity: str, sent: Body) -> Reply:
        status, headers, _ = super().update(identity, sent)
        new = sent.get("id", identity)
        self.kept[new] = {**self.kept.pop(identity), "id": new}
        return status, headers, self.shown(new)


class _LetsTheClientChoose(Things):
    def identity(self, sent: Body) -> str:
        return str(sent.get("id") or super().identity(sent))


class _DeletesTheNeighbour(Things):
    def delete(self, identity: str) -> Reply:
        names = list(self.kept)
        after = names.index(identity) + 1
        if after < len(names) and len(names) == 3:
            del self.kept[names[after]]
        return super().delete(identity)


class _TakesAKeyTwice(Things):
    def taken(self, sent: Body, identity: str | None) -> bool:
        return identity is not None and super().taken(sent, identity)


class _TakesAKeyTwiceByUpdate(Things):
    def taken(self, sent: Body, identity: str | None) -> bool:
        return identity is None and super().taken(sent, identity)


class _RefusesDeletes(Things):
    def delete(self, identity: str) -> Reply:
        return 403, {}, {}


class _KeepsTheDeleted(Things):
    def delete(self, identity: str) -> Reply:
        return 204, {}, None


class _ListsTheDeleted(Things):
    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[Body] = []

    def delete(self, identity: str) -> Reply:
        self.deleted.append(self.shown(identity))
        return super().delete(identity)

    def list(self, query: dict[str, str]) -> Reply:
        status, headers, body = super().list(query)
        body["values"] += self.deleted
        return status, headers, body


class _DeletesAgain(Things):
    def missing(self, method: str, identity: str) -> Reply:
        return (204, {}, None) if method == "DELETE" else super().missing(method, identity)


BROKEN: list[tuple[str, type[Things], str]] = [
    # promise, server, detail
    ("create-accepts-valid", _Refuses, "note: 256 characters"),
    ("location", _NoLocation, "header"),
    ("location", _ForeignLocation, "header"),
    ("location", _DeadLocation, "status"),
    ("location", _OtherLocation, "other"),
    ("read-after-create", _ForgetsAtOnce, "status 404"),
    ("read-after-create", _ReadsAnother, "another thing"),
    ("listed", _ListsAllButTheNewest, "missing"),
    ("listed", _ListsNothing, "missing"),
    ("listed", _ListsOldValues, "other size"),
    ("echo", _Trims, "note note: spaces around"),
    ("echo", _CutsAt255, "note note: 256 characters"),
    ("echo", _ForgetsTheSize, "size"),
    ("update", _UpdatesNothing, "note"),
    ("update", _RefusesUpdates, "refused 400"),
    ("update", _ClearsWhatIsOmitted, "kept note"),
    ("immutable", _ChangesTheBirthday, "/born"),
    ("immutable", _TakesTheBirthday, "/born"),
    ("immutable", _MovesTheThing, "identity"),
    ("immutable", _LetsTheClientChoose, "chosen"),
    ("neighbours", UpdatesTheNeighbour, "after update"),
    ("neighbours", _DeletesTheNeighbour, "after delete"),
    ("unique", _TakesAKeyTwice, "create"),
    ("unique", _TakesAKeyTwiceByUpdate, "update"),
    ("delete", _RefusesDeletes, ""),
    ("gone-after-delete", _KeepsTheDeleted, "read"),
    ("gone-after-delete", _ListsTheDeleted, "list"),
    ("delete-again", _DeletesAgain, ""),
]


@pytest.mark.parametrize(
    ("promise", "things", "detail"), BROKEN, ids=[f"{row[0]}: {row[1].__name__}" for row in BROKEN]
)
def test_what_breaks_a_promise_is_found_by_it(promise: str, things: type[Things], detail: str) -> None:
    found = broken(things(), hard=promise in {"create-accepts-valid", "echo"})
    assert detail in [breach.detail for breach in found.get(promise, [])], found
    for breach in found[promise]:
        numbers = [exchange.number for exchange in breach.evidence]
        assert numbers == sorted(set(numbers)) != []
        assert breach.summary.startswith("expected ")


@pytest.mark.parametrize("status", [429, 503])
def test_an_overloaded_server_breaks_no_promise_about_updates_and_deletes(status: int) -> None:
    class Overloaded(Things):
        def update(self, identity: str, sent: Body) -> Reply:
            return status, {}, {}

        def delete(self, identity: str) -> Reply:
            return status, {}, {}

    assert broken(Overloaded()) == {}


def test_a_whole_update_may_clear_what_it_does_not_name() -> None:
    """Unless the contract says that updates keep it."""
    assert broken(_ClearsWhatIsOmitted(), document(keeps_omitted=False)) == {}


def test_a_location_alone_tells_what_was_made() -> None:
    """Source: RFC 9110 section 10.2.2."""

    class OnlyLocation(Things):
        def create(self, sent: Body) -> Reply:
            status, headers, _ = super().create(sent)
            return status, headers, None

    _, played = lives(OnlyLocation())
    made = played[0].find("create", subject="first")
    assert made is not None
    assert made.exchange.response.body == b""
    assert made.identity is not None
    assert played[0].find("read") is not None


def test_a_documented_403_may_hide_what_is_gone() -> None:
    class Hides(Things):
        def missing(self, method: str, identity: str) -> Reply:
            return (403, {}, {}) if method == "DELETE" else super().missing(method, identity)

    described = document()
    deletes = described["paths"]["/things/{id}"]["delete"]
    assert "delete-again" in broken(Hides(), described)
    deletes["responses"]["403"] = {"description": "no"}
    assert broken(Hides(), described) == {}


def test_a_bare_list_is_looked_through_too() -> None:
    """Without pages the body itself is the list; an empty one lists nothing."""
    described = document()
    described["paths"]["/things"]["get"].pop("x-pagination")

    class Bare(Things):
        def list(self, query: dict[str, str]) -> Reply:
            return 200, {}, [self.shown(name) for name in self.kept]

    class BareNothing(Things):
        def list(self, query: dict[str, str]) -> Reply:
            return 200, {}, []

    assert broken(Bare(), described) == {}
    assert [breach.detail for breach in broken(BareNothing(), described)["listed"]] == ["missing"]


def test_a_server_that_refuses_everything_ends_the_story_early() -> None:
    class Closed(Things):
        def create(self, sent: Body) -> Reply:
            return 403, {}, {}

    context, [life] = lives(Closed())
    assert [act.kind for act in life.acts] == ["create"] * 3
    assert [list(judge(context, life)) for judge, _ in JUDGES.values()] == [[]] * len(JUDGES)
