"""Selections of a quick run: few of them, each with many kinds of paths."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.contract.vocabulary import PartialResponse
from specproof.generate.selection_mixes import selections
from specproof.generate.selections import Chooser

DOCUMENT: dict[str, Any] = {
    "page": 1,
    "pagelen": 10,
    "values": [
        {
            "id": 7,
            "name": "a",
            "sold": False,
            "links": {"self": {"href": "/7"}},
            "groups": [{"lines": [{"number": 1, "text": "x"}]}],
        }
    ],
}
SAID = {"exclude": "-", "add": "+", "wildcard": "*", "hidden": ["values.owner"], "unknown": "ignored"}


def _texts(topic: str, *, seed: int = 1, document: Any = DOCUMENT, **said: Any) -> list[str]:
    terms = PartialResponse.model_validate({**SAID, **said})
    chooser = Chooser(terms=terms, document=document, depth="quick", seed=seed)
    return [each.text for each in selections(chooser) if each.topic == topic]


@pytest.mark.parametrize("seed", range(5))
def test_one_list_names_members_of_every_object(seed: int) -> None:
    """Among them one inside of a list inside of a list, and one whose value counts as false."""
    named = _texts("include", seed=seed)[0].split(",")

    assert {"values.links.self.href", "values.sold", "page"} <= set(named)
    assert {"values.groups.lines.number", "values.groups.lines.text"} & set(named)


@pytest.mark.parametrize("seed", range(5))
def test_of_each_object_something_is_left_to_tell_by(seed: int) -> None:
    """Who shows all of it, or takes all of it away, is seen."""
    for text in (_texts("include", seed=seed)[0], _texts("exclude", seed=seed)[0].replace("-", "")):
        named = set(text.split(","))

        assert not {"values.groups.lines.number", "values.groups.lines.text"} <= named
        assert not {"values.id", "values.name", "values.sold"} <= named
        assert "pagelen" not in named


def test_an_object_is_left_out_as_a_whole_and_emptied() -> None:
    whole, emptied = _texts("exclude")[1], _texts("wildcard")[1]

    assert whole in {"-values.links", "-values.links.self", "-values.groups", "-values.groups.lines"}
    assert emptied == "-values.links.*"


def test_what_is_hidden_is_added_and_named_alone() -> None:
    assert "+values.owner" in _texts("add")
    assert "values.owner" in _texts("include")
    assert not any("owner" in text for text in _texts("include", hidden=[]) + _texts("add", hidden=[]))


def test_plain_names_go_with_an_exclusion_and_exclusions_with_additions() -> None:
    added, left_out = _texts("combined")

    assert added.startswith("-*,+values.")
    assert left_out.split(",")[0] == "values"
    assert left_out.split(",")[-1].startswith("-values.")


def test_a_name_stands_twice_behind_a_deep_one() -> None:
    once, twice = (text.split(",") for text in _texts("order"))

    assert twice == [once[1], once[0], once[1]]
    assert once[0].count(".") > once[1].count(".")


def test_what_the_parameter_does_not_understand_is_not_asked() -> None:
    bare: dict[str, Any] = {"exclude": None, "add": None, "wildcard": None, "hidden": [], "unknown": None}

    topics = [
        topic for topic in ("exclude", "add", "wildcard", "combined", "unknown") if _texts(topic, **bare)
    ]

    assert topics == []
    assert len(_texts("include", **bare)) == 1


def test_an_answer_without_members_gives_only_what_needs_none() -> None:
    nothing: dict[str, Any] = {"a b": 1}

    assert _texts("include", document=nothing) == ["values.owner"]
    assert _texts("exclude", document=nothing) == []
    assert _texts("wildcard", document=nothing) == ["*", "-*"]
