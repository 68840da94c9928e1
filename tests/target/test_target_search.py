"""Code search: which files are found, and how a match is shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from target_client import SEARCH, Client


def find(client: Client, query: str, **parameters: object) -> dict[str, Any]:
    """Search with a hundred results a page."""
    extra = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in parameters.items())
    answer = client.get(f"{SEARCH}?pagelen=100&search_query={quote(query, safe='')}{extra}")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def places(client: Client, query: str) -> set[str]:
    """Return the addresses of the files that a query finds."""
    return {item["file"]["links"]["self"]["href"] for item in find(client, query)["values"]}


def test_lines_add_up_and_matches_are_marked(shared: Client) -> None:
    items = find(shared, "parser timeout")["values"]
    assert any(item["content_match_count"] for item in items)
    for item in items:
        source = shared.get(item["file"]["links"]["self"]["href"]).body.decode().splitlines()
        marked = 0
        for block in item["content_matches"]:
            numbers = [line["line"] for line in block["lines"]]
            assert numbers == list(range(numbers[0], numbers[-1] + 1))
            for line in block["lines"]:
                text = "".join(segment["text"] for segment in line["segments"])
                assert text == source[line["line"] - 1]
                for segment in line["segments"]:
                    if "match" in segment:
                        assert segment["match"] is True
                        assert segment["text"].lower() in {"parser", "timeout"}
                        marked += 1
        assert item["content_match_count"] == marked
        path = "".join(segment["text"] for segment in item["path_matches"])
        assert path in {"", item["file"]["path"]}


def test_context_is_one_line_before_and_after(shared: Client) -> None:
    item = find(shared, "fortnight repo:handbook")["values"][0]
    assert [[line["line"] for line in block["lines"]] for block in item["content_matches"]] == [[5, 6, 7]]
    assert item["content_match_count"] == 2


def test_a_match_in_the_path_alone_is_enough(shared: Client) -> None:
    item = next(item for item in find(shared, "glossary")["values"])
    assert (item["content_match_count"], item["file"]["path"]) == (1, "docs/glossary.md")
    assert item["path_matches"][1] == {"text": "glossary", "match": True}
    only_path = find(shared, "retrospective path:notes")["values"][0]
    assert only_path["path_matches"]


@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        ("PARSER", "parser"),
        ("parser AND timeout", "timeout parser"),
        ("-parser timeout", "timeout NOT parser"),
        ('"timeout"', "timeout"),
        ("open_file", '"open file"'),
        ("parser OR parser", "parser"),
        ("(parser)", "parser"),
        ("repo:acme/ledger parser", "repo:LEDGER parser"),
        ("parser ext:.py", "parser ext:py"),
        ("parser == !", "parser"),
    ],
)
def test_spellings_that_mean_the_same(shared: Client, query: str, same_as: str) -> None:
    found = places(shared, query)
    assert found == places(shared, same_as)
    assert found


def test_operators_obey_the_laws_of_sets(shared: Client) -> None:
    parser, timeout = places(shared, "parser"), places(shared, "timeout")
    assert len(parser) > 25
    assert places(shared, "parser timeout") == parser & timeout
    assert places(shared, "parser OR timeout") == parser | timeout
    assert places(shared, "parser NOT timeout") == parser - timeout
    assert places(shared, "parser (ext:py OR ext:go)") == places(shared, "parser ext:py") | places(
        shared, "parser ext:go"
    )
    assert places(shared, "parser NOT repo:ledger") == parser - places(shared, "parser repo:ledger")
    repositories = ("handbook", "station-parser", "tidewatch", "harbour-ui", "ledger", "deploy")
    assert set().union(*(places(shared, f"parser repo:{name}") for name in repositories)) == parser


@pytest.mark.parametrize(
    ("modifier", "holds"),
    [
        ("ext:go", lambda path: path.endswith(".go")),
        ("lang:python", lambda path: path.endswith(".py")),
        ("path:docs", lambda path: "docs" in path),
        ("project:docs", lambda path: path.startswith(("docs/", "notes/", "README"))),
    ],
)
def test_modifiers_narrow(shared: Client, modifier: str, holds: Any) -> None:
    found = [item["file"]["path"] for item in find(shared, f"parser {modifier}")["values"]]
    assert found
    assert all(map(holds, found))


def test_a_phrase_does_not_reach_across_lines(shared: Client) -> None:
    assert places(shared, '"reading into"') == set()
    assert places(shared, '"the parser turns a reading"')


def test_other_teams_are_never_searched(shared: Client) -> None:
    assert places(shared, "confidential") == set()
    rita = shared.app_password("rita", "rival-admin")
    found = shared.get("/2.0/teams/rival/search/code?search_query=confidential", authorization=rita).json
    assert found["size"] == 1


def test_nothing_is_found_where_nothing_is(shared: Client) -> None:
    assert find(shared, "zzzzzz")["values"] == []
    assert find(shared, "parser repo:nowhere")["size"] == 0
    assert shared.get("/2.0/teams/fallow/search/code?search_query=parser").json["size"] == 0


def test_a_team_without_search_answers_404(shared: Client) -> None:
    assert shared.get("/2.0/teams/quiet/search/code?search_query=parser").status == 404


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("", "missing"),
        ("%20", "missing"),
        ("%22open", "malformed"),
        ("NOT", "malformed"),
        ("OR+x", "malformed"),
        ("x+AND", "malformed"),
        ("(x", "malformed"),
        ("x)", "malformed"),
        ("x%00", "malformed"),
        ("(" * 21 + "x" + ")" * 21, "malformed"),
        ("repo:ledger", "no-terms"),
        ("NOT+x", "no-terms"),
        ("x+OR+ext:py", "no-terms"),
        ("%3D%3D", "no-terms"),
        ("x" * 251, "too-long"),
    ],
)
def test_a_query_that_makes_no_sense_names_its_key(shared: Client, query: str, key: str) -> None:
    answer = shared.get(f"{SEARCH}?search_query={query}")
    assert (answer.status, answer.json["error"]["data"]["key"]) == (400, f"search.query.{key}")


def test_a_missing_query_names_its_key(shared: Client) -> None:
    answer = shared.get(SEARCH)
    assert (answer.status, answer.json["error"]["data"]["key"]) == (400, "search.query.missing")


def test_the_longest_query_is_understood(shared: Client) -> None:
    assert find(shared, "x" * 250)["size"] == 0


def test_every_link_leads_somewhere(shared: Client) -> None:
    item = find(shared, "parser", fields="+values.file.commit.repository")["values"][0]
    source = shared.get(item["file"]["links"]["self"]["href"])
    assert (source.status, source.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    home = item["file"]["commit"]["repository"]
    whole = shared.get(home["links"]["self"]["href"]).json
    assert (whole["uuid"], whole["full_name"]) == (home["uuid"], home["full_name"])
    assert shared.get(home["links"]["self"]["href"] + "x").status == 404
    assert shared.get(item["file"]["links"]["self"]["href"] + "x").status == 404


def test_beyond_the_rate_it_says_when_to_come_back(serve: Any) -> None:
    client = serve(arguments=("--rate-limit", "3/min"))
    answers = [client.get(f"{SEARCH}?search_query=parser") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    other = client.app_password("ben", "acme-reader")
    assert client.get(f"{SEARCH}?search_query=parser", authorization=other).status == 200
