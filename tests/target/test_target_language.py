"""The query languages of the list: fields, q and sort."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from target_client import SEARCH, VARIABLES, Answer, Client


def ask(client: Client, **parameters: str) -> Answer:
    """List with these parameters, a hundred a page."""
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return client.get(f"{VARIABLES}?pagelen=100&{query}")


def keys(client: Client, q: str) -> list[str]:
    """Return the keys of the seeded variables that a filter keeps."""
    answer = ask(client, q=f"({q}) AND created_on < 2025-01-01")
    assert answer.status == 200, answer.body
    return [item["key"] for item in answer.json["values"]]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('key = "ONE"', ["ONE"]),
        ('key = "one"', []),
        ('key ~ "_token"', ["DEPLOY_TOKEN", "NPM_TOKEN", "REPORT_TOKEN"]),
        ('key ~ "_TOKEN" and secured=false', []),
        ('key = "A" OR key = "ONE" AND value = "nothing"', ["A"]),
        ('(key = "A" OR key = "ONE") AND value ~ "1"', ["ONE"]),
        ('value ~ "GR\u00dcSSE"', ["GREETING"]),
        ('value = "it\'s \\"quoted\\" and `ticked`"', ["QUOTES"]),
        ('value ~ "\\r\\n"', ["CRLF"]),
        ('value = "" and secured = false', ["EMPTY"]),
        ('value ~ "tok-5d1f"', []),
        ('key > "WITH" and key < "a"', ["WITH SPACE"]),
        ("key = null", []),
        ("created_on = 2024-03-01T09:30:00Z", ["DEPLOY_REGION"]),
        ("created_on <= 2024-03-01T11:30:00.000+02:00", ["DEPLOY_REGION"]),
        ("created_on < 2024-03-02 and created_on >= 2024-03-01T16:30", ["DEPLOY_TOKEN", "BUILD_FLAGS"]),
        ('links.self.href ~ "%7Bda9586a3"', ["DEPLOY_REGION"]),
        ('type != "pipeline_variable"', []),
        (" OR ".join(['key = "A"'] * 120), ["A"]),
        ("(" * 18 + 'key = "A"' + ")" * 18, ["A"]),
    ],
)
def test_a_filter_keeps_what_it_describes(shared: Client, q: str, expected: list[str]) -> None:
    assert keys(shared, q) == expected


@pytest.mark.parametrize("field", ["key", "value", "uuid", "secured", "created_on"])
def test_an_operator_and_its_opposite_share_everything(shared: Client, field: str) -> None:
    literal = {"secured": "true", "created_on": "2024-03-05"}.get(field, '"e"')
    pairs = {
        "key": [("=", "!="), ("~", "!~"), (">", "<=")],
        "secured": [("=", "!=")],
        "created_on": [("<", ">=")],
    }
    everything = keys(shared, "key != null")
    for one, other in pairs.get(field, pairs["key"]):
        left, right = keys(shared, f"{field} {one} {literal}"), keys(shared, f"{field} {other} {literal}")
        assert sorted(left + right) == sorted(everything)
        assert len(everything) == 37


@pytest.mark.parametrize(
    ("q", "column"),
    [
        ("nonsense", 9),
        ("foo = 1", 1),
        ("key", 4),
        ("key =", 6),
        ('key == "A"', 6),
        ('key = "A', 7),
        ("key = 'A'", 7),
        ("key = 5", 7),
        ("key = true", 7),
        ("key > null", 5),
        ("secured > true", 9),
        ('secured = "true"', 11),
        ('secured ~ "t"', 9),
        ('created_on = "2024-03-01"', 14),
        ("created_on = 2024-13-01", 14),
        ("created_on = 0001-01-01T00:00:00+14:00", 14),
        ('(key = "A"', 11),
        ('key = "A")', 10),
        ('key = "A" key = "B"', 11),
        ('key = "A" AND', 14),
        ("(" * 21 + 'key = "A"' + ")" * 21, 21),
        ("k" * 2_001, 2_001),
        ('key = "A" \x00', 11),
        ("; DROP TABLE variable", 1),
    ],
)
def test_a_filter_that_makes_no_sense_points_at_the_mistake(shared: Client, q: str, column: int) -> None:
    answer = ask(shared, q=q)
    assert answer.status == 400
    assert answer.json["error"]["data"] == {"key": "filter.malformed", "parameter": "q", "column": column}
    assert answer.json["error"]["detail"].startswith(f"Column {column}: ")


@pytest.mark.parametrize("field", ["uuid", "key", "created_on", "updated_on"])
def test_sorting_goes_both_ways(shared: Client, field: str) -> None:
    up = [item[field] for item in ask(shared, sort=field).json["values"]]
    down = [item[field] for item in ask(shared, sort=f"-{field}").json["values"]]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)


def test_what_is_equal_stays_in_the_order_of_creation(shared: Client) -> None:
    usual = ask(shared, q="").json["values"]
    assert ask(shared, sort="").json["values"] == usual
    for sort in ("secured", "-secured"):
        found = ask(shared, sort=sort).json["values"]
        for flag in (True, False):
            assert [item for item in found if item["secured"] is flag] == [
                item for item in usual if item["secured"] is flag
            ]


def test_secrets_are_sorted_as_if_they_were_empty(shared: Client) -> None:
    found = ask(shared, sort="value", q="created_on < 2025-01-01").json["values"]
    assert [item["value"] for item in found] == sorted(item["value"] for item in found)
    assert sum(item["value"] == "" for item in found) == 10


@pytest.mark.parametrize(
    ("sort", "column"), [("foo", 1), ("-", 2), ("--key", 2), ("key,value", 1), ("-foo", 2)]
)
def test_an_unknown_order_points_at_the_mistake(shared: Client, sort: str, column: int) -> None:
    answer = ask(shared, sort=sort)
    assert (answer.status, answer.json["error"]["data"]["column"]) == (400, column)


def pick(client: Client, fields: str, path: str = f"{VARIABLES}?pagelen=2") -> Any:
    """Return the answer with these fields."""
    answer = client.get(f"{path}&fields={quote(fields, safe='')}")
    assert answer.status == 200
    return answer.json


def test_plain_fields_are_all_there_is(shared: Client) -> None:
    full = pick(shared, "")
    assert pick(shared, "values.key,size") == {
        "values": [{"key": item["key"]} for item in full["values"]],
        "size": full["size"],
    }
    assert pick(shared, "values.links.self.href")["values"][0] == {"links": full["values"][0]["links"]}
    assert pick(shared, "values") == {"values": full["values"]}
    assert pick(shared, "values.*,-values.links")["values"][0].keys() == full["values"][0].keys() - {"links"}


def test_minus_leaves_out(shared: Client) -> None:
    full = pick(shared, "")
    assert pick(shared, "-values").keys() == full.keys() - {"values"}
    assert pick(shared, "-values.links.*")["values"][0]["links"] == {}
    assert pick(shared, "-*") == {}
    assert pick(shared, "-*,+size") == pick(shared, "+size,-*") == {"size": full["size"]}


@pytest.mark.parametrize(
    "fields", ["nothing", "values.nothing", "a..b", ".", "values.key.deeper", "\x00", "\u00e9"]
)
def test_paths_that_match_nothing_give_nothing(shared: Client, fields: str) -> None:
    assert pick(shared, fields) == {}
    assert pick(shared, f"-{fields}").keys() == pick(shared, f"+{fields}").keys() == pick(shared, "").keys()


def test_one_variable_can_be_cut_down(shared: Client) -> None:
    item = pick(shared, "")["values"][0]
    assert pick(shared, "key,links.self", f"{shared.of(item)}?x=1") == {
        name: item[name] for name in ("key", "links")
    }


def test_an_unencoded_plus_matches_nothing(shared: Client) -> None:
    """In a query string it is a space, and no field has a space in its name."""
    assert shared.get(f"{VARIABLES}?fields=+size").json == {}


def test_plus_adds_what_search_hides(shared: Client) -> None:
    path = f"{SEARCH}?search_query=parser&pagelen=1"
    usual = pick(shared, "", path)
    assert "commit" not in usual["values"][0]["file"]
    added = pick(shared, "+values.file.commit", path)["values"][0]["file"].pop("commit")
    assert added.keys() == {"type", "hash", "links"}
    deeper = pick(shared, "+values.file.commit.repository", path)["values"][0]["file"]["commit"]
    assert deeper.keys() == {"type", "hash", "links", "repository"}
    assert deeper["repository"]["full_name"] == "acme/deploy"
    wild = pick(shared, "+values.*.*.*", path)
    assert wild["values"] == pick(shared, "+values.file.commit.*", path)["values"]
    assert pick(shared, "values.file.commit.hash", path) == {
        "values": [{"file": {"commit": {"hash": added["hash"]}}}]
    }
    assert pick(shared, "*", path)["values"] == usual["values"]
