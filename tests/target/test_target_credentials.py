"""``specproof target credentials``: secrets shown once, scopes that fit, an end that counts at once."""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from target_client import SEARCH, VARIABLES, Client, basic

from specproof.target.accounts import CARRIES
from specproof.target.administration import KINDS
from specproof.target.command import target
from specproof.target.seed import CREDENTIALS, fill
from specproof.target.store import Store

TOKEN = "--kind workspace_access_token --owner acme --scope pipeline"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with the demonstration data, on which no server runs."""
    path = tmp_path / "data.sqlite"
    store = Store(path)
    store.prepare(fill)
    store.close()
    return path


def run(database: Path, line: str) -> Result:
    """Call ``specproof target credentials`` on a database."""
    command, *options = shlex.split(line)
    return CliRunner().invoke(target, ["credentials", command, "--database", str(database), *options])


def make(database: Path, options: str) -> str:
    """Create a credential and return its secret."""
    done = run(database, f"create --quiet {options}")
    assert done.exit_code == 0, done.stderr
    return done.stdout.removesuffix("\n")


def complaint(database: Path, line: str) -> str:
    """Call a command that cannot be done and return its only line."""
    done = run(database, line)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("specproof target: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def listed(database: Path, name: str) -> dict[str, object]:
    """Return what the list says of one credential."""
    found = json.loads(run(database, "list --json").stdout)
    return next(one for one in found if one["name"] == name)


@pytest.fixture
def running(database: Path, serve: Callable[..., Client]) -> Client:
    """A server that runs on the database."""
    return serve(ephemeral=False, arguments=("--database", str(database)))


def test_a_running_server_takes_a_new_credential_and_drops_a_revoked_one(
    database: Path, running: Client
) -> None:
    secret = make(database, f"{TOKEN} --name fresh")
    bearer = f"Bearer {secret}"

    assert running.get(VARIABLES, authorization=bearer).status == 200
    assert running.send("POST", VARIABLES, document={}, authorization=bearer).status == 403

    assert run(database, "revoke fresh").exit_code == 0
    assert running.get(VARIABLES, authorization=bearer).status == 401


@pytest.mark.parametrize(
    ("wish", "user"),
    [
        ("app_password --owner ada --scope pipeline", "ada"),
        ("repository_access_token --owner acme --repository ledger --scope repository", None),
        ("project_access_token --owner acme --project CORE --scope repository", None),
        ("workspace_access_token --owner acme --scope pipeline", None),
        ("api_key --owner fallow", "fallow"),
        ("forge_token --owner acme --scope read:pipeline:bitbucket", None),
    ],
)
def test_every_kind_can_be_made_and_used(
    database: Path, running: Client, wish: str, user: str | None
) -> None:
    secret = make(database, f"--kind {wish}")

    paths = [
        VARIABLES,
        f"{SEARCH}?search_query=x",
        VARIABLES.replace("acme", "fallow"),
        "/2.0/workspaces/acme/pipelines-config/variables",
    ]
    authorization = f"Bearer {secret}" if user is None else basic(user, secret)
    assert 200 in {running.get(path, authorization=authorization).status for path in paths}


def test_a_secret_is_long_and_is_stored_only_as_a_hash(database: Path) -> None:
    first, second = (make(database, TOKEN) for _ in range(2))

    assert first != second
    assert min(len(first), len(second)) >= 32
    assert first.encode() not in database.read_bytes()
    assert first not in run(database, "list").stdout + run(database, "list --json").stdout


def test_the_list_shows_no_hash(database: Path) -> None:
    shown = run(database, "list").stdout + run(database, "list --json").stdout
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT hint, salt, digest FROM credential").fetchall()
    connection.close()

    for hint, salt, digest in rows:
        for text in (hint, salt.hex(), digest.hex()):
            assert text not in shown


def test_the_list_names_every_credential_with_its_state(database: Path) -> None:
    found = {one["name"]: one for one in json.loads(run(database, "list --json").stdout)}

    assert {name: one["state"] for name, one in found.items()} == {
        demo.name: demo.state for demo in CREDENTIALS
    }
    assert found["acme-repository-token"]["bound_to"] == "handbook"
    assert found["acme-api-key"]["scopes"] is None


def test_the_list_for_people_has_one_line_each(database: Path) -> None:
    lines = run(database, "list").stdout.splitlines()

    assert " ".join(lines[0].split()) == "name kind owner bound to scopes created last used expires state"
    assert [line.split()[0] for line in lines[1:]] == [demo.name for demo in CREDENTIALS]


def test_the_last_use_is_listed(database: Path, running: Client) -> None:
    before = listed(database, "acme-admin")["last_used_on"]

    assert running.get(VARIABLES).status == 200

    assert before is None
    assert listed(database, "acme-admin")["last_used_on"] is not None


def test_json_tells_everything_about_a_new_credential(database: Path) -> None:
    done = run(database, f"create {TOKEN} --expires-in 30d --json")

    made = json.loads(done.stdout)
    secret = made.pop("secret")
    assert made == listed(database, "acme-workspace-token-1")
    assert (made["scopes"], made["state"], made["expires_on"] is None) == (["pipeline"], "valid", False)
    assert len(secret) >= 32


def test_people_are_told_the_secret_and_how_to_send_it(database: Path) -> None:
    lines = run(database, "create --kind app_password --owner ada --scope wiki").stdout
    secret = lines.splitlines()[1].split()[-1]

    assert lines.splitlines() == [
        "ada-app-password-1: app_password of ada, wiki, until it is revoked",
        f"Secret, shown only now: {secret}",
        f"Send it as: curl -u ada:{secret} URL",
    ]


def test_an_expired_credential_is_refused(database: Path, running: Client) -> None:
    secret = make(database, f"{TOKEN} --expires-in 1h --name brief")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE credential SET expires_on = created_on WHERE name = 'brief'")
    connection.close()

    assert listed(database, "brief")["state"] == "expired"
    assert running.get(VARIABLES, authorization=f"Bearer {secret}").status == 401


def test_a_team_has_one_api_key_at_a_time(database: Path) -> None:
    """Neither is the old one replaced unnoticed, nor are there two."""
    said = complaint(database, "create --kind api_key --owner acme")
    assert said.endswith("'acme' has an API key, 'acme-api-key'. Revoke that one first.\n")

    run(database, "revoke acme-api-key")
    assert len(make(database, "--kind api_key --owner acme")) >= 32


def test_revoking_twice_changes_nothing(database: Path) -> None:
    first = run(database, "revoke acme-admin").stdout
    with sqlite3.connect(database) as connection:
        [before] = connection.execute("SELECT revoked_on FROM credential WHERE name = 'acme-admin'")
        second = run(database, "revoke acme-admin").stdout
        [after] = connection.execute("SELECT revoked_on FROM credential WHERE name = 'acme-admin'")
    connection.close()

    assert (first, second) == ("acme-admin is revoked.\n", "acme-admin was revoked before.\n")
    assert before == after


@pytest.mark.parametrize("kind", [kind for kind in KINDS if CARRIES[kind] is not None])
def test_a_scope_that_the_kind_may_not_carry_is_refused(database: Path, kind: str) -> None:
    every = frozenset[str]().union(*(scopes for scopes in CARRIES.values() if scopes is not None))
    owner = "ada" if kind == "app_password" else "acme"
    for scope in sorted(every - (CARRIES[kind] or frozenset())):
        said = complaint(database, f"create --kind {kind} --owner {owner} --scope {scope}")
        assert f"{kind}: cannot carry '{scope}'." in said


WORKSPACE = "workspace_access_token --owner acme"
PROJECT = "project_access_token --owner acme --scope pipeline"


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ("app_pasword --owner ada", "'app_pasword' is no kind. Did you mean 'app_password'?"),
        ("oauth_token --owner ada", "'oauth_token' is no kind."),
        ("account_password --owner ada", "'account_password' is no kind."),
        (
            "app_password --owner adda --scope wiki",
            "no user is called 'adda'. Did you mean 'ada'? There are ada, ben, rita.",
        ),
        ("app_password --owner acme --scope wiki", "app_password: belongs to a user, and 'acme' is a team."),
        ("forge_token --owner ada --scope read:user:bitbucket", "belongs to a team, and 'ada' is a user."),
        (f"{WORKSPACE} --scope repositry", "cannot carry 'repositry'. Did you mean 'repository'?"),
        (WORKSPACE, "workspace_access_token: may do nothing without a scope. Give at least one."),
        ("api_key --owner acme --scope wiki", "api_key: knows no scopes, it may do everything in its team."),
        (f"{WORKSPACE} --scope pipeline --project CORE", "is not bound to a project. Leave the project out."),
        (PROJECT, "project_access_token: is bound to a project. Name the project."),
        (f"{PROJECT} --project CROE", "no project is called 'CROE'. Did you mean 'CORE'?"),
        (
            "repository_access_token --owner fallow --scope pipeline --repository x",
            "no repository is called 'x'. There are none.",
        ),
        (
            f"{WORKSPACE} --scope pipeline --name acme-admin",
            "a credential is called 'acme-admin' already. Choose another name.",
        ),
        (f"{WORKSPACE} --scope pipeline --name 'two\nlines'", r"'two\nlines' is no name."),
        (f"{WORKSPACE} --scope pipeline --expires-in soon", "'soon' is not a time. Write for example 30d"),
        (f"{WORKSPACE} --scope pipeline --expires-in 9999999d", "at most 36500d."),
    ],
)
def test_what_cannot_be_made_is_one_line(database: Path, wish: str, reason: str) -> None:
    before = run(database, "list --json").stdout

    assert reason in complaint(database, f"create --kind {wish}")
    assert run(database, "list --json").stdout == before


def test_an_unknown_name_cannot_be_revoked(database: Path) -> None:
    said = complaint(database, "revoke acme-admn")

    assert said.endswith("no credential is called 'acme-admn'. Did you mean 'acme-admin'?\n")


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite"

    assert "(there is no such file; a server makes it when it first starts)" in complaint(path, "list")
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 40])
def test_a_foreign_file_is_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)

    assert "cannot be used as database" in complaint(path, "list")
    assert path.read_bytes() == content


def test_the_database_of_the_server_is_the_default(database: Path) -> None:
    done = CliRunner().invoke(target, ["--database", str(database), "credentials", "list"])

    assert "acme-admin" in done.stdout


def test_an_option_of_serving_is_refused(database: Path) -> None:
    done = CliRunner().invoke(target, ["--ephemeral", "credentials", "list"])

    assert done.exit_code == 2
    assert done.stderr == "specproof target: --ephemeral is for serving, not for credentials.\n"
