"""Pushing with a real git: search follows the default branch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from target_client import SEARCH, Client
from target_git import NO_GIT, Git, address
from target_pushes import (
    DEPLOY,
    cloned,
    found,
    state,
)

pytestmark = NO_GIT


@pytest.fixture
def client(serve: Callable[..., Client]) -> Client:
    """A target of its own, in memory."""
    return serve()


def test_search_follows_a_push(client: Client, git: Git) -> None:
    cloned(client, git)
    before = client.get(DEPLOY).json
    assert "README.md" in found(client, "deploy")
    git.write("clone/README.md", "Nothing but a quasar stands here now.\n")
    git.write("clone/notes/nebula.py", "nebula = 1\n")
    head = git.commit("clone")
    git.run("push", "--quiet", at="clone")
    assert found(client, "quasar") == ["README.md"]
    assert found(client, "nebula") == ["notes/nebula.py"]
    assert found(client, "nebula+ext:py+lang:python+path:notes") == ["notes/nebula.py"]
    after = client.get(DEPLOY).json
    assert after["updated_on"] > before["updated_on"]
    assert after["created_on"] == before["created_on"]
    assert client.get(f"{DEPLOY}/commits?pagelen=1").json["values"][0]["hash"] == head
    link = client.get(f"{SEARCH}?search_query=quasar").json["values"][0]["file"]["links"]["self"]["href"]
    assert link.endswith(f"/src/{head}/README.md")
    assert client.get(link).body == b"Nothing but a quasar stands here now.\n"


def test_what_a_push_removes_is_found_no_more(client: Client, git: Git) -> None:
    cloned(client, git)
    paths = found(client, "deploy")
    gone, changed = paths[0], paths[1]
    git.run("rm", "--quiet", gone, at="clone")
    git.write(f"clone/{changed}", "a word\n")
    git.commit("clone")
    git.run("push", "--quiet", at="clone")
    left = [path for path in found(client, "deploy") if path == changed]
    assert gone not in found(client, "deploy")
    assert left == ([changed] if "deploy" in changed else [])


def test_results_stay_in_the_order_of_their_paths(client: Client, git: Git) -> None:
    cloned(client, git)
    for path in ("zz.md", "aa.md", "mm/mm.md"):
        git.write(f"clone/{path}", "quasar\n")
    git.commit("clone")
    git.run("push", "--quiet", at="clone")
    assert found(client, "quasar") == ["aa.md", "mm/mm.md", "zz.md"]


@pytest.mark.parametrize(
    "content",
    [b"quasar\0", b"quasar \xff\xfe", b"quasar\n" * 50_000],
    ids=["binary", "another-encoding", "too-long"],
)
def test_what_is_no_readable_text_is_kept_but_not_searched(client: Client, git: Git, content: bytes) -> None:
    cloned(client, git)
    git.write("clone/odd.dat", content)
    git.write("clone/even.md", "quasar\n")
    head = git.commit("clone")
    git.run("push", "--quiet", at="clone")
    assert found(client, "quasar") == ["even.md"]
    answer = client.get(f"{DEPLOY}/src/{head}/odd.dat")
    assert (answer.body, answer.headers["content-type"]) == (content, "application/octet-stream")


def test_links_and_odd_names_do_no_harm(client: Client, git: Git) -> None:
    cloned(client, git)
    names = ["a b & c.md", "ünïcode/ß.md", "percent%41.md", "plus+plus.md", "question?.md", "hash#.md"]
    for name in names:
        git.write(f"clone/{name}", "quasar\n")
    (git.folder / "clone" / "link.md").symlink_to("even.md")
    (git.folder / "clone" / "quasar.sh").write_text("true\n")
    (git.folder / "clone" / "quasar.sh").chmod(0o755)
    git.commit("clone")
    git.run("push", "--quiet", at="clone")
    assert found(client, "quasar") == sorted([*names, "quasar.sh"])
    for item in client.get(f"{SEARCH}?pagelen=100&search_query=quasar").json["values"]:
        assert client.get(item["file"]["links"]["self"]["href"]).status == 200


def test_other_branches_and_tags_leave_search_alone(client: Client, git: Git) -> None:
    cloned(client, git)
    before = state(client)
    git.run("checkout", "--quiet", "-b", "draft", at="clone")
    git.write("clone/draft.md", "quasar\n")
    head = git.commit("clone")
    git.run("tag", "--annotate", "--message", "one", "v1", at="clone")
    git.run("push", "--quiet", "origin", "draft", "v1", at="clone")
    assert found(client, "quasar") == []
    assert client.get(DEPLOY).json == before[0]
    assert client.get(f"{DEPLOY}/commit/{head}").json["message"] == "Change something\n"
    assert client.get(f"{DEPLOY}/commits?pagelen=1").json["values"][0]["hash"] == head
    git.run("push", "--quiet", "origin", ":draft", ":v1", at="clone")
    assert client.get(f"{DEPLOY}/commit/{head}").status == 404
    assert state(client) == before


def test_a_forced_push_takes_search_back(client: Client, git: Git) -> None:
    cloned(client, git)
    before = found(client, "deploy")
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    git.run("push", "--quiet", at="clone")
    git.run("reset", "--quiet", "--hard", "HEAD~1", at="clone")
    assert git.try_("push", at="clone").status != 0
    git.run("push", "--quiet", "--force", at="clone")
    assert found(client, "quasar") == []
    assert found(client, "deploy") == before


def test_a_member_of_the_team_may_push(client: Client, git: Git) -> None:
    """Writing variables takes an administrator; writing code does not."""
    url = address(client, "acme/ledger", "acme-pusher", "ben")
    git.run("clone", "--quiet", url, "clone")
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    git.run("push", "--quiet", at="clone")
    assert client.get(f"{SEARCH}?search_query=quasar").json["size"] == 1
