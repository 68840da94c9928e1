"""``--seed-file``: one's own data, and one line for each mistake in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from target_client import Client, basic

from specproof.target import seed_model
from specproof.target.process import start
from specproof.target.seed_file import UnfitSeed, load_seed

PAGE = (Path(__file__).parents[2] / "docs" / "mock-target.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```toml\n(\[\[users\]\].*?)```", PAGE, re.DOTALL)
SECRET = "sesame-open-4711"
ENVIRON = {"KIM_SECRET": SECRET}
VARIABLES = "/2.0/teams/harbour/pipelines_config/variables"
SEARCH = "/2.0/teams/harbour/search/code"
COMMITS = "/2.0/repositories/harbour/boats/commits"
KIM = basic("kim", SECRET)
TABLES: dict[str, type[BaseModel]] = {
    "users": seed_model.User,
    "teams": seed_model.Team,
    "teams.projects": seed_model.Project,
    "teams.repositories": seed_model.Repository,
    "teams.variables": seed_model.Variable,
    "credentials": seed_model.Credential,
}

MISTAKES = r"""
name = "kim"
name = kim
2:8: is not TOML: Invalid value.

[[users]]
[[user]]
no key is called 'user'. Did you mean 'users'? There are users, teams, credentials.

key = "CORE"
keys = "CORE"
teams[0].projects[0]: no key is called 'keys'. Did you mean 'key'? There are key, name.

name = "harbour"
#
teams[0].name: is missing.

name = "kim"
name = 5
users[0].name: input should be a valid string.

name = "kim"
name = "k im"
users[0].name: use up to 62 letters, digits, '_' and '-'.

name = "lee"
name = "kim"
the name 'kim' stands twice; use another one.

name = "lee"
name = "Harbour"
the name 'harbour' stands twice; use another one.

members = ["lee"]
members = ["le"]
team 'harbour': no user is called 'le'. Did you mean 'lee'?

members = ["lee"]
members = ["kim"]
teams[0]: the user 'kim' stands twice; use another one.

project = "CORE"
project = "CROE"
teams[0]: no project of the team is called 'CROE'. Did you mean 'CORE'? There are CORE.

slug = "notes"
slug = "Boats"
teams[0]: the repository 'boats' stands twice; use another one.

slug = "notes"
slug = "../x"
teams[0].repositories[1].slug: use up to 62 letters, digits, '.', '_' and '-', and no '.git' at the end.

slug = "notes"
slug = "x.git"
teams[0].repositories[1].slug: use up to 62 letters, digits, '.', '_' and '-', and no '.git' at the end.

folder = "boats"
#
teams[0].repositories[0]: give either files or a folder.

"README.md" =
"../README.md" =
teams[0].repositories[1].files: '../README.md' is no path; write for example 'src/main.py'.

"README.md" =
".git/config" =
teams[0].repositories[1].files: '.git/config' is no path; write for example 'src/main.py'.

{"README.md" =
{"a" = "", "a/b" =
teams[0].repositories[1].files: 'a' is a file and a folder; use another name for one.

"REGION"
"DEPLOY_TOKEN"
teams[0]: the variable 'DEPLOY_TOKEN' stands twice; use another one.

value = "north"
value = "\u0000"
teams[0].variables[0].value: use at most 4,096 characters, none of them U+0000.

secured = true
secured = "yes"
teams[0].variables[1].secured: input should be a valid boolean.

kind = "app_password"
kind = "password"
credentials[0]: 'password' is no kind. Did you mean 'app_password'? There are

owner = "kim"
owner = "kom"
credentials[0]: no user is called 'kom'. Did you mean 'kim'? There are kim, lee.

repository = "boats"
repository = "boat"
credentials[1]: no repository is called 'boat'. Did you mean 'boats'?

repository = "boats"
#
credentials[1]: repository_access_token: is bound to a repository. Name the repository.

scopes = ["repository"]
scopes = ["account"]
credentials[1]: repository_access_token: cannot carry 'account'.

name = "boats-ci"
name = "kim-laptop"
the credential 'kim-laptop' stands twice; use another one.

name = "boats-ci"
name = "boats ci"
credentials[1].name: use up to 64 of a-z, 0-9, '.', '_' and '-'.

expires_in = "30d"
expires_in = "soon"
credentials[1]: 'soon' is not a time. Write for example 30d

${KIM_SECRET}
sesame-open-4711
credentials[0].secret: name an environment variable in ${…}, or leave it out: then one is made up.

${KIM_SECRET}
${KIM}
credentials[0].secret: environment variable KIM is not set; export it before the start.

email = "kim@harbour.example"
email = "lee@users.invalid"
the address 'lee@users.invalid' stands twice; use another one.
"""
"""What stands in the example, what stands there instead, and how the complaint begins."""


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    """The example of the page, with the folder that it names."""
    (tmp_path / "boats" / "src").mkdir(parents=True)
    (tmp_path / "boats" / "src" / "mooring.py").write_text("print('mooring')\n", encoding="utf-8")
    (tmp_path / "boats" / "empty.txt").write_text("", encoding="utf-8")
    path = tmp_path / "harbour.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    return path


@contextmanager
def serving(seed_file: Path, *arguments: str) -> Iterator[Client]:
    """Run a target on a database of the seed file."""
    database = str(seed_file.with_suffix(".sqlite"))
    options = ("--seed-file", str(seed_file), "--database", database, *arguments)
    with start(ephemeral=False, arguments=options) as running:
        yield Client(running.base_url, running.variables)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the example wants to be exported."""
    monkeypatch.setenv("KIM_SECRET", SECRET)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("arguments", [(), ("--workers", "2")], ids=["one", "two"])
def test_the_example_of_the_page_is_served(seed_file: Path, arguments: tuple[str, ...]) -> None:
    with serving(seed_file, *arguments) as client:
        listed = client.get(VARIABLES, authorization=KIM).json["values"]
        token = f"Bearer {client.variables['SPECPROOF_TARGET_BOATS_CI']}"
        found = client.get(f"{SEARCH}?search_query=mooring", authorization=KIM).json
        mine = client.get(f"{SEARCH}?search_query=tides", authorization=token).json
        unknown = client.get("/2.0/teams/acme/pipelines_config/variables", authorization=KIM).status

    assert [(one["key"], one["value"], one["secured"]) for one in listed] == [
        ("REGION", "north", False),
        ("DEPLOY_TOKEN", "", True),
    ]
    assert [one["file"]["path"] for one in found["values"]] == ["src/mooring.py"]
    assert mine["size"] == 0
    assert unknown == 404


@pytest.mark.usefixtures("environment")
def test_memory_can_be_filled_too(seed_file: Path, serve: Callable[..., Client]) -> None:
    client = serve(arguments=("--seed-file", str(seed_file)))

    [result] = client.get(f"{SEARCH}?search_query=tides", authorization=KIM).json["values"]
    source = client.get(result["file"]["links"]["self"]["href"], authorization=KIM)
    assert source.body == b"# Notes\n\nTides and moorings.\n"


@pytest.mark.usefixtures("environment")
def test_its_repositories_can_be_read_as_commits_before_and_after_a_restart(seed_file: Path) -> None:
    for _ in range(2):
        with serving(seed_file) as client:
            page = client.get(COMMITS, authorization=KIM).json
            assert [commit["author"]["raw"] for commit in page["values"]] == [
                "Kim Roth <kim@harbour.example>"
            ]


@pytest.mark.usefixtures("environment")
def test_made_up_secrets_are_told_on_the_first_start_alone_and_brought_ones_never(seed_file: Path) -> None:
    with serving(seed_file) as client:
        first = dict(client.variables)
        assert client.get(VARIABLES, authorization=KIM).status == 200
    with serving(seed_file) as client:
        again = dict(client.variables)
        old = f"Bearer {first['SPECPROOF_TARGET_BOATS_CI']}"
        assert client.get(f"{SEARCH}?search_query=x", authorization=old).status == 200

    assert len(first["SPECPROOF_TARGET_BOATS_CI"]) >= 32
    assert SECRET not in first.values()
    assert "SPECPROOF_TARGET_BOATS_CI" not in again
    for secret in (SECRET, first["SPECPROOF_TARGET_BOATS_CI"]):
        assert secret.encode() not in seed_file.with_suffix(".sqlite").read_bytes()


@pytest.mark.usefixtures("environment")
def test_a_database_that_is_there_is_kept_and_that_is_said(seed_file: Path) -> None:
    database = seed_file.with_suffix(".sqlite")
    with serving(seed_file):
        pass
    command = [sys.executable, "-m", "specproof.target", "--port", "0", "--json", "--database", str(database)]
    with subprocess.Popen(
        [*command, "--seed-file", str(seed_file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline()
        finally:
            process.terminate()
        assert process.stderr
        said = process.stderr.read()

    assert said.startswith(f"specproof target: {database} is kept; a seed file fills new databases only.\n")


@pytest.mark.usefixtures("environment")
def test_two_machines_have_the_same_identities(seed_file: Path, serve: Callable[..., Client]) -> None:
    def identities() -> Any:
        client = serve(arguments=("--seed-file", str(seed_file)))
        commits = client.get(COMMITS, authorization=KIM).json["values"]
        listed = client.get(VARIABLES, authorization=KIM).json["values"]
        return [item["uuid"] for item in listed], [commit["hash"] for commit in commits]

    assert identities() == identities()


def complaint(seed_file: Path, text: str, environ: Mapping[str, str] = ENVIRON) -> str:
    """Load a text that cannot be used and return what is said about it, without the name of the file."""
    seed_file.write_text(text, encoding="utf-8")
    with pytest.raises(UnfitSeed, match=re.escape(str(seed_file))) as caught:
        load_seed(seed_file, environ)
    said = str(caught.value)
    assert "\n" not in said
    assert SECRET not in said
    return said.removeprefix(f"{seed_file}: ")


@pytest.mark.parametrize("mistake", MISTAKES.strip().split("\n\n"))
def test_a_mistake_is_one_line_with_place_and_mend(seed_file: Path, mistake: str) -> None:
    old, new, said = mistake.splitlines()
    assert old in EXAMPLE
    assert complaint(seed_file, EXAMPLE.replace(old, new, 1)).startswith(said)


@pytest.mark.parametrize("secret", ["short", "with a space in it", "ümlaut-in-the-secret", "two\nlines", ""])
def test_an_exported_secret_that_cannot_be_sent_is_refused(seed_file: Path, secret: str) -> None:
    said = complaint(seed_file, EXAMPLE, {"KIM_SECRET": secret})

    rule = "needs 8 to 200 ASCII characters, and no spaces"
    assert said == f"credentials[0].secret: the secret in environment variable KIM_SECRET {rule}."


def test_a_file_that_is_no_text_is_named(seed_file: Path) -> None:
    (seed_file.parent / "boats" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")

    assert complaint(seed_file, EXAMPLE) == (
        "teams[0].repositories[0].folder: 'picture.png' is no text in UTF-8 of at most 320 KiB; leave it out."
    )


def test_a_folder_that_is_not_there_is_named(seed_file: Path) -> None:
    said = complaint(seed_file, EXAMPLE.replace('folder = "boats"', 'folder = "ships"'))

    assert said == f"teams[0].repositories[0].folder: there is no folder {str(seed_file.parent / 'ships')!r}."


def test_a_folder_without_files_makes_no_repository(seed_file: Path) -> None:
    (seed_file.parent / "bare").mkdir()
    said = complaint(seed_file, EXAMPLE.replace('folder = "boats"', 'folder = "bare"'))

    assert said == "teams[0].repositories[0]: holds no file; a repository needs at least one."


def test_hidden_files_and_links_are_left_out(seed_file: Path) -> None:
    """A link could lead anywhere, and ``.git`` is not for the repository."""
    folder = seed_file.parent / "boats"
    (folder / ".env").write_text("SECRET=1")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("[core]")
    (folder / "link.txt").symlink_to(seed_file)
    own = load_seed(seed_file, ENVIRON)

    assert list(own.repositories[0].files) == ["empty.txt", "src/mooring.py"]


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnfitSeed, match=r"none\.toml: cannot be read \(No such file or directory\)\."):
        load_seed(tmp_path / "none.toml", {})
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe4"')
    with pytest.raises(UnfitSeed, match=r"latin\.toml: is not UTF-8; save it as UTF-8\."):
        load_seed(tmp_path / "latin.toml", {})


def test_the_command_ends_with_that_line(seed_file: Path) -> None:
    """Before anything is made."""
    seed_file.write_text("[[teams]]\n")
    command = [sys.executable, "-m", "specproof.target", "--port", "0", "--seed-file", str(seed_file)]
    done = subprocess.run(
        [*command, "--database", str(seed_file.with_suffix(".sqlite"))],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"specproof target: {seed_file}: teams[0].name: is missing.\n"
    assert not seed_file.with_suffix(".sqlite").exists()


def test_nothing_secret_is_in_a_representation(seed_file: Path) -> None:
    own = load_seed(seed_file, ENVIRON)

    assert SECRET not in repr(own)
    assert "tok-harbour-1" not in repr(own)


@pytest.mark.parametrize("table", TABLES)
def test_the_page_has_a_row_for_each_key(table: str) -> None:
    rows = dict(re.findall(rf"^\| `\[\[{re.escape(table)}\]\]` \| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))

    assert rows == {
        name: f"{'required: ' if key.is_required() else ''}{key.description}"
        for name, key in TABLES[table].model_fields.items()
        if key.description
    }
