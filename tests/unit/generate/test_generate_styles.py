"""Parameters are written in every style as the tables of the specifications have them."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_parameter
from hypothesis import given
from hypothesis import strategies as st

from specproof.contract.styles import path_values_of
from specproof.generate.styles import header_text, path_text, query_pairs, write_query

LIST = ["blue", "black", "brown"]
THING = {"R": 100, "G": 200, "B": 150}
PATHS = [  # OpenAPI 3.0.4, Style Examples
    ("simple", False, "blue", "blue"),
    ("simple", False, LIST, "blue,black,brown"),
    ("simple", True, LIST, "blue,black,brown"),
    ("simple", False, THING, "R,100,G,200,B,150"),
    ("simple", True, THING, "R=100,G=200,B=150"),
    ("label", False, "blue", ".blue"),
    ("label", False, LIST, ".blue,black,brown"),
    ("label", True, LIST, ".blue.black.brown"),
    ("label", False, THING, ".R,100,G,200,B,150"),
    ("label", True, THING, ".R=100.G=200.B=150"),
    ("matrix", False, "blue", ";color=blue"),
    ("matrix", False, LIST, ";color=blue,black,brown"),
    ("matrix", True, LIST, ";color=blue;color=black;color=brown"),
    ("matrix", False, THING, ";color=R,100,G,200,B,150"),
    ("matrix", True, THING, ";R=100;G=200;B=150"),
]
QUERIES = [
    ("form", True, "blue", "color=blue"),
    ("form", True, LIST, "color=blue&color=black&color=brown"),
    ("form", False, LIST, "color=blue,black,brown"),
    ("form", True, THING, "R=100&G=200&B=150"),
    ("form", False, THING, "color=R,100,G,200,B,150"),
    ("spaceDelimited", False, LIST, "color=blue%20black%20brown"),
    ("spaceDelimited", False, THING, "color=R%20100%20G%20200%20B%20150"),
    ("pipeDelimited", False, LIST, "color=blue%7Cblack%7Cbrown"),
    ("pipeDelimited", False, THING, "color=R%7C100%7CG%7C200%7CB%7C150"),
    ("deepObject", True, THING, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
]


@pytest.mark.parametrize(("style", "explode", "value", "written"), PATHS)
def test_a_path_has_the_style_of_its_parameter(style: str, explode: bool, value: Any, written: str) -> None:
    parameter = make_parameter("color", {}, "path", style=style, explode=explode)

    assert path_text(parameter, value) == written


@pytest.mark.parametrize(("style", "explode", "value", "written"), QUERIES)
def test_a_query_has_the_style_of_its_parameter(style: str, explode: bool, value: Any, written: str) -> None:
    """What separates values is told from what stands inside of them."""
    parameter = make_parameter("color", {}, style=style, explode=explode)

    assert write_query(query_pairs(parameter, value)) == written


def test_a_parameter_with_content_is_written_as_json() -> None:
    parameter = make_parameter("where", {}, content="application/json")

    assert write_query(query_pairs(parameter, {"a": [1]})) == "where=%7B%22a%22%3A%5B1%5D%7D"


def test_reserved_characters_stay_where_they_may() -> None:
    """But for those that would end the pair or the query."""
    parameter = make_parameter("at", {}, allow_reserved=True)

    assert (
        write_query(query_pairs(parameter, "http://a:1/b?c=d&e#f+g")) == "at=http://a:1/b?c%3Dd%26e%23f%2Bg"
    )


@pytest.mark.parametrize(
    ("explode", "value", "written"),
    [(False, [1, 2], "1,2"), (False, THING, "R,100,G,200,B,150"), (True, THING, "R=100,G=200,B=150")],
)
def test_a_header_is_written_in_the_simple_style(explode: bool, value: Any, written: str) -> None:
    assert header_text(make_parameter("X-Color", {}, "header", explode=explode), value) == written


def test_a_list_of_a_profile_is_written_in_the_style_of_its_parameter() -> None:
    parameter = make_parameter("ids", {}, "path", style="matrix", explode=True, kind="array")

    assert path_text(parameter, "1,2") == ";ids=1;ids=2"


@given(
    values=st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4),
    style=st.sampled_from(["simple", "matrix"]),
    explode=st.booleans(),
)
def test_a_list_in_a_path_reads_back(values: list[str], style: str, explode: bool) -> None:
    """Whatever stands in its values."""
    parameter = make_parameter("ids", {}, "path", style=style, explode=explode, kind="array")

    assert path_values_of(parameter, path_text(parameter, values)) == values
