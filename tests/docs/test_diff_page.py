"""docs/diff.md says what the command does."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from diff_page import PAGE, page
from pages import blocks

from specproof.cli import specproof


def test_the_tables_are_what_the_catalogue_says() -> None:
    """Mend them with ``python tests/docs/diff_page.py``."""
    text = PAGE.read_text(encoding="utf-8")

    assert text == page(text)


def test_the_example_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the two documents of the page."""
    old, new = (block.text for block in blocks(PAGE) if block.language == "yaml")
    (shown,) = (block.text for block in blocks(PAGE) if "$ specproof diff old.yaml new.yaml\n" in block.text)
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    run = CliRunner().invoke(specproof, ["diff", "old.yaml", "new.yaml"])

    assert shown == f"$ specproof diff old.yaml new.yaml\n{run.output}"
    assert run.exit_code == 1
