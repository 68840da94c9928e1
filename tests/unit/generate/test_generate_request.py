"""Requests are written by the parameter styles of OpenAPI, and can be read back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from builders import BASE, make_operation, make_parameter, make_request
from hypothesis import given, settings
from hypothesis import strategies as st

from specproof.contract.operations import read_operations
from specproof.generate.addresses import path_values, with_path_values
from specproof.generate.cases import case_request, case_schema
from specproof.generate.request import build_request, fill_path, json_body, json_media, optional_query
from specproof.generate.styles import as_text, query_pairs
from specproof.model.operation import MediaType, Operation, RequestBody

texts = st.text(st.characters(codec="utf-8"), max_size=12)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ITEM = make_operation(
    "200",
    path="/teams/{team}/things/{id}",
    parameters=(make_parameter("team", {}, "path"), make_parameter("id", {}, "path")),
)


@given(texts, texts, st.lists(st.tuples(texts, texts), max_size=4))
def test_values_arrive_as_they_are(team: str, item: str, query: list[tuple[str, str]]) -> None:
    """Whatever characters they hold, they stay in their place."""
    request = build_request(ITEM, base_url=BASE + "/", path={"team": team, "id": item}, query=query)
    parts = urlsplit(request.url)
    assert parts.path.split("/")[:3] == ["", "v1", "teams"]
    assert [unquote(each) for each in parts.path.split("/")[3::2]] == [team, item]
    assert parse_qsl(parts.query, keep_blank_values=True) == query
    assert request.operation == "GET /teams/{team}/things/{id}"


@given(texts.filter(bool), texts.filter(bool))
def test_path_values_can_be_read_and_replaced(team: str, other: str) -> None:
    request = build_request(ITEM, base_url=BASE, path={"team": team, "id": "7"})
    assert path_values(request, ITEM, BASE) == {"team": team, "id": "7"}
    changed = with_path_values(request, ITEM, BASE, {"team": other, "unknown": "x"})
    assert path_values(changed, ITEM, BASE) == {"team": other, "id": "7"}


def test_a_path_of_another_shape_is_left_alone() -> None:
    request = make_request(url=f"{BASE}/teams/a/b/c/d?x=1")
    assert path_values(request, ITEM, BASE) == {}
    assert with_path_values(request, ITEM, BASE, {"team": "x"}) == request


def test_a_missing_path_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="id"):
        fill_path(ITEM, {"team": "a"})


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (7, "7"), (1.5, "1.5"), (True, "true"), (None, "null"), ([1, "b"], "1,b")]
)
def test_primitives_are_written_as_in_json(value: Any, text: str) -> None:
    assert as_text(value) == text


STYLES = [
    # style, explode, value, pairs
    ("form", True, "a", [("q", "a")]),
    ("form", True, ["a", 1], [("q", "a"), ("q", "1")]),
    ("form", False, ["a", 1], [("q", "a,1")]),
    ("spaceDelimited", False, ["a", 1], [("q", "a 1")]),
    ("pipeDelimited", False, ["a", 1], [("q", "a|1")]),
    ("form", True, {"r": 1, "g": True}, [("r", "1"), ("g", "true")]),
    ("form", False, {"r": 1, "g": 2}, [("q", "r,1,g,2")]),
    ("deepObject", True, {"r": 1}, [("q[r]", "1")]),
    ("form", True, [], []),
]


@pytest.mark.parametrize(("style", "explode", "value", "pairs"), STYLES, ids=[str(row[:3]) for row in STYLES])
def test_every_style_is_written_as_documented(
    style: str, explode: bool, value: Any, pairs: list[tuple[str, str]]
) -> None:
    """Source: OpenAPI 3.0.4, Style Examples."""
    assert query_pairs(make_parameter("q", {}, style=style, explode=explode), value) == pairs


@given(json_values)
def test_a_body_is_the_json_of_its_value(value: Any) -> None:
    assert json.loads(json_body(value)) == value


def test_half_a_character_stays_escaped() -> None:
    assert json_body({"a": "\ud800é"}) == b'{"a":"\\ud800\\u00e9"}'
    assert json_body("é") == '"é"'.encode()


@pytest.mark.parametrize(
    ("documented", "sent"),
    [
        (["application/json"], "application/json"),
        (["application/json; charset=utf-8"], "application/json"),
        (["application/*"], "application/json"),
        (["*/*"], "application/json"),
        (["text/plain", "application/vnd.x+json"], "application/vnd.x+json"),
        (["text/plain"], None),
        ([], None),
    ],
)
def test_json_is_sent_where_it_is_taken(documented: list[str], sent: str | None) -> None:
    content = tuple(MediaType(name=name, schema={}, pointer="#") for name in documented)
    body = RequestBody(required=True, content=content, pointer="#")
    assert json_media(make_operation(request_body=body)) == sent
    assert json_media(Operation(method="GET", path="/", pointer="#")) is None


JOINED = {
    "openapi": "3.0.3",
    "info": {"title": "x", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "parameters": [
                    {
                        "name": "sort",
                        "in": "query",
                        "required": True,
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "string"}},
                    }
                ],
                "responses": {"200": {"description": "x"}},
            }
        }
    },
}


@given(case_schema(JOINED, seed=1, depth="quick")["/things"]["GET"].as_strategy())
@settings(max_examples=10)
def test_lists_that_are_joined_stay_joined(case: Any) -> None:
    """``explode: false`` gives one parameter, whatever the items hold."""
    request = case_request(case, read_operations(JOINED)[0], base_url=BASE)
    pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    assert [name for name, _ in pairs] == ["sort"]
    assert "," not in urlsplit(request.url).query or len(case.query["sort"]) > 1


def test_every_query_parameter_that_may_be_left_out_gets_the_value_that_the_document_shows() -> None:
    """Of a number the one after the default, if there may be one."""
    operation = make_operation(
        "200",
        parameters=(
            make_parameter("page", {"type": "integer", "default": 1}),
            make_parameter("size", {"type": "integer", "default": 10, "maximum": 10}),
            make_parameter("all", {"type": "boolean", "default": False}),
            replace(make_parameter("sort", {"type": "string"}), examples=("-key",)),
            make_parameter("silent", {"type": "string"}),
            replace(make_parameter("needed", {"type": "string", "default": "x"}), required=True),
        ),
    )
    assert optional_query(operation) == (("page", "2"), ("size", "10"), ("all", "false"), ("sort", "-key"))
