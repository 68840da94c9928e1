"""Cloning with a real git: who may, what they get, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from target_client import Client
from target_git import NO_GIT, TOKEN_USER, Git, address

from specproof.target import corpus
from specproof.target.seed import TEAMS

pytestmark = NO_GIT
REPOSITORIES = {f"{found.team}/{found.slug}": found for found in corpus.repositories()}


def files_in(folder: Path) -> dict[str, str]:
    """Return the text of every file in a work tree, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_clone_holds_the_files_of_the_corpus(shared: Client, git: Git, name: str) -> None:
    token = "rival-token" if name.startswith("rival") else "acme-workspace-token"
    git.run("clone", "--quiet", address(shared, name, token), "clone")
    assert files_in(git.folder / "clone") == REPOSITORIES[name].files
    assert "error" not in git.run("fsck", "--full", "--strict", at="clone")


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("acme-workspace-token", TOKEN_USER),
        ("acme-repository-token", TOKEN_USER),
        ("acme-admin", "ada"),
        ("acme-reader", "ben"),
        ("acme-search", "ada"),
        ("acme-api-key", "acme"),
    ],
)
def test_credentials_that_may_read_repositories_clone(shared: Client, git: Git, name: str, user: str) -> None:
    git.run("clone", "--quiet", address(shared, "acme/handbook", name, user), "clone")
    assert "docs/über uns.md" in files_in(git.folder / "clone")


INVALID = "Authentication failed"
FORBIDDEN = "returned error: 403"
ABSENT = "not found"


@pytest.mark.parametrize(
    ("name", "user", "complaint"),
    [
        (None, "", "could not read Username"),
        ("acme-expired-token", TOKEN_USER, INVALID),
        ("acme-revoked-token", TOKEN_USER, INVALID),
        ("acme-expired", "ada", INVALID),
        ("acme-revoked", "ada", INVALID),
        ("ada-account-password", "ada", INVALID),
        ("ada-account-password", TOKEN_USER, INVALID),
        ("acme-admin", "ben", INVALID),
        ("acme-admin", TOKEN_USER, INVALID),
        ("acme-workspace-token", "ada", INVALID),
        ("acme-workspace-token", "acme", INVALID),
        ("acme-workspace-token", "X-Token-Auth", INVALID),
        ("acme-pipeline", "ada", FORBIDDEN),
        ("acme-nothing", "ada", FORBIDDEN),
        ("acme-forge-token", TOKEN_USER, FORBIDDEN),
        ("rival-token", TOKEN_USER, ABSENT),
        ("rival-admin", "rita", ABSENT),
        ("acme-project-token", TOKEN_USER, ABSENT),
        ("acme-push-token", TOKEN_USER, ABSENT),
    ],
)
def test_everybody_else_is_refused(
    shared: Client, git: Git, name: str | None, user: str, complaint: str
) -> None:
    said = git.try_("clone", address(shared, "acme/handbook", name, user), "clone")
    assert said.status != 0
    assert complaint in said.complaint
    assert not (git.folder / "clone").exists()


def test_a_wrong_token_is_refused(shared: Client, git: Git) -> None:
    url = address(shared, "acme/handbook").replace("http://", f"http://{TOKEN_USER}:wrong@")
    assert INVALID in git.try_("clone", url, "clone").complaint


def test_the_token_in_the_place_of_the_user_name_is_refused(shared: Client, git: Git) -> None:
    secret = shared.secret("acme-workspace-token")
    for credentials in (secret, f"{secret}:{TOKEN_USER}", f"{secret}:{secret}"):
        url = address(shared, "acme/handbook").replace("http://", f"http://{credentials}@")
        assert git.try_("clone", url, "clone").status != 0


def test_a_token_in_a_bearer_header_is_refused(shared: Client, git: Git) -> None:
    header = f"http.extraHeader=Authorization: {shared.bearer('acme-workspace-token')}"
    assert git.try_("-c", header, "ls-remote", address(shared, "acme/handbook")).status != 0


@pytest.mark.parametrize("spelling", ["{%s}", "%%7B%s%%7D"])
def test_the_team_can_be_named_by_its_uuid(shared: Client, git: Git, spelling: str) -> None:
    home = spelling % TEAMS["acme"][0]
    git.run("clone", "--quiet", address(shared, f"{home}/ledger", "acme-workspace-token"), "clone")
    assert files_in(git.folder / "clone") == REPOSITORIES["acme/ledger"].files


def test_the_clone_link_of_a_repository_is_what_git_takes(shared: Client, git: Git) -> None:
    links = shared.get("/2.0/repositories/acme/tidewatch").json["links"]
    assert links["clone"] == [{"name": "http", "href": f"{shared.origin}/acme/tidewatch.git"}]
    secret = shared.secret("acme-workspace-token")
    url = links["clone"][0]["href"].replace("http://", f"http://{TOKEN_USER}:{secret}@")
    git.run("clone", "--quiet", url, "clone")
    assert files_in(git.folder / "clone") == REPOSITORIES["acme/tidewatch"].files


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_clients_of_every_protocol_version_are_served(shared: Client, git: Git, version: str) -> None:
    url = address(shared, "acme/handbook", "acme-workspace-token")
    listed = git.run("-c", f"protocol.version={version}", "ls-remote", url)
    head = shared.get("/2.0/repositories/acme/handbook/commits?pagelen=1").json["values"][0]["hash"]
    assert listed.splitlines() == [f"{head}\tHEAD", f"{head}\trefs/heads/main"]


def test_a_shallow_clone_can_be_deepened(shared: Client, git: Git) -> None:
    git.run(
        "clone", "--quiet", "--depth=2", address(shared, "acme/handbook", "acme-workspace-token"), "clone"
    )
    assert int(git.run("rev-list", "--count", "HEAD", at="clone")) <= 3
    git.run("fetch", "--quiet", "--unshallow", at="clone")
    assert git.run("rev-list", "--count", "HEAD", at="clone") == "40"


def test_a_partial_clone_becomes_a_whole_one(shared: Client, git: Git) -> None:
    url = address(shared, "acme/handbook", "acme-workspace-token")
    git.run("clone", "--quiet", "--filter=blob:none", url, "clone")
    assert files_in(git.folder / "clone") == REPOSITORIES["acme/handbook"].files


def test_a_fetch_brings_what_is_new(serve: Callable[..., Client], git: Git) -> None:
    """The client says what it has, at length, so that its request comes compressed."""
    url = address(serve(), "acme/deploy", "acme-push-token")
    for folder in ("one", "two"):
        git.run("clone", "--quiet", url, folder)
    git.write("one/new.md", "new\n")
    head = git.commit("one")
    git.run("push", "--quiet", at="one")
    for number in range(40):
        git.write("two/own.md", f"{number}\n")
        git.commit("two", f"Own {number}")
    git.run("fetch", "--quiet", at="two")
    assert git.run("rev-parse", "origin/main", at="two") == head


def test_many_clone_at_once(shared: Client, git: Git) -> None:
    url = address(shared, "acme/handbook", "acme-workspace-token")
    with ThreadPoolExecutor(4) as pool:
        for number in range(4):
            pool.submit(git.run, "clone", "--quiet", url, f"clone{number}")
    for number in range(4):
        assert files_in(git.folder / f"clone{number}") == REPOSITORIES["acme/handbook"].files


def test_two_clones_exchange_through_the_target(serve: Callable[..., Client], git: Git) -> None:
    """What one clone pushes, a bundle of the other holds after a pull."""
    url = address(serve(), "acme/deploy", "acme-push-token")
    for folder in ("one", "two"):
        git.run("clone", "--quiet", url, folder)
    git.write("one/note.md", "from one\n")
    git.commit("one")
    git.run("push", "--quiet", at="one")
    git.run("pull", "--quiet", "--ff-only", at="two")
    for folder in ("one", "two"):
        git.run("bundle", "create", "--quiet", "../" + folder + ".bundle", "main", at=folder)
    heads = {git.run("bundle", "list-heads", f"{folder}.bundle") for folder in ("one", "two")}
    assert len(heads) == 1
    assert files_in(git.folder / "two")["note.md"] == "from one\n"


def test_every_found_file_is_in_the_clone_as_search_shows_it(shared: Client, git: Git) -> None:
    url = address(shared, "acme/station-parser", "acme-workspace-token")
    git.run("clone", "--quiet", url, "clone")
    query = "/2.0/teams/acme/search/code?search_query=parser+repo:station-parser&pagelen=100"
    found = shared.get(query).json["values"]
    assert found
    for item in found:
        path = git.folder / "clone" / item["file"]["path"]
        assert shared.get(item["file"]["links"]["self"]["href"]).body == path.read_bytes()
        lines = path.read_text("utf-8").splitlines()
        for line in (line for block in item["content_matches"] for line in block["lines"]):
            assert lines[line["line"] - 1] == "".join(segment["text"] for segment in line["segments"])


def test_repositories_lie_beside_the_database_where_nobody_else_looks(
    serve: Callable[..., Client], git: Git
) -> None:
    database = git.folder / "data.sqlite"
    client = serve(ephemeral=False, arguments=("--database", str(database)))
    git.run("clone", "--quiet", address(client, "acme/ledger", "acme-workspace-token"), "clone")
    folder = git.folder / "data.sqlite.repositories"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(found.name for found in folder.glob("*/*")) == ["ledger.git"]
    assert git.run("rev-parse", "main", at="data.sqlite.repositories/acme/ledger.git") == git.run(
        "rev-parse", "HEAD", at="clone"
    )
