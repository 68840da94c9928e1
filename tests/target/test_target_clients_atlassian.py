"""``atlassian-python-api``, a client that was written for the original."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from target_client import Client

atlassian = pytest.importorskip("atlassian.bitbucket", reason="atlassian-python-api is not installed")
requests = pytest.importorskip("requests")

UUID = "{2a6c8a3a-8b14-4b53-9f4e-5f0a0a1d9c11}"
VARIABLES = "workspaces/acme/pipelines-config/variables"


def by_password(client: Client, name: str = "acme-owner", user: str = "ada") -> atlassian.Cloud:
    """Log in with an app password."""
    return atlassian.Cloud(client.origin, username=user, password=client.secret(name))


def by_token(client: Client, name: str = "acme-workspace-token") -> atlassian.Cloud:
    """Log in with an access token."""
    return atlassian.Cloud(client.origin, token=client.secret(name))


@pytest.mark.parametrize("login", [by_password, by_token])
def test_a_workspace_is_found_by_name_and_by_uuid(
    shared: Client, login: Callable[[Client], atlassian.Cloud]
) -> None:
    workspaces = login(shared).workspaces
    named, identified = workspaces.get("acme"), workspaces.get(UUID)

    assert (named.slug, named.name, named.uuid) == ("acme", "Acme", UUID)
    assert identified.data == named.data
    assert (workspaces.exists("acme"), workspaces.exists("nobody"), workspaces.exists("rival")) == (
        True,
        False,
        False,
    )


def test_projects_are_listed_and_read(shared: Client) -> None:
    projects = by_password(shared).workspaces.get("acme").projects

    assert [project.key for project in projects.each()] == ["CORE", "DOCS", "OPS", "WEB"]
    assert projects.get("CORE").name == "Core"


def test_repositories_are_listed_and_read_in_two_ways(shared: Client) -> None:
    cloud = by_token(shared)
    listed = {repository.slug: repository for repository in cloud.workspaces.get("acme").repositories.each()}
    read = cloud.repositories.get("acme", "handbook")

    assert set(listed) == {"deploy", "handbook", "harbour-ui", "ledger", "station-parser", "tidewatch"}
    assert read.uuid == listed["handbook"].uuid
    assert read.name == "Handbook"


def test_a_repository_token_reaches_its_repository_alone(shared: Client) -> None:
    repositories = by_token(shared, "acme-repository-token").repositories

    assert repositories.get("acme", "handbook").slug == "handbook"
    with pytest.raises(requests.HTTPError, match="There is no such repository"):
        repositories.get("acme", "ledger")


def test_commits_are_followed_over_pages(shared: Client) -> None:
    """The client follows ``next`` until there is none."""
    commits = by_token(shared).repositories.get("acme", "station-parser").commits
    hashes = [commit.hash for commit in commits.each()]
    first = commits.get(hashes[-1])

    assert len(set(hashes)) == len(hashes) > 10
    assert first.hash == hashes[-1]
    assert first.message.startswith("Add ")
    assert list(first.parents()) == []
    assert first.author.display_name in {"Ada Berg", "Ben Okoye"}


def test_variables_have_a_life(shared: Client) -> None:
    """The client has no class for those of a workspace; this is how its users call what it does not know."""
    cloud = by_token(shared)
    made = cloud.post(VARIABLES, data={"key": "BY A CLIENT", "value": "1", "secured": True})
    path = f"{VARIABLES}/{made['uuid']}"
    try:
        changed = cloud.put(path, data={"key": "BY ANOTHER NAME"})
        read = cloud.get(path)
    finally:
        cloud.delete(path)

    assert (made["value"], changed["key"], read["secured"]) == ("", "BY ANOTHER NAME", True)
    with pytest.raises(requests.HTTPError, match="There is no such variable"):
        cloud.get(path)


def test_a_refusal_reaches_the_user_with_its_message(shared: Client) -> None:
    cloud = by_password(shared, "acme-reader", "ben")

    with pytest.raises(requests.HTTPError, match="The credentials lack a privilege") as caught:
        cloud.post(VARIABLES, data={"key": "K", "value": "v"})
    assert caught.value.response.status_code == 403
