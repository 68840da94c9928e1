"""What the pages about documents show is what the command prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from specproof.contract.load import load_document

REPOSITORY = Path(__file__).resolve().parents[3]
SECONDS = re.compile(r" \(\d+\.\d s\)")


def blocks(page: str, kind: str) -> list[str]:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    return [part.partition("```")[0] for part in text.split(f"```{kind}\n")[1:]]


@pytest.mark.parametrize(
    ("page", "files"),
    [
        ("validate.md", ["orders.yaml"]),
        ("overlays.md", ["openapi.yaml", "promises.yaml", "corrections.yaml"]),
    ],
)
def test_the_shown_output_is_what_the_command_prints(tmp_path: Path, page: str, files: list[str]) -> None:
    for name, content in zip(files, blocks(page, "yaml"), strict=True):
        (tmp_path / name).write_text(content, encoding="utf-8")
    [shown] = blocks(page, "console")
    command, _, expected = shown.partition("\n")
    arguments = command.removeprefix("$ specproof ").split()
    run = subprocess.run(
        [sys.executable, "-m", "specproof", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert SECONDS.sub("", run.stdout) == SECONDS.sub("", expected)


def test_the_corrections_on_the_page_can_be_applied(tmp_path: Path) -> None:
    base, corrections = tmp_path / "base.yaml", tmp_path / "corrections.yaml"
    corrections.write_text(blocks("overlays.md", "yaml")[2], encoding="utf-8")
    base.write_text(
        "openapi: 3.0.3\npaths: {/a: {get: {tags: [[a]]}, post: {tags: [[a]]}}}\n", encoding="utf-8"
    )
    document = load_document(str(base), overlays=[str(corrections)])
    assert document.warnings == ()
    assert document.data["paths"] == {"/a": {"get": {}, "post": {}}}
    assert document.place("#/components/securitySchemes/basic").startswith(str(corrections))


def test_the_place_on_the_page_is_right() -> None:
    page = (REPOSITORY / "docs" / "validate.md").read_text(encoding="utf-8")
    place = load_document(str(REPOSITORY / "spec" / "bitbucket-teams.yaml")).place("#/paths")
    assert f"# spec/{place.rpartition('/spec/')[2]}\n" in page
