"""The commits of a repository: the same as git shows, page after page, forward only."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator
from target_client import SEARCH, Client
from target_git import NO_GIT, Git, address
from target_pushes import cloned

HANDBOOK = "/2.0/repositories/acme/handbook"
COMMITS = f"{HANDBOOK}/commits"
SPEC = Path(__file__).parents[2] / "spec" / "bitbucket-teams.yaml"


def pages(client: Client, path: str) -> Iterator[Any]:
    """Follow the links from a first page."""
    following: str | None = path
    while following is not None:
        answer = client.get(following)
        assert answer.status == 200, answer.body
        yield answer.json
        following = answer.json.get("next")


def hashes(client: Client, path: str) -> list[str]:
    """Return the hashes on all pages."""
    return [item["hash"] for page in pages(client, path) for item in page["values"]]


@NO_GIT
@pytest.mark.parametrize("slug", ["handbook", "tidewatch", "deploy"])
@pytest.mark.parametrize("length", [1, 7, 10, 100])
def test_all_pages_together_are_what_git_shows(shared: Client, git: Git, slug: str, length: int) -> None:
    git.run("clone", "--quiet", address(shared, f"acme/{slug}", "acme-workspace-token"), "clone")
    expected = git.run("log", "--all", "--date-order", "--format=%H", at="clone").splitlines()
    assert hashes(shared, f"/2.0/repositories/acme/{slug}/commits?pagelen={length}") == expected


@pytest.mark.parametrize(
    ("length", "sizes"), [(None, [10] * 4), (20, [20, 20]), (40, [40]), (100, [40]), (30, [30, 10])]
)
def test_a_page_knows_the_way_forward_and_nothing_else(
    shared: Client, length: int | None, sizes: list[int]
) -> None:
    found = list(pages(shared, COMMITS if length is None else f"{COMMITS}?pagelen={length}"))
    assert [len(page["values"]) for page in found] == sizes
    assert [page.keys() for page in found[:-1]] == [{"values", "next"}] * (len(sizes) - 1)
    assert found[-1].keys() == {"values"}


def test_the_next_link_keeps_the_question(shared: Client) -> None:
    page = shared.get(f"{COMMITS}?pagelen=5&fields=next,values.hash&x=1").json
    query = parse_qs(urlsplit(page["next"]).query)
    assert {name: query[name] for name in ("pagelen", "fields", "x")} == {
        "pagelen": ["5"], "fields": ["next,values.hash"], "x": ["1"]
    }  # fmt: skip
    assert shared.get(page["next"]).json["values"][0].keys() == {"hash"}


@pytest.mark.parametrize("text", ["0", "-1", "101", "x", "", "1.0", "01", "9" * 30])
def test_a_page_length_out_of_range_is_refused(shared: Client, text: str) -> None:
    assert shared.get(f"{COMMITS}?pagelen={text}").status == 400


def cursor_of(client: Client, path: str) -> str:
    """Return the cursor to the second page."""
    return parse_qs(urlsplit(client.get(path).json["next"]).query)["cursor"][0]


def test_a_cursor_does_not_tell_what_it_holds_and_cannot_be_made(shared: Client) -> None:
    cursor = cursor_of(shared, COMMITS)
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for position in range(len(raw)):
        changed = bytes([*raw[:position], raw[position] ^ 1, *raw[position + 1 :]])
        text = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        answer = shared.get(f"{COMMITS}?cursor={text}")
        assert answer.status == 400, position


@pytest.mark.parametrize(
    "text", ["", "x", "2", "page2", "%00", "%FF", "=" * 10, "A" * 22, "A" * 4_000, "%C3%BC", "%20"]
)
def test_a_garbled_cursor_is_refused(shared: Client, text: str) -> None:
    answer = shared.get(f"{COMMITS}?cursor={text}")
    assert answer.status == 400
    assert answer.json["error"]["message"]


def test_a_cursor_that_is_cut_or_longer_is_refused(shared: Client) -> None:
    cursor = cursor_of(shared, COMMITS)
    for text in (cursor[:-1], cursor[1:], cursor + "A", cursor + "=", cursor + "%0A", cursor.swapcase()):
        answer = shared.get(f"{COMMITS}?cursor={text}")
        assert answer.status == 400, text
        assert answer.json["error"]["data"] == {"key": "pagination.malformed", "parameter": "cursor"}


def test_a_cursor_of_another_repository_is_refused(shared: Client) -> None:
    cursor = cursor_of(shared, COMMITS)
    assert shared.get(f"/2.0/repositories/acme/tidewatch/commits?cursor={cursor}").status == 400
    rival = shared.app_password("rita", "rival-admin")
    answer = shared.get(f"/2.0/repositories/rival/anchor/commits?cursor={cursor}", authorization=rival)
    assert answer.status == 400


def test_a_cursor_may_be_used_again_by_others_and_with_another_length(shared: Client) -> None:
    cursor, everything = cursor_of(shared, COMMITS), hashes(shared, COMMITS)
    reader = shared.app_password("ben", "acme-reader")
    for length in (3, 10, 100):
        answer = shared.get(f"{COMMITS}?cursor={cursor}&pagelen={length}", authorization=reader)
        assert [item["hash"] for item in answer.json["values"]] == everything[10 : 10 + length]


@NO_GIT
def test_a_push_in_between_neither_moves_nor_repeats_anything(serve: Callable[..., Client], git: Git) -> None:
    client = serve()
    path = "/2.0/repositories/acme/deploy/commits?pagelen=4"
    before = hashes(client, path)
    walk = pages(client, path)
    seen = [item["hash"] for item in next(walk)["values"]]
    cloned(client, git)
    git.write("clone/new.md", "quasar\n")
    made = git.commit("clone")
    git.run("push", "--quiet", at="clone")
    seen += [item["hash"] for page in walk for item in page["values"]]
    assert seen == before
    assert hashes(client, path) == [made, *before]


@NO_GIT
def test_commits_of_every_branch_are_there(serve: Callable[..., Client], git: Git) -> None:
    client = serve()
    cloned(client, git)
    for number in range(5):
        git.run("checkout", "--quiet", "-b", f"branch{number}", "origin/main", at="clone")
        git.write("clone/new.md", f"quasar {number}\n")
        git.commit("clone", f"On {number}")
    git.run("push", "--quiet", "--all", at="clone")
    expected = set(git.run("rev-list", "--all", at="clone").splitlines())
    found = hashes(client, "/2.0/repositories/acme/deploy/commits?pagelen=2")
    assert set(found) == expected
    assert len(found) == len(expected)


@NO_GIT
def test_a_commit_is_what_git_shows_of_it(shared: Client, git: Git) -> None:
    git.run("clone", "--quiet", address(shared, "acme/handbook", "acme-workspace-token"), "clone")
    every = [item for page in pages(shared, f"{COMMITS}?pagelen=100") for item in page["values"]]
    assert len(every) == int(git.run("rev-list", "--count", "HEAD", at="clone"))
    for item in every:
        shown = git.run("show", "-s", "--format=%H%n%an <%ae>%n%cI%n%P%n%B", item["hash"], at="clone")
        name, author, date, parents, *message = shown.split("\n")
        assert (item["hash"], item["author"]["raw"], item["date"]) == (name, author, date)
        assert [parent["hash"] for parent in item["parents"]] == parents.split()
        assert item["message"].strip() == "\n".join(message).strip()
        assert item["summary"]["raw"] == item["message"]


def test_the_history_has_merges_and_clocks_of_several_places(shared: Client) -> None:
    found = shared.get(f"{COMMITS}?pagelen=100").json["values"]
    assert len(found) >= 30
    assert sum(len(item["parents"]) == 2 for item in found) >= 3
    assert {item["date"][-6:] for item in found} == {"+01:00", "-03:30"}
    assert {item["author"]["user"]["username"] for item in found} == {"ada", "ben"}


def test_one_commit_is_the_same_alone_and_on_a_page(shared: Client) -> None:
    items = shared.get(f"{COMMITS}?pagelen=3").json["values"]
    assert len(items) == 3
    for item in items:
        assert shared.get(f"{HANDBOOK}/commit/{item['hash']}").json == item
        assert shared.get(item["links"]["self"]["href"]).json == item


@pytest.mark.parametrize("name", ["0" * 40, "main", "HEAD", "%00", "x" * 40])
def test_what_is_no_commit_is_not_found(shared: Client, name: str) -> None:
    assert shared.get(f"{HANDBOOK}/commit/{name}").status == 404
    assert shared.get(f"{HANDBOOK}/src/{name}/README.md").status == 404


def test_only_the_whole_hash_names_a_commit(shared: Client) -> None:
    head = hashes(shared, f"{COMMITS}?pagelen=100")[0]
    for name in (head[:7], head[:39], head + "0", head.upper(), f"%20{head}"):
        assert shared.get(f"{HANDBOOK}/commit/{name}").status == 404


def test_a_commit_of_another_repository_is_not_found(shared: Client) -> None:
    other = shared.get("/2.0/repositories/acme/tidewatch/commits?pagelen=1").json["values"][0]["hash"]
    assert shared.get(f"{HANDBOOK}/commit/{other}").status == 404


def test_a_file_is_read_as_it_was_in_a_commit(shared: Client) -> None:
    found = hashes(shared, f"{COMMITS}?pagelen=100")
    texts = [shared.get(f"{HANDBOOK}/src/{name}/README.md").body for name in (found[-1], found[-2], found[0])]
    assert len(set(texts)) == 3
    assert texts[2].startswith(texts[1])
    assert texts[1].startswith(texts[0])
    assert shared.get(f"{HANDBOOK}/src/{found[-1]}/docs/style.md").status == 404


@pytest.mark.parametrize(
    "path", ["docs", "docs/", "docs/none.md", "README.md/x", "../README.md", "%2e%2e/x", "%00", "%FF"]
)
def test_what_is_no_file_is_not_found(shared: Client, path: str) -> None:
    head = hashes(shared, f"{COMMITS}?pagelen=100")[0]
    assert shared.get(f"{HANDBOOK}/src/{head}/{path}").status == 404


def test_a_commit_fits_the_contract(shared: Client) -> None:
    document = yaml.safe_load(SPEC.read_text("utf-8"))
    schema = {"$ref": "#/components/schemas/commit", "components": document["components"]}
    judge = Draft202012Validator(schema)
    found = shared.get(f"{SEARCH}?search_query=parser&fields=%2Bvalues.file.commit.repository").json["values"]
    listed = shared.get(f"{COMMITS}?pagelen=100").json["values"]
    assert listed
    assert found
    for item in (*listed, *(each["file"]["commit"] for each in found)):
        assert [error.message for error in judge.iter_errors(item)] == []


@NO_GIT
def test_odd_commits_are_shown_all_the_same(serve: Callable[..., Client], git: Git) -> None:
    """Git keeps what no calendar knows: years and offsets out of range, and messages in no encoding."""
    client = serve()
    cloned(client, git)
    tree = git.run("rev-parse", "HEAD^{tree}", at="clone")
    parent = git.run("rev-parse", "HEAD", at="clone")
    for moment in ("99999999999999 +0000", "0 +0000", "1700000000 -1200", "1700000000 +9959"):
        by = f"A B <a@b> {moment}"
        raw = f"tree {tree}\nparent {parent}\nauthor {by}\ncommitter {by}\n\n".encode()
        parent = git.run(
            "hash-object",
            "-w",
            "-t",
            "commit",
            "--literally",
            "--stdin",
            at="clone",
            stdin=raw + b"\xff\xfe <b>&\n\n\nx",
        )
    git.run("push", "--quiet", "origin", f"{parent}:refs/heads/odd", at="clone")
    found = [
        item for page in pages(client, "/2.0/repositories/acme/deploy/commits") for item in page["values"]
    ]
    odd = [item for item in found if item["author"]["raw"] == "A B <a@b>"]
    assert len(odd) == 4
    assert {item["message"] for item in odd} == {"\ufffd\ufffd <b>&\n\n\nx"}
    assert {item["summary"]["html"] for item in odd} == {"<p>\ufffd\ufffd &lt;b&gt;&amp;</p><p>x</p>"}
    assert {item["date"][:4] for item in odd} <= {"9999", "1970", "2023"}
