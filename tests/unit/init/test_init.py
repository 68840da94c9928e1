"""From an empty folder to the first verdict."""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from recording import recording_server
from things_server import LIST, Things, document

from specproof.cli import specproof
from specproof.environment.load import load_profile
from specproof.errors import OptionError
from specproof.gate.policy import load_policy

BEARER = {"token": {"type": "http", "scheme": "bearer"}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder but for the document."""
    monkeypatch.chdir(tmp_path)
    write_document()
    return tmp_path


def write_document(schemes: dict[str, Any] | None = None, *servers: str) -> None:
    """Write ``api.json`` with these security schemes and servers."""
    described = {**document(), "components": {"securitySchemes": schemes or {}}}
    if servers:
        described["servers"] = [{"url": url} for url in servers]
    Path("api.json").write_text(json.dumps(described), encoding="utf-8")


def init(*arguments: str, answers: str = "") -> Result:
    """Call the command; an error of ours comes through."""
    result = CliRunner().invoke(specproof, ["init", *arguments], input=answers, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def test_the_files_fit_together(here: Path) -> None:
    """Profile, policy and tox.ini can be read, and each names the others."""
    write_document(BEARER)

    result = init("--spec", "api.json", "--url", "https://api.example.com/v1", "--name", "qa", "--no-run")

    profile = load_profile(here / "environments/qa.toml", environ={"QA_TOKEN": "s3cret"})
    assert (profile.environment.base_url, profile.environment.writes) == (
        "https://api.example.com/v1",
        "forbidden",
    )
    assert [(c.scheme, c.secret and c.secret.get_secret_value()) for c in profile.credentials] == [
        ("bearer", "s3cret")
    ]
    assert load_policy(here / "gate-policy.toml", promises={}) is not None
    tox = configparser.ConfigParser()
    tox.read("tox.ini")
    named = "--environment environments/qa.toml --spec api.json --gate-policy gate-policy.toml"
    assert named in tox["testenv:contract"]["commands"]
    assert "QA_TOKEN" in tox["testenv:contract"]["pass_env"]
    assert "Next: export QA_TOKEN=… and\n" in result.output
    assert named in result.output


@pytest.mark.parametrize(
    ("ci", "path"),
    [
        ("github", ".github/workflows/contract.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("bitbucket", "bitbucket-pipelines.yml"),
    ],
)
@pytest.mark.parametrize("schemes", [None, BEARER], ids=["open", "bearer"])
def test_the_build_server_proves_this_environment(
    here: Path, ci: str, path: str, schemes: dict[str, Any] | None
) -> None:
    """Nothing of the recipe's own example is left, and the secret is named where there is one."""
    write_document(schemes)
    init("--spec", "api.json", "--url", "https://a.example", "--name", "qa", "--ci", ci, "--no-run")

    text = (here / path).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    assert [
        word for word in ("staging.toml", "openapi.yaml", "STAGING", "prove staging") if word in text
    ] == []
    assert (
        text.count("--environment environments/qa.toml") == text.count("--gate-policy gate-policy.toml") - 1
    )
    assert ("QA_TOKEN" in text) is (schemes is not None and ci == "github")


def test_nothing_is_overwritten(here: Path) -> None:
    Path("tox.ini").write_text("mine", encoding="utf-8")

    result = init("--spec", "api.json", "--url", "http://127.0.0.1:1", "--ci", "none", "--no-run")

    assert Path("tox.ini").read_text(encoding="utf-8") == "mine"
    assert result.output.splitlines()[:3] == [
        "wrote  environments/local.toml",
        "wrote  gate-policy.toml",
        "kept   tox.ini, which was there",
    ]


def test_what_is_not_given_is_asked(here: Path) -> None:
    """The document's server is what is proposed."""
    write_document(None, "https://api.example.com/v1/")

    init("--ci", "none", "--no-run", answers="api.json\n\n")

    profile = load_profile(here / "environments/staging.toml", environ={})
    assert profile.environment.base_url == "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("schemes", "more", "expected"),
    [
        ({"b": {"type": "http", "scheme": "Basic"}}, ("--username", "ada"), ("basic", None, "ada")),
        ({"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}, (), ("header", "X-Key", None)),
        ({"o": {"type": "oauth2", "flows": {}}}, (), ("bearer", None, None)),
        ({"m": {"type": "mutualTLS"}}, ("--token-variable", "SECRET"), ("bearer", None, None)),
    ],
    ids=["basic", "key", "oauth", "only a variable"],
)
def test_who_signs_in_is_read_from_the_document(
    here: Path, schemes: dict[str, Any], more: tuple[str, ...], expected: tuple[str | None, ...]
) -> None:
    write_document(schemes)
    init("--spec", "api.json", "--url", "https://a.example", "--no-run", *more)

    environ = {"STAGING_TOKEN": "s3cret", "SECRET": "s3cret"}
    [found] = load_profile(here / "environments/staging.toml", environ=environ).credentials
    assert (found.scheme, found.header, found.username) == expected


def test_a_swagger_document_says_who_signs_in_too(here: Path) -> None:
    key = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    described = {
        "swagger": "2.0",
        "info": {"title": "Old", "version": "1"},
        "host": "old.example.com",
        "basePath": "/v2",
        "schemes": ["https"],
        "paths": {},
        "securityDefinitions": key,
    }
    Path("api.json").write_text(json.dumps(described), encoding="utf-8")

    init("--spec", "api.json", "--no-run", answers="\n")

    profile = load_profile(here / "environments/staging.toml", environ={"STAGING_TOKEN": "s3cret"})
    assert profile.environment.base_url == "https://old.example.com/v2"
    assert [(each.scheme, each.header) for each in profile.credentials] == [("header", "X-Key")]


def test_an_application_needs_no_url(here: Path) -> None:
    init("--app", "shop.main:app", "--no-run", "--ci", "none")

    profile = load_profile(here / "environments/local.toml", environ={})
    assert (profile.environment.app, profile.environment.base_url) == ("shop.main:app", "http://127.0.0.1:0")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), r"^--spec: is missing, and nobody answers; give it on the command line$"),
        (("--spec", "api.json"), r"^--url: is missing, and nobody answers"),
        (("--spec", "api.json", "--url", "example.com"), r'^--url: "example\.com" must be absolute'),
        (("--app", "shop"), r'^--app: "shop" names no application; write "package\.module:name"$'),
        (("--app", "a:b", "--url", "http://x"), r"^--url, --app: give one of them"),
        (("--app", "a:b", "--name", "../x"), r"^--name: '\.\./x' is no file name"),
        (("--app", "a:b", "--token-variable", "A-B"), r"^--token-variable: 'A-B' is no name"),
    ],
    ids=["no spec", "no url", "no address", "no application", "both", "no name", "no variable"],
)
def test_what_cannot_be_used_is_one_line(here: Path, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        init(*arguments)

    assert sorted(path.name for path in here.iterdir()) == ["api.json"]


def test_it_ends_with_a_first_run(here: Path) -> None:
    """Its exit status is that of the verdict, and the reports are there."""
    things = Things()

    with recording_server(things.respond_carefully) as server:
        things.origin = server.origin
        described = {"openapi": "3.1.0", "info": {"title": "Boxes", "version": "1"}}
        page = {"type": "object", "required": ["boxes"]}
        answer = {"description": "fine", "content": {"application/json": {"schema": page}}}
        path = LIST.replace("{box}", "full")
        described["paths"] = {path: {"get": {"responses": {"200": answer}}}}  # type: ignore[assignment]
        Path("api.json").write_text(json.dumps(described), encoding="utf-8")
        command = [sys.executable, "-m", "specproof", "init", "--spec", "api.json", "--url", server.origin]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

    verdict = json.loads(Path("reports/verdict.json").read_text(encoding="utf-8"))
    assert {finding["promise"] for finding in verdict["findings"]} == {"body.schema"}
    assert (verdict["environment"], verdict["depth"], done.returncode) == ("local", "quick", 1)
    assert "FAIL  Boxes 1 on local" in done.stdout
