"""Which operations the user wants tested."""

from __future__ import annotations

from typing import Any

import pytest
from reported import changed

from specproof.contract.operations import read_operations
from specproof.contract.selection import Selection, Wish, select
from specproof.errors import OptionError
from specproof.model.change import Change, Level

ANSWER = {"responses": {"200": {"description": "an answer"}}}
LIFE = {"identity": "/id", "parameter": "id", "create": "makePet", "delete": "dropPet"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/pets": {
            "get": {**ANSWER, "tags": ["pets"]},
            "post": {**ANSWER, "operationId": "makePet", "x-resource": LIFE},
        },
        "/pets/{id}": {"delete": {**ANSWER, "operationId": "dropPet", "x-resource": LIFE}},
        "/stores": {"get": {**ANSWER, "tags": ["stores", "shops"]}},
    },
}
ALL = {"GET /pets", "POST /pets", "DELETE /pets/{id}", "GET /stores"}


def chosen(
    changes: tuple[Change, ...] = (), changed_only: bool = False, **wish: tuple[str, ...]
) -> Selection:
    """Select among the operations."""
    operations = read_operations(DOCUMENT)
    return select(DOCUMENT, operations, Wish(**wish), changes=changes, changed_only=changed_only)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, ALL),
        ({"only": ("GET /pets*",)}, {"GET /pets"}),
        ({"only": ("get /pets", "/stores")}, {"GET /pets", "GET /stores"}),
        ({"only": ("* /pets/*",)}, {"DELETE /pets/{id}"}),
        ({"tags": ("shops", "pets")}, {"GET /pets", "GET /stores"}),
        ({"exclude": ("DELETE *", "POST *")}, {"GET /pets", "GET /stores"}),
        ({"only": ("/pets*",), "exclude": ("POST *",)}, {"GET /pets", "DELETE /pets/{id}"}),
        ({"only": ("*pets*",), "tags": ("pets",)}, {"GET /pets"}),
    ],
)
def test_globs_and_tags_choose(wish: dict[str, tuple[str, ...]], expected: set[str]) -> None:
    assert chosen(**wish).operations == expected


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"only": ("GET /pet",)}, r"--only: 'GET /pet' matches no operation\. Did you mean 'GET /pets'\?"),
        (
            {"exclude": ("zzz",)},
            r"--exclude: 'zzz' matches no operation\. Operations are called as 'GET /pets'",
        ),
        (
            {"tags": ("pet",)},
            r"--tag: no operation has the tag 'pet'\. Did you mean 'pets'\? Known: pets, shops",
        ),
        ({"only": ("/pets",), "exclude": ("/pets",)}, r"together they leave no operation"),
    ],
)
def test_what_matches_nothing_is_said(wish: dict[str, tuple[str, ...]], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        chosen(**wish)


def test_what_belongs_to_no_operation_is_tested_with_the_whole() -> None:
    """Leaving a few out does not make it a choice of some; the document itself is always looked at."""
    assert chosen(exclude=("DELETE *",)).has("", "oauth")
    assert not chosen(only=("GET *",)).has("", "oauth")
    assert chosen(only=("GET *",)).has("", "document")


def test_a_life_belongs_to_all_its_operations() -> None:
    """Who chooses the deletion gets the life cycle that proves it; who leaves the creation out does not."""
    assert chosen(only=("DELETE *",)).has("POST /pets", "lifecycle")
    assert not chosen(only=("DELETE *",)).has("POST /pets", "status")
    assert not chosen(exclude=("POST *",)).has("POST /pets", "lifecycle")


def test_what_has_changed_comes_first_and_may_be_all() -> None:
    changes = (_touching("GET /stores", "GET /gone"),)

    assert chosen(changes).first == {"GET /stores"}
    assert chosen(changes).operations == ALL
    assert chosen(changes, changed_only=True).operations == {"GET /stores"}
    assert chosen(changed_only=True).operations == frozenset()


def test_a_promise_at_the_root_is_made_for_all_operations() -> None:
    root = _touching(kind="promise-changed")
    server = _touching(kind="server-added")

    assert chosen((root,)).first == ALL
    assert chosen((server,)).first == frozenset()


def _touching(*operations: str, kind: str = "response-property-removed") -> Change:
    plain = changed("", Level.SAFE)
    return Change(
        kind=kind, level=plain.level, side=plain.side, said="", document="new", pointer="#", place="",
        operations=operations,
    )  # fmt: skip
