"""Several who push, several processes, and a process that died: search always shows one whole commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from target_client import SEARCH, Client
from target_git import NO_GIT, Git, address
from target_pushes import (
    DEPLOY,
    cloned,
    found,
    pack_of,
    push,
    push_body,
    state,
)

from specproof.target.process import start

pytestmark = NO_GIT


@pytest.fixture
def client(serve: Callable[..., Client]) -> Client:
    """A target of its own, in memory."""
    return serve()


def test_of_two_pushes_at_once_one_wins_and_the_other_is_told(client: Client, git: Git) -> None:
    for number in range(6):
        cloned(client, git, f"clone{number}")
        git.write(f"clone{number}/new.md", f"quasar{number}\n")
        git.commit(f"clone{number}", f"By {number}")
    with ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(lambda number: git.try_("push", at=f"clone{number}"), range(6)))
    winners = [number for number, said in enumerate(ended) if said.status == 0]
    assert len(winners) == 1
    assert [number for number in range(6) if found(client, f"quasar{number}")] == winners
    head = git.run("rev-parse", "HEAD", at=f"clone{winners[0]}")
    assert client.get(f"{DEPLOY}/commits?pagelen=1").json["values"][0]["hash"] == head


def test_a_push_that_comes_too_late_is_told_so(client: Client, git: Git) -> None:
    """The client that git is would notice; one that does not look must be refused all the same."""
    cloned(client, git)
    old = git.run("rev-parse", "HEAD", at="clone")
    commits = []
    for word in ("quasar", "nebula"):
        git.run("checkout", "--quiet", "--detach", old, at="clone")
        git.write("clone/new.md", f"{word}\n")
        commits.append(git.commit("clone"))
    first, second = (
        push_body((old, made, "refs/heads/main"), pack=pack_of(git, f"{made}\n^{old}\n")) for made in commits
    )
    assert b"ok refs/heads/main" in push(client, first).body
    assert b"ng refs/heads/main fetch first" in push(client, second).body
    assert (found(client, "quasar"), found(client, "nebula")) == (["new.md"], [])


def test_two_processes_over_one_database_push_and_see_each_other(git: Git) -> None:
    options = {"ephemeral": False, "arguments": ("--database", str(git.folder / "data.sqlite"))}
    with ExitStack() as stack:
        both = [stack.enter_context(start(**options)) for _ in range(2)]
        clients = [Client(running.base_url, running.variables) for running in both]
        for number in range(4):
            cloned(clients[number % 2], git, f"clone{number}")
            git.write(f"clone{number}/new{number}.md", f"quasar{number}\n")
            git.commit(f"clone{number}", f"By {number}")
        with ThreadPoolExecutor(4) as pool:
            ended = list(pool.map(lambda number: git.try_("push", at=f"clone{number}"), range(4)))
        winners = [number for number, said in enumerate(ended) if said.status == 0]
        assert len(winners) == 1
        late = (winners[0] + 1) % 4
        git.run("pull", "--quiet", "--rebase", at=f"clone{late}")
        git.run("push", "--quiet", at=f"clone{late}")
        for client in clients:
            for number in range(4):
                expected = [f"new{number}.md"] if number in {*winners, late} else []
                assert found(client, f"quasar{number}") == expected
        assert state(clients[0])[1] == state(clients[1])[1]


def test_search_shows_a_whole_commit_while_others_push(client: Client, git: Git) -> None:
    """Each commit changes two files together; no answer may hold one of them old and the other new."""
    cloned(client, git)

    def write(number: int) -> None:
        for name in ("left", "right"):
            git.write(f"clone/{name}.md", f"quasar number{number}\n")
        git.commit("clone", f"Number {number}")
        git.run("push", "--quiet", at="clone")

    write(0)
    with ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(lambda: [write(number) for number in range(1, 8)])
        seen = []
        while not pushing.done():
            items = client.get(f"{SEARCH}?search_query=quasar").json["values"]
            seen.append({
                (item["file"]["links"]["self"]["href"].split("/")[-2], text(item)) for item in items
            })
        pushing.result()
    assert all(len(commits) == 1 for commits in seen), seen
    assert len(seen) > 1


def text(item: Any) -> str:
    """Return the text of the matching line."""
    return "".join(segment["text"] for segment in item["content_matches"][0]["lines"][0]["segments"])


def test_pushes_outlive_the_process(git: Git) -> None:
    options = {"ephemeral": False, "arguments": ("--database", str(git.folder / "data.sqlite"))}
    with start(**options) as running:
        client = Client(running.base_url, running.variables)
        cloned(client, git)
        git.write("clone/new.md", "quasar\n")
        head = git.commit("clone")
        git.run("push", "--quiet", at="clone")
    with start(**options) as running:
        client = Client(running.base_url, running.variables)
        assert found(client, "quasar") == ["new.md"]
        cloned(client, git, "again")
        assert git.run("rev-parse", "HEAD", at="again") == head


@pytest.fixture
def behind(git: Git) -> Path:
    """A database whose search does not know the default branch: as if the process had died in between."""
    database = git.folder / "data.sqlite"
    with start(ephemeral=False, arguments=("--database", str(database))) as running:
        cloned(Client(running.base_url, running.variables), git)
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    git.run("push", "--quiet", f"{database}.repositories/acme/deploy.git", "main", at="clone")
    return database


def test_a_start_makes_up_for_what_search_missed(behind: Path) -> None:
    with start(ephemeral=False, arguments=("--database", str(behind))) as running:
        client = Client(running.base_url, running.variables)
        assert found(client, "quasar") == ["new.md"]


def test_a_database_without_its_repositories_starts_from_the_seed(behind: Path, git: Git) -> None:
    """The default branch is the truth; where it was lost, it is made anew."""
    with start(ephemeral=False, arguments=("--database", str(behind))):
        pass
    (git.folder / "data.sqlite.repositories").rename(git.folder / "lost")
    with start(ephemeral=False, arguments=("--database", str(behind))) as running:
        client = Client(running.base_url, running.variables)
        git.run("ls-remote", address(client, "acme/deploy", "acme-push-token"))
        assert found(client, "quasar") == []


def test_a_new_database_does_not_take_over_old_repositories(behind: Path, git: Git) -> None:
    for path in git.folder.glob("data.sqlite*"):
        if path.is_file():
            path.unlink()
    with start(ephemeral=False, arguments=("--database", str(behind))) as running:
        client = Client(running.base_url, running.variables)
        cloned(client, git, "again")
        assert not (git.folder / "again" / "new.md").exists()
        assert found(client, "quasar") == []


def test_the_words_of_the_index_are_those_of_the_files(git: Git) -> None:
    """Looks into the database: after pushes, no row of words is left over or missing."""
    database = git.folder / "data.sqlite"
    with start(ephemeral=False, arguments=("--database", str(database))) as running:
        client = Client(running.base_url, running.variables)
        cloned(client, git)
        for step in range(3):
            git.write(f"clone/new{step}.md", f"quasar {step}\n")
            git.write("clone/README.md", f"step {step}\n")
            (git.folder / "clone" / f"new{step - 1}.md").unlink(missing_ok=True)
            git.commit("clone", f"Step {step}")
            git.run("push", "--quiet", at="clone")
    with sqlite3.connect(database) as connection:
        files = {row[0] for row in connection.execute("SELECT id FROM file")}
        words = {row[0] for row in connection.execute("SELECT rowid FROM file_words")}
    connection.close()
    assert files == words
