"""What the pages name is there."""

from __future__ import annotations

import configparser
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pages import PAGES, ROOT, anchors, blocks, links, name_of
from promises_page import PAGE, page

from specproof.cli import specproof
from specproof.plugin.options import DEPTHS, add_options

RUN = ROOT / "docs" / "run.md"
OPTIONS = re.findall(r'addoption\(\s*"(--[a-z-]+)"', inspect.getsource(sys.modules[add_options.__module__]))
TOX = re.compile(r"tox run -e ([a-z-]+)")


def test_the_promises_page_is_what_the_catalogue_says() -> None:
    """Mend it with ``python tests/docs/promises_page.py``."""
    text = PAGE.read_text(encoding="utf-8")

    assert text == page(text)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_link_leads_somewhere(path: Path) -> None:
    """To a file, and to a heading in it where one is named."""
    for link in links(path):
        file, _, anchor = link.partition("#")
        goal = (path.parent / file).resolve() if file else path
        assert goal.exists(), f"{link}: no such file"
        if anchor:
            assert anchor in anchors(goal), f"{link}: no such heading; there are {sorted(anchors(goal))}"


def test_every_page_is_in_the_index() -> None:
    """A page that nobody links to is not read."""
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}

    assert {name_of(path) for path in PAGES if path not in {*linked, index, ROOT / "README.md"}} == set()


def test_there_are_options() -> None:
    """The two tests below would be silent without."""
    assert {"--environment", "--spec", "--overlay", "--depth", "--seed", "--reports-dir"} <= set(OPTIONS)


@pytest.mark.parametrize("path", [RUN, ROOT / "README.md"], ids=name_of)
@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_a_row(option: str, path: Path) -> None:
    """In the table of the page that explains the run, and in the first one that people see."""
    assert re.search(rf"^\| `{option}\b", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_option_in_a_row_exists() -> None:
    """An option that was taken away goes from the page too."""
    rows = re.findall(r"^\| `(--[a-z-]+)", RUN.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(rows) == set(OPTIONS)


@pytest.mark.parametrize("depth", DEPTHS)
def test_every_depth_is_explained(depth: str) -> None:
    """In the table of depths."""
    assert re.search(rf"^\| `{depth}` \|", RUN.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_tox_environment_exists(path: Path) -> None:
    """What is typed after ``tox run -e``."""
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini")
    known = {section.removeprefix("testenv:") for section in tox.sections() if section.startswith("testenv:")}

    assert set(TOX.findall(path.read_text(encoding="utf-8"))) <= known


def options(command: click.Command) -> list[str]:
    """Return the options of one command as they are typed."""
    return [option for parameter in command.params for option in parameter.opts]


def steps(command: click.Command, words: list[str]) -> Iterator[click.Command]:
    """Yield a command and the commands inside it that a line calls."""
    yield command
    for place, word in enumerate(words):
        if isinstance(command, click.Group) and word in command.commands:
            yield from steps(command.commands[word], words[place + 1 :])
            return


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_command_and_its_options_exist(path: Path) -> None:
    """What is typed after ``$ specproof``."""
    context = click.Context(specproof)
    for block in blocks(path):
        for line in block.commands:
            words = line.split()
            if words[0] == "specproof" and words[1] != "--help":
                command = specproof.get_command(context, words[1])
                assert command is not None, f"{line}: known are {specproof.list_commands(context)}"
                known = {option for step in steps(command, words[2:]) for option in options(step)}
                assert {word for word in words[2:] if word.startswith("--")} <= known, line


def test_the_two_commands_stand_in_the_readme_as_in_the_tox_file() -> None:
    """Nobody should have to look for them twice."""
    said = re.findall(
        r"^#   (python3 -m pip install tox && \S.*?)\s{2,}", (ROOT / "tox.ini").read_text(), re.M
    )
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:30]

    assert len(said) == 2
    for command in said:
        assert any(line.startswith(command) for line in first_screen), command
