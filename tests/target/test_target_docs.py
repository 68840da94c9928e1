"""The page about the target names everything that it has."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from specproof.target import corpus
from specproof.target.access_log import SHOWN
from specproof.target.columns import COLUMNS
from specproof.target.command import target
from specproof.target.faults import FAULTS
from specproof.target.seed import CREDENTIALS, TEAMS

PAGE = (Path(__file__).parents[2] / "docs" / "mock-target.md").read_text(encoding="utf-8")
OPTIONS = [option for parameter in target.params for option in parameter.opts]
COMMANDS = [
    (f"{group} {name}", [option for parameter in command.params for option in parameter.opts])
    for group, commands in target.commands.items()
    if isinstance(commands, click.Group)
    for name, command in commands.commands.items()
]
REPOSITORIES = [(repository.slug, repository.project) for repository in corpus.repositories()]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_a_row(option: str) -> None:
    assert f"\n| `{option}` | " in PAGE


@pytest.mark.parametrize(("command", "options"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_every_command_is_described_with_its_options(command: str, options: list[str]) -> None:
    [row] = re.findall(rf"^\| `{command}\b.*$", PAGE, re.MULTILINE)
    assert [option for option in options if option.startswith("--") and f"`{option}" not in row] == []


@pytest.mark.parametrize("name", [demo.name for demo in CREDENTIALS])
def test_every_credential_is_described(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", TEAMS)
def test_every_team_has_a_row_with_its_uuid(name: str) -> None:
    assert f"\n| `{name}` | `{{{TEAMS[name][0]}}}` | " in PAGE


def test_repositories_and_fields_are_named() -> None:
    for slug, project in REPOSITORIES:
        assert f"`{slug}`" in PAGE
        assert f"`{project}`" in PAGE or project in {"SEA", "LAND"}
    for column in COLUMNS:
        assert f"`{column}`" in PAGE


def test_faults_in_examples_exist() -> None:
    found = re.findall(r"--fault ([a-z0-9-]+)", PAGE)
    assert found
    assert set(found) <= set(FAULTS)


def test_the_parameters_that_the_log_shows_are_named() -> None:
    [sentence] = re.findall(r"of a query only the values of (.*?);", PAGE)
    assert set(re.findall(r"`(\w+)`", sentence)) == SHOWN
