"""Pushes that must not get through: nothing of them may stay."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from target_client import SEARCH, Client
from target_git import NO_GIT, TOKEN_USER, ZERO, Git, address
from target_pushes import (
    cloned,
    damaged,
    empty_pack,
    found,
    pack_of,
    pack_without,
    push,
    push_body,
    state,
)

from specproof.target.process import start

pytestmark = NO_GIT


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A target to which nobody gets through."""
    with start() as running:
        yield Client(running.base_url, running.variables)


def test_the_default_branch_cannot_be_deleted(client: Client, git: Git) -> None:
    cloned(client, git)
    before = state(client)
    said = git.try_("push", "origin", ":main", at="clone")
    assert said.status != 0
    assert "the default branch stays" in said.complaint
    assert state(client) == before


@pytest.mark.parametrize("name", ["refs/strange/x", "refs/heads", "HEAD", "refs/heads/a..b", "refs/../x"])
def test_only_branches_and_tags_can_be_made(client: Client, git: Git, name: str) -> None:
    before = state(client)
    head = before[1][0]
    answer = push(client, push_body((ZERO, head, name), pack=empty_pack(git)))
    assert f"ng {name} ".encode() in answer.body
    assert state(client) == before


@pytest.mark.parametrize(
    ("name", "user", "complaint"),
    [
        ("acme-admin", "ada", "403"),
        ("acme-workspace-token", TOKEN_USER, "403"),
        ("acme-repository-token", TOKEN_USER, "403"),
        ("acme-forge-token", TOKEN_USER, "403"),
        ("acme-expired-token", TOKEN_USER, "Authentication failed"),
        ("rival-token", TOKEN_USER, "403"),
        ("acme-push-token", "ada", "Authentication failed"),
    ],
)
def test_who_may_not_push_changes_nothing(
    client: Client, git: Git, name: str, user: str, complaint: str
) -> None:
    cloned(client, git)
    before = state(client)
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    said = git.try_("push", address(client, "acme/deploy", name, user), "main", at="clone")
    assert said.status != 0
    assert complaint in said.complaint or "not found" in said.complaint
    assert state(client) == before
    assert found(client, "quasar") == []


def test_the_push_token_pushes_nowhere_else(client: Client, git: Git) -> None:
    git.run("clone", "--quiet", address(client, "acme/ledger", "acme-workspace-token"), "clone")
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    said = git.try_("push", address(client, "acme/ledger", "acme-push-token"), "main", at="clone")
    assert "not found" in said.complaint
    assert client.get(f"{SEARCH}?search_query=quasar").json["size"] == 0


@pytest.mark.parametrize("missing", ["blob", "tree", "commit"])
def test_a_push_without_all_its_objects_is_refused(client: Client, git: Git, missing: str) -> None:
    cloned(client, git)
    before = state(client)
    old = git.run("rev-parse", "HEAD", at="clone")
    git.write("clone/folder/new.md", f"quasar without its {missing}\n")  # what did arrive stays, out of sight
    new = git.commit("clone")
    pack = pack_without(git, missing, new, old)
    answer = push(client, push_body((old, new, "refs/heads/main"), pack=pack))
    assert (answer.status, b"ng refs/heads/main objects are missing or broken" in answer.body) == (200, True)
    assert state(client) == before


def test_a_push_from_a_shallow_clone_without_its_roots_is_refused(client: Client, git: Git) -> None:
    cloned(client, git)
    before = state(client)
    for number in range(3):
        git.write("clone/new.md", f"quasar {number}\n")
        git.commit("clone", f"Step {number}")
    new, old = git.run("rev-parse", "HEAD", at="clone"), before[1][0]
    pack = pack_of(git, f"{new}\n^{new}~1\n")
    answer = push(client, push_body((old, new, "refs/heads/main"), pack=pack))
    assert b"ng refs/heads/main objects are missing or broken" in answer.body
    assert state(client) == before


def test_a_tree_that_leads_out_of_its_folder_is_refused(client: Client, git: Git) -> None:
    cloned(client, git)
    before = state(client)
    blob = git.run("hash-object", "-w", "--stdin", at="clone", stdin=b"quasar\n")
    entry = b"100644 ..\0" + bytes.fromhex(blob)
    tree = git.run("hash-object", "-w", "-t", "tree", "--literally", "--stdin", at="clone", stdin=entry)
    new = git.run("commit-tree", "-m", "Out", tree, at="clone")
    names = f"{blob}\n{tree}\n{new}\n".encode()
    pack = git.bytes_of("pack-objects", "--stdout", "-q", at="clone", stdin=names)
    answer = push(client, push_body((before[1][0], new, "refs/heads/main"), pack=pack))
    assert b"ng refs/heads/main" in answer.body
    assert state(client) == before


def test_a_branch_leads_to_a_commit_only(client: Client, git: Git) -> None:
    cloned(client, git)
    blob = git.run("hash-object", "-w", "--stdin", at="clone", stdin=b"quasar\n")
    pack = git.bytes_of("pack-objects", "--stdout", "-q", at="clone", stdin=f"{blob}\n".encode())
    answer = push(client, push_body((ZERO, blob, "refs/heads/blob"), pack=pack))
    assert b"ng refs/heads/blob a branch leads to a commit" in answer.body


def test_an_atomic_push_moves_all_or_nothing(client: Client, git: Git) -> None:
    cloned(client, git)
    before = state(client)
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    said = git.try_("push", "--atomic", "origin", "main", "main:refs/strange/x", at="clone")
    assert said.status != 0
    assert state(client) == before


@pytest.fixture(scope="module", params=["memory", "disk"])
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A target in memory, and one with repositories on disk."""
    arguments: tuple[str, ...] = ()
    if request.param == "disk":
        arguments = ("--database", str(tmp_path_factory.mktemp("disk") / "data.sqlite"))
    with start(ephemeral=not arguments, arguments=arguments) as running:
        yield Client(running.base_url, running.variables)


@pytest.mark.parametrize("how", ["cut", "flipped", "checksum", "missing", "no-pack", "count", "version"])
def test_a_broken_pack_is_refused_and_changes_nothing(anywhere: Client, git: Git, how: str) -> None:
    cloned(anywhere, git)
    before = state(anywhere)
    old = git.run("rev-parse", "HEAD", at="clone")
    git.write("clone/new.md", f"quasar {how}\n")
    new = git.commit("clone")
    pack = pack_of(git, f"{new}\n^{old}\n")
    answer = push(anywhere, push_body((old, new, "refs/heads/main"), pack=damaged(pack, how)))
    assert answer.status in {200, 400}
    assert b"ok refs/heads/main" not in answer.body
    assert state(anywhere) == before
    assert b"ok refs/heads/main" in push(anywhere, push_body((old, new, "refs/heads/main"), pack=pack)).body
    assert found(anywhere, f"quasar+{how}") == ["new.md"]


def mutated(body: bytes, chance: random.Random) -> bytes:
    """Return a body with one to five bytes or stretches of it changed."""
    found = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(found))
        change = chance.randrange(4)
        if change == 0:
            found[at] ^= 1 << chance.randrange(8)
        elif change == 1:
            del found[at + 1 : at + chance.randrange(2, 20)]
        elif change == 2:
            found[at:at] = chance.randbytes(chance.randrange(1, 9))
        else:
            del found[at + 1 :]
    return bytes(found)


def test_no_damage_to_a_push_makes_the_server_fail(client: Client, git: Git) -> None:
    cloned(client, git)
    old = git.run("rev-parse", "HEAD", at="clone")
    git.write("clone/folder/new.md", "quasar in damaged packs\n")
    new = git.commit("clone")
    body = push_body((old, new, "refs/heads/damaged"), pack=pack_of(git, f"{new}\n^{old}\n"))
    chance = random.Random(20240301)
    for _ in range(300):
        assert push(client, mutated(body, chance)).status in {200, 400}
    assert found(client, "quasar+damaged") == []
