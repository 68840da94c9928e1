"""What a selection makes of an answer, and which differences from that count."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.invariants.projection import Nowhere, Sameness, differences, is_related, projected
from specproof.model.selection import EVERY, Selection, Step

FULL: dict[str, Any] = {
    "total": 2,
    "next": "http://api.example/things?page=2",
    "things": [
        {"id": 1, "links": {"self": {"href": "/1"}, "up": {"href": "/"}}, "tags": [{"t": "a"}, {"t": "b"}]},
        {"id": 2, "links": {"self": {"href": "/2"}, "up": {"href": "/"}}, "tags": [], "note": None},
    ],
}
SAME = Sameness(parameter="fields", links=frozenset({("next",)}))


def selection(text: str) -> Selection:
    """Read a selection as people write it."""
    modes = {"-": "exclude", "+": "add"}
    steps = (
        Step(mode=modes.get(name[0], "include"), path=tuple(name.lstrip("+-").split(".")))
        for name in text.split(",")
    )
    return Selection(topic="include", steps=tuple(steps), text=text)


def found(text: str, got: Any) -> list[tuple[str, str]]:
    """Return kind and path of the differences between an answer and what a selection promises."""
    differing = differences(projected(FULL, selection(text)), got, SAME)
    return [(each.kind, ".".join(each.path)) for each in differing]


HREFS = [{"links": {"self": {"href": "/1"}}}, {"links": {"self": {"href": "/2"}}}]
TABLE: list[tuple[str, Any]] = [
    ("total", {"total": 2}),
    ("things.id", {"things": [{"id": 1}, {"id": 2}]}),
    ("things.id,total", {"total": 2, "things": [{"id": 1}, {"id": 2}]}),
    ("things.links.self.href", {"things": HREFS}),
    ("things.links.self,things.links.self.href", {"things": HREFS}),
    ("things.links.*.href", {"things": [{"links": item["links"]} for item in FULL["things"]]}),
    ("things.*.t", {"things": [{"tags": FULL["things"][0]["tags"]}, {}]}),
    ("*", FULL),
    ("-things,-next", {"total": 2}),
    ("-things.links,-things.tags,-things.note", {**FULL, "things": [{"id": 1}, {"id": 2}]}),
    ("-*", {}),
    ("-things.*", {**FULL, "things": [{}, {}]}),
    ("-*,+total", {"total": 2}),
    ("-*,+things.id", {"things": [{"id": 1}, {"id": 2}]}),
    ("things,-things.links,-things.tags,-things.note", {"things": [{"id": 1}, {"id": 2}]}),
    ("+things.id", FULL),
    ("nothing", {}),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_a_selection_leaves_exactly_what_it_names(text: str, expected: Any) -> None:
    assert found(text, expected) == []


def test_what_is_projected_is_plain() -> None:
    """Only where a path found nothing, something else than JSON stands."""
    assert projected(FULL, selection("total")) == {"total": 2}
    assert projected(FULL, selection("nothing")) == Nowhere({})
    assert projected({}, selection("-a")) == {}


SILENT: list[tuple[str, str, Any]] = [
    ("an empty object on the way", "things.note.deep", {"things": [{}, {"note": {}}]}),
    ("nothing on the way", "things.note.deep", {}),
    ("items without it are left out", "things.tags.t", {"things": [{"tags": [{"t": "a"}, {"t": "b"}]}]}),
    ("the value at the end of the way", "things.note.deep", {"things": [{}, {"note": None}]}),
    ("an empty list stays", "things.tags.t", {"things": [{"tags": FULL["things"][0]["tags"]}, {"tags": []}]}),
    ("a link that carries the selection on", "next", {"next": "http://api.example/things?fields=next&page=2"}),
    ("a link that nobody may take apart", "next", {"next": "http://api.example/cursor/x7"}),
    ("another order of members", "total,next", {"next": FULL["next"], "total": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "got"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT])
def test_what_is_not_promised_is_not_judged(text: str, got: Any) -> None:
    assert found(text, got) == []


BROKEN: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("total", FULL, [("extra", "next"), ("extra", "things")]),
    ("total", {}, [("missing", "total")]),
    ("total", {"total": True}, [("changed", "total")]),
    ("total", {"total": "2"}, [("changed", "total")]),
    ("things.id", {"things": [{"id": 1}]}, [("length", "things")]),
    ("things.id", {"things": [{"id": 1}, {}]}, [("missing", "things.id")]),
    ("things.id", {"things": [{"id": 2}, {"id": 1}]}, [("changed", "things.id")] * 2),
    ("things.id", {"things": {"0": {"id": 1}}}, [("changed", "things")]),
    ("nothing", {"nothing": None}, [("extra", "nothing")]),
    ("nothing", FULL, [("extra", "total")]),
    ("-total", {**FULL}, [("extra", "total")]),
    ("-things.links.*", {**FULL, "things": [{**i, "links": None} for i in FULL["things"]]},
     [("changed", "things.links")] * 2),
    ("next", {"next": None}, [("changed", "next")]),
    ("things.tags", {"things": [{"tags": FULL["things"][0]["tags"]}, {}]}, [("missing", "things.tags")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "got", "expected"), BROKEN)
def test_other_answers_differ(text: str, got: Any, expected: list[tuple[str, str]]) -> None:
    assert found(text, got) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/x?a=1&fields=b", "/x?a=1", True),
        ("/x?fields=b", "/x", True),
        ("http://h/x?b=2&a=1", "http://h/x?a=1&b=2&fields=c", True),
        ("/x?a=1", "/x?a=2", False),
        ("/x?fields=b", "/y", False),
        ("what?", "what", False),
        ("what?fields=a", "what", False),
        (1, 1.0, True),
        (1, True, False),
        (None, "", False),
    ],
)
def test_values_are_the_same(one: Any, other: Any, same: bool) -> None:
    """Links of an answer may carry the selection; nothing else may change."""
    assert SAME.same(one, other, ("link",)) is same


def test_one_path_leads_through_another() -> None:
    assert is_related(("a", EVERY), ("a", "b", "c"))
    assert is_related(("a", "b", "c"), ("a",))
    assert not is_related(("a", "b"), ("a", "c"))


def test_what_changes_by_itself_may_differ() -> None:
    """Whatever it is, but it has to be there."""
    changing = Sameness(parameter="fields", volatile=lambda path: path == ("total",))

    for total in (3, [], {"of": 3}):
        assert list(differences({"total": 2}, {"total": total}, changing)) == []
    assert list(differences({"total": [1]}, {"total": [1, 2]}, changing)) == []
    assert [each.kind for each in differences({"total": 2}, {}, changing)] == ["missing"]
