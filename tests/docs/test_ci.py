"""The recipes for CI servers: valid, with options that exist, and a script that really runs."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT

from specproof.cli import specproof
from specproof.merging.command import merge
from specproof.plugin import options

RECIPES = ROOT / "docs" / "ci"
FILES = sorted(path for path in RECIPES.iterdir() if path.is_file())
SCRIPT = RECIPES / "specproof.sh"
COMMANDS = re.compile(r"(?:pytest --pyargs|specproof merge|\"--pyargs\")(?:.|\\\n|\n(?=\s+(?:--|\.venv)))*")
PYTEST_OWN = {"--pyargs"}
OTHERS = {"--quiet", "--no-cache-dir", "--disable-pip-version-check"}


def test_every_recipe_is_explained() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

    assert {path.name for path in FILES} == set(
        re.findall(r"^\| \[[^\]]+\]\(ci/([^)]+)\)", page, re.MULTILINE)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_option_exists(path: Path) -> None:
    """Of the suite and of ``specproof merge``; an option that was renamed goes from the recipes too."""
    ours = set(re.findall(r'"(--[a-z-]+)"', inspect.getsource(options)))
    known = ours | PYTEST_OWN | OTHERS | {name for each in merge.params for name in each.opts}
    text = "\n".join(COMMANDS.findall(path.read_text(encoding="utf-8")))

    used = set(re.findall(r"(?<![\w-])--[a-z-]+", text))
    assert used & (ours | {"--into"}), "no command was found"
    assert used <= known


def test_every_command_exists() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    used = set(re.findall(r"(?:run: |- |bin/|; )specproof ([a-z-]+)", text))

    assert used == {"merge"}
    assert used <= set(
        specproof.list_commands(specproof.make_context("specproof", [], resilient_parsing=True))
    )


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("github-actions.yml", "vendor.github-workflows"),
        ("bitbucket-pipelines.yml", "vendor.bitbucket-pipelines"),
        ("gitlab-ci.yml", "vendor.gitlab-ci"),
    ],
)
def test_it_fits_the_schema_of_its_server(name: str, schema: str) -> None:
    pytest.importorskip("check_jsonschema")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(RECIPES / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    done = subprocess.run(["shellcheck", str(SCRIPT)], capture_output=True, text=True, check=False)

    assert done.stdout == ""


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run(
        ["hadolint", str(RECIPES / "Dockerfile")], capture_output=True, text=True, check=False
    )

    assert done.stdout == ""


def test_the_script_ends_as_the_run_does_and_leaves_no_old_verdict(tmp_path: Path) -> None:
    """A run that cannot begin: nobody may take the verdict of the run before for its own."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "verdict.json").write_text('{"verdict": "pass"}')
    (reports / "ledger-main.jsonl").write_text("{}\n")
    folder = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", str(SCRIPT), "--depth", "hard"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "REPORTS": str(reports)},
    )  # fmt: skip

    assert done.returncode == 4
    assert "--depth: 'hard' is not one of" in done.stdout + done.stderr
    assert [path.name for path in reports.iterdir()] == ["ledger-main.jsonl"]
