"""Deleting a repository: gone for git, for search and for the tokens that were made for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from target_client import SEARCH, Client
from target_git import NO_GIT, Git, address
from target_pushes import DEPLOY, cloned, pack_of, push, push_body

from specproof.target.accounts import FORGE_SCOPES
from specproof.target.process import start


@pytest.fixture
def client(serve: Callable[..., Client]) -> Client:
    """A target of its own, in memory."""
    return serve()


def delete(client: Client, name: str = "acme-owner", user: str = "ada") -> int:
    """Delete the repository of the push token; return the status."""
    return client.send("DELETE", DEPLOY, authorization=client.app_password(user, name)).status


@pytest.mark.parametrize(
    ("name", "user"),
    [("acme-admin", "ada"), ("acme-reader", "ben"), ("acme-pusher", "ben"), ("acme-nothing", "ada")],
)
def test_it_takes_the_scope_and_an_administrator(shared: Client, name: str, user: str) -> None:
    assert delete(shared, name, user) == 403
    assert shared.get(DEPLOY).status == 200


def test_forge_apps_and_tokens_need_the_scope_as_well(shared: Client) -> None:
    assert "delete:repository:bitbucket" in FORGE_SCOPES
    for name in ("acme-forge-token", "acme-workspace-token", "acme-push-token"):
        assert shared.send("DELETE", DEPLOY, authorization=shared.bearer(name)).status == 403


def test_strangers_and_neighbours_delete_nothing(shared: Client) -> None:
    assert shared.send("DELETE", DEPLOY, authorization=None).status == 401
    assert delete(shared, "rival-admin", "rita") == 404
    assert shared.get(DEPLOY).status == 200


def test_everything_of_it_is_gone(client: Client) -> None:
    before = client.get(f"{SEARCH}?search_query=deploy").json["size"]
    commits = client.get(f"{DEPLOY}/commits").json["values"]
    assert delete(client) == 204
    for path in (
        DEPLOY,
        f"{DEPLOY}/commits",
        commits[0]["links"]["self"]["href"],
        f"{DEPLOY}/src/x/README.md",
    ):
        assert client.get(path).status == 404
    assert client.get(f"{SEARCH}?search_query=deploy").json["size"] < before
    assert client.get(f"{SEARCH}?search_query=repo:deploy+deploy").json["size"] == 0
    assert [item["slug"] for item in client.get("/2.0/repositories/acme").json["values"]] == [
        "handbook", "harbour-ui", "ledger", "station-parser", "tidewatch"
    ]  # fmt: skip
    assert delete(client) == 404


def test_its_tokens_end_and_no_others(client: Client) -> None:
    assert client.get(DEPLOY, authorization=client.bearer("acme-push-token")).status == 200
    assert delete(client) == 204
    assert client.get(DEPLOY, authorization=client.bearer("acme-push-token")).status == 401
    handbook = "/2.0/repositories/acme/handbook"
    for name in ("acme-repository-token", "acme-workspace-token"):
        assert client.get(handbook, authorization=client.bearer(name)).status == 200
    core = "/2.0/repositories/acme/ledger"
    assert client.get(core, authorization=client.bearer("acme-project-token")).status == 200


@NO_GIT
def test_git_finds_nothing_any_more(client: Client, git: Git) -> None:
    cloned(client, git)
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    assert delete(client) == 204
    said = git.try_("push", at="clone")
    assert "Authentication failed" in said.complaint
    said = git.try_("clone", address(client, "acme/deploy", "acme-workspace-token"), "again")
    assert "not found" in said.complaint
    assert client.get(f"{SEARCH}?search_query=quasar").json["size"] == 0


@NO_GIT
def test_the_folder_goes_and_does_not_come_back(git: Git) -> None:
    database = git.folder / "data.sqlite"
    folder = Path(f"{database}.repositories") / "acme" / "deploy.git"
    with start(ephemeral=False, arguments=("--database", str(database))) as running:
        client = Client(running.base_url, running.variables)
        cloned(client, git)
        assert folder.is_dir()
        assert delete(client) == 204
        assert not folder.exists()
    with start(ephemeral=False, arguments=("--database", str(database))) as running:
        client = Client(running.base_url, running.variables)
        assert client.get(DEPLOY).status == 404
        assert client.get(f"{SEARCH}?search_query=repo:deploy+deploy").json["size"] == 0
        assert not folder.exists()


@NO_GIT
def test_another_process_notices(git: Git) -> None:
    options = ("--database", str(git.folder / "data.sqlite"))
    with start(ephemeral=False, arguments=options) as one, start(ephemeral=False, arguments=options) as two:
        first, second = (Client(running.base_url, running.variables) for running in (one, two))
        cloned(second, git)
        old = git.run("rev-parse", "HEAD", at="clone")
        git.write("clone/new.md", "quasar\n")
        new = git.commit("clone")
        body = push_body((old, new, "refs/heads/main"), pack=pack_of(git, f"{new}\n^{old}\n"))
        assert delete(first) == 204
        assert push(second, body).status == 401
        assert second.get(DEPLOY).status == 404
        assert second.get(f"{SEARCH}?search_query=deploy+repo:deploy").json["size"] == 0
